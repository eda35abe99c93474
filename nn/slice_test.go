package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestSlice(t *testing.T) {
	for _, c := range []struct {
		layer   nn.Slice
		in, out tensor.Shape
		places  []int // of the input's row
	}{
		{nn.Slice{From: 1, To: 3}, tensor.Shape{4}, tensor.Shape{2}, []int{1, 2}},
		{nn.Slice{From: 2}, tensor.Shape{4}, tensor.Shape{2}, []int{2, 3}},
		{nn.Slice{To: -1}, tensor.Shape{2, 3}, tensor.Shape{2, 2}, []int{0, 1, 3, 4}},
		{nn.Slice{Axis: 1, From: 1, To: 2}, tensor.Shape{3, 2}, tensor.Shape{1, 2}, []int{2, 3}},
	} {
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.in}, Out: c.out,
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) (out []float64) {
				for _, i := range c.places {
					out = append(out, in[0][i])
				}
				return out
			})})
	}
}

func TestSliceFails(t *testing.T) {
	in := []tensor.Shape{{4}}
	nntest.CheckFails(t, nn.Slice{From: 2, To: 2}, in, "From is 2 and To is 2, want a part of the 4 places")
	nntest.CheckFails(t, nn.Slice{From: -1}, in, "From is -1")
	nntest.CheckFails(t, nn.Slice{To: 5}, in, "To is 5")
	nntest.CheckFails(t, nn.Slice{Axis: 2, To: 1}, in, "Axis is 2, want 1 to 1")
	nntest.CheckFails(t, nn.Slice{To: 1}, nil, "it has 0 inputs, want 1")
}
