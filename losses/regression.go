package losses

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// MSE is the mean squared error, mean((p−t)²).
type MSE struct{}

// MAE is the mean absolute error, mean(|p−t|); its slope where p = t is 0.
type MAE struct{}

// MAPE is the mean absolute percentage error, 100·mean(|p−t|/max(|t|, 1e-7)); its
// slope where p = t is 0.
type MAPE struct{}

// Name returns "mse".
func (MSE) Name() string { return "mse" }

// Name returns "mae".
func (MAE) Name() string { return "mae" }

// Name returns "mape".
func (MAPE) Name() string { return "mape" }

// Check fails unless there is a target for each output.
func (MSE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (MAE) Check(output, target int) error { return same(output, target) }

// Check fails unless there is a target for each output.
func (MAPE) Check(output, target int) error { return same(output, target) }

// CheckTargets accepts every number.
func (MSE) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every number.
func (MAE) CheckTargets([]float32, int, int) error { return nil }

// CheckTargets accepts every number.
func (MAPE) CheckTargets([]float32, int, int) error { return nil }

// Eval implements [Loss].
func (MSE) Eval(a *Args) {
	kernel.MSE(a.Loss, a.Grad, a.Pred, a.Target, a.Rows, a.Size, a.Scale, a.Uniform)
}

// Eval implements [Loss].
func (MAE) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			e := float64(p) - float64(target[j])
			sum += math.Abs(e)
			if grad != nil {
				grad[j] = single(scale * direction(e))
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

// Eval implements [Loss].
func (MAPE) Eval(a *Args) {
	n := float64(a.Size)
	for i := range a.Rows {
		pred, target, grad, scale := a.item(i)
		scale /= n
		var sum float64
		for j, p := range pred {
			t := float64(target[j])
			e, percent := float64(p)-t, 100/max(math.Abs(t), epsilon)
			sum += float64(percent * math.Abs(e))
			if grad != nil {
				grad[j] = single(scale * percent * direction(e))
			}
		}
		a.Loss[i] = float32(sum / n)
	}
}

func init() {
	Register("MSE", MSE{})
	Register("MAE", MAE{})
	Register("MAPE", MAPE{})
}
