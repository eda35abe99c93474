package nn_test

import (
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// pad makes every third step of the given size padding.
func pad(size int, value float32) func(k int, x []float32) {
	return func(_ int, x []float32) {
		for i := range x {
			if i/size%3 == 0 {
				x[i] = value
			}
		}
	}
}

func TestMasking(t *testing.T) {
	for _, c := range []struct {
		layer nn.Masking
		shape tensor.Shape
		size  int
	}{
		{nn.Masking{}, tensor.Shape{4, 2}, 2},
		{nn.Masking{Value: -1}, tensor.Shape{5, 1}, 1},
		{nn.Masking{Value: 3}, tensor.Shape{3, 2, 2}, 4},
	} {
		ref := func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
			out := make([]float64, len(in[0]))
			for lo := 0; lo < len(out); lo += c.size {
				// The difference quotient leaves a step of padding by 1e-5 or less.
				near := func(v float64) bool { return math.Abs(v-c.layer.Value) < 1e-4 }
				if slices.ContainsFunc(in[0][lo:lo+c.size], func(v float64) bool { return !near(v) }) {
					copy(out[lo:], in[0][lo:lo+c.size])
				}
			}
			return out
		}
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.shape}, Out: c.shape, Ref: ref, Inputs: pad(c.size, float32(c.layer.Value))})
	}
	nntest.CheckFails(t, nn.Masking{}, []tensor.Shape{{4}}, "input has shape (4), want steps×features")
	nntest.CheckFails(t, nn.Masking{Value: math.NaN()}, []tensor.Shape{{4, 2}}, "Value is NaN, want a finite number")
	nntest.CheckFails(t, nn.Masking{}, nil, "it has 0 inputs, want 1")
}

// forwardMasks runs a layer in use as a plan does, on inputs with the given masks,
// and returns the output and its mask.
func forwardMasks(t *testing.T, op nn.Op, rows int, in, masks [][]float32) (out, mask []float32) {
	t.Helper()
	keep, work := op.Scratch(rows, nn.Infer)
	p := &nn.Pass{Rows: rows, In: in, Masks: masks, Out: make([]float32, rows*op.Out().Size()),
		Keep: make([]float32, keep), Work: make([]float32, work)}
	p.OutMask = op.(nn.MaskMaker).MakeMask(p, make([]float32, rows*op.Out()[0]))
	if op, ok := op.(nn.Preparer); ok {
		op.Prepare(p)
	}
	op.Forward(p)
	return p.Out, p.OutMask
}

// Sequences that are joined have their masks joined; one without counts as a whole.
func TestConcatJoinsMasks(t *testing.T) {
	op, err := nn.Concat{Axis: 1}.Build([]tensor.Shape{{2, 1}, {1, 1}, {3, 1}})
	if err != nil {
		t.Fatal(err)
	}
	in := [][]float32{make([]float32, 4), make([]float32, 2), make([]float32, 6)}
	_, mask := forwardMasks(t, op, 2, in, [][]float32{{1, 0, 0, 1}, nil, {0, 0, 1, 1, 0, 0}})
	if want := []float32{1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0}; !slices.Equal(mask, want) {
		t.Errorf("the mask is %v, want %v", mask, want)
	}
	if _, mask = forwardMasks(t, op, 2, in, make([][]float32, 3)); mask != nil {
		t.Errorf("without masks the mask is %v, want none", mask)
	}
}

func TestMasksThatLayersMake(t *testing.T) {
	for _, c := range []struct {
		name     string
		layer    nn.Layer
		shape    tensor.Shape
		in, mask []float32
		want     []float32
	}{
		{"masking", nn.Masking{}, tensor.Shape{3, 2}, []float32{1, 0, 0, 0, 0, 2}, nil, []float32{1, 0, 1}},
		{"masking behind a mask", nn.Masking{}, tensor.Shape{3, 2}, []float32{1, 0, 0, 0, 0, 2}, []float32{1, 1, 0}, []float32{1, 0, 0}},
		{"masking another value", nn.Masking{Value: 9}, tensor.Shape{3, 1}, []float32{9, 0, 9}, nil, []float32{0, 1, 0}},
		{"embedding", nn.Embedding{Vocabulary: 3, Dim: 1, MaskZero: true}, tensor.Shape{3}, []float32{2, 0, 1}, nil, []float32{1, 0, 1}},
		{"embedding behind a mask", nn.Embedding{Vocabulary: 3, Dim: 1, MaskZero: true}, tensor.Shape{3}, []float32{2, 0, 1}, []float32{0, 1, 1}, []float32{0, 0, 1}},
		{"embedding without zeros", nn.Embedding{Vocabulary: 3, Dim: 1}, tensor.Shape{3}, []float32{2, 0, 1}, nil, nil},
		{"embedding hands on", nn.Embedding{Vocabulary: 3, Dim: 1}, tensor.Shape{3}, []float32{2, 0, 1}, []float32{1, 1, 0}, []float32{1, 1, 0}},
		{"permute of steps", nn.Permute{Axes: []int{2, 1}}, tensor.Shape{2, 2}, []float32{1, 2, 3, 4}, []float32{1, 0}, nil},
		{"permute of the rest", nn.Permute{Axes: []int{1, 3, 2}}, tensor.Shape{2, 1, 2}, []float32{1, 2, 3, 4}, []float32{1, 0}, []float32{1, 0}},
		{"repeat", nn.RepeatVector{Times: 2}, tensor.Shape{2}, []float32{1, 2}, []float32{1, 0}, nil},
	} {
		op, err := c.layer.Build([]tensor.Shape{c.shape})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range op.Params() {
			p.Value = make([]float32, p.Shape.Size())
		}
		_, mask := forwardMasks(t, op, 1, [][]float32{c.in}, [][]float32{c.mask})
		if !slices.Equal(mask, c.want) {
			t.Errorf("%s: the mask is %v, want %v", c.name, mask, c.want)
		}
	}
}
