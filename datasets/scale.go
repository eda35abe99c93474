package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Scaling describes how columns are brought to a common scale: [MinMax],
// [Standardize], [Robust], [MaxAbs], [YeoJohnson]. A [Scaler] learns from the training rows
// alone and is then applied to all, so that nothing of the test rows leaks into
// the training.
//
// As in scikit-learn, missing values (NaN) are left out when the scaler learns
// and stay NaN when it is applied, and a constant column is divided by 1.
// Weights of rows have no influence.
type Scaling interface {
	// Fit learns the columns of X. It fails without rows, and if a column holds
	// an infinite value or nothing but NaN.
	Fit(d *Dataset) (*Scaler, error)
	// FitTarget learns the columns of Y, and fails also without targets.
	FitTarget(d *Dataset) (*Scaler, error)
	// FitMatrix learns the columns of m.
	FitMatrix(m *mat.Dense) (*Scaler, error)
}

// column is what a scaling learns from one column: y = (x − center)/scale, or
// y = x·factor + offset. With a power, x is transformed by it first, and the limits are
// those of its inverse.
type column struct {
	center, scale          float64
	factor, offset         float64
	power, least, greatest float64
}

// learner learns one column from its values without NaN. It may reorder them.
type learner func(values []float64) column

// fitter is fitFeatures or fitTargets.
type fitter func(d *Dataset, s *Scaler, learn learner) (*Scaler, error)

func fitFeatures(d *Dataset, s *Scaler, learn learner) (*Scaler, error) {
	s.Names = slices.Clone(d.Names)
	return fitColumns(d.X, s, "feature", learn)
}

func fitTargets(d *Dataset, s *Scaler, learn learner) (*Scaler, error) {
	if d.Y == nil {
		return nil, fmt.Errorf("datasets: no targets to learn a scaling from")
	}
	s.Names = slices.Clone(d.TargetNames)
	return fitColumns(d.Y, s, "target", learn)
}

// fitColumns appends what it learns to those lists of s that are not nil.
func fitColumns(m *mat.Dense, s *Scaler, what string, learn learner) (*Scaler, error) {
	if m == nil || m.IsEmpty() {
		return nil, fmt.Errorf("datasets: no rows to learn a scaling from")
	}
	rows, columns := m.Dims()
	s.Columns = columns
	values := make([]float64, 0, rows)
	for j := range columns {
		var err error
		if values, err = present(values[:0], m, j); err != nil {
			return nil, fmt.Errorf("datasets: %s %s: %w", what, columnName(s.Names, j), err)
		}
		s.append(learn(values))
		if err := s.checkColumn(j); err != nil {
			return nil, fmt.Errorf("datasets: %s %s is too wide or too narrow to be scaled: %w", what, columnName(s.Names, j), err)
		}
	}
	return s, nil
}

// present appends the values of column j that are not NaN to dst.
func present(dst []float64, m *mat.Dense, j int) ([]float64, error) {
	raw := m.RawMatrix()
	for i := range raw.Rows {
		v := raw.Data[i*raw.Stride+j]
		if math.IsInf(v, 0) {
			return nil, fmt.Errorf("row %d is %g, want a finite number", i, v)
		}
		if v == v {
			dst = append(dst, v)
		}
	}
	if len(dst) == 0 {
		return nil, fmt.Errorf("all %d rows are NaN", raw.Rows)
	}
	return dst, nil
}

// oneIfNone returns the width of a column to divide by: 1 for one that is
// constant but for rounding.
func oneIfNone(width float64) float64 {
	if width < 10*0x1p-52 {
		return 1
	}
	return width
}
