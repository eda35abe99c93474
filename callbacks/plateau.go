package callbacks

import (
	"encoding/json"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/opt"
)

// ReduceOnPlateau multiplies the learning rate by Factor when a monitored series
// has not improved for Patience epochs on the best value so far, and again after
// as many more. It acts on what the optimizer's schedule gives, and stays in effect
// after the fit.
type ReduceOnPlateau struct {
	// Monitor is the series; default val_loss, or loss without validation.
	Monitor string
	// Factor multiplies the rate; default 0.1, above 0 and below 1.
	Factor float64
	// Patience is the number of epochs without improvement after which the rate is
	// lowered; default 10.
	Patience int
	// MinDelta is how much better than the best a value must be to count; default
	// 1e-4, opt.Zero for any improvement.
	MinDelta opt.Float
	// Cooldown is the number of epochs after a reduction that are not counted.
	Cooldown int
	// MinRate is the rate below which it does not go.
	MinRate float64
}

// Start implements goodfit.Callback. It fails if the monitor is not recorded or
// has no direction, or a field is out of range.
func (p ReduceOnPlateau) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if p.Factor == 0 {
		p.Factor = 0.1
	}
	if p.Patience == 0 {
		p.Patience = 10
	}
	switch {
	case !(p.Factor > 0 && p.Factor < 1):
		return nil, fmt.Errorf("Factor is %g, want above 0 and below 1", p.Factor)
	case p.Patience < 0 || p.Cooldown < 0:
		return nil, fmt.Errorf("Patience is %d and Cooldown %d, want at least 0", p.Patience, p.Cooldown)
	case !(p.MinRate >= 0):
		return nil, fmt.Errorf("MinRate is %g, want at least 0", p.MinRate)
	}
	m, err := newMonitor(run, p.Monitor, p.MinDelta.Or(1e-4))
	if err != nil {
		return nil, err
	}
	return &reduceOnPlateau{desc: p, monitor: m}, nil
}

type reduceOnPlateau struct {
	desc            ReduceOnPlateau
	monitor         *monitor
	waited, cooling int
}

// EpochEnd implements goodfit.EpochEnder.
func (w *reduceOnPlateau) EpochEnd(run *goodfit.Run) error {
	measured, improved := w.monitor.look(run)
	if !measured {
		return nil
	}
	if w.cooling > 0 {
		w.cooling--
	}
	switch {
	case improved:
		w.waited = 0
	case w.cooling == 0:
		w.waited++
	}
	if w.waited >= w.desc.Patience && w.reduce(run) {
		w.cooling, w.waited = w.desc.Cooldown, 0
	}
	return nil
}

// reduce lowers the rate; it returns false where it is as low as may be.
func (w *reduceOnPlateau) reduce(run *goodfit.Run) bool {
	rate, least := run.Rate(), w.desc.MinRate
	switch {
	case rate <= least*(1+1e-12): // a factor that leads to MinRate rounds
		return false
	case rate*w.desc.Factor < least:
		run.ScaleRate(least / rate)
	default:
		run.ScaleRate(w.desc.Factor)
	}
	return true
}

// plateauState is what a resumed fit goes on with.
type plateauState struct {
	Best            best
	Waited, Cooling int
}

// SaveState implements goodfit.Stateful.
func (w *reduceOnPlateau) SaveState() ([]byte, error) {
	return json.Marshal(plateauState{w.monitor.best, w.waited, w.cooling})
}

// RestoreState implements goodfit.Stateful.
func (w *reduceOnPlateau) RestoreState(b []byte) error {
	s, err := decode[plateauState](b)
	if err != nil {
		return err
	}
	w.waited, w.cooling = s.Waited, s.Cooling
	return w.monitor.restore(s.Best)
}
