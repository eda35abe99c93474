package losses

import (
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
)

// CrossEntropy is −Σ t·log(p) over the classes, for outputs that are
// probabilities. A target is the index of its class (Keras: sparse categorical)
// or a value for each class (categorical).
//
// Behind a softmax it is computed together with it, from the sums that the
// softmax receives, without loss of digits. Behind another activation p is
// divided by the sum over the classes and clipped to [1e-7, 1−1e-7]; clipped
// ones have no slope.
type CrossEntropy struct {
	// LabelSmoothing s trains towards t·(1−s) + s/classes (Szegedy et al. 2016);
	// from 0 to below 1.
	LabelSmoothing float64
}

// Name returns "cross_entropy".
func (CrossEntropy) Name() string { return "cross_entropy" }

// Check fails unless there are several outputs, and one target or as many.
func (c CrossEntropy) Check(output, target int) error {
	if err := smoothing(c.LabelSmoothing); err != nil {
		return err
	}
	return classSizes("CrossEntropy", output, target)
}

// CheckTargets fails on a class that there is no output for, and on values that
// are neither one-hot nor another distribution.
func (CrossEntropy) CheckTargets(t []float32, output, size int) error {
	return classes(t, output, size)
}

// Fuses reports whether f is softmax.
func (CrossEntropy) Fuses(f act.Func) bool { return f == act.Softmax }

// EvalRaw implements [Fused].
func (c CrossEntropy) EvalRaw(_ act.Func, a *Args) {
	kernel.SoftmaxCE(a.Pred, a.Grad, a.Loss, a.Pred, a.Target, a.TargetSize == 1, a.Rows, a.Size,
		a.Scale, a.Uniform, float32(c.LabelSmoothing))
}

// Eval implements [Loss]. With S the sum of p, q = p/S and y the smoothed target,
// the derivative by p_j is (Σ y − y_j/q_j)/S, y taken where q is not clipped.
func (c CrossEntropy) Eval(a *Args) {
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		var total float64
		for _, p := range pred {
			total += float64(p)
		}
		var loss, inside float64
		for j, p := range pred {
			y, q := c.want(target, j, len(pred)), float64(p)/total
			if y != 0 {
				loss -= float64(y * fmath.Log(clip(q, epsilon, 1-epsilon)))
			}
			if within(q) {
				inside += y
			}
		}
		a.Loss[i] = float32(loss)
		for j := range grad {
			slope, q := inside, float64(pred[j])/total
			if within(q) {
				slope -= c.want(target, j, len(pred)) / q
			}
			grad[j] = single(scale * slope / total)
		}
	}
}

// want returns the smoothed target of class j.
func (c CrossEntropy) want(target []float32, j, classes int) float64 {
	return float64(membership(target, j)*(1-c.LabelSmoothing)) + c.LabelSmoothing/float64(classes)
}

// within reports whether a probability is not clipped.
func within(q float64) bool { return q >= epsilon && q <= 1-epsilon }

func init() { Register("CrossEntropy", CrossEntropy{}) }
