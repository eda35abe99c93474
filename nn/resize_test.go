package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// moved is the formula of a layer whose output has, at each place, a value of the
// input or 0: source returns where in an image of rows×cols, or what is outside.
func moved(in, out sides, channels int, source func(row, col int) (int, int)) nntest.Ref {
	return nntest.PerExample(func(_ map[string][]float64, x ...[]float64) (y []float64) {
		for i := range out[0] * out[1] * channels {
			r, c := source(i/channels/out[1], i/channels%out[1])
			v := 0.0
			if r >= 0 && r < in[0] && c >= 0 && c < in[1] {
				v = x[0][(r*in[1]+c)*channels+i%channels]
			}
			y = append(y, v)
		}
		return y
	})
}

func TestPadCropAndRepeat(t *testing.T) {
	image, sequence := tensor.Shape{3, 4, 2}, tensor.Shape{6, 2}
	for _, c := range []struct {
		layer  nn.Layer
		in     tensor.Shape
		out    tensor.Shape
		source func(r, c int) (int, int)
	}{
		{nn.ZeroPad2D{Around: 1, Top: 1, Left: 2}, image, tensor.Shape{6, 8, 2}, func(r, c int) (int, int) { return r - 2, c - 3 }},
		{nn.ZeroPad2D{Bottom: 1, Right: 3}, image, tensor.Shape{4, 7, 2}, func(r, c int) (int, int) { return r, c }},
		{nn.Crop2D{Around: 1, Right: 1}, image, tensor.Shape{1, 1, 2}, func(r, c int) (int, int) { return r + 1, c + 1 }},
		{nn.Crop2D{Top: 1, Bottom: 1, Left: 2}, image, tensor.Shape{1, 2, 2}, func(r, c int) (int, int) { return r + 1, c + 2 }},
		{nn.UpSample2D{}, image, tensor.Shape{6, 8, 2}, func(r, c int) (int, int) { return r / 2, c / 2 }},
		{nn.UpSample2D{Size: nn.PairOf(1, 3)}, image, tensor.Shape{3, 12, 2}, func(r, c int) (int, int) { return r, c / 3 }},
		{nn.ZeroPad1D{Around: 1, After: 2}, sequence, tensor.Shape{10, 2}, func(r, c int) (int, int) { return r, c - 1 }},
		{nn.Crop1D{Around: 1, Before: 2}, sequence, tensor.Shape{2, 2}, func(r, c int) (int, int) { return r, c + 3 }},
		{nn.UpSample1D{}, sequence, tensor.Shape{12, 2}, func(r, c int) (int, int) { return r, c / 2 }},
	} {
		in, out := sides{1, c.in[0]}, sides{1, c.out[0]}
		if len(c.in) == 3 {
			in, out = sides{c.in[0], c.in[1]}, sides{c.out[0], c.out[1]}
		}
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.in}, Out: c.out, Rows: 3, Ref: moved(in, out, 2, c.source)})
	}
}

// Bilinear places the output's centres at (i+½)/factor − ½ of the input's.
func TestUpSampleBilinear(t *testing.T) {
	weight := func(i, n, factor, at int) float64 {
		place := min(max((float64(i)+0.5)/float64(factor)-0.5, 0), float64(n-1))
		return max(0, 1-max(place-float64(at), float64(at)-place))
	}
	ref := nntest.PerExample(func(_ map[string][]float64, x ...[]float64) []float64 {
		y := make([]float64, 6*6*2)
		for i := range y {
			for k := i % 2; k < len(x[0]); k += 2 {
				y[i] += x[0][k] * weight(i/12, 3, 2, k/4) * weight(i/2%6, 2, 3, k/2%2)
			}
		}
		return y
	})
	nntest.Check(t, nntest.Case{Layer: nn.UpSample2D{Size: nn.PairOf(2, 3), Bilinear: true},
		In: []tensor.Shape{{3, 2, 2}}, Out: tensor.Shape{6, 6, 2}, Ref: ref})
}

func TestResizeFails(t *testing.T) {
	image, sequence := []tensor.Shape{{3, 4, 2}}, []tensor.Shape{{6, 2}}
	nntest.CheckFails(t, nn.ZeroPad2D{Top: -1}, image, "a border of -1, want 0 to 1048576")
	nntest.CheckFails(t, nn.ZeroPad2D{Around: 1, Left: -1}, image, "a border of -1")
	nntest.CheckFails(t, nn.ZeroPad1D{Before: -1}, sequence, "a border of -1")
	nntest.CheckFails(t, nn.Crop2D{Around: -1}, image, "a border of -1")
	nntest.CheckFails(t, nn.Crop1D{After: -2}, sequence, "a border of -2")
	nntest.CheckFails(t, nn.Crop2D{Top: 2, Bottom: 1}, image, "input has shape (3×4×2), of which nothing is left")
	nntest.CheckFails(t, nn.Crop1D{Around: 3}, sequence, "input has shape (6×2), of which nothing is left")
	nntest.CheckFails(t, nn.UpSample2D{Size: -2}, image, "Size is -2, want 1")
	nntest.CheckFails(t, nn.UpSample1D{Size: -2}, sequence, "Size is -2, want 1")
	nntest.CheckFails(t, nn.UpSample1D{Size: 1 << 20}, sequence, "output would have 1×6291456 places")
	for _, layer := range []nn.Layer{nn.ZeroPad2D{}, nn.Crop2D{}, nn.UpSample2D{}} {
		nntest.CheckFails(t, layer, sequence, "input has shape (6×2), want rows×columns×channels")
	}
	for _, layer := range []nn.Layer{nn.ZeroPad1D{}, nn.Crop1D{}, nn.UpSample1D{}} {
		nntest.CheckFails(t, layer, image, "input has shape (3×4×2), want steps×channels")
	}
}
