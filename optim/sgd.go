package optim

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// SGD is stochastic gradient descent: w ← w − η·g, with momentum m
// v ← m·v − η·g, w ← w + v (Polyak 1964), and with Nesterov w ← w + m·v − η·g
// after the same step of v (Sutskever et al. 2013).
type SGD struct {
	Rate     float64 // η; default 0.01
	Momentum float64 // m, from 0 to below 1; usual 0.9
	Nesterov bool
	Schedule Schedule
	Clip     Clip
	// Decay is decoupled weight decay: kernels lose η·Decay·w at each update.
	Decay float64
}

// Settings implements [Optimizer].
func (s SGD) Settings() Settings {
	return Settings{orDefault(s.Rate, 0.01), s.Schedule, s.Clip, s.Decay}
}

// Check reports the first field out of range.
func (s SGD) Check() error {
	if s.Nesterov && s.Momentum == 0 {
		return errors.New("SGD.Nesterov needs a Momentum above 0")
	}
	return errors.Join(checkSettings("SGD", s.Settings()), share("SGD.Momentum", s.Momentum))
}

// Stepper returns the rule at work, its momentum zero.
func (s SGD) Stepper(n int) Stepper {
	st := &sgd{desc: s}
	if s.Momentum != 0 {
		st.states = newStates(n, "momentum")
	}
	return st
}

type sgd struct {
	desc SGD
	states
	rate float32
}

func (s *sgd) Begin(_ int, rate float64) { s.rate = float32(rate) }

func (s *sgd) Update(w, g []float32, lo, hi int, a Adjust) {
	u := a.update(s.rate)
	kernel.SGD(w[lo:hi], g[lo:hi], s.part(0, lo, hi), &u, float32(s.desc.Momentum), s.desc.Nesterov)
}

// states are an optimizer's arrays and their names.
type states struct {
	names  []string
	arrays [][]float32
}

func newStates(n int, names ...string) states {
	s := states{names: names}
	for range names {
		s.arrays = append(s.arrays, make([]float32, n))
	}
	return s
}

// Names returns the names of the state arrays.
func (s *states) Names() []string { return s.names }

// State returns the state arrays.
func (s *states) State() [][]float32 { return s.arrays }

// part returns array k from lo to hi-1, nil if there is no such array.
func (s *states) part(k, lo, hi int) []float32 {
	if k >= len(s.arrays) {
		return nil
	}
	return s.arrays[k][lo:hi]
}

// update returns the kernel's form of an adjustment.
func (a Adjust) update(rate float32) kernel.Update {
	return kernel.Update{Rate: rate, GradScale: a.Scale, ClipValue: a.ClipValue, L1: a.L1, L2: a.L2, Decay: rate * a.Decay}
}

// orDefault returns x, or def if x is 0.
func orDefault(x, def float64) float64 {
	if x == 0 {
		return def
	}
	return x
}

// checkSettings reports the first common field out of range.
func checkSettings(name string, s Settings) error {
	switch {
	case !(s.Rate > 0) || math.IsInf(s.Rate, 0):
		return fmt.Errorf("%s.Rate is %g, want a number above 0", name, s.Rate)
	case !(s.Decay >= 0) || math.IsInf(s.Decay, 0):
		return fmt.Errorf("%s.Decay is %g, want a number of at least 0", name, s.Decay)
	case !(s.Clip.Value >= 0 && s.Clip.Norm >= 0 && s.Clip.GlobalNorm >= 0):
		return fmt.Errorf("%s.Clip is %+v, want numbers of at least 0", name, s.Clip)
	}
	if c, ok := s.Schedule.(interface{ Check() error }); ok {
		return c.Check()
	}
	return nil
}

// share reports a value outside [0, 1).
func share(name string, x float64) error {
	if !(x >= 0 && x < 1) {
		return fmt.Errorf("%s is %g, want from 0 to below 1", name, x)
	}
	return nil
}

// positive reports a value that is not above 0.
func positive(name string, x float64) error {
	if !(x > 0) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g, want a number above 0", name, x)
	}
	return nil
}

func init() { Register("SGD", SGD{}) }
