package callbacks

import (
	"fmt"
	"math"
	"time"

	"github.com/goodfit-ml/goodfit"
)

// Hooks are functions of one's own, each called at its moment; nil ones are not.
// They may read and set the rate, read and set weights, and stop the fit. An
// error ends the fit.
type Hooks struct {
	OnFitBegin, OnFitEnd     func(*goodfit.Run) error
	OnEpochBegin, OnEpochEnd func(*goodfit.Run) error
	OnBatchBegin, OnBatchEnd func(*goodfit.Run) error
}

// Start implements goodfit.Callback.
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

// TerminateOnNaN ends a fit without an error when the loss of a batch is no
// finite number. It is for fits with Plan.GoThroughNaN; without that, a fit ends
// by itself, with a goodfit.DivergedError.
type TerminateOnNaN struct{}

// Start implements goodfit.Callback.
func (TerminateOnNaN) Start(*goodfit.Run) (goodfit.Watcher, error) { return TerminateOnNaN{}, nil }

// BatchEnd implements goodfit.BatchEnder.
func (TerminateOnNaN) BatchEnd(run *goodfit.Run) error {
	if math.IsNaN(run.BatchLoss) || math.IsInf(run.BatchLoss, 0) {
		run.Stop(fmt.Sprintf("the loss became %g in epoch %d, batch %d", run.BatchLoss, run.Epoch+1, run.Batch+1))
	}
	return nil
}

// TimeLimit ends a fit at the end of the first epoch that ends after Limit.
type TimeLimit struct {
	Limit time.Duration
}

// Start implements goodfit.Callback. It fails if Limit is not above 0.
func (t TimeLimit) Start(*goodfit.Run) (goodfit.Watcher, error) {
	if t.Limit <= 0 {
		return nil, fmt.Errorf("Limit is %v, want a time above 0", t.Limit)
	}
	return &timeLimit{t.Limit, time.Now()}, nil
}

type timeLimit struct {
	limit time.Duration
	begin time.Time
}

// EpochEnd implements goodfit.EpochEnder.
func (t *timeLimit) EpochEnd(run *goodfit.Run) error {
	if time.Since(t.begin) >= t.limit {
		run.Stop(fmt.Sprintf("the time limit of %v was reached", t.limit))
	}
	return nil
}
