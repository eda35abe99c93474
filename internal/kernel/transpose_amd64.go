//go:build amd64 && !purego

package kernel

// transposeAVX512 writes the transpose of src, rows×cols, to dst. Steps are the
// bytes between rows. Neither dimension may be zero.
//
//go:noescape
func transposeAVX512(dst *float32, dstStep int, src *float32, srcStep, rows, cols int)

// transposeAVX2 is transposeAVX512 for AVX2.
//
//go:noescape
func transposeAVX2(dst *float32, dstStep int, src *float32, srcStep, rows, cols int)

// transposeVector calls the assembly of the active level.
func transposeVector(dst *float32, dstStep int, src *float32, srcStep, rows, cols int) {
	if active == AVX512 {
		transposeAVX512(dst, dstStep, src, srcStep, rows, cols)
		return
	}
	transposeAVX2(dst, dstStep, src, srcStep, rows, cols)
}
