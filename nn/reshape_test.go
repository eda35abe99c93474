package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

var same = nntest.PerValue(func(x float64) float64 { return x })

func TestFlatten(t *testing.T) {
	for _, in := range []tensor.Shape{{5}, {2, 3}, {2, 3, 4}} {
		nntest.Check(t, nntest.Case{Layer: nn.Flatten{}, In: []tensor.Shape{in}, Out: tensor.Shape{in.Size()}, Ref: same})
	}
	nntest.CheckFails(t, nn.Flatten{}, []tensor.Shape{{2}, {3}}, "it has 2 inputs, want 1")
}

func TestReshape(t *testing.T) {
	in := []tensor.Shape{{4, 3}}
	for _, c := range []struct{ shape, out tensor.Shape }{
		{tensor.Shape{12}, tensor.Shape{12}},
		{tensor.Shape{2, 6}, tensor.Shape{2, 6}},
		{tensor.Shape{-1}, tensor.Shape{12}},
		{tensor.Shape{2, -1, 3}, tensor.Shape{2, 2, 3}},
	} {
		nntest.Check(t, nntest.Case{Layer: nn.Reshape{Shape: c.shape}, In: in, Out: c.out, Ref: same})
	}
	for _, c := range []struct {
		shape tensor.Shape
		want  string
	}{
		{nil, "Shape is empty, want at least one axis"},
		{tensor.Shape{5}, "Shape is (5), 5 values, and the input (4×3) has 12"},
		{tensor.Shape{5, -1}, "Shape is (5×-1), 10 values, and the input (4×3) has 12"},
		{tensor.Shape{13, -1}, "Shape is (13×-1), 0 values, and the input (4×3) has 12"},
		{tensor.Shape{-1, -1}, "Shape is (-1×-1), want positive axes and at most one of -1"},
		{tensor.Shape{0, 12}, "Shape is (0×12), want positive axes"},
		{tensor.Shape{-2, 6}, "Shape is (-2×6), want positive axes"},
	} {
		nntest.CheckFails(t, nn.Reshape{Shape: c.shape}, in, c.want)
	}
	nntest.CheckFails(t, nn.Reshape{Shape: tensor.Shape{1}}, nil, "it has 0 inputs, want 1")
}
