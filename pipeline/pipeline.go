// Package pipeline joins a table's schema, encoders, scalers, a model and the
// names of its classes: what takes raw rows in and gives predictions out.
// [Train] makes one from a table; [Load] reads what [Pipeline.Save] wrote.
package pipeline

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// Pipeline predicts from raw rows. It does not change; several goroutines may
// use it at once.
type Pipeline struct {
	// Encoder turns tables into numbers, and knows the schema and the classes.
	Encoder *datasets.Encoder
	// Features scales the encoded columns, Target the target of a regression, whose
	// predictions are scaled back. Nil: as they are.
	Features, Target *datasets.Scaler
	// Model predicts from scaled numbers: a model or an ensemble.
	Model goodfit.Predictor
}

// Predictions are what a pipeline says about the rows of a table.
type Predictions struct {
	// Values are the predicted numbers of a regression, in the target's own unit.
	Values []float64
	// Classes are the predicted classes of a classification, by name.
	Classes []string
	// Probabilities have a column for each class of ClassNames. Nil in a regression.
	Probabilities *mat.Dense
	ClassNames    []string
}

// Predict says what the target of each row is. The table needs the columns that
// the pipeline learned from, in any order and among others; it fails if one is
// missing or holds text where a number was learned, and names the line.
func (p *Pipeline) Predict(t *datasets.Table) (*Predictions, error) {
	d, err := p.Encoder.ApplyFeatures(t)
	if err != nil {
		return nil, err
	}
	out, err := p.outputs(d.X)
	if err != nil {
		return nil, err
	}
	return p.predictions(out)
}

// outputs returns what the model gives for encoded rows, in the target's unit.
func (p *Pipeline) outputs(x *mat.Dense) (*mat.Dense, error) {
	if p.Features != nil {
		if _, c := x.Dims(); p.Features.Check(c) != nil {
			return nil, fmt.Errorf("pipeline: %w", p.Features.Check(c))
		}
		x = p.Features.ApplyMatrix(x)
	}
	out, err := p.Model.Predict(x)
	if err != nil {
		return nil, err
	}
	if p.Target != nil {
		out = p.Target.InvertMatrix(out)
	}
	return out, nil
}

// predictions names what the model gave.
func (p *Pipeline) predictions(out *mat.Dense) (*Predictions, error) {
	rows, cols := out.Dims()
	if p.Encoder.Task() != datasets.TaskClassification {
		return &Predictions{Values: mat.Col(nil, 0, out)}, nil
	}
	names := p.Encoder.Classes()
	if cols == 1 { // the probability of the second of two classes
		both := mat.NewDense(rows, 2, nil)
		for i := range rows {
			both.Set(i, 0, 1-out.At(i, 0))
			both.Set(i, 1, out.At(i, 0))
		}
		out = both
	}
	classes, err := datasets.ClassNames(names, datasets.ClassIndices(out))
	return &Predictions{Classes: classes, Probabilities: out, ClassNames: names}, err
}

// Table returns the predictions as columns: "prediction", and in a classification
// "p(class)" for each class. A name that the other table, or nil, has gets a "_"
// in front.
func (p *Predictions) Table(beside *datasets.Table) (*datasets.Table, error) {
	taken := map[string]bool{}
	if beside != nil {
		for _, c := range beside.Columns() {
			taken[c.Name()] = true
		}
	}
	free := func(name string) string {
		for taken[name] {
			name = "_" + name
		}
		return name
	}
	if p.Probabilities == nil {
		return datasets.NewTable(datasets.NumberColumn(free("prediction"), p.Values))
	}
	columns := []*datasets.Column{datasets.CategoryColumn(free("prediction"), p.Classes)}
	for j, name := range p.ClassNames {
		columns = append(columns, datasets.NumberColumn(free("p("+name+")"), mat.Col(nil, j, p.Probabilities)))
	}
	return datasets.NewTable(columns...)
}
