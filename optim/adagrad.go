package optim

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
)

// Adagrad divides the gradient by the root of the sum of its squares (Duchi et
// al. 2011): s ← s + g², w ← w − η·g/√(s + ε).
//
// Keras 2.2 had Rate 0.01 and an Accumulator of 0: write 0.01 and opt.Zero. ε
// stands inside the root, as in Keras 3; PyTorch has √s + ε.
type Adagrad struct {
	Rate        float64   // η; default 0.001
	Accumulator opt.Float // first value of s, at least 0; default 0.1
	Epsilon     float64   // ε; default 1e-7
	Schedule    Schedule  // of the rate; nil: it stays
	Clip        Clip      // of the gradient; zero: none
}

// Settings returns what all optimizers have in common.
func (a Adagrad) Settings() Settings {
	return Settings{orDefault(a.Rate, 0.001), a.Schedule, a.Clip, 0}
}

// Check reports every field out of range.
func (a Adagrad) Check() error {
	return errors.Join(checkSettings("Adagrad", a.Settings()), atLeast("Adagrad.Accumulator", a.Accumulator.Or(0.1), 0),
		epsilon("Adagrad.Epsilon", orDefault(a.Epsilon, 1e-7)))
}

// Stepper returns the rule at work. Its state is "square", s, at Accumulator.
func (a Adagrad) Stepper(n int) Stepper {
	s := &adagrad{epsilon: float32(orDefault(a.Epsilon, 1e-7)), states: newStates(n, "square")}
	kernel.Fill(s.arrays[0], float32(a.Accumulator.Or(0.1)))
	return s
}

type adagrad struct {
	states
	rate, epsilon float32
}

func (a *adagrad) Begin(_ int, rate float64) { a.rate = float32(rate) }

func (a *adagrad) Update(w, g []float32, lo, hi int, adj Adjust) {
	u := adj.update(a.rate)
	kernel.Adagrad(w[lo:hi], g[lo:hi], a.part(0, lo, hi), &u, a.epsilon)
}

func init() { Register("Adagrad", Adagrad{}) }
