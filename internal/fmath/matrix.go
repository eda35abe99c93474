package fmath

import "math"

// MatMul computes c = a·b for row-major a (m×k), b (k×n) and c (m×n). Each
// output is summed in ascending order of k. c must not overlap a or b. It
// panics if a length is not the product of its sizes.
func MatMul(c, a, b []float64, m, k, n int) {
	if len(a) != m*k || len(b) != k*n || len(c) != m*n {
		panic("fmath: MatMul of slices whose lengths do not fit the sizes")
	}
	if n == 1 {
		for i := range c {
			c[i] = dotAscending(a[i*k:(i+1)*k], b)
		}
		return
	}
	clear(c)
	for i := range m {
		row := c[i*n : (i+1)*n]
		for l, v := range a[i*k : (i+1)*k] {
			addScaled(row, v, b[l*n:(l+1)*n])
		}
	}
}

func dotAscending(x, y []float64) float64 {
	y = y[:len(x)]
	s := 0.0
	for i, v := range x {
		s += float64(v * y[i])
	}
	return s
}

// addScaled adds f·x to y.
func addScaled(y []float64, f float64, x []float64) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float64(f * x[i])
	}
}

// QR factors the row-major a (m×n, m ≥ n) into q (m×n) with orthonormal columns
// and the upper triangle r (n×n), a = q·r, by Householder reflections. a is
// left as it is.
//
// Signs are LAPACK's: the reflection of column j makes r[j][j] the negative of
// the sign of the entry that it replaces, and a column that is zero below it
// is not reflected, so that the last column of a square a keeps its sign. It
// panics if m < n or a's length is not m·n.
func QR(a []float64, m, n int) (q, r []float64) {
	if m < n || len(a) != m*n {
		panic("fmath: QR needs m·n values with m ≥ n")
	}
	work := append([]float64(nil), a...) // r, with the reflections below it
	tau := make([]float64, n)
	v, w := make([]float64, m), make([]float64, n)
	for j := range n {
		tau[j] = reflector(work, m, n, j)
		applyReflector(work, work, tau[j], v, w, m, n, j, j+1)
	}
	r = make([]float64, n*n)
	for i := range n {
		copy(r[i*n+i:(i+1)*n], work[i*n+i:(i+1)*n])
	}
	q = make([]float64, m*n)
	for j := range n {
		q[j*n+j] = 1
	}
	for j := n - 1; j >= 0; j-- {
		applyReflector(q, work, tau[j], v, w, m, n, j, j)
	}
	return q, r
}

// reflector turns column j of a, from row j down, into the diagonal entry of r
// and the vector v = (1, …) of H = I − τ·v·vᵀ below it, and returns τ.
func reflector(a []float64, m, n, j int) (tau float64) {
	below := make([]float64, 0, m-j-1)
	for i := j + 1; i < m; i++ {
		below = append(below, a[i*n+j])
	}
	norm := Norm2(below)
	if norm == 0 {
		return 0
	}
	alpha := a[j*n+j]
	beta := -math.Copysign(Norm2([]float64{alpha, norm}), alpha)
	a[j*n+j] = beta
	for i := j + 1; i < m; i++ {
		a[i*n+j] /= alpha - beta
	}
	return (beta - alpha) / beta
}

// applyReflector applies the reflection stored in column j of from to the columns of a
// from first on. v (m) and w (n) are scratch.
func applyReflector(a, from []float64, tau float64, v, w []float64, m, n, j, first int) {
	if tau == 0 || first == n {
		return
	}
	v[j] = 1
	for i := j + 1; i < m; i++ {
		v[i] = from[i*n+j]
	}
	w = w[first:n]
	clear(w)
	for i := j; i < m; i++ {
		addScaled(w, v[i], a[i*n+first:(i+1)*n])
	}
	for i := j; i < m; i++ {
		addScaled(a[i*n+first:(i+1)*n], -float64(tau*v[i]), w)
	}
}
