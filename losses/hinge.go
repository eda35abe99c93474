package losses

// Hinge is mean(max(1−t·p, 0)) for targets −1 and +1; a target 0 stands for −1.
// Outputs are usually tanh. Accuracy goes by the sign of the output.
type Hinge struct{}

// SquaredHinge is mean(max(1−t·p, 0)²), with targets as [Hinge].
type SquaredHinge struct{}

// Name returns "hinge".
func (Hinge) Name() string { return "hinge" }

// Name returns "squared_hinge".
func (SquaredHinge) Name() string { return "squared_hinge" }

// Check fails unless there is a target for each output.
func (Hinge) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (SquaredHinge) Check(output, target int) error { return same(output, target) }

// CheckTargets fails unless the targets are −1 and +1, or 0 and +1.
func (Hinge) CheckTargets(t []float32, _, size int) error { return signs(t, size) }

// CheckTargets fails unless the targets are −1 and +1, or 0 and +1.
func (SquaredHinge) CheckTargets(t []float32, _, size int) error { return signs(t, size) }

// SignedTargets implements [Signed].
func (Hinge) SignedTargets() {}

// SignedTargets implements [Signed].
func (SquaredHinge) SignedTargets() {}

// Eval implements [Loss].
func (Hinge) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			t := sign(target[j])
			short := max(1-float64(t*float64(p)), 0)
			sum += short
			switch {
			case grad == nil:
			case short == 0:
				grad[j] = 0
			default:
				grad[j] = single(-scale * t)
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// Eval implements [Loss].
func (SquaredHinge) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			t := sign(target[j])
			short := max(1-float64(t*float64(p)), 0)
			sum += float64(short * short)
			if grad != nil {
				grad[j] = single(-2 * scale * short * t)
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// sign returns −1 for a target of 0, else the target.
func sign(t float32) float64 {
	if t == 0 {
		return -1
	}
	return float64(t)
}

func init() {
	Register("Hinge", Hinge{})
	Register("SquaredHinge", SquaredHinge{})
}
