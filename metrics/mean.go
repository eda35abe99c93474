package metrics

import "math"

// mean is a meter of the weighted mean of a number per item.
type mean struct {
	spec        Spec
	of          func(pred, target []float32) float64
	finish      func(float64) float64 // nil: none
	sum, weight float64
}

func (m *mean) Add(pred, target, weights []float32) {
	p, t := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / p {
		w := 1.0
		if weights != nil {
			w = float64(weights[i])
		}
		if w == 0 {
			continue
		}
		m.sum += float64(w * m.of(pred[i*p:(i+1)*p], target[i*t:(i+1)*t]))
		m.weight += w
	}
}

func (m *mean) Value() float64 {
	if m.weight == 0 {
		return math.NaN()
	}
	v := m.sum / m.weight
	if m.finish != nil {
		v = m.finish(v)
	}
	return v
}

func (m *mean) Reset() { m.sum, m.weight = 0, 0 }
