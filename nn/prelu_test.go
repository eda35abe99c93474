package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// prelu is the formula with the slope of each value of a row at the given place.
func prelu(place func(i int) int) nntest.Ref {
	return nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i, x := range in[0] {
			y[i] = max(x, 0) + params["alpha"][place(i)]*min(x, 0)
		}
		return y
	})
}

func TestPReLU(t *testing.T) {
	in := tensor.Shape{2, 3, 4}
	for _, c := range []struct {
		shared []int
		alpha  tensor.Shape
		place  func(i int) int
	}{
		{nil, tensor.Shape{2, 3, 4}, func(i int) int { return i }},
		{[]int{1}, tensor.Shape{1, 3, 4}, func(i int) int { return i % 12 }},
		{[]int{2}, tensor.Shape{2, 1, 4}, func(i int) int { return i/12*4 + i%4 }},
		{[]int{-1}, tensor.Shape{2, 3, 1}, func(i int) int { return i / 4 }},
		{[]int{1, 2}, tensor.Shape{1, 1, 4}, func(i int) int { return i % 4 }},
		{[]int{3, 1, 2}, tensor.Shape{1, 1, 1}, func(i int) int { return 0 }},
	} {
		layer := nn.PReLU{SharedAxes: c.shared, Penalty: nn.Penalty{L2: 0.1}, Constraint: nn.NonNegative}
		nntest.Check(t, nntest.Case{Layer: layer, In: []tensor.Shape{in}, Out: in, Ref: prelu(c.place)})
		op, err := layer.Build([]tensor.Shape{in})
		if err != nil {
			t.Fatal(err)
		}
		if p := op.Params()[0]; !p.Shape.Equal(c.alpha) || p.Init != nn.Zeros || p.Penalty.L2 != 0.1 || p.Constraint != nn.NonNegative {
			t.Errorf("shared %v: the slopes are %+v, want shape %v", c.shared, p, c.alpha)
		}
	}
	nntest.Check(t, nntest.Case{Layer: nn.PReLU{Init: nn.Constant(0.25)}, In: []tensor.Shape{{7}}, Out: tensor.Shape{7},
		Ref: prelu(func(i int) int { return i })})
}

func TestPReLUFails(t *testing.T) {
	in := []tensor.Shape{{2, 3}}
	nntest.CheckFails(t, nn.PReLU{SharedAxes: []int{3}}, in, "SharedAxes[0] is 3, want 1 to 2, or -1 to -2 from the last, for shape (2×3)")
	nntest.CheckFails(t, nn.PReLU{SharedAxes: []int{1, 0}}, in, "SharedAxes[1] is 0, want 1 to 2")
	nntest.CheckFails(t, nn.PReLU{SharedAxes: []int{2, -1}}, in, "SharedAxes is [2 -1], which names axis 2 twice")
	nntest.CheckFails(t, nn.PReLU{Init: nn.Normal(0, -1)}, in, `parameter "alpha": initializer normal(0, -1): the standard deviation is -1`)
	nntest.CheckFails(t, nn.PReLU{Constraint: nn.MaxNorm(0)}, in, `parameter "alpha": constraint max_norm(0): the limit is 0`)
	nntest.CheckFails(t, nn.PReLU{}, nil, "it has 0 inputs, want 1")
}
