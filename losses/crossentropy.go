package losses

import (
	"fmt"

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
// divided by the sum over the classes and clipped to [1e-7, 1−1e-7].
//
// It fails with one output; use [BinaryCrossEntropy] there.
type CrossEntropy struct {
	// LabelSmoothing s trains towards t·(1−s) + s/classes; from 0 to below 1.
	LabelSmoothing float64
}

// BinaryCrossEntropy is −mean(t·log(p) + (1−t)·log(1−p)), for outputs that are
// probabilities of yes-or-no questions. Targets are from 0 to 1.
//
// Behind a sigmoid it is computed together with it, from the sums that the
// sigmoid receives. Behind another activation p is clipped to [1e-7, 1−1e-7].
type BinaryCrossEntropy struct {
	// LabelSmoothing s trains towards t·(1−s) + s/2; from 0 to below 1.
	LabelSmoothing float64
}

// KLDivergence is Σ t·log(t/p) over the classes, both clipped to [1e-7, 1].
// Targets are a value from 0 to 1 for each class.
type KLDivergence struct{}

// Name returns "cross_entropy".
func (CrossEntropy) Name() string { return "cross_entropy" }

// Name returns "binary_cross_entropy".
func (BinaryCrossEntropy) Name() string { return "binary_cross_entropy" }

// Name returns "kl_divergence".
func (KLDivergence) Name() string { return "kl_divergence" }

// Check fails unless there are several outputs, and one target or as many.
func (c CrossEntropy) Check(output, target int) error {
	if err := smoothing(c.LabelSmoothing); err != nil {
		return err
	}
	if output < 2 {
		return fmt.Errorf("CrossEntropy needs an output for each class, and the model has %d; use BinaryCrossEntropy", output)
	}
	if target != 1 && target != output {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want 1 or %d", output, target, output)
	}
	return nil
}

// Check fails unless there is a target for each output.
func (b BinaryCrossEntropy) Check(output, target int) error {
	if err := smoothing(b.LabelSmoothing); err != nil {
		return err
	}
	return same(output, target)
}

// Check fails unless there is a target for each output.
func (KLDivergence) Check(output, target int) error { return same(output, target) }

// CheckTargets fails on a class that there is no output for, and on values that
// are not one-hot or a distribution.
func (CrossEntropy) CheckTargets(t []float32, output, size int) error {
	return classes(t, output, size)
}

// CheckTargets fails on a target outside 0 to 1.
func (BinaryCrossEntropy) CheckTargets(t []float32, _, _ int) error { return inRange(t, 0, 1) }

// CheckTargets fails on a target outside 0 to 1.
func (KLDivergence) CheckTargets(t []float32, _, _ int) error { return inRange(t, 0, 1) }

// Fuses reports whether f is softmax.
func (CrossEntropy) Fuses(f act.Func) bool { return f == act.Softmax }

// Fuses reports whether f is sigmoid.
func (BinaryCrossEntropy) Fuses(f act.Func) bool { return f == act.Sigmoid }

// EvalRaw implements [Fused].
func (c CrossEntropy) EvalRaw(_ act.Func, a *Args) {
	kernel.SoftmaxCE(a.Pred, a.Grad, a.Loss, a.Pred, a.Target, a.TargetSize == 1, a.Rows, a.Size,
		a.Scale, a.Uniform, float32(c.LabelSmoothing))
}

// EvalRaw implements [Fused].
func (b BinaryCrossEntropy) EvalRaw(_ act.Func, a *Args) {
	kernel.SigmoidBCE(a.Pred, a.Grad, a.Loss, a.Pred, a.Target, a.Rows, a.Size,
		a.Scale, a.Uniform, float32(b.LabelSmoothing))
}

// Eval implements [Loss].
func (c CrossEntropy) Eval(a *Args) {
	s, n := c.LabelSmoothing, float64(a.Size)
	for i := range a.Rows {
		p, t := a.item(i)
		want := func(j int) float64 {
			y := 0.0
			if a.TargetSize > 1 {
				y = float64(t[j])
			} else if int(t[0]) == j {
				y = 1
			}
			return float64(y*(1-s)) + s/n
		}
		a.categorical(i, p, want)
	}
}

// categorical writes item i's cross-entropy for the wanted distribution. With S
// the sum of p, q = p/S and g_j = −want_j/q_j inside the clip (0 outside), the
// derivative is (g_j − Σ g·q)/S.
func (a *Args) categorical(i int, p []float32, want func(j int) float64) {
	var total float64
	for _, v := range p {
		total += float64(v)
	}
	slope := func(j int) float64 {
		if q := float64(p[j]) / total; q > epsilon && q < 1-epsilon {
			return -want(j) / q
		}
		return 0
	}
	var loss, mean float64
	for j, v := range p {
		q := float64(v) / total
		loss -= float64(want(j) * fmath.Log(clip(q, epsilon, 1-epsilon)))
		mean += float64(slope(j) * q)
	}
	a.Loss[i] = float32(loss)
	a.gradient(i, func(j int) float64 { return (slope(j) - mean) / total })
}

// Eval implements [Loss].
func (b BinaryCrossEntropy) Eval(a *Args) {
	s := b.LabelSmoothing
	a.pointwise(func(p, t float64) (float64, float64) {
		t = float64(t*(1-s)) + s/2
		q := clip(p, epsilon, 1-epsilon)
		loss := -float64(t*fmath.Log(q)) - float64((1-t)*fmath.Log(1-q))
		if p != q {
			return loss, 0
		}
		return loss, (1-t)/(1-q) - t/q
	})
}

// Eval implements [Loss].
func (KLDivergence) Eval(a *Args) {
	for i := range a.Rows {
		p, t := a.item(i)
		var loss float64
		for j := range p {
			y, q := clip(float64(t[j]), epsilon, 1), clip(float64(p[j]), epsilon, 1)
			loss += float64(y * (fmath.Log(y) - fmath.Log(q)))
		}
		a.Loss[i] = float32(loss)
		a.gradient(i, func(j int) float64 {
			if v := float64(p[j]); v >= epsilon && v <= 1 {
				return -clip(float64(t[j]), epsilon, 1) / v
			}
			return 0
		})
	}
}

func clip(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

func init() {
	Register("CrossEntropy", CrossEntropy{})
	Register("BinaryCrossEntropy", BinaryCrossEntropy{})
	Register("KLDivergence", KLDivergence{})
}
