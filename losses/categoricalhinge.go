package losses

// CategoricalHinge is max(1 + w − c, 0), where c is the p of the class and w the
// largest p of the other classes and at least 0: max((1−t)·p) and Σ t·p over the
// classes, as in Keras. A target is the index of its class, or one-hot.
type CategoricalHinge struct{}

// Name returns "categorical_hinge".
func (CategoricalHinge) Name() string { return "categorical_hinge" }

// Check fails unless there are several outputs, and one target or as many.
func (CategoricalHinge) Check(output, target int) error {
	return classSizes("CategoricalHinge", output, target)
}

// CheckTargets fails on a class that there is no output for, and on values that
// are neither one-hot nor another distribution.
func (CategoricalHinge) CheckTargets(t []float32, output, size int) error {
	return classes(t, output, size)
}

// Eval implements [Loss].
func (CategoricalHinge) Eval(a *Args) {
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		of, wrong, worst := 0.0, 0, 0.0
		for j, v := range pred {
			p, t := float64(v), membership(target, j)
			of += float64(t * p)
			if x := (1 - t) * p; j == 0 || x > worst {
				wrong, worst = j, x
			}
		}
		loss := max(1+worst-of, 0)
		a.Loss[i] = float32(loss)
		if loss == 0 {
			clear(grad)
			continue
		}
		for j := range grad {
			slope := -membership(target, j)
			if j == wrong {
				slope += 1 - membership(target, j)
			}
			grad[j] = single(scale * slope)
		}
	}
}

// membership returns how much an item is of class j: 1 or 0 for an index.
func membership(target []float32, j int) float64 {
	switch {
	case len(target) > 1:
		return float64(target[j])
	case int(target[0]) == j:
		return 1
	}
	return 0
}

func init() { Register("CategoricalHinge", CategoricalHinge{}) }
