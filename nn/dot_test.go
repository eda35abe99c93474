package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func TestDot(t *testing.T) {
	for _, n := range []int{1, 5, 40} {
		in := []tensor.Shape{{n}, {n}}
		nntest.Check(t, nntest.Case{Layer: nn.Dot{}, In: in, Out: tensor.Shape{1},
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) []float64 {
				return []float64{dot(in[0], in[1])}
			})})
	}
	for _, n := range []int{2, 40} { // the cosine of numbers is ±1, whose gradient is 0
		in := []tensor.Shape{{n}, {n}}
		nntest.Check(t, nntest.Case{Layer: nn.Dot{Normalize: true}, In: in, Out: tensor.Shape{1},
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) []float64 {
				return []float64{dot(in[0], in[1]) / math.Sqrt(dot(in[0], in[0])*dot(in[1], in[1]))}
			})})
	}
	nntest.CheckFails(t, nn.Dot{}, []tensor.Shape{{2}, {3}}, "inputs have shapes (2) and (3), want the same with one axis")
	nntest.CheckFails(t, nn.Dot{}, []tensor.Shape{{2, 2}, {2, 2}}, "want the same with one axis")
	nntest.CheckFails(t, nn.Dot{}, []tensor.Shape{{2}}, "it has 1 inputs, want 2")
}

// A vector shorter than 10⁻⁶ counts as that long: values and gradients stay finite,
// and the length is a constant.
func TestDotOfShortVectors(t *testing.T) {
	op, err := nn.Dot{Normalize: true}.Build([]tensor.Shape{{2}, {2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		short, second []float32 // the input, and the gradient of the other, (3, 4)
		out           float32
	}{
		{[]float32{0, 0}, []float32{0, 0}, 0},
		{[]float32{3e-7, 4e-7}, []float32{0, 0}, 0.5},
		{[]float32{4e-7, -3e-7}, []float32{0.08, -0.06}, 0},
	} {
		p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{c.short, {3, 4}}, Out: make([]float32, 1), Keep: make([]float32, 2),
			DOut: []float32{1}, DIn: [][]float32{make([]float32, 2), make([]float32, 2)}}
		op.Forward(p)
		op.Backward(p)
		want := []float32{0.6e6, 0.8e6}
		for i := range want {
			if math.Abs(float64(p.Out[0]-c.out)) > 1e-6 || math.Abs(float64(p.DIn[0][i]/want[i]-1)) > 1e-6 ||
				math.Abs(float64(p.DIn[1][i]-c.second[i])) > 1e-6 {
				t.Fatalf("%v: output %v, gradients %v, want %v, %v, %v", c.short, p.Out, p.DIn, c.out, want, c.second)
			}
		}
	}
}
