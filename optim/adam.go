package optim

import (
	"errors"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// Adam keeps decaying means of the gradient and of its square (Kingma and Ba
// 2015): m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
// w ← w − η·√(1−β₂ᵗ)/(1−β₁ᵗ) · m/(√v + ε).
//
// ε is the paper's "epsilon hat", of the form before its section 2.1, not the one
// of its Algorithm 1.
type Adam struct {
	Rate     float64   // η; default 0.001
	Beta1    opt.Float // default 0.9
	Beta2    opt.Float // default 0.999
	Epsilon  float64   // default 1e-7
	AMSGrad  bool      // the largest v so far in the place of v (Reddi et al. 2018)
	Schedule Schedule
	Clip     Clip
}

// AdamW is [Adam] with decoupled weight decay (Loshchilov and Hutter 2019):
// kernels lose η·Decay·w before each update.
type AdamW struct {
	Rate     float64   // η; default 0.001
	Decay    opt.Float // default 0.004
	Beta1    opt.Float // default 0.9
	Beta2    opt.Float // default 0.999
	Epsilon  float64   // default 1e-7
	AMSGrad  bool
	Schedule Schedule
	Clip     Clip
}

// Adamax is Adam by the infinity norm (Kingma and Ba 2015, section 7):
// m ← β₁m + (1−β₁)g, u ← max(β₂u, |g|), w ← w − η/(1−β₁ᵗ) · m/(u + ε).
type Adamax struct {
	Rate     float64   // η; default 0.001
	Beta1    opt.Float // default 0.9
	Beta2    opt.Float // default 0.999
	Epsilon  float64   // default 1e-7
	Schedule Schedule
	Clip     Clip
}

// Nadam is Adam with Nesterov momentum (Dozat 2016): with
// μₜ = β₁(1 − 0.96^t/2) and Πₜ the product of μ₁ to μₜ,
// w ← w − η·(μₜ₊₁·m/(1−Πₜ₊₁) + (1−μₜ)·g/(1−Πₜ))/(√(v/(1−β₂ᵗ)) + ε).
type Nadam struct {
	Rate     float64   // η; default 0.001
	Beta1    opt.Float // default 0.9
	Beta2    opt.Float // default 0.999
	Epsilon  float64   // default 1e-7
	Schedule Schedule
	Clip     Clip
}

// moments are what the family has in common.
type moments struct{ beta1, beta2, epsilon float64 }

func momentsOf(b1, b2 opt.Float, eps float64) moments {
	return moments{b1.Or(0.9), b2.Or(0.999), orDefault(eps, 1e-7)}
}

func (m moments) check(name string, s Settings) error {
	return errors.Join(checkSettings(name, s), share(name+".Beta1", m.beta1), share(name+".Beta2", m.beta2),
		positive(name+".Epsilon", m.epsilon))
}

// alpha returns √(1−β₂ᵗ)/(1−β₁ᵗ).
func (m moments) alpha(t int) float64 {
	return math.Sqrt(1-fmath.Pow(m.beta2, float64(t))) / (1 - fmath.Pow(m.beta1, float64(t)))
}

// Settings implements [Optimizer].
func (a Adam) Settings() Settings { return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0} }

// Check reports the first field out of range.
func (a Adam) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("Adam", a.Settings())
}

// Stepper returns the rule at work, its means zero.
func (a Adam) Stepper(n int) Stepper {
	return newAdam(n, momentsOf(a.Beta1, a.Beta2, a.Epsilon), a.AMSGrad)
}

// Settings implements [Optimizer].
func (a AdamW) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, a.Decay.Or(0.004)}
}

// Check reports the first field out of range.
func (a AdamW) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("AdamW", a.Settings())
}

// Stepper returns the rule at work, its means zero.
func (a AdamW) Stepper(n int) Stepper {
	return newAdam(n, momentsOf(a.Beta1, a.Beta2, a.Epsilon), a.AMSGrad)
}

type adam struct {
	moments
	states
	rate, alpha float32
}

func newAdam(n int, m moments, amsgrad bool) *adam {
	if amsgrad {
		return &adam{moments: m, states: newStates(n, "mean", "square", "largest_square")}
	}
	return &adam{moments: m, states: newStates(n, "mean", "square")}
}

func (a *adam) Begin(t int, rate float64) {
	a.rate, a.alpha = float32(rate), float32(rate*a.moments.alpha(t))
}

func (a *adam) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.alpha)
	u.Decay = a.rate * adj.Decay // by the rate itself, without the correction in alpha
	kernel.Adam(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), a.part(2, lo, hi), &u,
		a.beta1, a.beta2, float32(a.epsilon))
}

// Settings implements [Optimizer].
func (a Adamax) Settings() Settings { return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0} }

// Check reports the first field out of range.
func (a Adamax) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("Adamax", a.Settings())
}

// Stepper returns the rule at work, its means zero.
func (a Adamax) Stepper(n int) Stepper {
	return &adamax{moments: momentsOf(a.Beta1, a.Beta2, a.Epsilon), states: newStates(n, "mean", "norm")}
}

type adamax struct {
	moments
	states
	alpha float32
}

func (a *adamax) Begin(t int, rate float64) {
	a.alpha = float32(rate / (1 - fmath.Pow(a.beta1, float64(t))))
}

func (a *adamax) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.alpha)
	kernel.Adamax(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), &u,
		a.beta1, a.beta2, float32(a.epsilon))
}

// Settings implements [Optimizer].
func (n Nadam) Settings() Settings { return Settings{orDefault(n.Rate, 0.001), n.Schedule, n.Clip, 0} }

// Check reports the first field out of range.
func (n Nadam) Check() error {
	return momentsOf(n.Beta1, n.Beta2, n.Epsilon).check("Nadam", n.Settings())
}

// Stepper returns the rule at work, its means zero.
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
func (n *nadam) mu(t int) float64 { return n.beta1 * (1 - 0.5*fmath.Pow(0.96, float64(t))) }

func (n *nadam) Begin(t int, rate float64) {
	if n.t >= t { // restored to an earlier update
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

func init() {
	Register("Adam", Adam{})
	Register("AdamW", AdamW{})
	Register("Adamax", Adamax{})
	Register("Nadam", Nadam{})
}
