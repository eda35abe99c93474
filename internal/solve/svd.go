package solve

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// decomposition is the singular value decomposition A = Q·U·diag(values)·Vᵀ with Q
// from A = Q·R and R = U·diag(values)·Vᵀ.
type decomposition struct {
	m, n   int         // of A, filled up with rows of zeros to m ≥ n
	q      []float64   // m×n
	u      [][]float64 // columns of U·diag(values): n of length n
	v      [][]float64 // columns of V
	values []float64
}

// decompose factors A by Householder's QR and one-sided Jacobi rotations (Hestenes
// 1958), which are accurate for small singular values too.
func decompose(A *mat.Dense) *decomposition {
	rows, n := A.Dims()
	d := &decomposition{m: max(rows, n), n: n, values: make([]float64, n)}
	a := make([]float64, d.m*n)
	for i := range rows {
		copy(a[i*n:], A.RawRowView(i))
	}
	var r []float64
	d.q, r = fmath.QR(a, d.m, n)
	for j := range n {
		column, unit := make([]float64, n), make([]float64, n)
		for i := range n {
			column[i] = r[i*n+j]
		}
		unit[j] = 1
		d.u, d.v = append(d.u, column), append(d.v, unit)
	}
	for sweep := 0; sweep < 60 && d.sweep(); sweep++ {
	}
	for j, column := range d.u {
		d.values[j] = fmath.Norm2(column)
	}
	return d
}

// sweep makes each pair of columns orthogonal once; false if all were.
func (d *decomposition) sweep() (rotated bool) {
	for i := range d.n {
		for j := i + 1; j < d.n; j++ {
			x, y := d.u[i], d.u[j]
			xx, yy, xy := fmath.Dot(x, x), fmath.Dot(y, y), fmath.Dot(x, y)
			if math.Abs(xy) <= 0x1p-52*math.Sqrt(float64(xx*yy)) {
				continue
			}
			rotated = true
			zeta := (yy - xx) / (2 * xy)
			t := math.Copysign(1, zeta) / (math.Abs(zeta) + math.Sqrt(1+float64(zeta*zeta)))
			c := 1 / math.Sqrt(1+float64(t*t))
			rotate(x, y, c, float64(c*t))
			rotate(d.v[i], d.v[j], c, float64(c*t))
		}
	}
	return rotated
}

// rotate turns two columns.
func rotate(x, y []float64, c, s float64) {
	for k, a := range x {
		b := y[k]
		x[k] = float64(c*a) - float64(s*b)
		y[k] = float64(s*a) + float64(c*b)
	}
}

// solve returns the x for which ‖A·x − b‖² + alpha·‖x‖² is smallest.
func (d *decomposition) solve(b []float64, alpha float64) []float64 {
	top := 0.0
	for _, v := range d.values {
		top = max(top, v)
	}
	qb := make([]float64, d.n)
	for i, v := range b {
		for j := range qb {
			qb[j] += float64(d.q[i*d.n+j] * v)
		}
	}
	x := make([]float64, d.n)
	for k, s := range d.values {
		if s <= 0x1p-52*float64(d.m)*top {
			continue
		}
		f := fmath.Dot(d.u[k], qb) / (float64(s*s) + alpha)
		for i, v := range d.v[k] {
			x[i] += float64(f * v)
		}
	}
	return x
}
