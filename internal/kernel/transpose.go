package kernel

import "fmt"

// Transpose is dst[j·rows+i] = src[i·cols+j]: src is rows×cols, dst cols×rows.
// It panics if a slice is too short. The slices must not overlap.
func Transpose(dst, src []float32, rows, cols int) {
	if rows < 0 || cols < 0 || len(dst) < rows*cols || len(src) < rows*cols {
		panic(fmt.Sprintf("kernel: Transpose of %d×%d elements: dst has %d, src has %d", rows, cols, len(dst), len(src)))
	}
	if rows == 0 || cols == 0 {
		return
	}
	transpose(dst, rows, src, cols, rows, cols)
}

// transposeGeneric is the Go twin: src is rows×cols with leading dimension lds,
// dst cols×rows with leading dimension ldd.
func transposeGeneric(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	const edge = 16 // one cache line of each matrix
	for i0 := 0; i0 < rows; i0 += edge {
		for j := range cols {
			d := dst[j*ldd:]
			for i := i0; i < min(i0+edge, rows); i++ {
				d[i] = src[i*lds+j]
			}
		}
	}
}
