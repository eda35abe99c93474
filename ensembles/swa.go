package ensembles

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// SWA is stochastic weight averaging (Izmailov et al. 2018): from an epoch on the
// learning rate is held constant, or made to cycle, and the weights at the ends of
// the epochs, or cycles, are averaged. The mean lies in a flatter, wider minimum
// than each, and is one model.
//
// It is a [Method], whose ensemble has one member, and a goodfit.Callback: the fit
// then ends with the averaged weights. Its history is that of the weights as they
// were trained. Put it behind callbacks that restore weights.
type SWA struct {
	// From is the share of the plan's epochs before averaging begins, from 0 to
	// below 1; default 0.75.
	From float64
	// Rate is the learning rate from there on; 0: as the recipe has it. The paper
	// takes one that is greater than the last of a schedule.
	Rate float64
	// Low is the rate at the end of a cycle, to which it falls linearly from Rate,
	// from update to update; 0: constant.
	Low float64
	// Anneal is the number of epochs in which the rate goes linearly from what it
	// was to a constant Rate.
	Anneal int
	// Cycle is the number of epochs of a cycle, from one average to the next;
	// default 1.
	Cycle int
	Seed  uint64 // of the method; a callback has its model's
	// Data are the rows from which the statistics of batch normalizations are
	// recomputed at the end. The method takes its training rows; a callback of a
	// model with batch normalization fails without.
	Data datasets.Source `json:"-"`
}

// Fit implements [Method].
func (s SWA) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	if err := s.check(max(recipe.Plan.Epochs, 1)); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	if s.Data == nil && train != nil {
		s.Data = train
	}
	return fitMoving(ctx, recipe, train, s.Seed, s)
}

// begin returns the epoch at which averaging begins, of so many.
func (s SWA) begin(epochs int) int {
	share := s.From
	if share == 0 {
		share = 0.75
	}
	return int(float64(share * float64(epochs)))
}

func (s SWA) check(epochs int) error {
	switch {
	case !(s.From >= 0 && s.From < 1):
		return fmt.Errorf("SWA.From is %g, want from 0 to below 1", s.From)
	case !(s.Rate >= 0) || math.IsInf(s.Rate, 0) || !(s.Low >= 0 && s.Low <= s.Rate):
		return fmt.Errorf("SWA.Rate is %g and Low %g, want at least 0, and Low at most Rate", s.Rate, s.Low)
	case s.Anneal < 0 || s.Cycle < 0:
		return fmt.Errorf("SWA.Anneal is %d and Cycle %d, want at least 0", s.Anneal, s.Cycle)
	case s.Anneal > 0 && (s.Rate == 0 || s.Low > 0):
		return fmt.Errorf("SWA.Anneal is for a constant Rate: Rate is %g and Low %g", s.Rate, s.Low)
	case s.begin(epochs)+max(s.Cycle, 1) > epochs:
		return fmt.Errorf("SWA: the plan's %d epochs end before the first cycle of %d from epoch %d on", epochs, max(s.Cycle, 1), s.begin(epochs)+1)
	}
	return nil
}

// Start implements goodfit.Callback. It fails if a number is out of range or Data is
// missing.
func (s SWA) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	epochs := run.Epochs - run.Epoch
	if err := s.check(epochs); err != nil {
		return nil, err
	}
	return &swa{SWA: s, first: run.Epoch, from: run.Epoch + s.begin(epochs), mean: moving{model: run.Model()}}, needsData("SWA", run.Model(), s.Data)
}

type swa struct {
	SWA
	first, from int // the epochs at which the fit and the averaging begin
	before      float64
	mean        moving
}

// EpochBegin implements goodfit.EpochBeginner.
func (w *swa) EpochBegin(run *goodfit.Run) error {
	if run.Epoch == w.from {
		w.before = run.Rate()
	}
	w.setRate(run, 0)
	return nil
}

// BatchBegin implements goodfit.BatchBeginner.
func (w *swa) BatchBegin(run *goodfit.Run) error {
	if run.Batches > 0 {
		w.setRate(run, float64(run.Batch)/float64(run.Batches))
	}
	return nil
}

// setRate sets the rate at a share of the epoch under way.
func (w *swa) setRate(run *goodfit.Run, share float64) {
	if run.Epoch < w.from || w.Rate == 0 {
		return
	}
	since := run.Epoch - w.from
	switch cycle := max(w.Cycle, 1); {
	case w.Low > 0:
		t := (float64(since%cycle) + share) / float64(cycle)
		run.SetRate(w.Rate - float64(t*(w.Rate-w.Low)))
	case since < w.Anneal:
		t := (float64(since) + share) / float64(w.Anneal)
		run.SetRate(w.before + float64(t*(w.Rate-w.before)))
	default:
		run.SetRate(w.Rate)
	}
}

// EpochEnd implements goodfit.EpochEnder.
func (w *swa) EpochEnd(run *goodfit.Run) error {
	if run.Epoch < w.from || (run.Epoch-w.from+1)%max(w.Cycle, 1) != 0 {
		return nil
	}
	return w.mean.mix(1 / float64(w.mean.count+1))
}

// FitEnd implements goodfit.FitEnder.
func (w *swa) FitEnd(run *goodfit.Run) error {
	if w.mean.count == 0 {
		return fmt.Errorf("SWA: the fit ended in epoch %d, before the first average", run.Epoch+1)
	}
	return w.mean.finish(run, w.Data)
}

// swaState is what a resumed fit goes on with.
type swaState struct {
	Before float64
	Mean   json.RawMessage
}

// SaveState implements goodfit.Stateful.
func (w *swa) SaveState() ([]byte, error) {
	mean, err := w.mean.save()
	if err != nil {
		return nil, err
	}
	return json.Marshal(swaState{w.before, mean})
}

// RestoreState implements goodfit.Stateful.
func (w *swa) RestoreState(b []byte) error {
	var s swaState
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.before = s.Before
	return w.mean.restore(s.Mean)
}

func init() { Register("SWA", SWA{}) }
