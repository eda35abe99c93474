package coach

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// resamples is how often the test rows are drawn for an interval.
const resamples = 500

// interval returns the 0.025 and 0.975 quantiles of the deciding score over
// bootstrap samples of the test rows (Efron 1979): how much it would differ on other
// test rows of that number.
func (r *Result) interval(seed uint64) (low, high float64, err error) {
	e := r.Final.Test.Evaluation
	task := r.Final.Pipeline.Encoder.Task()
	k := slices.IndexFunc(pipeline.MetricsFor(task), func(m metrics.Metric) bool { return m.Name() == r.Metric })
	metric := pipeline.MetricsFor(task)[k]
	out := e.Predicted
	if len(r.Facts.ClassRows) == 2 {
		out = both(out)
	}
	rows, outputs := out.Dims()
	pred, target := float32s(out), float32s(e.Actual)
	draw := random.New(random.Derive(seed, seedConfirm, 1))
	var scores []float64
	p, y := make([]float32, len(pred)), make([]float32, rows)
	for range resamples {
		for i := range rows {
			from := draw.IntN(rows)
			copy(p[i*outputs:(i+1)*outputs], pred[from*outputs:(from+1)*outputs])
			y[i] = target[from]
		}
		meter, err := metric.Meter(metrics.Spec{Outputs: outputs, Targets: 1})
		if err != nil {
			return 0, 0, fmt.Errorf("coach: %s: %w", metric.Name(), err)
		}
		meter.Add(p, y, nil)
		if v := meter.Value(); v == v {
			scores = append(scores, v)
		}
	}
	slices.Sort(scores)
	return fmath.Quantile(scores, 0.025), fmath.Quantile(scores, 0.975), nil
}

// both returns a column for each of two classes, of the probability of the second.
func both(p *mat.Dense) *mat.Dense {
	rows, cols := p.Dims()
	if cols != 1 {
		return p
	}
	out := mat.NewDense(rows, 2, nil)
	for i := range rows {
		out.Set(i, 0, 1-p.At(i, 0))
		out.Set(i, 1, p.At(i, 0))
	}
	return out
}

func float32s(m *mat.Dense) []float32 {
	rows, cols := m.Dims()
	x := make([]float32, 0, rows*cols)
	for i := range rows {
		for j := range cols {
			x = append(x, float32(m.At(i, j)))
		}
	}
	return x
}
