//go:build (amd64 || arm64) && !purego

package kernel

// transposeWork is the number of elements that one assembly call moves.
const transposeWork = 1 << 16

// transpose writes the transpose of src, rows×cols with leading dimension lds,
// to dst with leading dimension ldd.
func transpose(dst []float32, ldd int, src []float32, lds, rows, cols int) {
	if active == Generic {
		transposeGeneric(dst, ldd, src, lds, rows, cols)
		return
	}
	if cols == 0 {
		return
	}
	step := max(transposeWork/cols&^15, 16)
	for i := 0; i < rows; i += step {
		transposeVector(at(dst, i), 4*ldd, at(src, i*lds), 4*lds, min(step, rows-i), cols)
	}
}
