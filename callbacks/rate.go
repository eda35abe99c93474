package callbacks

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/opt"
)

// ReduceOnPlateau lowers the learning rate by Factor when a monitored series has
// not improved for Patience epochs.
type ReduceOnPlateau struct {
	Monitor string // default val_loss, or loss without validation
	// Factor multiplies the rate; default 0.1, above 0 and below 1.
	Factor float64
	// Patience is the number of epochs without improvement before the rate is
	// lowered; default 10.
	Patience int
	// MinDelta is how much better than the best a value must be; default 1e-4.
	MinDelta opt.Float
	// Cooldown is the number of epochs after a reduction that are not counted.
	Cooldown int
	// MinRate is the rate below which it does not go.
	MinRate float64
}

// Start implements goodfit.Callback. It fails if the monitor is not recorded or a
// field is out of range.
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
	return &reduceOnPlateau{desc: p, Monitor: m}, err
}

type reduceOnPlateau struct {
	desc            ReduceOnPlateau
	Monitor         monitor
	Waited, Cooling int
}

// EpochEnd implements goodfit.EpochEnder.
func (w *reduceOnPlateau) EpochEnd(run *goodfit.Run) error {
	measured, improved := w.Monitor.look(run)
	if !measured {
		return nil
	}
	if w.Cooling > 0 {
		w.Cooling--
		w.Waited = 0
	}
	switch {
	case improved:
		w.Waited = 0
	case w.Cooling == 0:
		w.Waited++
	}
	if rate := run.Rate(); w.Waited >= w.desc.Patience && rate > w.desc.MinRate {
		run.ScaleRate(max(rate*w.desc.Factor, w.desc.MinRate) / rate)
		w.Cooling, w.Waited = w.desc.Cooldown, 0
	}
	return nil
}

// SaveState implements goodfit.Stateful.
func (w *reduceOnPlateau) SaveState() ([]byte, error) {
	return json.Marshal(plateauState{w.Monitor, w.Waited, w.Cooling})
}

// RestoreState implements goodfit.Stateful.
func (w *reduceOnPlateau) RestoreState(b []byte) error {
	s := plateauState{Monitor: w.Monitor}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.Monitor.Best, w.Monitor.BestEpoch = s.Monitor.Best, s.Monitor.BestEpoch
	w.Waited, w.Cooling = s.Waited, s.Cooling
	return nil
}

type plateauState struct {
	Monitor         monitor
	Waited, Cooling int
}

// RateSchedule sets the learning rate at the start of each epoch to what a
// function of the epoch, from 0, and the rate so far returns.
type RateSchedule func(epoch int, rate float64) float64

// Start implements goodfit.Callback.
func (s RateSchedule) Start(*goodfit.Run) (goodfit.Watcher, error) { return s, nil }

// EpochBegin implements goodfit.EpochBeginner. It fails if the function returns
// no positive number.
func (s RateSchedule) EpochBegin(run *goodfit.Run) error {
	rate := s(run.Epoch, run.Rate())
	if !(rate >= 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("callbacks: the rate schedule returned %g at epoch %d, want a number of at least 0", rate, run.Epoch+1)
	}
	run.SetRate(rate)
	return nil
}
