package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Dataset is a table of numbers in memory: a row of X for each example, and a
// row of Y where there is something to predict. Values are float64; they become
// float32 once, when a model takes them.
//
// Functions of this package return new Datasets and leave their arguments
// alone. Several goroutines may read a Dataset at once.
type Dataset struct {
	// X holds the features, rows×columns.
	X *mat.Dense
	// Y holds the targets, rows×columns: one column of numbers, one column of
	// class indices 0, 1, 2 …, or a column per class (one-hot). Nil without targets.
	Y *mat.Dense
	// Weights are the weights of the examples in the loss and the metrics, one
	// per row. Nil: all 1.
	Weights []float64
	// Names and TargetNames are the names of the columns of X and Y, or nil.
	Names, TargetNames []string
	// Classes are the names of the classes in the order of their indices, or nil.
	Classes []string
	// Shape is the shape of one example whose values a row of X holds. Nil: the
	// columns of X.
	Shape tensor.Shape
}

// FromSlices returns a Dataset of rows x and targets y, one target per row.
// It fails if rows differ in length or number.
func FromSlices(x [][]float64, y []float64) (*Dataset, error) {
	if len(x) == 0 {
		return nil, fmt.Errorf("datasets: no rows")
	}
	if y != nil && len(y) != len(x) {
		return nil, fmt.Errorf("datasets: %d rows of features and %d targets", len(x), len(y))
	}
	d := &Dataset{X: mat.NewDense(len(x), max(len(x[0]), 1), nil)}
	for i, row := range x {
		if len(row) != len(x[0]) || len(row) == 0 {
			return nil, fmt.Errorf("datasets: row %d has %d features, want %d", i, len(row), len(x[0]))
		}
		d.X.SetRow(i, row)
	}
	if y != nil {
		d.Y = mat.NewDense(len(y), 1, append([]float64(nil), y...))
	}
	return d, nil
}

// Rows returns the number of examples.
func (d *Dataset) Rows() int {
	if d == nil || d.X == nil || d.X.IsEmpty() {
		return 0
	}
	r, _ := d.X.Dims()
	return r
}

// Features returns the number of columns of X.
func (d *Dataset) Features() int {
	if d.X == nil || d.X.IsEmpty() {
		return 0
	}
	_, c := d.X.Dims()
	return c
}

// InputShape returns the shape of one example.
func (d *Dataset) InputShape() tensor.Shape {
	if d.Shape != nil {
		return d.Shape
	}
	return tensor.Shape{d.Features()}
}

// Take returns the named rows, in the given order, as a new Dataset. A row may
// be named more than once. It panics if an index is out of range.
func (d *Dataset) Take(rows []int) *Dataset {
	out := *d
	out.X = takeRows(d.X, rows)
	if d.Y != nil {
		out.Y = takeRows(d.Y, rows)
	}
	if d.Weights != nil {
		out.Weights = make([]float64, len(rows))
		for i, r := range rows {
			out.Weights[i] = d.Weights[r]
		}
	}
	return &out
}

func takeRows(m *mat.Dense, rows []int) *mat.Dense {
	if len(rows) == 0 {
		return &mat.Dense{}
	}
	_, c := m.Dims()
	out := mat.NewDense(len(rows), c, nil)
	for i, r := range rows {
		copy(out.RawRowView(i), m.RawRowView(r))
	}
	return out
}

// Check reports the first fault that would spoil a training: no rows, sizes
// that do not agree, a NaN or an infinite value, a weight below zero.
func (d *Dataset) Check() error {
	n := d.Rows()
	if n == 0 {
		return fmt.Errorf("datasets: no rows")
	}
	if d.Shape != nil && d.Shape.Size() != d.Features() {
		return fmt.Errorf("datasets: shape %v has %d values, but a row has %d", d.Shape, d.Shape.Size(), d.Features())
	}
	if err := checkFinite("feature", d.X, d.Names); err != nil {
		return err
	}
	if d.Y != nil {
		if r, _ := d.Y.Dims(); r != n {
			return fmt.Errorf("datasets: %d rows of features and %d of targets", n, r)
		}
		if err := checkFinite("target", d.Y, d.TargetNames); err != nil {
			return err
		}
	}
	return d.checkWeights(n)
}

func (d *Dataset) checkWeights(n int) error {
	if d.Weights == nil {
		return nil
	}
	if len(d.Weights) != n {
		return fmt.Errorf("datasets: %d rows and %d weights", n, len(d.Weights))
	}
	for i, w := range d.Weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("datasets: the weight of row %d is %g, want a number of at least 0", i, w)
		}
	}
	return nil
}

func checkFinite(what string, m *mat.Dense, names []string) error {
	r, c := m.Dims()
	for i := range r {
		for j, v := range m.RawRowView(i)[:c] {
			if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > math.MaxFloat32 {
				return fmt.Errorf("datasets: %s %s of row %d is %g, want a finite number", what, columnName(names, j), i, v)
			}
		}
	}
	return nil
}

// columnName returns the name of column j, or its number where it has none.
func columnName(names []string, j int) string {
	if j < len(names) {
		return fmt.Sprintf("%q", names[j])
	}
	return fmt.Sprintf("column %d", j)
}
