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
// ε is the paper's "epsilon hat", of the form before its section 2.1, as in Keras;
// PyTorch has that of the paper's Algorithm 1.
type Adam struct {
	Rate    float64   // η; default 0.001
	Beta1   opt.Float // β₁, from 0 to below 1; default 0.9
	Beta2   opt.Float // β₂, from 0 to below 1; default 0.999
	Epsilon float64   // ε; default 1e-7
	// AMSGrad puts the largest v so far in the place of v (Reddi et al. 2018).
	AMSGrad  bool
	Schedule Schedule // of the rate; nil: it stays
	Clip     Clip     // of the gradient; zero: none
}

// AdamW is [Adam] with decoupled weight decay (Loshchilov and Hutter 2019):
// kernels lose η·Decay·w before each step.
type AdamW struct {
	Rate     float64   // η; default 0.001
	Decay    opt.Float // at least 0; default 0.004
	Beta1    opt.Float // as in [Adam]
	Beta2    opt.Float // as in [Adam]
	Epsilon  float64   // as in [Adam]
	AMSGrad  bool      // as in [Adam]
	Schedule Schedule  // of the rate; nil: it stays
	Clip     Clip      // of the gradient; zero: none
}

// moments are what the family has in common.
type moments struct{ beta1, beta2, epsilon float64 }

func momentsOf(b1, b2 opt.Float, eps float64) moments {
	return moments{b1.Or(0.9), b2.Or(0.999), orDefault(eps, 1e-7)}
}

func (m moments) check(name string, s Settings) error {
	return errors.Join(checkSettings(name, s), share(name+".Beta1", m.beta1), share(name+".Beta2", m.beta2),
		epsilon(name+".Epsilon", m.epsilon))
}

// Settings returns what all optimizers have in common.
func (a Adam) Settings() Settings { return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0} }

// Check reports every field out of range.
func (a Adam) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("Adam", a.Settings())
}

// Stepper returns the rule at work. Its state is "mean", m, and "square", v, and
// with AMSGrad "largest_square".
func (a Adam) Stepper(n int) Stepper {
	return newAdam(n, momentsOf(a.Beta1, a.Beta2, a.Epsilon), a.AMSGrad)
}

// Settings returns what all optimizers have in common.
func (a AdamW) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, a.Decay.Or(0.004)}
}

// Check reports every field out of range.
func (a AdamW) Check() error {
	return momentsOf(a.Beta1, a.Beta2, a.Epsilon).check("AdamW", a.Settings())
}

// Stepper returns the rule at work, with the same state as Adam's.
func (a AdamW) Stepper(n int) Stepper {
	return newAdam(n, momentsOf(a.Beta1, a.Beta2, a.Epsilon), a.AMSGrad)
}

type adam struct {
	moments
	states
	alpha float32 // η·√(1−β₂ᵗ)/(1−β₁ᵗ)
	undo  float32 // η/alpha
}

func newAdam(n int, m moments, amsgrad bool) *adam {
	names := []string{"mean", "square"}
	if amsgrad {
		names = append(names, "largest_square")
	}
	return &adam{moments: m, states: newStates(n, names...)}
}

func (a *adam) Begin(t int, rate float64) {
	mean, root := 1-fmath.Pow(a.beta1, float64(t)), math.Sqrt(1-fmath.Pow(a.beta2, float64(t)))
	a.alpha, a.undo = float32(rate*root/mean), float32(mean/root)
}

func (a *adam) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.alpha)
	u.Decay *= a.undo // decay goes by η itself
	kernel.Adam(w[lo:hi], g[lo:hi], a.part(0, lo, hi), a.part(1, lo, hi), a.part(2, lo, hi), &u,
		a.beta1, a.beta2, float32(a.epsilon))
}

func init() {
	Register("Adam", Adam{})
	Register("AdamW", AdamW{})
}
