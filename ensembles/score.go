package ensembles

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/tensor"
)

// inMemory returns the rows of a source of one input and one target as a Dataset.
func inMemory(s datasets.Source) (*datasets.Dataset, error) {
	if d, ok := s.(*datasets.Dataset); ok {
		if d == nil || d.Y == nil {
			return nil, errors.New("the rows have no targets")
		}
		return d, d.Check()
	}
	if s == nil {
		return nil, errors.New("no rows")
	}
	l := s.Layout()
	if len(l.Inputs) != 1 || len(l.Targets) != 1 {
		return nil, fmt.Errorf("the data have %d inputs and %d targets, want 1 and 1", len(l.Inputs), len(l.Targets))
	}
	var x, y, weights []float64
	for b, err := range s.Batches(context.Background(), datasets.BatchPlan{InOrder: true}) {
		if err != nil {
			return nil, err
		}
		x, y = widened(x, b.Inputs[0].Data()), widened(y, b.Targets[0].Data())
		weights = widened(weights, b.Weights)
	}
	in, out := l.Inputs[0].Shape.Size(), l.Targets[0].Shape.Size()
	if len(x) == 0 {
		return nil, errors.New("no rows")
	}
	d := &datasets.Dataset{X: mat.NewDense(len(x)/in, in, x), Y: mat.NewDense(len(y)/out, out, y), Weights: weights}
	if len(l.Inputs[0].Shape) > 1 {
		d.Shape = l.Inputs[0].Shape
	}
	return d, d.Check()
}

func widened(to []float64, from []float32) []float64 {
	for _, v := range from {
		to = append(to, float64(v))
	}
	return to
}

// scorer scores predictions of given rows.
type scorer struct {
	target, weights []float32
	spec            metrics.Spec
	loss            losses.Loss // nil if the models have none
	pred, each      []float32
}

// newScorer returns a scorer for data, by the loss of a model.
func newScorer(m *goodfit.Model, outputs int, data *datasets.Dataset) (*scorer, error) {
	_, targets := data.Y.Dims()
	s := &scorer{target: tensor.FromMatrix(data.Y).Data(), spec: metrics.Spec{Outputs: outputs, Targets: targets}}
	for _, w := range data.Weights {
		s.weights = append(s.weights, float32(w))
	}
	s.loss = lossOf(m.Config())
	if s.loss == nil {
		return s, nil
	}
	_, s.spec.Signed = s.loss.(losses.Signed)
	if err := s.loss.Check(outputs, targets); err != nil {
		return nil, err
	}
	return s, s.loss.CheckTargets(s.target, outputs, targets)
}

// lossOf returns the loss at the only output; nil if the model has no Config.
func lossOf(c goodfit.Config) losses.Loss {
	if len(c.Outputs) == 1 {
		return c.Outputs[0].Loss
	}
	return c.Loss
}

// metricsOf returns the metrics at the only output.
func metricsOf(c goodfit.Config) []metrics.Metric {
	if len(c.Outputs) == 1 {
		return c.Outputs[0].Metrics
	}
	return c.Metrics
}

// clone returns a scorer for another goroutine.
func (s *scorer) clone() *scorer {
	c := *s
	c.pred, c.each = nil, nil
	return &c
}

// single takes predictions over as float32, the numbers that losses and metrics
// see.
func (s *scorer) single(pred []float64) {
	if cap(s.pred) < len(pred) {
		s.pred = make([]float32, len(pred))
	}
	s.pred = s.pred[:len(pred)]
	for i, v := range pred {
		s.pred[i] = float32(v)
	}
}

// scores returns loss and metrics of predictions, row after row.
func (s *scorer) scores(pred []float64, list []metrics.Metric) (goodfit.Scores, error) {
	s.single(pred)
	out := goodfit.Scores{Loss: math.NaN()}
	if s.loss != nil {
		out.Loss = s.meanLoss()
	}
	for _, m := range list {
		v, err := s.metric(m)
		if err != nil {
			return goodfit.Scores{}, err
		}
		out.Metrics = append(out.Metrics, metrics.Score{Name: m.Name(), Direction: m.Direction(), Value: v})
	}
	return out, nil
}

// metric returns a metric of the predictions that single took.
func (s *scorer) metric(m metrics.Metric) (float64, error) {
	if m == nil {
		return 0, errors.New("a metric is nil")
	}
	meter, err := m.Meter(s.spec)
	if err != nil {
		return 0, fmt.Errorf("metric %s: %w", m.Name(), err)
	}
	meter.Add(s.pred, s.target, s.weights)
	return meter.Value(), nil
}

// meanLoss returns Σ weight·loss/n of the predictions that single took.
func (s *scorer) meanLoss() float64 {
	rows := len(s.pred) / s.spec.Outputs
	if len(s.each) != rows {
		s.each = make([]float32, rows)
	}
	s.loss.Eval(&losses.Args{Rows: rows, Pred: s.pred, Target: s.target, Size: s.spec.Outputs, TargetSize: s.spec.Targets, Loss: s.each})
	sum := 0.0
	for i, l := range s.each {
		if s.weights == nil {
			sum += float64(l)
		} else if w := s.weights[i]; w != 0 {
			sum += float64(float64(w) * float64(l))
		}
	}
	return sum / float64(rows)
}

// value returns what a search makes small: the loss if m is nil, else the metric,
// negative where greater is better.
func (s *scorer) value(pred []float64, m metrics.Metric) (float64, error) {
	s.single(pred)
	if m == nil {
		if s.loss == nil {
			return 0, errNoLoss
		}
		return s.meanLoss(), nil
	}
	v, err := s.metric(m)
	if m.Direction() == curves.Maximize {
		v = -v
	}
	return v, err
}

var errNoLoss = errors.New("the models have no loss, as they were loaded without a Config; give a metric")
