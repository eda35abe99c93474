package optim

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// SGD is stochastic gradient descent: w ← w − η·g, with momentum m
// v ← m·v − η·g, w ← w + v (Polyak 1964), and with Nesterov w ← w + m·v − η·g
// after the same step of v (Sutskever et al. 2013).
//
// A change of the rate acts on new gradients alone, not on what v has gathered;
// PyTorch, whose v is free of η, differs there.
type SGD struct {
	Rate     float64  // η; default 0.01
	Momentum float64  // m, from 0 to below 1; usual 0.9
	Nesterov bool     // needs a Momentum
	Schedule Schedule // of the rate; nil: it stays
	Clip     Clip     // of the gradient; zero: none
	// Decay is decoupled weight decay: kernels lose η·Decay·w at each update.
	Decay float64
}

// Settings returns what all optimizers have in common.
func (s SGD) Settings() Settings {
	return Settings{orDefault(s.Rate, 0.01), s.Schedule, s.Clip, s.Decay}
}

// Check reports every field out of range.
func (s SGD) Check() error {
	err := errors.Join(checkSettings("SGD", s.Settings()), share("SGD.Momentum", s.Momentum))
	if s.Nesterov && s.Momentum == 0 {
		err = errors.Join(err, errors.New("SGD.Nesterov needs a Momentum above 0"))
	}
	return err
}

// Stepper returns the rule at work. Its state is "momentum", v, where there is one.
func (s SGD) Stepper(n int) Stepper {
	st := &sgd{momentum: float32(s.Momentum), nesterov: s.Nesterov}
	if s.Momentum != 0 {
		st.states = newStates(n, "momentum")
	}
	return st
}

type sgd struct {
	states
	rate, momentum float32
	nesterov       bool
}

func (s *sgd) Begin(_ int, rate float64) { s.rate = float32(rate) }

func (s *sgd) Update(w, g []float32, lo, hi int, a Adjust) {
	u := a.update(s.rate)
	kernel.SGD(w[lo:hi], g[lo:hi], s.part(0, lo, hi), &u, s.momentum, s.nesterov)
}

func init() { Register("SGD", SGD{}) }
