//go:build arm64 && !purego

package kernel

import "unsafe"

// transposeNEON writes the transpose of src, rows×cols, to dst. Steps are the
// bytes between rows. Both dimensions are multiples of 4, neither is zero.
//
//go:noescape
func transposeNEON(dst *float32, dstStep int, src *float32, srcStep, rows, cols int)

// transposeVector calls the assembly for whole blocks and moves the edges one
// by one.
func transposeVector(dst *float32, dstStep int, src *float32, srcStep, rows, cols int) {
	wholeRows, wholeCols := rows&^3, cols&^3
	if wholeRows > 0 && wholeCols > 0 {
		transposeNEON(dst, dstStep, src, srcStep, wholeRows, wholeCols)
	}
	for j := range cols {
		first := 0
		if j < wholeCols {
			first = wholeRows
		}
		from, to := moved(src, 4*j), unsafe.Slice(moved(dst, j*dstStep), rows)
		for i := first; i < rows; i++ {
			to[i] = *moved(from, i*srcStep)
		}
	}
}
