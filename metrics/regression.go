package metrics

import (
	"math"

	"github.com/goodfit-ml/goodfit/curves"
)

// MSE is the mean squared error, mean((pred−target)²) over outputs and items.
type MSE struct{}

// RMSE is the root of [MSE] over all outputs and items, in the target's own unit.
type RMSE struct{}

// MAE is the mean absolute error, mean(|pred−target|) over outputs and items, in
// the target's own unit.
type MAE struct{}

// Name returns "mse".
func (MSE) Name() string { return "mse" }

// Name returns "rmse".
func (RMSE) Name() string { return "rmse" }

// Name returns "mae".
func (MAE) Name() string { return "mae" }

// Direction returns curves.Minimize.
func (MSE) Direction() curves.Direction { return curves.Minimize }

// Direction returns curves.Minimize.
func (RMSE) Direction() curves.Direction { return curves.Minimize }

// Direction returns curves.Minimize.
func (MAE) Direction() curves.Direction { return curves.Minimize }

// Meter fails unless there is a target for each output.
func (MSE) Meter(s Spec) (Meter, error) { return newMean(s, s.sameSizes(), squared) }

// Meter fails unless there is a target for each output.
func (RMSE) Meter(s Spec) (Meter, error) {
	if err := s.sameSizes(); err != nil {
		return nil, err
	}
	return &mean{spec: s, of: squared, finish: math.Sqrt}, nil
}

// Meter fails unless there is a target for each output.
func (MAE) Meter(s Spec) (Meter, error) { return newMean(s, s.sameSizes(), absolute) }

func squared(p, t []float32) (sum float64) {
	for j := range p {
		d := float64(p[j]) - float64(t[j])
		sum += float64(d * d)
	}
	return sum / float64(len(p))
}

func absolute(p, t []float32) (sum float64) {
	for j := range p {
		sum += math.Abs(float64(p[j]) - float64(t[j]))
	}
	return sum / float64(len(p))
}

func init() {
	Register("MSE", MSE{})
	Register("RMSE", RMSE{})
	Register("MAE", MAE{})
}
