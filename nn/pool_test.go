package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// pooled is the slow formula of a pooling: reduce gets a window's values.
func pooled(in, out, size, stride, before sides, channels int, reduce func(x []float64) float64) nntest.Ref {
	return nntest.PerExample(func(_ map[string][]float64, x ...[]float64) (y []float64) {
		for i := range out[0] * out[1] * channels {
			var window []float64
			for k := range size[0] * size[1] {
				r := i/channels/out[1]*stride[0] - before[0] + k/size[1]
				c := i/channels%out[1]*stride[1] - before[1] + k%size[1]
				if r >= 0 && r < in[0] && c >= 0 && c < in[1] {
					window = append(window, x[0][(r*in[1]+c)*channels+i%channels])
				}
			}
			y = append(y, reduce(window))
		}
		return y
	})
}

func largest(x []float64) float64 {
	m := math.Inf(-1)
	for _, v := range x {
		m = max(m, v)
	}
	return m
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

func TestPool2D(t *testing.T) {
	for _, c := range []struct {
		size, stride            nn.Pair
		padding                 nn.Padding
		out, window, by, before sides
	}{
		{out: sides{2, 2}, window: sides{2, 2}, by: sides{2, 2}},
		{size: 3, stride: nn.PairOf(2, 1), padding: nn.Same, out: sides{3, 4}, window: sides{3, 3}, by: sides{2, 1}, before: sides{1, 1}},
		{size: nn.PairOf(1, 3), stride: 1, out: sides{5, 2}, window: sides{1, 3}, by: sides{1, 1}},
		{size: 2, stride: 3, out: sides{2, 1}, window: sides{2, 2}, by: sides{3, 3}},
	} {
		for _, l := range []struct {
			layer  nn.Layer
			reduce func(x []float64) float64
		}{
			{nn.MaxPool2D{Size: c.size, Stride: c.stride, Padding: c.padding}, largest},
			{nn.AveragePool2D{Size: c.size, Stride: c.stride, Padding: c.padding}, mean},
		} {
			nntest.Check(t, nntest.Case{Layer: l.layer, In: []tensor.Shape{{5, 4, 3}}, Out: tensor.Shape{c.out[0], c.out[1], 3}, Rows: 3,
				Ref: pooled(sides{5, 4}, c.out, c.window, c.by, c.before, 3, l.reduce)})
		}
	}
}

func TestPool1D(t *testing.T) {
	in := []tensor.Shape{{7, 2}}
	for _, l := range []struct {
		layer          nn.Layer
		steps          int
		window, stride int
		before         int
		reduce         func(x []float64) float64
	}{
		{nn.MaxPool1D{}, 3, 2, 2, 0, largest},
		{nn.AveragePool1D{Size: 3, Stride: 1}, 5, 3, 1, 0, mean},
		{nn.MaxPool1D{Size: 3, Stride: 2, Padding: nn.Same}, 4, 3, 2, 1, largest},
		{nn.AveragePool1D{Size: 4, Padding: nn.Same}, 2, 4, 4, 0, mean},
	} {
		nntest.Check(t, nntest.Case{Layer: l.layer, In: in, Out: tensor.Shape{l.steps, 2},
			Ref: pooled(sides{1, 7}, sides{1, l.steps}, sides{1, l.window}, sides{1, l.stride}, sides{0, l.before}, 2, l.reduce)})
	}
}

func TestGlobalPool(t *testing.T) {
	for _, c := range []struct {
		layer  nn.Layer
		in     tensor.Shape
		out    tensor.Shape
		reduce func(x []float64) float64
	}{
		{nn.GlobalMaxPool2D{}, tensor.Shape{3, 4, 2}, tensor.Shape{2}, largest},
		{nn.GlobalAveragePool2D{KeepAxes: true}, tensor.Shape{3, 4, 2}, tensor.Shape{1, 1, 2}, mean},
		{nn.GlobalMaxPool1D{KeepAxes: true}, tensor.Shape{12, 2}, tensor.Shape{1, 2}, largest},
		{nn.GlobalAveragePool1D{}, tensor.Shape{12, 2}, tensor.Shape{2}, mean},
	} {
		whole := sides{1, 12}
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.in}, Out: c.out,
			Ref: pooled(whole, sides{1, 1}, whole, sides{1, 1}, sides{}, 2, c.reduce)})
	}
}

// The gradient of a maximum that several places hold goes to the first of them,
// and windows that overlap add.
func TestMaxPoolTies(t *testing.T) {
	op, err := nn.MaxPool1D{Size: 2, Stride: 1}.Build([]tensor.Shape{{4, 1}})
	if err != nil {
		t.Fatal(err)
	}
	p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{{3, 3, 3, 1}}, Out: make([]float32, 3),
		DIn: [][]float32{make([]float32, 4)}, DOut: []float32{1, 10, 100}}
	op.(nn.Preparer).Prepare(p)
	op.Forward(p)
	op.Backward(p)
	near(t, "gradient", p.DIn[0], []float64{1, 10, 100, 0}, 0)
	nan := float32(math.NaN())
	p.In[0] = []float32{nan, 1, nan, 2}
	op.Forward(p)
	for i, v := range p.Out {
		if v == v {
			t.Errorf("window %d with a NaN has maximum %g", i, v)
		}
	}
}

// runMasked runs a layer on sequences of which some steps are masked out.
func runMasked(t *testing.T, layer nn.Layer, in tensor.Shape, x, mask, dout []float32) *nn.Pass {
	t.Helper()
	op, err := layer.Build([]tensor.Shape{in})
	if err != nil {
		t.Fatal(err)
	}
	rows := len(x) / in.Size()
	p := &nn.Pass{Rows: rows, Mode: nn.Train, In: [][]float32{x}, Masks: [][]float32{mask}, Out: make([]float32, len(dout)),
		DIn: [][]float32{make([]float32, len(x))}, DOut: dout}
	op.(nn.Preparer).Prepare(p)
	op.Forward(p)
	op.Backward(p)
	return p
}

// Global pooling of a sequence leaves out what is masked, whatever it holds.
func TestGlobalPoolMasks(t *testing.T) {
	in := tensor.Shape{3, 2}
	x := []float32{1, -8, 4, -6, 90, 90, 90, 90, 2, 2, 90, 90, 90, 90, 90, 90, 90, 90}
	mask := []float32{1, 1, 0, 0, 1, 0, 0, 0, 0}
	dout := []float32{2, 4, 6, 8, 1, 1}
	p := runMasked(t, nn.GlobalAveragePool1D{}, in, x, mask, dout)
	near(t, "mean", p.Out, []float64{2.5, -7, 2, 2, 0, 0}, 0)
	near(t, "gradient of the mean", p.DIn[0], []float64{1, 2, 1, 2, 0, 0, 0, 0, 6, 8, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
	p = runMasked(t, nn.GlobalMaxPool1D{}, in, x, mask, dout)
	near(t, "maximum", p.Out, []float64{4, -6, 2, 2, 0, 0}, 0)
	near(t, "gradient of the maximum", p.DIn[0], []float64{0, 0, 2, 4, 0, 0, 0, 0, 6, 8, 0, 0, 0, 0, 0, 0, 0, 0}, 0)
}

func TestPoolFails(t *testing.T) {
	in := []tensor.Shape{{3, 4, 2}}
	for _, c := range []struct {
		layer nn.Layer
		want  string
	}{
		{nn.MaxPool2D{Size: 4}, "input has 3 rows, want at least the 4 that a window spans"},
		{nn.AveragePool2D{Size: nn.PairOf(1, 5)}, "input has 4 columns, want at least the 5"},
		{nn.MaxPool2D{Size: -1}, "Size is -1, want 1"},
		{nn.AveragePool2D{Stride: -1}, "Stride is -1, want 1"},
		{nn.MaxPool2D{Padding: nn.Causal}, "Padding is causal"},
		{nn.MaxPool1D{}, "input has shape (3×4×2), want steps×channels"},
		{nn.GlobalMaxPool1D{}, "input has shape (3×4×2), want steps×channels"},
	} {
		nntest.CheckFails(t, c.layer, in, c.want)
	}
	flat := []tensor.Shape{{5}}
	for _, layer := range []nn.Layer{nn.MaxPool2D{}, nn.AveragePool2D{}, nn.GlobalMaxPool2D{}, nn.GlobalAveragePool2D{}} {
		nntest.CheckFails(t, layer, flat, "input has shape (5), want rows×columns×channels")
	}
	nntest.CheckFails(t, nn.AveragePool1D{Size: 9}, []tensor.Shape{{5, 1}}, "input has 5 steps, want at least the 9")
	nntest.CheckFails(t, nn.GlobalAveragePool1D{}, flat, "input has shape (5), want steps×channels")
}
