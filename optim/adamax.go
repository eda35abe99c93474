package optim

import (
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// Adamax is [Adam] by the infinity norm (Kingma and Ba 2015, section 7):
// m ← β₁m + (1−β₁)g, u ← max(β₂u, |g|), w ← w − η/(1−β₁ᵗ) · m/(u + ε).
type Adamax struct {
	Rate     float64   // η; default 0.001
	Beta1    opt.Float // β₁, from 0 to below 1; default 0.9
	Beta2    opt.Float // β₂, from 0 to below 1; default 0.999
	Epsilon  float64   // ε; default 1e-7
	Schedule Schedule  // of the rate; nil: it stays
	Clip     Clip      // of the gradient; zero: none
}

// Settings returns what all optimizers have in common.
func (a Adamax) Settings() Settings { return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0} }

// Check reports every field out of range.
func (a Adamax) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("Adamax", a.Settings())
}

// Stepper returns the rule at work. Its state is "mean", m, and "norm", u.
func (a Adamax) Stepper(n int) Stepper {
	return &adamax{moments: momentsOf(a.Beta1, a.Beta2, a.Epsilon), states: newStates(n, "mean", "norm")}
}

type adamax struct {
	moments
	states
	alpha float32 // η/(1−β₁ᵗ)
	undo  float32 // η/alpha
}

func (a *adamax) Begin(t int, rate float64) {
	mean := 1 - fmath.Pow(a.beta1, float64(t))
	a.alpha, a.undo = float32(rate/mean), float32(mean)
}

func (a *adamax) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.alpha)
	u.Decay *= a.undo // decay goes by η itself
	kernel.Adamax(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), &u,
		a.beta1, a.beta2, float32(a.epsilon))
}

func init() { Register("Adamax", Adamax{}) }
