package losses

import (
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
)

// BinaryCrossEntropy is −mean(t·log(p) + (1−t)·log(1−p)), for outputs that are
// probabilities of yes-or-no questions. Targets are from 0 to 1.
//
// Behind a sigmoid it is computed together with it, from the sums that the
// sigmoid receives, without loss of digits. Behind another activation p is
// clipped to [1e-7, 1−1e-7]; clipped ones have no slope.
type BinaryCrossEntropy struct {
	// LabelSmoothing s trains towards t·(1−s) + s/2; from 0 to below 1.
	LabelSmoothing float64
}

// Name returns "binary_cross_entropy".
func (BinaryCrossEntropy) Name() string { return "binary_cross_entropy" }

// Check fails unless there is a target for each output.
func (b BinaryCrossEntropy) Check(output, target int) error {
	if err := smoothing(b.LabelSmoothing); err != nil {
		return err
	}
	return same(output, target)
}

// CheckTargets fails on a target outside 0 to 1.
func (BinaryCrossEntropy) CheckTargets(t []float32, _, size int) error {
	return inRange(t, size, 0, 1)
}

// Fuses reports whether f is sigmoid.
func (BinaryCrossEntropy) Fuses(f act.Func) bool { return f == act.Sigmoid }

// EvalRaw implements [Fused].
func (b BinaryCrossEntropy) EvalRaw(_ act.Func, a *Args) {
	kernel.SigmoidBCE(a.Pred, a.Grad, a.Loss, a.Pred, a.Target, a.Rows, a.Size,
		a.Scale, a.Uniform, float32(b.LabelSmoothing))
}

// Eval implements [Loss].
func (b BinaryCrossEntropy) Eval(a *Args) {
	n, s := float64(a.Size), b.LabelSmoothing
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, v := range pred {
			p, t := float64(v), float64(float64(target[j])*(1-s))+s/2
			sum += binary(clip(p, epsilon, 1-epsilon), t)
			switch {
			case grad == nil:
			case p < epsilon || p > 1-epsilon:
				grad[j] = 0
			default:
				grad[j] = single(scale * ((1-t)/(1-p) - t/p))
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// binary returns −t·log(q) − (1−t)·log(1−q). Most targets need one logarithm only.
func binary(q, t float64) (loss float64) {
	if t > 0 {
		loss -= float64(t * fmath.Log(q))
	}
	if t < 1 {
		loss -= float64((1 - t) * fmath.Log(1-q))
	}
	return loss
}

func init() { Register("BinaryCrossEntropy", BinaryCrossEntropy{}) }
