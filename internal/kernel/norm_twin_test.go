package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// ordinary draws normal numbers, or extremes in one call of four.
func ordinary(rng *rand.Rand, _ int) func() float32 {
	if rng.IntN(4) == 0 {
		return extremes(rng)
	}
	return normal(rng)
}

// matrixTwin is a kernel on rows×cols matrices, vectors of cols and of rows.
type matrixTwin struct {
	name                    string
	matrices, vectors, tall int
	inPlace                 [][2]int
	call                    func(s [][]float32, rows, cols int)
}

func (m matrixTwin) compare(t *testing.T, rows, cols int) {
	t.Helper()
	lengths := repeated(rows*cols, m.matrices)
	lengths = append(lengths, repeated(cols, m.vectors)...)
	lengths = append(lengths, repeated(rows, m.tall)...)
	k := twin{name: fmt.Sprintf("%s %d×%d", m.name, rows, cols), fill: ordinary, inPlace: m.inPlace,
		call: func(s [][]float32) { m.call(s, rows, cols) }}
	for seed := range uint64(3) {
		k.compare(t, lengths, seed)
	}
}

var matrixTwins = []matrixTwin{
	{"SoftmaxRows", 2, 0, 0, [][2]int{{0, 1}}, func(s [][]float32, rows, cols int) { kernel.SoftmaxRows(s[0], s[1], rows, cols) }},
	{"SoftmaxBackwardRows", 3, 0, 0, [][2]int{{0, 1}, {0, 2}}, func(s [][]float32, rows, cols int) {
		kernel.SoftmaxBackwardRows(s[0], s[1], s[2], rows, cols)
	}},
	{"BatchNormStats", 1, 2, 0, nil, func(s [][]float32, rows, cols int) {
		kernel.BatchNormStats(s[1], s[2], s[0], rows, cols)
	}},
	{"BatchNormForward", 3, 4, 0, [][2]int{{0, 2}, {1, 2}}, func(s [][]float32, rows, cols int) {
		kernel.BatchNormForward(s[0], s[1], s[2], s[3], s[4], s[5], s[6], rows, cols)
	}},
	{"BatchNormInfer", 2, 4, 0, [][2]int{{0, 1}}, func(s [][]float32, rows, cols int) {
		kernel.BatchNormInfer(s[0], s[1], s[2], s[3], s[4], s[5], rows, cols)
	}},
	{"BatchNormBackward", 3, 4, 0, [][2]int{{0, 1}}, func(s [][]float32, rows, cols int) {
		kernel.BatchNormBackward(s[0], s[3], s[4], s[1], s[2], s[5], s[6], rows, cols)
	}},
	{"BatchNormBackward of sums", 2, 4, 0, nil, func(s [][]float32, rows, cols int) {
		kernel.BatchNormBackward(nil, s[2], s[3], s[0], s[1], s[4], s[5], rows, cols)
	}},
	{"AddRow", 2, 1, 0, [][2]int{{0, 1}}, func(s [][]float32, _, _ int) { kernel.AddRow(s[0], s[1], s[2]) }},
	{"MulRow", 2, 1, 0, [][2]int{{0, 1}}, func(s [][]float32, _, _ int) { kernel.MulRow(s[0], s[1], s[2]) }},
	{"LayerNormForward", 3, 2, 1, [][2]int{{0, 2}}, func(s [][]float32, rows, cols int) {
		kernel.LayerNormForward(s[0], s[1], s[5], s[2], s[3], s[4], 1e-3, rows, cols)
	}},
	{"LayerNormBackward", 3, 3, 1, [][2]int{{0, 1}}, func(s [][]float32, rows, cols int) {
		kernel.LayerNormBackward(s[0], s[3], s[4], s[1], s[2], s[5], s[6], rows, cols)
	}},
}

// TestMatrixTwins has every number of columns up to 199, and every number of rows
// up to 40.
func TestMatrixTwins(t *testing.T) {
	each(t, func(t *testing.T, level kernel.Level) {
		if level == kernel.Generic {
			return
		}
		for _, m := range matrixTwins {
			for _, cols := range lengths(false)[1:] {
				m.compare(t, cols%5+1, cols)
			}
			for rows := range 40 {
				m.compare(t, rows, rows*7%18+1)
			}
		}
	})
}

func TestReductionTwins(t *testing.T) {
	store := func(f func(s [][]float32) float32) func(s [][]float32) {
		return func(s [][]float32) { s[0][0] = f(s) }
	}
	kernels := []twin{
		{name: "Sum", call: store(func(s [][]float32) float32 { return kernel.Sum(s[1]) })},
		{name: "SumAbs", call: store(func(s [][]float32) float32 { return kernel.SumAbs(s[1]) })},
		{name: "SumSquares", call: store(func(s [][]float32) float32 { return kernel.SumSquares(s[1]) })},
		{name: "Dot", call: store(func(s [][]float32) float32 { return kernel.Dot(s[1], s[2]) })},
		{name: "MaxAbs", call: store(func(s [][]float32) float32 { return kernel.MaxAbs(s[1]) })},
		{name: "CountZero", call: store(func(s [][]float32) float32 { return float32(kernel.CountZero(s[1])) })},
		{name: "FirstNonFinite", call: store(func(s [][]float32) float32 { return float32(kernel.FirstNonFinite(s[1])) })},
	}
	each(t, func(t *testing.T, level kernel.Level) {
		for _, k := range kernels {
			for _, fill := range []func(*rand.Rand, int) func() float32{nil, ordinary} {
				k.fill = fill
				for _, n := range lengths(false) {
					k.compare(t, []int{1, n, n}, uint64(n))
				}
				k.compare(t, []int{1, 5000, 5000}, 1)
			}
		}
	})
}
