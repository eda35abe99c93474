package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestRepeatVector(t *testing.T) {
	for _, times := range []int{1, 3} {
		nntest.Check(t, nntest.Case{Layer: nn.RepeatVector{Times: times}, In: []tensor.Shape{{4}}, Out: tensor.Shape{times, 4},
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) (out []float64) {
				for range times {
					out = append(out, in[0]...)
				}
				return out
			})})
	}
	nntest.CheckFails(t, nn.RepeatVector{}, []tensor.Shape{{4}}, "Times is 0, want at least 1")
	nntest.CheckFails(t, nn.RepeatVector{Times: 2}, []tensor.Shape{{4, 1}}, "input has shape (4×1), want one axis")
}

func TestPermute(t *testing.T) {
	three := func(axes [3]int, in tensor.Shape) nntest.Ref {
		return nntest.PerExample(func(_ map[string][]float64, x ...[]float64) (out []float64) {
			var at [3]int // an index along each axis of the input
			a, b, c := axes[0]-1, axes[1]-1, axes[2]-1
			for at[a] = 0; at[a] < in[a]; at[a]++ {
				for at[b] = 0; at[b] < in[b]; at[b]++ {
					for at[c] = 0; at[c] < in[c]; at[c]++ {
						out = append(out, x[0][(at[0]*in[1]+at[1])*in[2]+at[2]])
					}
				}
			}
			return out
		})
	}
	in := tensor.Shape{2, 3, 4}
	for _, axes := range [][3]int{{1, 2, 3}, {2, 1, 3}, {3, 1, 2}, {2, 3, 1}, {1, 3, 2}, {3, 2, 1}} {
		out := tensor.Shape{in[axes[0]-1], in[axes[1]-1], in[axes[2]-1]}
		nntest.Check(t, nntest.Case{Layer: nn.Permute{Axes: axes[:]}, In: []tensor.Shape{in}, Out: out, Ref: three(axes, in)})
	}
	nntest.Check(t, nntest.Case{Layer: nn.Permute{Axes: []int{2, 1}}, In: []tensor.Shape{{20, 3}}, Out: tensor.Shape{3, 20},
		Ref: three([3]int{2, 1, 3}, tensor.Shape{20, 3, 1})})
	nntest.Check(t, nntest.Case{Layer: nn.Permute{Axes: []int{1}}, In: []tensor.Shape{{5}}, Out: tensor.Shape{5}, Ref: same})
	for _, axes := range [][]int{nil, {1}, {1, 1}, {0, 1}, {2, 3}, {-1, 1}, {1, 2, 3}} {
		nntest.CheckFails(t, nn.Permute{Axes: axes}, []tensor.Shape{{2, 3}}, "want each of 1 to 2 once for shape (2×3)")
	}
}
