package callbacks

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
)

// RateSchedule sets the learning rate at the start of each epoch to what a
// function of the epoch, from 0, and the rate so far returns. It takes the place
// of the optimizer's schedule. For schedules that files can hold, and that change
// the rate from update to update, see package optim.
type RateSchedule func(epoch int, rate float64) float64

// Start implements goodfit.Callback. It fails without a function.
func (s RateSchedule) Start(*goodfit.Run) (goodfit.Watcher, error) {
	if s == nil {
		return nil, fmt.Errorf("RateSchedule is nil, want a function")
	}
	return s, nil
}

// EpochBegin implements goodfit.EpochBeginner. It fails if the function returns
// anything but a number of at least 0.
func (s RateSchedule) EpochBegin(run *goodfit.Run) error {
	rate := s(run.Epoch, run.Rate())
	if !(rate >= 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("callbacks: the rate schedule returned %g for epoch %d, want a number of at least 0", rate, run.Epoch+1)
	}
	run.SetRate(rate)
	return nil
}
