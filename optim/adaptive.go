package optim

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// RMSprop divides the gradient by the root of a decaying mean of its square
// (Tieleman and Hinton 2012): s ← ρs + (1−ρ)g², w ← w − η·g/√(s + ε). Centered
// takes the variance, s less the square of the mean gradient (Graves 2013).
type RMSprop struct {
	Rate     float64   // η; default 0.001
	Rho      opt.Float // ρ; default 0.9
	Momentum float64   // v ← m·v + η·g/√(s+ε), w ← w − v; default 0
	Epsilon  float64   // default 1e-7
	Centered bool
	Schedule Schedule
	Clip     Clip
}

// Adagrad divides the gradient by the root of the sum of its squares (Duchi et
// al. 2011): s ← s + g², w ← w − η·g/√(s + ε).
//
// Old Keras had Rate 0.01 and an Accumulator of 0: write 0.01 and opt.Zero.
type Adagrad struct {
	Rate        float64   // η; default 0.001
	Accumulator opt.Float // first value of s; default 0.1
	Epsilon     float64   // default 1e-7
	Schedule    Schedule
	Clip        Clip
}

// Adadelta takes the step from decaying means of squared gradients s and squared
// steps d (Zeiler 2012): s ← ρs + (1−ρ)g², x = g·√(d+ε)/√(s+ε),
// d ← ρd + (1−ρ)x², w ← w − η·x. In the paper, and in old Keras, Rate is 1.
type Adadelta struct {
	Rate     float64   // η; default 0.001
	Rho      opt.Float // ρ; default 0.95
	Epsilon  float64   // default 1e-7
	Schedule Schedule
	Clip     Clip
}

// Settings implements [Optimizer].
func (r RMSprop) Settings() Settings {
	return Settings{orDefault(r.Rate, 0.001), r.Schedule, r.Clip, 0}
}

// Settings implements [Optimizer].
func (a Adagrad) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0}
}

// Settings implements [Optimizer].
func (a Adadelta) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0}
}

// Check reports the first field out of range.
func (r RMSprop) Check() error {
	return errors.Join(checkSettings("RMSprop", r.Settings()), share("RMSprop.Rho", r.Rho.Or(0.9)),
		share("RMSprop.Momentum", r.Momentum), positive("RMSprop.Epsilon", orDefault(r.Epsilon, 1e-7)))
}

// Check reports the first field out of range.
func (a Adagrad) Check() error {
	if s := a.Accumulator.Or(0.1); !(s >= 0) || math.IsInf(s, 0) {
		return fmt.Errorf("Adagrad.Accumulator is %g, want a number of at least 0", s)
	}
	return errors.Join(checkSettings("Adagrad", a.Settings()), positive("Adagrad.Epsilon", orDefault(a.Epsilon, 1e-7)))
}

// Check reports the first field out of range.
func (a Adadelta) Check() error {
	return errors.Join(checkSettings("Adadelta", a.Settings()), share("Adadelta.Rho", a.Rho.Or(0.95)),
		positive("Adadelta.Epsilon", orDefault(a.Epsilon, 1e-7)))
}

// Stepper returns the rule at work, its means zero.
func (r RMSprop) Stepper(n int) Stepper {
	s := &rmsprop{desc: r, square: make([]float32, n)}
	if r.Momentum != 0 {
		s.momentum = make([]float32, n)
	}
	if r.Centered {
		s.mean = make([]float32, n)
	}
	return s
}

type rmsprop struct {
	desc                   RMSprop
	square, momentum, mean []float32 // the last two may be nil
	rate                   float32
}

func (r *rmsprop) Names() []string {
	names := []string{"square"}
	if r.momentum != nil {
		names = append(names, "momentum")
	}
	if r.mean != nil {
		names = append(names, "mean")
	}
	return names
}

func (r *rmsprop) State() [][]float32 {
	list := [][]float32{r.square}
	if r.momentum != nil {
		list = append(list, r.momentum)
	}
	if r.mean != nil {
		list = append(list, r.mean)
	}
	return list
}

func (r *rmsprop) Begin(_ int, rate float64) { r.rate = float32(rate) }

func (r *rmsprop) Update(w, g []float32, lo, hi int, a Adjust) {
	u := a.update(r.rate)
	kernel.RMSprop(w[lo:hi], g[lo:hi], r.square[lo:hi], cut(r.momentum, lo, hi), cut(r.mean, lo, hi), &u,
		r.desc.Rho.Or(0.9), float32(orDefault(r.desc.Epsilon, 1e-7)), float32(r.desc.Momentum))
}

// cut returns s[lo:hi], nil for nil.
func cut(s []float32, lo, hi int) []float32 {
	if s == nil {
		return nil
	}
	return s[lo:hi]
}

// Stepper returns the rule at work, its sums at Accumulator.
func (a Adagrad) Stepper(n int) Stepper {
	s := &adagrad{desc: a, states: newStates(n, "square")}
	for i := range s.arrays[0] {
		s.arrays[0][i] = float32(a.Accumulator.Or(0.1))
	}
	return s
}

type adagrad struct {
	desc Adagrad
	states
	rate float32
}

func (a *adagrad) Begin(_ int, rate float64) { a.rate = float32(rate) }

func (a *adagrad) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.rate)
	kernel.Adagrad(w[lo:hi], g[lo:hi], a.part(0, lo, hi), &u, float32(orDefault(a.desc.Epsilon, 1e-7)))
}

// Stepper returns the rule at work, its means zero.
func (a Adadelta) Stepper(n int) Stepper {
	return &adadelta{desc: a, states: newStates(n, "square", "step")}
}

type adadelta struct {
	desc Adadelta
	states
	rate float32
}

func (a *adadelta) Begin(_ int, rate float64) { a.rate = float32(rate) }

func (a *adadelta) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.rate)
	kernel.Adadelta(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), &u,
		a.desc.Rho.Or(0.95), float32(orDefault(a.desc.Epsilon, 1e-7)))
}

func init() {
	Register("RMSprop", RMSprop{})
	Register("Adagrad", Adagrad{})
	Register("Adadelta", Adadelta{})
}
