package kernel

import "fmt"

// ColSum is dst[j] = Σ_i x[i·cols+j], or dst[j] += … when accumulate is set: the
// gradient of a bias. The rows are added one by one in ascending order.
// It panics if dst or x is too short.
func ColSum(dst, x []float32, rows, cols int, accumulate bool) {
	if rows < 0 || cols < 0 || len(dst) < cols || len(x) < rows*cols {
		panic(fmt.Sprintf("kernel: ColSum of %d×%d elements: dst has %d, x has %d", rows, cols, len(dst), len(x)))
	}
	if cols == 0 {
		return
	}
	colSum(dst[:cols], x, rows, accumulate)
}

// colSumGeneric is the Go twin of ColSum over len(dst) columns.
func colSumGeneric(dst, x []float32, rows int, accumulate bool) {
	if !accumulate {
		clear(dst)
	}
	for i := range rows {
		row := x[i*len(dst):][:len(dst)]
		for j, v := range row {
			dst[j] += v
		}
	}
}
