//go:build purego || !(amd64 || arm64)

package kernel

func colSum(dst, x []float32, rows int, accumulate bool) { colSumGeneric(dst, x, rows, accumulate) }
