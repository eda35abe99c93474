//go:build purego || !(amd64 || arm64)

package kernel

// WorkSize returns the length of Work for a runner of the given width.
func (g *Gemm) WorkSize(width int) int { return 0 }

// region computes the given rows and columns of C.
func (g *Gemm) region(rows, cols span, work []float32) { gemmGeneric(g, rows, cols) }
