package callbacks

import (
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
)

// StopAt ends a fit after the first epoch at which a monitored series has reached
// a value: is at most Value where small is better, at least Value where large is.
// A value that was reached before the fit does not count; it keeps nothing from
// one epoch to the next.
type StopAt struct {
	// Monitor is the series; default val_loss, or loss without validation.
	Monitor string
	// Value is to be reached.
	Value float64
}

// Start implements goodfit.Callback. It fails if the monitor is not recorded or
// has no direction, or Value is not finite.
func (s StopAt) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if !finite(s.Value) {
		return nil, fmt.Errorf("Value is %g, want a number", s.Value)
	}
	m, err := newMonitor(run, s.Monitor, 0)
	if err != nil {
		return nil, err
	}
	return stopAt{s.Value, m}, nil
}

type stopAt struct {
	value   float64
	monitor *monitor
}

// EpochEnd implements goodfit.EpochEnder.
func (w stopAt) EpochEnd(run *goodfit.Run) error {
	v, measured := w.monitor.value(run)
	reached := v <= w.value
	if w.monitor.direction == curves.Maximize {
		reached = v >= w.value
	}
	if measured && reached {
		run.Stop(fmt.Sprintf("stop at a value: %s is %.6g, which reaches %.6g", w.monitor.best.Series, v, w.value))
	}
	return nil
}
