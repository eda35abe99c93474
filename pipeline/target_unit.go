package pipeline

import (
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// unitMetric is a metric of one scaled target, counted in the target's unit.
type unitMetric struct {
	metrics.Metric
	target *datasets.Scaler
}

// Meter returns a meter that scales back what it is shown.
func (m unitMetric) Meter(s metrics.Spec) (metrics.Meter, error) {
	inner, err := m.Metric.Meter(s)
	return unitMeter{inner, m.target}, err
}

type unitMeter struct {
	metrics.Meter
	target *datasets.Scaler
}

func (m unitMeter) Add(pred, target, weights []float32) {
	m.Meter.Add(m.back(pred), m.back(target), weights)
}

// back returns scaled targets in their unit.
func (m unitMeter) back(scaled []float32) []float32 {
	out := make([]float32, len(scaled))
	for i, v := range scaled {
		one := [1]float64{float64(v)}
		m.target.InvertRow(one[:], one[:])
		out[i] = float32(one[0])
	}
	return out
}
