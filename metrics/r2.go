package metrics

import (
	"math"

	"github.com/goodfit-ml/goodfit/curves"
)

// R2 is the coefficient of determination, 1 − Σ(target−pred)²/Σ(target−mean)²,
// the mean over outputs: 1 is perfect, 0 is what predicting the mean gives, and
// there is no lower limit. An output whose targets are all alike counts 1 if
// predicted exactly, else 0.
type R2 struct{}

// Name returns "r2".
func (R2) Name() string { return "r2" }

// Direction returns curves.Maximize.
func (R2) Direction() curves.Direction { return curves.Maximize }

// Meter fails unless there is a target for each output.
func (R2) Meter(s Spec) (Meter, error) {
	if err := s.sameSizes(); err != nil {
		return nil, err
	}
	return &r2{spec: s, outputs: make([]r2Sums, s.Outputs)}, nil
}

// r2 keeps, for each output, weight, mean and squared deviation of the targets
// (West 1979), and the squared error.
type r2 struct {
	spec    Spec
	outputs []r2Sums
}

type r2Sums struct{ weight, mean, deviation, errors float64 }

func (m *r2) Add(pred, target, weights []float32) {
	n := m.spec.Outputs
	for i := range len(pred) / n {
		w := weightOf(weights, i)
		if w == 0 {
			continue
		}
		for j := range m.outputs {
			m.outputs[j].add(float64(pred[i*n+j]), float64(target[i*n+j]), w)
		}
	}
}

// add takes up a target. The first makes the mean equal to it, whatever its
// weight, so that targets that are all alike have no deviation.
func (s *r2Sums) add(p, t, w float64) {
	s.weight += w
	d := t - s.mean
	s.mean += float64(d * (w / s.weight))
	s.deviation += float64(float64(w*d) * (t - s.mean))
	e := p - t
	s.errors += float64(float64(w*e) * e)
}

func (m *r2) Value() float64 {
	var sum float64
	for _, s := range m.outputs {
		switch {
		case s.weight == 0 || math.IsNaN(s.errors):
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

func init() { Register("R2", R2{}) }
