package solve

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// NonNegativeLeastSquares returns the w ≥ 0 for which ‖A·w − b‖ is smallest
// (Lawson and Hanson 1974, chapter 23). A is m×n, b has m values. It fails if sizes
// do not fit or a value is no finite number.
func NonNegativeLeastSquares(A *mat.Dense, b []float64) ([]float64, error) {
	if err := checkSystem(A, b); err != nil {
		return nil, err
	}
	return newActiveSet(A, b).solve()
}

// SimplexLeastSquares returns the weights w ≥ 0, Σ w = 1, for which ‖A·w − b‖ is
// smallest: of one prediction per column, the mixture nearest to the targets b. It
// fails if sizes do not fit or a value is no finite number.
//
// As Σ w = 1, A·w − b is G·w for G = A − b·1ᵀ, and w is a multiple of the u ≥ 0 for
// which ‖G·u‖² + c²·(Σ u − 1)² is smallest, whatever c: that value is a rising
// function of ‖G·w‖ alone.
func SimplexLeastSquares(A *mat.Dense, b []float64) ([]float64, error) {
	if err := checkSystem(A, b); err != nil {
		return nil, err
	}
	m, n := A.Dims()
	g := mat.NewDense(m+1, n, nil)
	nearest := math.Inf(1)
	for j := range n {
		column := make([]float64, m)
		for i := range m {
			column[i] = A.At(i, j) - b[i]
			g.Set(i, j, column[i])
		}
		nearest = min(nearest, fmath.Norm2(column))
	}
	if nearest == 0 {
		nearest = 1 // a column that is b is the answer with any c
	}
	for j := range n {
		g.Set(m, j, nearest)
	}
	target := make([]float64, m+1)
	target[m] = nearest
	w, err := newActiveSet(g, target).solve()
	if err != nil {
		return nil, err
	}
	sum := fmath.Sum(w)
	for j := range w {
		w[j] /= sum
	}
	return w, nil
}

// activeSet is Lawson and Hanson's method under way on A·w ≈ b.
type activeSet struct {
	a      [][]float64 // columns of A, reduced to n rows where there are more
	b      []float64
	w      []float64
	inside []bool // may be above 0
	scale  float64
}

func newActiveSet(A *mat.Dense, b []float64) *activeSet {
	m, n := A.Dims()
	s := &activeSet{a: make([][]float64, n), b: b, w: make([]float64, n), inside: make([]bool, n)}
	for j := range s.a {
		s.a[j] = mat.Col(nil, j, A)
	}
	if m > n {
		s.reduce(m, n)
	}
	for _, column := range s.a {
		s.scale = max(s.scale, fmath.Norm2(column))
	}
	return s
}

// reduce replaces A = Q·R and b by R and Qᵀ·b: the norms differ by a constant.
func (s *activeSet) reduce(m, n int) {
	flat := make([]float64, m*n)
	for j, column := range s.a {
		for i, v := range column {
			flat[i*n+j] = v
		}
	}
	q, r := fmath.QR(flat, m, n)
	b := make([]float64, n)
	for j := range n {
		s.a[j] = make([]float64, n)
		for i := range n {
			s.a[j][i] = r[i*n+j]
		}
		for i, v := range s.b {
			b[j] += float64(q[i*n+j] * v)
		}
	}
	s.b = b
}

// solve lets in, one by one, the weight that would lower the error fastest.
func (s *activeSet) solve() ([]float64, error) {
	for range 10 * (len(s.w) + 1) {
		j := s.steepest()
		if j < 0 {
			return s.w, nil
		}
		s.inside[j] = true
		if !s.settle() {
			s.inside[j] = false // a rounding error let it in
			return s.w, nil
		}
	}
	return nil, fmt.Errorf("solve: the weights of %d columns did not settle", len(s.w))
}

// steepest returns the weight at 0 whose growth lowers the error most, −1 if none does.
func (s *activeSet) steepest() int {
	residual := append([]float64(nil), s.b...)
	for j, column := range s.a {
		for i, v := range column {
			residual[i] -= float64(v * s.w[j])
		}
	}
	best := -1
	most := 0x1p-48 * float64(s.scale*max(fmath.Norm2(s.b), fmath.Norm2(residual)))
	for j, column := range s.a {
		if slope := fmath.Dot(column, residual); !s.inside[j] && slope > most {
			best, most = j, slope
		}
	}
	return best
}

// settle moves to the best weights of those inside, and puts out those that reach 0
// on the way; false if nothing moved.
func (s *activeSet) settle() (moved bool) {
	for range len(s.w) {
		z := s.bestInside()
		step := 1.0
		for j, in := range s.inside {
			if in && z[j] <= 0 && s.w[j]-z[j] > 0 {
				step = min(step, s.w[j]/(s.w[j]-z[j]))
			}
		}
		blocked := false
		for j, in := range s.inside {
			if !in {
				continue
			}
			old := s.w[j]
			s.w[j] += float64(step * (z[j] - old))
			if z[j] <= 0 && (s.w[j] <= 0x1p-50*old || step == 0 && old == 0) {
				s.w[j], s.inside[j], blocked = 0, false, true
			}
			moved = moved || s.w[j] != old
		}
		if !blocked && step == 1 {
			return moved
		}
	}
	return moved
}

// bestInside returns the least-squares solution of the columns inside, 0 elsewhere.
func (s *activeSet) bestInside() []float64 {
	var columns []int
	for j, in := range s.inside {
		if in {
			columns = append(columns, j)
		}
	}
	z := make([]float64, len(s.w))
	if len(columns) == 0 {
		return z
	}
	sub := mat.NewDense(len(s.b), len(columns), nil)
	for k, j := range columns {
		sub.SetCol(k, s.a[j])
	}
	for k, v := range decompose(sub).solve(s.b, 0) {
		z[columns[k]] = v
	}
	return z
}
