package pipeline

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Scores are a pipeline's scores on a table: of a classification accuracy,
// log_loss, f1 (macro) and auc, of a regression rmse, mae and r2, in the target's
// own unit.
type Scores []metrics.Score

// Get returns the score of the given name; false if there is none.
func (s Scores) Get(name string) (float64, bool) {
	for _, score := range s {
		if score.Name == name {
			return score.Value, true
		}
	}
	return 0, false
}

// Map returns the values by name.
func (s Scores) Map() map[string]float64 {
	m := map[string]float64{}
	for _, score := range s {
		m[score.Name] = score.Value
	}
	return m
}

// MetricsFor returns the metrics that a task is scored by, the most telling first.
func MetricsFor(task datasets.Task) []metrics.Metric {
	if task == datasets.TaskClassification {
		return []metrics.Metric{metrics.Accuracy{}, metrics.LogLoss{}, metrics.F1{}, metrics.AUC{}}
	}
	return []metrics.Metric{metrics.RMSE{}, metrics.MAE{}, metrics.R2{}}
}

// Evaluate scores the pipeline on a table that has the target too. It fails as
// [Pipeline.Predict] does, and if a target is missing or is a class that the
// pipeline did not learn.
func (p *Pipeline) Evaluate(t *datasets.Table) (Scores, error) {
	s, _, err := p.EvaluateAll(t)
	return s, err
}

// EvaluateAll also returns the confusion matrix of a classification.
func (p *Pipeline) EvaluateAll(t *datasets.Table) (Scores, *metrics.Confusion, error) {
	d, err := p.Encoder.Apply(t)
	if err != nil {
		return nil, nil, err
	}
	out, err := p.outputs(d.X)
	if err != nil {
		return nil, nil, err
	}
	scores, err := p.scoresOf(out, d.Y)
	if err != nil || p.Encoder.Task() != datasets.TaskClassification {
		return scores, nil, err
	}
	confusion, err := metrics.NewConfusion(out, d.Y, 0.5, p.Encoder.Classes())
	return scores, confusion, err
}

// scoresOf scores outputs against targets, both in the target's unit.
func (p *Pipeline) scoresOf(out, y *mat.Dense) (Scores, error) {
	return scoresFor(p.Encoder.Task(), out, y)
}

func scoresFor(task datasets.Task, out, y *mat.Dense) (Scores, error) {
	_, outputs := out.Dims()
	_, targets := y.Dims()
	pred, target := float32s(out), float32s(y)
	var scores Scores
	for _, m := range MetricsFor(task) {
		meter, err := m.Meter(metrics.Spec{Outputs: outputs, Targets: targets})
		if err != nil {
			return nil, fmt.Errorf("pipeline: %w", err)
		}
		meter.Add(pred, target, nil)
		scores = append(scores, metrics.Score{Name: m.Name(), Direction: m.Direction(), Value: meter.Value()})
	}
	return scores, nil
}

// float32s returns a matrix's values row by row, as models give them.
func float32s(m *mat.Dense) []float32 {
	r, c := m.Dims()
	x := make([]float32, 0, r*c)
	for i := range r {
		for _, v := range m.RawRowView(i)[:c] {
			x = append(x, float32(v))
		}
	}
	return x
}

// baseline predicts, for rows, what is best without looking at the features: the
// share of each class among the training rows, or their mean.
func baseline(task datasets.Task, classes int, train *mat.Dense, rows int) *mat.Dense {
	n, _ := train.Dims()
	share := make([]float64, max(classes, 1))
	for i := range n {
		if task == datasets.TaskClassification {
			share[int(train.At(i, 0))] += 1 / float64(n)
		} else {
			share[0] += train.At(i, 0) / float64(n)
		}
	}
	if classes == 2 {
		share = share[1:]
	}
	out := mat.NewDense(rows, len(share), nil)
	for i := range rows {
		out.SetRow(i, share)
	}
	return out
}
