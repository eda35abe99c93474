package pipeline

import (
	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// Predictions are what a pipeline says about the rows of a table.
type Predictions struct {
	// Values are the predicted numbers of a regression, in the target's own unit.
	Values []float64
	// Lower and Upper are the ends of the intervals of [Pipeline.PredictIntervals]; nil
	// without.
	Lower, Upper []float64
	// Classes are the predicted classes of a classification, by name.
	Classes []string
	// Probabilities have a column for each class of ClassNames. Nil in a regression.
	Probabilities *mat.Dense
	ClassNames    []string
}

// predictions names what the model gave.
func (p *Pipeline) predictions(out *mat.Dense) (*Predictions, error) {
	if !p.classification() {
		return &Predictions{Values: mat.Col(nil, 0, out)}, nil
	}
	out = probabilities(out)
	names := p.Encoder.Classes()
	classes, err := datasets.ClassNames(names, datasets.ClassIndices(out))
	return &Predictions{Classes: classes, Probabilities: out, ClassNames: names}, err
}

// probabilities returns a column for each class. A single output is the
// probability of the second of two classes.
func probabilities(out *mat.Dense) *mat.Dense {
	rows, cols := out.Dims()
	if cols > 1 {
		return out
	}
	both := mat.NewDense(rows, 2, nil)
	for i := range rows {
		both.Set(i, 0, 1-out.At(i, 0))
		both.Set(i, 1, out.At(i, 0))
	}
	return both
}

// Rows returns the number of predictions.
func (p *Predictions) Rows() int { return max(len(p.Values), len(p.Classes)) }

// Table returns the predictions as columns: "prediction", then "lower" and "upper" if
// there are intervals, and in a classification "p(class)" for each class. A name that the table beside has gets a "_" in front,
// so that [datasets.Table.With] can put the columns beside its own; nil has none.
func (p *Predictions) Table(beside *datasets.Table) (*datasets.Table, error) {
	free := freeNames(beside)
	if p.Probabilities == nil {
		columns := []*datasets.Column{datasets.NumberColumn(free("prediction"), p.Values)}
		if p.Lower != nil {
			columns = append(columns, datasets.NumberColumn(free("lower"), p.Lower), datasets.NumberColumn(free("upper"), p.Upper))
		}
		return datasets.NewTable(columns...)
	}
	columns := []*datasets.Column{datasets.CategoryColumn(free("prediction"), p.Classes)}
	for j, name := range p.ClassNames {
		columns = append(columns, datasets.NumberColumn(free("p("+name+")"), mat.Col(nil, j, p.Probabilities)))
	}
	return datasets.NewTable(columns...)
}

// freeNames returns a function that puts "_" before a name until no column of the
// table has it.
func freeNames(t *datasets.Table) func(name string) string {
	taken := map[string]bool{}
	if t != nil {
		for _, c := range t.Columns() {
			taken[c.Name()] = true
		}
	}
	return func(name string) string {
		for taken[name] {
			name = "_" + name
		}
		taken[name] = true
		return name
	}
}
