//go:build purego || !(amd64 || arm64)

package kernel

func (s *segmented) run() { s.runGeneric() }

func colSumPart(dst, x []float32, step, rows int, accumulate bool) {
	colSumPartGeneric(dst, x, step, rows, accumulate)
}
