package losses

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// MSLE is the mean squared logarithmic error, mean((log(1+p)−log(1+t))²), p and t
// raised to 1e-7 at least: predictions below have no slope. Targets must be at
// least 0.
type MSLE struct{}

// Poisson is mean(p − t·log(p+1e-7)), for counts with a positive prediction.
// Targets must be at least 0.
type Poisson struct{}

// Name returns "msle".
func (MSLE) Name() string { return "msle" }

// Name returns "poisson".
func (Poisson) Name() string { return "poisson" }

// Check fails unless there is a target for each output.
func (MSLE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (Poisson) Check(output, target int) error { return same(output, target) }

// CheckTargets fails on a target below 0.
func (MSLE) CheckTargets(t []float32, _, size int) error { return inRange(t, size, 0, math.MaxFloat64) }

// CheckTargets fails on a target below 0.
func (Poisson) CheckTargets(t []float32, _, size int) error {
	return inRange(t, size, 0, math.MaxFloat64)
}

// Eval implements [Loss].
func (MSLE) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, v := range pred {
			p, t := float64(v), float64(target[j])
			e := fmath.Log1p(max(p, epsilon)) - fmath.Log1p(max(t, epsilon))
			sum += float64(e * e)
			switch {
			case grad == nil:
			case p < epsilon:
				grad[j] = 0
			default:
				grad[j] = single(scale * 2 * e / (1 + p))
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// Eval implements [Loss].
func (Poisson) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, v := range pred {
			p, t := float64(v), float64(target[j])
			q := p + epsilon
			sum += p - float64(t*fmath.Log(q))
			if grad != nil {
				grad[j] = single(scale * (1 - t/q))
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

func init() {
	Register("MSLE", MSLE{})
	Register("Poisson", Poisson{})
}
