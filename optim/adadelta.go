package optim

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// Adadelta takes the step from decaying means of squared gradients s and squared
// steps d (Zeiler 2012): s ← ρs + (1−ρ)g², x = g·√(d+ε)/√(s+ε),
// d ← ρd + (1−ρ)x², w ← w − η·x.
//
// In the paper, and in Keras 2.2, Rate is 1.
type Adadelta struct {
	Rate     float64   // η; default 0.001
	Rho      opt.Float // ρ, from 0 to below 1; default 0.95
	Epsilon  float64   // ε; default 1e-7
	Schedule Schedule  // of the rate; nil: it stays
	Clip     Clip      // of the gradient; zero: none
}

// Settings returns what all optimizers have in common.
func (a Adadelta) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0}
}

// Check reports every field out of range.
func (a Adadelta) Check() error {
	return errors.Join(checkSettings("Adadelta", a.Settings()), share("Adadelta.Rho", a.Rho.Or(0.95)),
		epsilon("Adadelta.Epsilon", orDefault(a.Epsilon, 1e-7)))
}

// Stepper returns the rule at work. Its state is "square", s, and "step", d.
func (a Adadelta) Stepper(n int) Stepper {
	return &adadelta{rho: a.Rho.Or(0.95), epsilon: float32(orDefault(a.Epsilon, 1e-7)),
		states: newStates(n, "square", "step")}
}

type adadelta struct {
	states
	rho           float64
	rate, epsilon float32
}

func (a *adadelta) Begin(_ int, rate float64) { a.rate = float32(rate) }

func (a *adadelta) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.rate)
	kernel.Adadelta(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), &u, a.rho, a.epsilon)
}

func init() { Register("Adadelta", Adadelta{}) }
