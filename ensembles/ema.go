package ensembles

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// EMA is the exponential moving average of the weights over the updates of a
// training, mean ← Decay·mean + (1−Decay)·weights, from the initial weights on
// (Polyak and Juditsky 1992; Tarvainen and Valpola 2017). It is one model.
//
// It is a [Method], whose ensemble has one member, and a goodfit.Callback: the fit
// then ends with the averaged weights. Its history is that of the weights as they
// were trained. Put it behind callbacks that restore weights.
type EMA struct {
	// Decay is from above 0 to below 1; default 0.999.
	Decay float64
	// WarmUp takes min(Decay, (1+t)/(10+t)) at the t-th average, so that the first
	// weights are soon forgotten.
	WarmUp bool
	// Every is the number of updates from one average to the next; default 1.
	Every int
	Seed  uint64 // of the method; a callback has its model's
	// Data are the rows from which the statistics of batch normalizations are
	// recomputed at the end, as in [SWA].
	Data datasets.Source `json:"-"`
}

// Fit implements [Method].
func (e EMA) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	if err := e.check(); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	if e.Data == nil && train != nil {
		e.Data = train
	}
	return fitMoving(ctx, recipe, train, e.Seed, e)
}

func (e EMA) check() error {
	if !(e.Decay >= 0 && e.Decay < 1) {
		return fmt.Errorf("EMA.Decay is %g, want more than 0 and less than 1", e.Decay)
	}
	if e.Every < 0 {
		return fmt.Errorf("EMA.Every is %d, want at least 1", e.Every)
	}
	return nil
}

// Start implements goodfit.Callback. It fails if a number is out of range or Data is
// missing.
func (e EMA) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if e.Decay == 0 {
		e.Decay = 0.999
	}
	return &ema{EMA: e, step: run.Step(), first: run.Step(), mean: moving{model: run.Model()}}, needsData("EMA", run.Model(), e.Data)
}

type ema struct {
	EMA
	first, step int // updates made when the fit began, and when it was last looked
	mean        moving
}

// EpochBegin implements goodfit.EpochBeginner: the mean begins with the weights
// before the first update.
func (w *ema) EpochBegin(*goodfit.Run) error {
	if w.mean.count == 0 {
		return w.mean.mix(1)
	}
	return nil
}

// BatchEnd implements goodfit.BatchEnder.
func (w *ema) BatchEnd(run *goodfit.Run) error { return w.look(run) }

// EpochEnd implements goodfit.EpochEnder. An epoch may end with an update that no
// batch saw.
func (w *ema) EpochEnd(run *goodfit.Run) error { return w.look(run) }

// look averages after an update whose turn it is.
func (w *ema) look(run *goodfit.Run) error {
	if run.Step() == w.step {
		return nil
	}
	w.step = run.Step()
	if (w.step-w.first)%max(w.Every, 1) != 0 {
		return nil
	}
	decay := w.Decay
	if t := float64(w.mean.count); w.WarmUp {
		decay = min(decay, (1+t)/(10+t))
	}
	return w.mean.mix(1 - decay)
}

// FitEnd implements goodfit.FitEnder.
func (w *ema) FitEnd(run *goodfit.Run) error {
	if w.mean.sum == nil {
		return nil
	}
	return w.mean.finish(run, w.Data)
}

// emaState is what a resumed fit goes on with.
type emaState struct {
	First, Step int
	Mean        json.RawMessage
}

// SaveState implements goodfit.Stateful.
func (w *ema) SaveState() ([]byte, error) {
	mean, err := w.mean.save()
	if err != nil {
		return nil, err
	}
	return json.Marshal(emaState{w.first, w.step, mean})
}

// RestoreState implements goodfit.Stateful.
func (w *ema) RestoreState(b []byte) error {
	var s emaState
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.first, w.step = s.First, s.Step
	return w.mean.restore(s.Mean)
}

func init() { Register("EMA", EMA{}) }
