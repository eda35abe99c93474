package kernel

import (
	"fmt"
	"slices"
)

// SoftmaxRows is dst[i,j] = e^x[i,j] / Σ_k e^x[i,k] for each row, computed as
// e^(x−m)·(1/Σ) with the row's largest element m. A row with NaN or +Inf, or of
// −Inf alone, becomes NaN. dst may be x. It panics if a slice is too short.
func SoftmaxRows(dst, x []float32, rows, cols int) {
	mustHold("SoftmaxRows", rows, cols, len(dst), len(x))
	if softmaxRowsVector(dst, x, rows, cols, 4*cols) {
		return
	}
	for i := range rows {
		d := dst[i*cols : (i+1)*cols]
		_, sum := expRow(d, x[i*cols:(i+1)*cols])
		scaleRow(d, 1/sum)
	}
}

// SoftmaxBackwardRows is dx = y·(dy − Σ_k dy[i,k]·y[i,k]) for each row, from the
// output y of [SoftmaxRows]. Results below 2⁻¹²⁶ are +0. dx may be dy or y. It
// panics if a slice is too short.
func SoftmaxBackwardRows(dx, dy, y []float32, rows, cols int) {
	mustHold("SoftmaxBackwardRows", rows, cols, len(dx), len(dy), len(y))
	if softmaxBackwardVector(dx, dy, y, rows, cols, 4*cols) {
		return
	}
	for i := range rows {
		lo, hi := i*cols, (i+1)*cols
		dot := dotGeneric(dy[lo:hi], y[lo:hi])
		for j := lo; j < hi; j++ {
			dx[j] = flush(y[j] * (dy[j] - dot))
		}
	}
}

// mustHold panics unless all operands have at least rows×cols elements.
func mustHold(name string, rows, cols int, lengths ...int) {
	for _, l := range lengths {
		if rows < 0 || cols < 0 || l < rows*cols {
			panic(fmt.Sprintf("kernel: %s of %d×%d elements: the operands have %v", name, rows, cols, slices.Clone(lengths)))
		}
	}
}

// expRow is dst[j] = e^(x[j]−m), m the largest x[j]; it returns m and the sum.
func expRow(dst, x []float32) (m, sum float32) {
	m = largest(x)
	var l lanes
	for j, v := range x {
		e := exp1(v - m)
		dst[j] = e
		l[j%16] += e
	}
	return m, l.sum()
}

// largest is the largest x[j] that is not NaN, −Inf for none.
func largest(x []float32) float32 {
	m := -infinity
	for _, v := range x {
		if v > m {
			m = v
		}
	}
	return m
}

func scaleRow(x []float32, s float32) {
	for j := range x {
		x[j] *= s
	}
}
