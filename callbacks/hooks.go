package callbacks

import "github.com/goodfit-ml/goodfit"

// Hooks are functions of one's own, each called at its moment; nil ones are not.
// They may read and set the rate, read the weights and put earlier ones back
// (Model.Snapshot and Restore), record series of their own in the history, and stop
// the fit. An error ends the fit, which returns it.
//
// What hooks count themselves is theirs: a [Backup] does not save it. For counts
// that a resumed fit goes on with, write a goodfit.Callback whose watcher is
// goodfit.Stateful.
type Hooks struct {
	OnFitBegin, OnFitEnd     func(*goodfit.Run) error // the latter also when a fit fails
	OnEpochBegin, OnEpochEnd func(*goodfit.Run) error // the latter with the epoch's values in the history
	OnBatchBegin, OnBatchEnd func(*goodfit.Run) error // the latter with the batch's loss in BatchLoss
}

// Start implements goodfit.Callback. It does not fail.
func (h Hooks) Start(*goodfit.Run) (goodfit.Watcher, error) { return hooks{h}, nil }

type hooks struct{ h Hooks }

func call(f func(*goodfit.Run) error, run *goodfit.Run) error {
	if f == nil {
		return nil
	}
	return f(run)
}

func (h hooks) FitBegin(run *goodfit.Run) error   { return call(h.h.OnFitBegin, run) }
func (h hooks) FitEnd(run *goodfit.Run) error     { return call(h.h.OnFitEnd, run) }
func (h hooks) EpochBegin(run *goodfit.Run) error { return call(h.h.OnEpochBegin, run) }
func (h hooks) EpochEnd(run *goodfit.Run) error   { return call(h.h.OnEpochEnd, run) }
func (h hooks) BatchBegin(run *goodfit.Run) error { return call(h.h.OnBatchBegin, run) }
func (h hooks) BatchEnd(run *goodfit.Run) error   { return call(h.h.OnBatchEnd, run) }
