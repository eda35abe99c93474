package optim

import (
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// Nadam is [Adam] with Nesterov momentum (Dozat 2016): m and v as there, and with
// μₜ = β₁(1 − 0.96ᵗ/2) and Πₜ the product of μ₁ to μₜ,
// w ← w − η·(μₜ₊₁·m/(1−Πₜ₊₁) + (1−μₜ)·g/(1−Πₜ))/(√(v/(1−β₂ᵗ)) + ε).
type Nadam struct {
	Rate     float64   // η; default 0.001
	Beta1    opt.Float // β₁, from 0 to below 1; default 0.9
	Beta2    opt.Float // β₂, from 0 to below 1; default 0.999
	Epsilon  float64   // ε; default 1e-7
	Schedule Schedule  // of the rate; nil: it stays
	Clip     Clip      // of the gradient; zero: none
}

// Settings returns what all optimizers have in common.
func (n Nadam) Settings() Settings { return Settings{orDefault(n.Rate, 0.001), n.Schedule, n.Clip, 0} }

// Check reports every field out of range.
func (n Nadam) Check() error {
	return momentsOf(n.Beta1, n.Beta2, n.Epsilon).check("Nadam", n.Settings())
}

// Stepper returns the rule at work. Its state is "mean", m, and "square", v; the
// product Πₜ follows from the number of the update.
func (n Nadam) Stepper(size int) Stepper {
	return &nadam{moments: momentsOf(n.Beta1, n.Beta2, n.Epsilon), states: newStates(size, "mean", "square"), product: 1}
}

type nadam struct {
	moments
	states
	t       int     // the update that product belongs to
	product float64 // Πₜ
	rate    float32
	scalars kernel.NadamScalars
}

// mu returns μₜ.
func (n *nadam) mu(t int) float64 {
	return float64(n.beta1 * (1 - float64(0.5*fmath.Pow(0.96, float64(t)))))
}

func (n *nadam) Begin(t int, rate float64) {
	if n.t > t { // the state was restored to an earlier update
		n.t, n.product = 0, 1
	}
	for ; n.t < t; n.t++ {
		n.product *= n.mu(n.t + 1)
	}
	next := n.mu(t + 1)
	n.rate = float32(rate)
	n.scalars = kernel.NadamScalars{
		Mean:     float32(next / (1 - float64(n.product*next))),
		Gradient: float32((1 - n.mu(t)) / (1 - n.product)),
		Square:   float32(1 / (1 - fmath.Pow(n.beta2, float64(t)))),
	}
}

func (n *nadam) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(n.rate)
	kernel.Nadam(w[lo:hi], g[lo:hi], n.part(0, lo, hi), n.part(1, lo, hi), &u,
		n.beta1, n.beta2, float32(n.epsilon), n.scalars)
}

func init() { Register("Nadam", Nadam{}) }
