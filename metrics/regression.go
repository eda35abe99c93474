package metrics

import (
	"math"

	"github.com/goodfit-ml/goodfit/curves"
)

// MSE is the mean squared error, mean((pred−target)²) over outputs and items.
type MSE struct{}

// RMSE is the root of the mean squared error, in the target's own unit.
type RMSE struct{}

// MAE is the mean absolute error, in the target's own unit.
type MAE struct{}

// R2 is the coefficient of determination, 1 − Σ(target−pred)²/Σ(target−mean)²,
// the mean over outputs: 1 is perfect, 0 is what predicting the mean gives. An
// output whose targets are all alike counts 1 if predicted exactly, else 0.
type R2 struct{}

// Name returns "mse".
func (MSE) Name() string { return "mse" }

// Name returns "rmse".
func (RMSE) Name() string { return "rmse" }

// Name returns "mae".
func (MAE) Name() string { return "mae" }

// Name returns "r2".
func (R2) Name() string { return "r2" }

// Direction returns curves.Minimize.
func (MSE) Direction() curves.Direction { return curves.Minimize }

// Direction returns curves.Minimize.
func (RMSE) Direction() curves.Direction { return curves.Minimize }

// Direction returns curves.Minimize.
func (MAE) Direction() curves.Direction { return curves.Minimize }

// Direction returns curves.Maximize.
func (R2) Direction() curves.Direction { return curves.Maximize }

// Meter fails unless there is a target for each output.
func (MSE) Meter(s Spec) (Meter, error) { return newMean(s, squared, nil) }

// Meter fails unless there is a target for each output.
func (RMSE) Meter(s Spec) (Meter, error) { return newMean(s, squared, math.Sqrt) }

// Meter fails unless there is a target for each output.
func (MAE) Meter(s Spec) (Meter, error) { return newMean(s, absolute, nil) }

func newMean(s Spec, of func(p, t []float32) float64, finish func(float64) float64) (Meter, error) {
	if s.Outputs != s.Targets {
		return nil, sizeError(s)
	}
	return &mean{spec: s, of: of, finish: finish}, nil
}

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

// Meter fails unless there is a target for each output.
func (R2) Meter(s Spec) (Meter, error) {
	if s.Outputs != s.Targets {
		return nil, sizeError(s)
	}
	return &r2{spec: s, outputs: make([]r2Sums, s.Outputs)}, nil
}

// r2 keeps, for each output, weight, mean and squared deviation of the targets
// (Welford 1962, with weights), and the squared error.
type r2 struct {
	spec    Spec
	outputs []r2Sums
}

type r2Sums struct{ weight, mean, deviation, errors float64 }

func (m *r2) Add(pred, target, weights []float32) {
	n := m.spec.Outputs
	for i := range len(pred) / n {
		w := 1.0
		if weights != nil {
			w = float64(weights[i])
		}
		if w == 0 {
			continue
		}
		for j := range m.outputs {
			m.outputs[j].add(float64(pred[i*n+j]), float64(target[i*n+j]), w)
		}
	}
}

func (s *r2Sums) add(p, t, w float64) {
	s.weight += w
	d := t - s.mean
	s.mean += d * w / s.weight
	s.deviation += float64(float64(w*d) * (t - s.mean))
	e := p - t
	s.errors += float64(float64(w*e) * e)
}

func (m *r2) Value() float64 {
	var sum float64
	for _, s := range m.outputs {
		switch {
		case s.weight == 0:
			return math.NaN()
		case s.deviation > 0:
			sum += 1 - s.errors/s.deviation
		case s.errors == 0:
			sum++
		}
	}
	return sum / float64(len(m.outputs))
}

func (m *r2) Reset() { clear(m.outputs) }

func init() {
	Register("MSE", MSE{})
	Register("RMSE", RMSE{})
	Register("MAE", MAE{})
	Register("R2", R2{})
}
