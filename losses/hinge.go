package losses

import "fmt"

// Hinge is mean(max(1−t·p, 0)) for targets −1 and +1; a target 0 stands for −1.
// Outputs are usually tanh. Accuracy goes by the sign of the output.
type Hinge struct{}

// SquaredHinge is mean(max(1−t·p, 0)²), with targets as [Hinge].
type SquaredHinge struct{}

// CategoricalHinge is max(1 + w − p of the class, 0), where w is the largest p of
// the wrong classes and at least 0, as in Keras. A target is the index of its
// class, or one-hot.
type CategoricalHinge struct{}

// Name returns "hinge".
func (Hinge) Name() string { return "hinge" }

// Name returns "squared_hinge".
func (SquaredHinge) Name() string { return "squared_hinge" }

// Name returns "categorical_hinge".
func (CategoricalHinge) Name() string { return "categorical_hinge" }

// Check fails unless there is a target for each output.
func (Hinge) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (SquaredHinge) Check(output, target int) error { return same(output, target) }

// Check fails unless there are several outputs, and one target or as many.
func (CategoricalHinge) Check(output, target int) error {
	if output < 2 || target != 1 && target != output {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want at least 2 outputs and 1 target or as many", output, target)
	}
	return nil
}

// CheckTargets fails unless the targets are two of −1, 0 and +1, one of them +1.
func (Hinge) CheckTargets(t []float32, _, _ int) error { return signs(t) }

// CheckTargets fails unless the targets are two of −1, 0 and +1, one of them +1.
func (SquaredHinge) CheckTargets(t []float32, _, _ int) error { return signs(t) }

// CheckTargets fails on a class that there is no output for, and on values that
// are not one-hot.
func (CategoricalHinge) CheckTargets(t []float32, output, size int) error {
	return classes(t, output, size)
}

// SignedTargets implements [Signed].
func (Hinge) SignedTargets() {}

// SignedTargets implements [Signed].
func (SquaredHinge) SignedTargets() {}

// Eval implements [Loss].
func (Hinge) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		t = sign(t)
		if m := 1 - float64(t*p); m > 0 {
			return m, -t
		}
		return 0, 0
	})
}

// Eval implements [Loss].
func (SquaredHinge) Eval(a *Args) {
	a.pointwise(func(p, t float64) (float64, float64) {
		t = sign(t)
		if m := 1 - float64(t*p); m > 0 {
			return m * m, -2 * m * t
		}
		return 0, 0
	})
}

// Eval implements [Loss].
func (CategoricalHinge) Eval(a *Args) {
	for i := range a.Rows {
		p, t := a.item(i)
		class := classIndex(t)
		wrong, most := -1, float32(0)
		for j, v := range p {
			if j != class && v > most {
				wrong, most = j, v
			}
		}
		loss := max(1+float64(most)-float64(p[class]), 0)
		a.Loss[i] = float32(loss)
		a.gradient(i, func(j int) float64 {
			switch {
			case loss == 0:
				return 0
			case j == class:
				return -1
			case j == wrong:
				return 1
			}
			return 0
		})
	}
}

// classIndex returns the class of a target: its index, or the place of its
// largest value.
func classIndex(t []float32) int {
	if len(t) == 1 {
		return int(t[0])
	}
	best := 0
	for j, v := range t {
		if v > t[best] {
			best = j
		}
	}
	return best
}

func init() {
	Register("Hinge", Hinge{})
	Register("SquaredHinge", SquaredHinge{})
	Register("CategoricalHinge", CategoricalHinge{})
}
