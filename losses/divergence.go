package losses

import "github.com/goodfit-ml/goodfit/internal/fmath"

// KLDivergence is Σ t·log(t/p) over the classes (Kullback and Leibler 1951), t and
// p clipped to [1e-7, 1]; a clipped p has no slope. Targets are a value from 0 to
// 1 for each class.
type KLDivergence struct{}

// Name returns "kl_divergence".
func (KLDivergence) Name() string { return "kl_divergence" }

// Check fails unless there is a target for each output.
func (KLDivergence) Check(output, target int) error { return same(output, target) }

// CheckTargets fails on a target outside 0 to 1.
func (KLDivergence) CheckTargets(t []float32, _, size int) error { return inRange(t, size, 0, 1) }

// Eval implements [Loss].
func (KLDivergence) Eval(a *Args) {
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		var loss float64
		for j, v := range pred {
			p, t := float64(v), clip(float64(target[j]), epsilon, 1)
			loss += float64(t * fmath.Log(t/clip(p, epsilon, 1)))
			switch {
			case grad == nil:
			case p < epsilon || p > 1:
				grad[j] = 0
			default:
				grad[j] = single(-scale * t / p)
			}
		}
		a.Loss[i] = float32(loss)
	}
}

func init() { Register("KLDivergence", KLDivergence{}) }
