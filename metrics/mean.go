package metrics

// mean is a meter of the weighted mean of a number per item.
type mean struct {
	spec        Spec
	of          func(pred, target []float32) float64
	finish      func(float64) float64 // nil: none
	sum, weight float64
}

// newMean returns a meter of the mean of a function, or the error of a check.
func newMean(s Spec, err error, of func(pred, target []float32) float64) (Meter, error) {
	if err != nil {
		return nil, err
	}
	return &mean{spec: s, of: of}, nil
}

func (m *mean) Add(pred, target, weights []float32) {
	p, t := m.spec.Outputs, m.spec.Targets
	for i := range len(pred) / p {
		if w := weightOf(weights, i); w != 0 {
			m.sum += float64(w * m.of(pred[i*p:(i+1)*p], target[i*t:(i+1)*t]))
			m.weight += w
		}
	}
}

func (m *mean) Value() float64 {
	v := m.sum / m.weight // NaN of nothing
	if m.finish != nil {
		v = m.finish(v)
	}
	return v
}

func (m *mean) Reset() { m.sum, m.weight = 0, 0 }
