package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// valueByValue returns the formula of a layer that folds its inputs.
func valueByValue(fold func(x []float64) float64) nntest.Ref {
	return func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
		y, x := make([]float64, len(in[0])), make([]float64, len(in))
		for i := range y {
			for k := range in {
				x[k] = in[k][i]
			}
			y[i] = fold(x)
		}
		return y
	}
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}

func product(x []float64) float64 {
	p := 1.0
	for _, v := range x {
		p *= v
	}
	return p
}

func TestMerges(t *testing.T) {
	for _, c := range []struct {
		layer nn.Layer
		fold  func(x []float64) float64
	}{
		{nn.Add{}, sum},
		{nn.Average{}, func(x []float64) float64 { return sum(x) / float64(len(x)) }},
		{nn.Multiply{}, product},
		{nn.Maximum{}, func(x []float64) float64 { return slices.Max(x) }},
		{nn.Minimum{}, func(x []float64) float64 { return slices.Min(x) }},
	} {
		for _, s := range []tensor.Shape{{5}, {2, 3}} {
			for inputs := 2; inputs <= 4; inputs++ {
				nntest.Check(t, nntest.Case{Layer: c.layer, In: slices.Repeat([]tensor.Shape{s}, inputs), Out: s, Ref: valueByValue(c.fold)})
			}
		}
		nntest.CheckFails(t, c.layer, []tensor.Shape{{2}}, "it has 1 inputs, want two or more")
		nntest.CheckFails(t, c.layer, nil, "it has 0 inputs, want two or more")
		nntest.CheckFails(t, c.layer, []tensor.Shape{{2}, {2}, {1, 2}}, "input 3 has shape (1×2) and input 1 has (2), want the same")
	}
}

func TestSubtract(t *testing.T) {
	nntest.Check(t, nntest.Case{Layer: nn.Subtract{}, In: []tensor.Shape{{4}, {4}}, Out: tensor.Shape{4},
		Ref: valueByValue(func(x []float64) float64 { return x[0] - x[1] })})
	nntest.CheckFails(t, nn.Subtract{}, []tensor.Shape{{2}, {2}, {2}}, "it has 3 inputs, want 2")
	nntest.CheckFails(t, nn.Subtract{}, []tensor.Shape{{2}, {3}}, "input 2 has shape (3) and input 1 has (2), want the same")
}

// On a tie the gradient goes to the first input; NaN spreads and takes none.
func TestExtremumTies(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		layer   nn.Layer
		in, din [3][]float32
		out     []float32
	}{
		{nn.Maximum{},
			[3][]float32{{1, 2, 3, 0, nan}, {1, 3, 3, 0, 1}, {0, 3, 3, 0, 1}},
			[3][]float32{{10, 0, 10, 10, 0}, {0, 10, 0, 0, 0}, {0, 0, 0, 0, 0}}, []float32{1, 3, 3, 0, nan}},
		{nn.Minimum{},
			[3][]float32{{1, 2, 3, 0, 1}, {1, 1, 3, 0, nan}, {2, 1, 3, 0, 1}},
			[3][]float32{{10, 0, 10, 10, 0}, {0, 10, 0, 0, 0}, {0, 0, 0, 0, 0}}, []float32{1, 1, 3, 0, nan}},
	} {
		op, err := c.layer.Build([]tensor.Shape{{5}, {5}, {5}})
		if err != nil {
			t.Fatal(err)
		}
		p := &nn.Pass{Rows: 1, Mode: nn.Train, In: c.in[:], Out: make([]float32, 5), DOut: []float32{10, 10, 10, 10, 10}}
		for range 3 {
			p.DIn = append(p.DIn, make([]float32, 5))
		}
		op.Forward(p)
		op.Backward(p)
		if !slices.EqualFunc(p.Out, c.out, func(a, b float32) bool { return a == b || a != a && b != b }) {
			t.Errorf("%T: output %v, want %v", c.layer, p.Out, c.out)
		}
		for k := range p.DIn {
			if !slices.Equal(p.DIn[k], c.din[k]) {
				t.Errorf("%T: gradient of input %d is %v, want %v", c.layer, k+1, p.DIn[k], c.din[k])
			}
		}
	}
}

// A zero among the factors leaves the gradient of the others right.
func TestMultiplyByZero(t *testing.T) {
	zeros := func(k int, x []float32) {
		if k == 1 {
			x[0], x[3] = 0, 0
		}
	}
	nntest.Check(t, nntest.Case{Layer: nn.Multiply{}, In: []tensor.Shape{{4}, {4}, {4}}, Out: tensor.Shape{4},
		Ref: valueByValue(product), Inputs: zeros})
}

// concat joins along an axis by counting through all places of the output.
func concat(axis int, shapes ...tensor.Shape) nntest.Ref {
	return nntest.PerExample(func(_ map[string][]float64, in ...[]float64) []float64 {
		out := shapes[0].Clone()
		out[axis] = 0
		for _, s := range shapes {
			out[axis] += s[axis]
		}
		y := make([]float64, out.Size())
		for i := range y {
			at, rest := make([]int, len(out)), i
			for k := len(out) - 1; k >= 0; k-- {
				at[k], rest = rest%out[k], rest/out[k]
			}
			source := 0
			for at[axis] >= shapes[source][axis] {
				at[axis] -= shapes[source][axis]
				source++
			}
			place := 0
			for k, n := range shapes[source] {
				place = place*n + at[k]
			}
			y[i] = in[source][place]
		}
		return y
	})
}

func TestConcat(t *testing.T) {
	for _, c := range []struct {
		axis  int
		index int
		in    []tensor.Shape
		out   tensor.Shape
	}{
		{0, 0, []tensor.Shape{{2}, {3}}, tensor.Shape{5}},
		{1, 0, []tensor.Shape{{2}, {3}, {1}}, tensor.Shape{6}},
		{0, 1, []tensor.Shape{{2, 2}, {2, 3}}, tensor.Shape{2, 5}},
		{1, 0, []tensor.Shape{{2, 3}, {1, 3}, {4, 3}}, tensor.Shape{7, 3}},
		{2, 1, []tensor.Shape{{2, 3, 2}, {2, 1, 2}}, tensor.Shape{2, 4, 2}},
		{-2, 1, []tensor.Shape{{2, 3, 2}, {2, 1, 2}}, tensor.Shape{2, 4, 2}},
		{-1, 2, []tensor.Shape{{2, 3, 2}, {2, 3, 1}}, tensor.Shape{2, 3, 3}},
	} {
		nntest.Check(t, nntest.Case{Layer: nn.Concat{Axis: c.axis}, In: c.in, Out: c.out, Rows: 3, Ref: concat(c.index, c.in...)})
	}
	nntest.CheckFails(t, nn.Concat{}, []tensor.Shape{{2}}, "it has 1 inputs, want two or more")
	nntest.CheckFails(t, nn.Concat{}, []tensor.Shape{{2, 3}, {3, 3}}, "input 2 has shape (3×3) and input 1 has (2×3), want the same but for axis 2")
	nntest.CheckFails(t, nn.Concat{}, []tensor.Shape{{2, 3}, {3}}, "input 2 has shape (3) and input 1 has (2×3)")
	nntest.CheckFails(t, nn.Concat{Axis: 3}, []tensor.Shape{{2, 3}, {2, 3}}, "Axis is 3, want 1 to 2, or -1 to -2 from the last, for shape (2×3)")
	nntest.CheckFails(t, nn.Concat{Axis: -3}, []tensor.Shape{{2, 3}, {2, 3}}, "Axis is -3, want 1 to 2")
}
