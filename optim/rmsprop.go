package optim

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// RMSprop divides the gradient by the root of a decaying mean of its square
// (Tieleman and Hinton 2012): s ← ρs + (1−ρ)g², w ← w − η·g/√(s + ε).
//
// ε stands inside the root, as in Keras; PyTorch has √s + ε.
type RMSprop struct {
	Rate     float64   // η; default 0.001
	Rho      opt.Float // ρ, from 0 to below 1; default 0.9
	Momentum float64   // m in v ← m·v + η·g/√(s + ε), w ← w − v; from 0 to below 1
	Epsilon  float64   // ε; default 1e-7
	// Centered divides by the root of the variance, s less the square of the
	// gradient's mean ḡ ← ρḡ + (1−ρ)g, plus ε (Graves 2013).
	Centered bool
	Schedule Schedule // of the rate; nil: it stays
	Clip     Clip     // of the gradient; zero: none
}

// Settings returns what all optimizers have in common.
func (r RMSprop) Settings() Settings {
	return Settings{orDefault(r.Rate, 0.001), r.Schedule, r.Clip, 0}
}

// Check reports every field out of range.
func (r RMSprop) Check() error {
	return errors.Join(checkSettings("RMSprop", r.Settings()), share("RMSprop.Rho", r.Rho.Or(0.9)),
		share("RMSprop.Momentum", r.Momentum), epsilon("RMSprop.Epsilon", orDefault(r.Epsilon, 1e-7)))
}

// Stepper returns the rule at work. Its state is "square", s, and "momentum", v,
// and "mean", ḡ, where there are such.
func (r RMSprop) Stepper(n int) Stepper {
	s := &rmsprop{rho: r.Rho.Or(0.9), epsilon: float32(orDefault(r.Epsilon, 1e-7)),
		factor: float32(r.Momentum), momentum: -1, mean: -1}
	names := []string{"square"}
	if r.Momentum != 0 {
		s.momentum, names = len(names), append(names, "momentum")
	}
	if r.Centered {
		s.mean, names = len(names), append(names, "mean")
	}
	s.states = newStates(n, names...)
	return s
}

type rmsprop struct {
	states
	rho                   float64
	rate, epsilon, factor float32
	momentum, mean        int // places among the states, −1 where there is no such
}

func (r *rmsprop) Begin(_ int, rate float64) { r.rate = float32(rate) }

func (r *rmsprop) Update(w, g []float32, lo, hi int, a Adjust) {
	u := a.update(r.rate)
	kernel.RMSprop(w[lo:hi], g[lo:hi], r.part(0, lo, hi), r.part(r.momentum, lo, hi), r.part(r.mean, lo, hi),
		&u, r.rho, r.epsilon, r.factor)
}

func init() { Register("RMSprop", RMSprop{}) }
