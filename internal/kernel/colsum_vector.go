//go:build (amd64 || arm64) && !purego

package kernel

import "unsafe"

// one is the matrix of ones that a column sum multiplies by: FMA(1, x, s) is
// s + x rounded once.
var one float32 = 1

func colSum(dst, x []float32, rows int, accumulate bool) {
	if active == Generic || rows == 0 {
		colSumGeneric(dst, x, rows, accumulate)
		return
	}
	t := tile{
		a: &one, b: unsafe.SliceData(x), c: unsafe.SliceData(dst),
		bStep: 4 * len(dst), rows: 1, cols: len(dst), depth: rows,
	}
	if accumulate {
		t.flags = tileAccumulate
	}
	t.inPlace()
}
