package callbacks

import (
	"fmt"
	"math"
	"time"

	"github.com/goodfit-ml/goodfit"
)

// TerminateOnNaN ends a fit without an error when the loss of a batch is no
// finite number. It is for fits with Plan.GoThroughNaN; without that, a fit ends
// by itself, with a goodfit.DivergedError.
type TerminateOnNaN struct{}

// Start implements goodfit.Callback. It does not fail.
func (TerminateOnNaN) Start(*goodfit.Run) (goodfit.Watcher, error) { return TerminateOnNaN{}, nil }

// BatchEnd implements goodfit.BatchEnder.
func (TerminateOnNaN) BatchEnd(run *goodfit.Run) error {
	if math.IsNaN(run.BatchLoss) || math.IsInf(run.BatchLoss, 0) {
		run.Stop(fmt.Sprintf("the loss became %g in epoch %d, batch %d", run.BatchLoss, run.Epoch+1, run.Batch+1))
	}
	return nil
}

// TimeLimit ends a fit at the end of the first epoch that ends after Limit. A
// resumed fit has the whole time again.
type TimeLimit struct {
	Limit time.Duration // above 0
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
