package pipeline

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Scores are a pipeline's scores on a table: of a classification accuracy,
// log_loss, f1 (macro) and auc, of a regression rmse, mae and r2, in the target's
// own unit; then loss, the model's own with penalties and in its scaled unit. An
// ensemble has none of its own.
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

// Evaluation is what a pipeline made of rows whose targets are known.
type Evaluation struct {
	Scores Scores
	// Actual and Predicted are targets and outputs in the target's unit. In a
	// classification they are class indices and probabilities: of each class, or
	// of the second of two alone.
	Actual, Predicted *mat.Dense
	Confusion         *metrics.Confusion // of a classification
}

// Evaluate scores the pipeline on a table that has the target too. It fails as
// [Pipeline.Predict] does, and if a target is missing or is a class that the
// pipeline did not learn.
func (p *Pipeline) Evaluate(t *datasets.Table) (*Evaluation, error) {
	if err := someRows(t); err != nil {
		return nil, err
	}
	rows := t.Rows()
	e := &Evaluation{Actual: mat.NewDense(rows, 1, nil), Predicted: mat.NewDense(rows, p.outputCount(), nil)}
	var loss meanLoss
	for from, block := range blocks(t) {
		d, err := p.Encoder.Apply(block)
		if err != nil {
			return nil, err
		}
		out, err := p.outputs(d.X)
		if err != nil {
			return nil, err
		}
		if err := loss.add(p, d); err != nil {
			return nil, err
		}
		setRows(e.Actual, from, d.Y)
		setRows(e.Predicted, from, out)
	}
	return e, e.score(p, loss)
}

// evaluate scores the pipeline on encoded rows.
func (p *Pipeline) evaluate(d *datasets.Dataset) (*Evaluation, error) {
	out, err := p.outputs(d.X)
	if err != nil {
		return nil, err
	}
	var loss meanLoss
	if err := loss.add(p, d); err != nil {
		return nil, err
	}
	e := &Evaluation{Actual: d.Y, Predicted: out}
	return e, e.score(p, loss)
}

// score fills in the scores.
func (e *Evaluation) score(p *Pipeline, loss meanLoss) (err error) {
	if e.Scores, err = scoresFor(p.Encoder.Task(), e.Predicted, e.Actual); err != nil {
		return err
	}
	if loss.rows > 0 {
		e.Scores = append(e.Scores, metrics.Score{Name: "loss", Direction: curves.Minimize, Value: loss.value})
	}
	if p.classification() {
		e.Confusion, err = metrics.NewConfusion(e.Predicted, e.Actual, 0.5, p.Encoder.Classes())
	}
	return err
}

// meanLoss is the mean over rows of a model's loss; it has no rows where a model has no
// loss. The penalties, the same for each block of rows, are in it once.
type meanLoss struct {
	value float64
	rows  int
}

// add takes up encoded rows.
func (l *meanLoss) add(p *Pipeline, d *datasets.Dataset) error {
	loss, ok, err := p.loss(d)
	if !ok {
		return err
	}
	l.rows += d.Rows()
	l.value += float64((loss - l.value) * (float64(d.Rows()) / float64(l.rows)))
	return nil
}

// loss returns the model's loss with penalties, where it is a model that has one.
func (p *Pipeline) loss(d *datasets.Dataset) (loss float64, ok bool, err error) {
	m, ok := p.Model.(*goodfit.Model)
	if !ok || m.Config().Loss == nil {
		return 0, false, nil
	}
	s, err := m.Evaluate(p.scaled(d))
	return s.Loss, err == nil, err
}

// scoresFor scores outputs against targets, both in the target's unit.
// Two classes are scored as more are, so that F1 does not depend on which is second.
// Meters take float32, in which targets far from 0 would all be alike; so numbers are
// scored from the targets' mean, in a unit of about their width.
func scoresFor(task datasets.Task, out, y *mat.Dense) (Scores, error) {
	unit := 1.0
	if task == datasets.TaskClassification {
		out = probabilities(out)
	} else {
		var center float64
		center, unit = span(y)
		out, y = fromCenter(out, center, unit), fromCenter(y, center, unit)
	}
	_, outputs := out.Dims()
	_, targets := y.Dims()
	pred, target := float32s(out), float32s(y)
	var scores Scores
	for _, m := range MetricsFor(task) {
		meter, err := m.Meter(metrics.Spec{Outputs: outputs, Targets: targets})
		if err != nil {
			return nil, fmt.Errorf("pipeline: %s: %w", m.Name(), err)
		}
		meter.Add(pred, target, nil)
		value := meter.Value()
		if _, free := m.(metrics.R2); !free {
			value *= unit
		}
		scores = append(scores, metrics.Score{Name: m.Name(), Direction: m.Direction(), Value: value})
	}
	return scores, nil
}

// span returns the mean of the targets and the power of two at or below the largest
// distance from it, 1 if there is none: to divide by it is exact. The mean of targets
// that are all alike is exactly they.
func span(y *mat.Dense) (center, unit float64) {
	rows, _ := y.Dims()
	for i := range rows {
		center += (y.At(i, 0) - center) / float64(i+1)
	}
	widest := 0.0
	for i := range rows {
		widest = max(widest, math.Abs(y.At(i, 0)-center))
	}
	if widest == 0 {
		return center, 1
	}
	_, exponent := math.Frexp(widest)
	return center, math.Ldexp(1, exponent-1)
}

// fromCenter returns (m − center)/unit.
func fromCenter(m *mat.Dense, center, unit float64) *mat.Dense {
	rows, cols := m.Dims()
	moved := mat.NewDense(rows, cols, nil)
	for i := range rows {
		to := moved.RawRowView(i)
		for j, v := range m.RawRowView(i) {
			to[j] = (v - center) / unit
		}
	}
	return moved
}

// float32s returns a matrix's values row by row, as meters take them.
func float32s(m *mat.Dense) []float32 {
	r, c := m.Dims()
	x := make([]float32, 0, r*c)
	for i := range r {
		for _, v := range m.RawRowView(i) {
			x = append(x, float32(v))
		}
	}
	return x
}
