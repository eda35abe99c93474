package solve

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// LeastSquares returns the x for which ‖A·x − b‖ is smallest, the shortest of them
// if there are many. A is m×n, b has m values. Singular values below
// ε·max(m, n) of the largest count as 0. It fails if sizes do not fit or a value
// is no finite number.
func LeastSquares(A *mat.Dense, b []float64) ([]float64, error) {
	if err := checkSystem(A, b); err != nil {
		return nil, err
	}
	return decompose(A).solve(b, 0), nil
}

// Ridge is linear regression: it minimizes Σ (y − x·w − c)² + Alpha·‖w‖². The
// intercept c is free of the penalty (Hoerl and Kennard 1970).
type Ridge struct {
	// Alpha is the penalty, at least 0; 0: ordinary least squares, whose shortest
	// solution is taken if there are many.
	Alpha float64
	// NoIntercept leaves c at 0.
	NoIntercept bool
}

// LinearModel is what Ridge learned: y = x·Coefficientsᵀ + Intercepts.
type LinearModel struct {
	Coefficients [][]float64 // a row for each target, a value for each feature
	Intercepts   []float64   // one for each target
}

// Fit learns from rows X (n×p) and their targets Y (n×k). It fails if there are no
// rows, sizes do not fit, or a value is no finite number.
func (r Ridge) Fit(X, Y *mat.Dense) (*LinearModel, error) {
	if !(r.Alpha >= 0) || math.IsInf(r.Alpha, 1) {
		return nil, fmt.Errorf("solve: the ridge penalty is %g, want a number of at least 0", r.Alpha)
	}
	_, p := X.Dims()
	rows, targets := Y.Dims()
	centers := make([]float64, p)
	if !r.NoIntercept {
		X, centers = centered(X)
	}
	m := &LinearModel{Intercepts: make([]float64, targets)}
	var d *decomposition
	for k := range targets {
		y := mat.Col(nil, k, Y)
		if err := checkSystem(X, y); err != nil {
			return nil, err
		}
		if !r.NoIntercept {
			m.Intercepts[k] = fmath.Mean(y)
			for i := range rows {
				y[i] -= m.Intercepts[k]
			}
		}
		if d == nil {
			d = decompose(X)
		}
		w := d.solve(y, r.Alpha)
		m.Coefficients = append(m.Coefficients, w)
		m.Intercepts[k] -= fmath.Dot(w, centers)
	}
	return m, nil
}

// Predict returns a row of targets for each row of X. It fails if X has not the
// features that were learned from.
func (m *LinearModel) Predict(X *mat.Dense) (*mat.Dense, error) {
	return linear(X, m.Coefficients, m.Intercepts)
}

// linear returns X·coefficientsᵀ + intercepts.
func linear(X *mat.Dense, coefficients [][]float64, intercepts []float64) (*mat.Dense, error) {
	n, p := X.Dims()
	if len(coefficients) == 0 || len(coefficients[0]) != p {
		return nil, fmt.Errorf("solve: rows have %d features, want the %d that were learned from", p, features(coefficients))
	}
	out := mat.NewDense(n, len(coefficients), nil)
	for i := range n {
		x, y := X.RawRowView(i), out.RawRowView(i)
		for k, w := range coefficients {
			y[k] = fmath.Dot(x, w) + intercepts[k]
		}
	}
	return out, nil
}

func features(coefficients [][]float64) int {
	if len(coefficients) == 0 {
		return 0
	}
	return len(coefficients[0])
}

// centered returns X less the means of its columns, and the means.
func centered(X *mat.Dense) (*mat.Dense, []float64) {
	n, p := X.Dims()
	out, means := mat.NewDense(n, p, nil), make([]float64, p)
	for j := range p {
		column := mat.Col(nil, j, X)
		means[j] = fmath.Mean(column)
		for i, v := range column {
			out.Set(i, j, v-means[j])
		}
	}
	return out, means
}

func checkSystem(A *mat.Dense, b []float64) error {
	if m, _ := A.Dims(); m != len(b) {
		return fmt.Errorf("solve: %d rows have %d targets, want one each", m, len(b))
	}
	if !finite(b) {
		return errors.New("solve: a target is no finite number")
	}
	return checkMatrix(A)
}

func checkMatrix(A *mat.Dense) error {
	m, n := A.Dims()
	if m == 0 || n == 0 {
		return fmt.Errorf("solve: the matrix is %d×%d, want at least one row and one column", m, n)
	}
	for i := range m {
		if !finite(A.RawRowView(i)) {
			return fmt.Errorf("solve: row %d holds a value that is no finite number", i+1)
		}
	}
	return nil
}

func finite(x []float64) bool {
	for _, v := range x {
		if v-v != 0 {
			return false
		}
	}
	return true
}
