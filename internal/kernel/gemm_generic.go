package kernel

import "math"

// gemmGeneric is the Go twin of the product over the given rows and columns of C.
func gemmGeneric(g *Gemm, rows, cols span) {
	ldc := leading(g.LDC, g.N)
	for i := rows.lo; i < rows.hi; i++ {
		c := g.C[i*ldc+cols.lo : i*ldc+cols.hi]
		if !g.Accumulate {
			clear(c)
		}
		switch {
		case g.K == 0:
		case g.TransB:
			g.rowDots(c, i, cols.lo)
		default:
			g.rowSums(c, i, cols)
		}
		g.finish(c, i, cols)
	}
	if g.Sums != nil && rows.lo == 0 {
		g.sumColumns(cols)
	}
}

// sumColumns writes Sums in the given columns.
func (g *Gemm) sumColumns(cols span) {
	sums, ldb := g.Sums[cols.lo:cols.hi], leading(g.LDB, g.N)
	if !g.Accumulate {
		clear(sums)
	}
	for k := range g.K {
		for j, b := range g.B[k*ldb+cols.lo : k*ldb+cols.hi] {
			sums[j] += b
		}
	}
}

// rowSums adds Σ_k op(A)[i,k]·B[k,·] to a row of C.
func (g *Gemm) rowSums(c []float32, i int, cols span) {
	ldb := leading(g.LDB, g.N)
	a, step := g.rowOfA(i)
	for k := range g.K {
		fmaRow(c, g.B[k*ldb+cols.lo:k*ldb+cols.hi], a[k*step])
	}
}

// rowDots adds Σ_k op(A)[i,k]·B[j,k] to each element of a row of C that starts
// at column first.
func (g *Gemm) rowDots(c []float32, i, first int) {
	ldb := leading(g.LDB, g.K)
	a, step := g.rowOfA(i)
	for j := range c {
		sum := c[j]
		for k, b := range g.B[(first+j)*ldb:][:g.K] {
			sum = FMA(a[k*step], b, sum)
		}
		c[j] = sum
	}
}

// rowOfA returns row i of op(A): element k is a[k·step].
func (g *Gemm) rowOfA(i int) (a []float32, step int) {
	if g.TransA {
		return g.A[i:], leading(g.LDA, g.M)
	}
	return g.A[i*leading(g.LDA, g.K):], 1
}

// fmaRow is c[j] = FMA(a, b[j], c[j]), with the common case of [FMA] in line.
func fmaRow(c, b []float32, a float32) {
	c = c[:len(b)]
	x := float64(a)
	for j, v := range b {
		p := x * float64(v)
		z := float64(c[j])
		s := p + z
		bits := math.Float64bits(s)
		if bits&(1<<29-1) != 1<<28 && bits>>52&0x7ff > 1023-127 || s == 0 {
			c[j] = float32(s)
			continue
		}
		c[j] = fmaOdd(p, z, s)
	}
}

// finish applies bias, activation and mask to a row of C.
func (g *Gemm) finish(c []float32, i int, cols span) {
	if g.Bias != nil {
		for j, b := range g.Bias[cols.lo:cols.hi] {
			c[j] += b
		}
	}
	if g.Act == EpReLU {
		for j, x := range c {
			if x < 0 {
				c[j] = 0
			}
		}
	}
	if g.Mask != nil {
		ld := leading(g.LDMask, g.N)
		for j, m := range g.Mask[i*ld+cols.lo : i*ld+cols.hi] {
			if !(m > 0) || isFlushed(c[j]) {
				c[j] = 0
			}
		}
	}
}

// isFlushed reports whether x is zero or subnormal.
func isFlushed(x float32) bool { return math.Float32bits(x)&0x7f800000 == 0 }
