package goodfit

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Run is a fit under way, as callbacks see it. It is valid during the call.
type Run struct {
	// Epoch is the number of the epoch under way or just ended, from 0, and Epochs
	// how many the fit will make at most. A second fit of the same model counts on.
	Epoch, Epochs int
	// Batch is the number of the batch in its epoch, from 0, and Batches how many
	// there are, −1 where not known.
	Batch, Batches int
	// BatchLoss is the loss over the last batch, with penalties.
	BatchLoss float64

	ctx      context.Context
	model    *Model
	plan     Plan
	fit      *fit
	watchers watchers
	stopped  string
	first    int // the epoch at which the fit began
}

// Context returns the context of the fit.
func (r *Run) Context() context.Context { return r.ctx }

// Model returns the model that is trained. Its weights may be read, saved,
// restored and, by [Run.SetWeights], set; Predict and Fit are refused.
func (r *Run) Model() *Model { return r.model }

// SetWeights copies weights into a layer; see [Model.SetWeights].
func (r *Run) SetWeights(layer string, weights map[string]*tensor.Tensor) error {
	return r.model.setWeights(layer, weights)
}

// Plan returns what the fit was asked to do.
func (r *Run) Plan() Plan { return r.plan }

// Data returns what the fit trains on, as the model takes it: for callbacks that
// measure or train on the side.
func (r *Run) Data() datasets.Source { return r.fit.train }

// History returns the record so far; the last epoch's values are there at the
// end of the epoch. Callbacks may add series by History.Record.
func (r *Run) History() *curves.History { return r.fit.history }

// Series returns the recorded series of the given name, and whether the fit
// records it: a monitor that it does not record is an error.
func (r *Run) Series(name string) (curves.Series, error) {
	var names []string
	for _, s := range r.fit.history.Series {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return curves.Series{}, fmt.Errorf("monitor %q is not recorded; recorded are %q", name, names)
}

// Value returns the last value of a recorded series; false if there is none.
func (r *Run) Value(name string) (float64, bool) {
	values, ok := r.fit.history.Get(name)
	if !ok || len(values) == 0 {
		return 0, false
	}
	return values[len(values)-1], true
}

// Stop ends the fit after the batch or epoch under way, for the given reason.
func (r *Run) Stop(reason string) {
	if r.stopped == "" {
		r.stopped = reason
	}
}

// Stopped returns the reason given to Stop, "" if there was none.
func (r *Run) Stopped() string { return r.stopped }

// Step returns the number of updates made since the model was compiled.
func (r *Run) Step() int { return r.model.trainer.Steps }

// Rate returns the learning rate of the next update.
func (r *Run) Rate() float64 { return r.model.currentRate(r.fit.time()) }

// SetRate sets the learning rate from the next update on, in place of the
// optimizer's rate and schedule.
func (r *Run) SetRate(rate float64) {
	r.model.rate.fixed, r.model.rate.isFixed, r.model.rate.factor = rate, true, 1
}

// ScaleRate multiplies the learning rate from the next update on, whatever the
// schedule does.
func (r *Run) ScaleRate(factor float64) { r.model.rate.factor *= factor }

// rateState is what callbacks did to the learning rate.
type rateState struct {
	fixed, factor float64
	isFixed       bool
}

// currentRate returns the rate of the next update.
func (m *Model) currentRate(t optim.Time) float64 {
	if m.rate.isFixed {
		return m.rate.fixed * m.rate.factor
	}
	s := m.trainer.Settings()
	if s.Schedule == nil {
		return s.Rate * m.rate.factor
	}
	return s.Schedule.Rate(s.Rate, t) * m.rate.factor
}
