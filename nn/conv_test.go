package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// sides is a length along rows and one along columns.
type sides [2]int

// convolution is the slow formula of a convolution with images of the given
// rows×columns×channels.
type convolution struct {
	in                               sides
	channels, filters, groups        int
	kernel, stride, dilation, before sides
	out                              sides
}

// at returns where place (y, x, c) of an image lies, and whether it is inside.
func (c convolution) at(y, x, channel int) (int, bool) {
	return (y*c.in[1]+x)*c.channels + channel, y >= 0 && y < c.in[0] && x >= 0 && x < c.in[1]
}

// apply computes x∗w + b of one image.
func (c convolution) apply(x, w, b []float64) (y []float64) {
	cg, fg := c.channels/c.groups, c.filters/c.groups
	for i := range c.out[0] {
		for j := range c.out[1] {
			for f := range c.filters {
				sum := 0.0
				if b != nil {
					sum = b[f]
				}
				for tap := range c.kernel[0] * c.kernel[1] {
					r, s := tap/c.kernel[1], tap%c.kernel[1]
					for k := range cg {
						p, ok := c.at(i*c.stride[0]+r*c.dilation[0]-c.before[0], j*c.stride[1]+s*c.dilation[1]-c.before[1], f/fg*cg+k)
						if ok {
							sum += x[p] * w[(tap*cg+k)*c.filters+f]
						}
					}
				}
				y = append(y, sum)
			}
		}
	}
	return y
}

// ref is the formula with an activation of each place.
func (c convolution) ref(activation func(x []float64) []float64) nntest.Ref {
	return nntest.PerExample(func(params map[string][]float64, in ...[]float64) (out []float64) {
		y := c.apply(in[0], params["kernel"], params["bias"])
		for lo := 0; lo < len(y); lo += c.filters {
			out = append(out, activation(y[lo:lo+c.filters])...)
		}
		return out
	})
}

func TestConv2D(t *testing.T) {
	formulas := activations()
	one := sides{1, 1}
	for _, c := range []struct {
		layer nn.Conv2D
		in    tensor.Shape
		f     convolution
	}{
		{nn.Conv2D{Filters: 3, Kernel: 2}, tensor.Shape{3, 4, 2},
			convolution{groups: 1, kernel: sides{2, 2}, stride: one, dilation: one, out: sides{2, 3}}},
		{nn.Conv2D{Filters: 2, Kernel: 3, Padding: nn.Same, Activation: act.ReLU, NoBias: true}, tensor.Shape{3, 4, 2},
			convolution{groups: 1, kernel: sides{3, 3}, stride: one, dilation: one, before: one, out: sides{3, 4}}},
		{nn.Conv2D{Filters: 2, Kernel: nn.PairOf(2, 3), Stride: nn.PairOf(1, 2), Padding: nn.Same, Activation: act.ELU(1)}, tensor.Shape{3, 4, 1},
			convolution{groups: 1, kernel: sides{2, 3}, stride: sides{1, 2}, dilation: one, before: sides{0, 0}, out: sides{3, 2}}},
		{nn.Conv2D{Filters: 4, Kernel: 2, Dilation: nn.PairOf(2, 1), Groups: 2, Activation: act.Softmax}, tensor.Shape{4, 3, 2},
			convolution{groups: 2, kernel: sides{2, 2}, stride: one, dilation: sides{2, 1}, out: sides{2, 2}}},
		{nn.Conv2D{Filters: 2, Kernel: 1, Stride: 2, Activation: act.GELU}, tensor.Shape{3, 3, 2},
			convolution{groups: 1, kernel: one, stride: sides{2, 2}, dilation: one, out: sides{2, 2}}},
	} {
		c.f.in, c.f.channels, c.f.filters = sides{c.in[0], c.in[1]}, c.in[2], c.layer.Filters
		name := c.layer.Activation.String()
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.in}, Out: tensor.Shape{c.f.out[0], c.f.out[1], c.layer.Filters},
			Rows: 3, Ref: c.f.ref(formulas[name])})
	}
}

func TestConv1D(t *testing.T) {
	formulas := activations()
	for _, c := range []struct {
		layer nn.Conv1D
		f     convolution
	}{
		{nn.Conv1D{Filters: 3, Kernel: 2}, convolution{stride: sides{1, 1}, dilation: sides{1, 1}, out: sides{1, 5}}},
		{nn.Conv1D{Filters: 2, Kernel: 3, Stride: 2, Padding: nn.Same, Activation: act.ReLU},
			convolution{stride: sides{1, 2}, dilation: sides{1, 1}, before: sides{0, 0}, out: sides{1, 3}}},
		{nn.Conv1D{Filters: 2, Kernel: 3, Dilation: 2, Padding: nn.Causal, Activation: act.Swish},
			convolution{stride: sides{1, 1}, dilation: sides{1, 2}, before: sides{0, 4}, out: sides{1, 6}}},
	} {
		c.f.in, c.f.channels, c.f.filters, c.f.groups = sides{1, 6}, 2, c.layer.Filters, 1
		c.f.kernel = sides{1, c.layer.Kernel}
		if c.layer.Padding == nn.Same {
			c.f.before = sides{0, 0} // one zero, at the end
		}
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{{6, 2}}, Out: tensor.Shape{c.f.out[1], c.layer.Filters},
			Rows: 3, Ref: c.f.ref(formulas[c.layer.Activation.String()])})
	}
}

func TestDepthwiseConv2D(t *testing.T) {
	f := convolution{in: sides{3, 4}, channels: 2, filters: 4, groups: 2, kernel: sides{2, 2}, stride: sides{1, 1}, dilation: sides{1, 1}, out: sides{3, 4}}
	nntest.Check(t, nntest.Case{Layer: nn.DepthwiseConv2D{Kernel: 2, Multiplier: 2, Padding: nn.Same, Activation: act.ReLU},
		In: []tensor.Shape{{3, 4, 2}}, Out: tensor.Shape{3, 4, 4}, Rows: 3, Ref: f.ref(activations()["relu"])})
}

// separable is the formula of two convolutions.
func separable(first, second convolution, activation func(x []float64) []float64) nntest.Ref {
	return nntest.PerExample(func(params map[string][]float64, in ...[]float64) (out []float64) {
		y := first.apply(in[0], params["depthwise_kernel"], nil)
		y = second.apply(y, params["pointwise_kernel"], params["bias"])
		for lo := 0; lo < len(y); lo += second.filters {
			out = append(out, activation(y[lo:lo+second.filters])...)
		}
		return out
	})
}

func TestSeparableConv(t *testing.T) {
	one := sides{1, 1}
	first := convolution{in: sides{3, 4}, channels: 2, filters: 4, groups: 2, kernel: sides{2, 2}, stride: one, dilation: one, out: sides{2, 3}}
	second := convolution{in: first.out, channels: 4, filters: 3, groups: 1, kernel: one, stride: one, dilation: one, out: first.out}
	for _, f := range []act.Func{act.ReLU, act.Swish} {
		nntest.Check(t, nntest.Case{Layer: nn.SeparableConv2D{Filters: 3, Kernel: 2, Multiplier: 2, Activation: f},
			In: []tensor.Shape{{3, 4, 2}}, Out: tensor.Shape{2, 3, 3}, Rows: 2, Ref: separable(first, second, activations()[f.String()])})
	}
	first = convolution{in: sides{1, 5}, channels: 2, filters: 2, groups: 2, kernel: sides{1, 2}, stride: one, dilation: sides{1, 2}, before: sides{0, 2}, out: sides{1, 5}}
	second = convolution{in: first.out, channels: 2, filters: 3, groups: 1, kernel: one, stride: one, dilation: one, out: first.out}
	nntest.Check(t, nntest.Case{Layer: nn.SeparableConv1D{Filters: 3, Kernel: 2, Dilation: 2, Padding: nn.Causal, NoBias: true},
		In: []tensor.Shape{{5, 2}}, Out: tensor.Shape{5, 3}, Rows: 2, Ref: separable(first, second, activations()["linear"])})
}

// A transposed convolution is the transpose of the matrix that a convolution is:
// the formula adds each value times the kernel to its window.
func TestConvTranspose2D(t *testing.T) {
	ref := nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		y := make([]float64, 5*3*3)
		for i := range y {
			y[i] = params["bias"][i%3]
		}
		for i := range 2 * 2 * 2 {
			row, col, k := i/4, i/2%2, i%2
			for tap := range 3 * 2 {
				for f := range 3 {
					y[((2*row+tap/2)*3+col+tap%2)*3+f] += in[0][i] * params["kernel"][(tap*2+k)*3+f]
				}
			}
		}
		for i, v := range y {
			y[i] = max(v, 0)
		}
		return y
	})
	nntest.Check(t, nntest.Case{Layer: nn.ConvTranspose2D{Filters: 3, Kernel: nn.PairOf(3, 2), Stride: nn.PairOf(2, 1), Activation: act.ReLU},
		In: []tensor.Shape{{2, 2, 2}}, Out: tensor.Shape{5, 3, 3}, Rows: 3, Ref: ref})
}

// Every option is stored and comes to the parameters.
func TestConvOptions(t *testing.T) {
	penalty, biasPenalty, activity := nn.Penalty{L1: 0.1, L2: 0.2}, nn.Penalty{L2: 0.3}, nn.ActivityPenalty{L1: 0.4, BatchSum: true}
	check := func(layer nn.Layer, in tensor.Shape, kernels ...tensor.Shape) {
		t.Helper()
		op, err := layer.Build([]tensor.Shape{in})
		if err != nil {
			t.Fatal(err)
		}
		params := op.Params()
		if len(params) != len(kernels)+1 {
			t.Fatalf("%T has %d parameters, want %d", layer, len(params), len(kernels)+1)
		}
		for k, shape := range kernels {
			p := params[k]
			if !p.Shape.Equal(shape) || p.Init != nn.HeNormal || p.Penalty != penalty || p.Constraint != nn.MaxNorm(3) {
				t.Errorf("%T: %+v, want shape %v", layer, p, shape)
			}
		}
		if b := params[len(kernels)]; b.Init != nn.Ones || b.Penalty != biasPenalty || b.Constraint != nn.NonNegative {
			t.Errorf("%T: bias %+v", layer, b)
		}
		if got := op.(nn.Active).Activity(); got != activity {
			t.Errorf("%T: activity penalty %v, want %v", layer, got, activity)
		}
		if text, err := nn.MarshalLayer(layer); err != nil {
			t.Error(err)
		} else if back, err := nn.UnmarshalLayer(text); err != nil || back != layer {
			t.Errorf("%s comes back as %v, %v", text, back, err)
		}
	}
	check(nn.Conv2D{Filters: 4, Kernel: nn.PairOf(3, 2), Init: nn.HeNormal, BiasInit: nn.Ones, Penalty: penalty, BiasPenalty: biasPenalty,
		Activity: activity, Constraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative}, tensor.Shape{5, 5, 3}, tensor.Shape{3, 2, 3, 4})
	check(nn.Conv1D{Filters: 4, Kernel: 3, Groups: 2, Init: nn.HeNormal, BiasInit: nn.Ones, Penalty: penalty, BiasPenalty: biasPenalty,
		Activity: activity, Constraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative}, tensor.Shape{5, 6}, tensor.Shape{3, 3, 4})
	check(nn.DepthwiseConv2D{Kernel: 3, Multiplier: 2, Init: nn.HeNormal, BiasInit: nn.Ones, Penalty: penalty, BiasPenalty: biasPenalty,
		Activity: activity, Constraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative}, tensor.Shape{5, 5, 3}, tensor.Shape{3, 3, 1, 6})
	check(nn.ConvTranspose2D{Filters: 4, Kernel: 3, Init: nn.HeNormal, BiasInit: nn.Ones, Penalty: penalty, BiasPenalty: biasPenalty,
		Activity: activity, Constraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative}, tensor.Shape{5, 5, 3}, tensor.Shape{3, 3, 3, 4})
	check(nn.SeparableConv2D{Filters: 4, Kernel: 3, Multiplier: 2, DepthwiseInit: nn.HeNormal, PointwiseInit: nn.HeNormal, BiasInit: nn.Ones,
		DepthwisePenalty: penalty, PointwisePenalty: penalty, BiasPenalty: biasPenalty, Activity: activity,
		DepthwiseConstraint: nn.MaxNorm(3), PointwiseConstraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative},
		tensor.Shape{5, 5, 3}, tensor.Shape{3, 3, 1, 6}, tensor.Shape{1, 1, 6, 4})
	check(nn.SeparableConv1D{Filters: 4, Kernel: 3, DepthwiseInit: nn.HeNormal, PointwiseInit: nn.HeNormal, BiasInit: nn.Ones,
		DepthwisePenalty: penalty, PointwisePenalty: penalty, BiasPenalty: biasPenalty, Activity: activity,
		DepthwiseConstraint: nn.MaxNorm(3), PointwiseConstraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative},
		tensor.Shape{5, 3}, tensor.Shape{3, 1, 3}, tensor.Shape{1, 3, 4})
}

func TestConvFails(t *testing.T) {
	in := []tensor.Shape{{5, 6, 4}}
	for _, c := range []struct {
		layer nn.Layer
		want  string
	}{
		{nn.Conv2D{Kernel: 3}, "Filters is 0, want at least 1"},
		{nn.Conv2D{Filters: 3}, "Kernel is 0, want 1 to 1048576"},
		{nn.Conv2D{Filters: 3, Kernel: -2}, "Kernel is -2, want 1 to 1048576"},
		{nn.Conv2D{Filters: 3, Kernel: nn.PairOf(3, -1)}, "Kernel is 0, want"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Stride: -1}, "Stride is -1, want"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Dilation: 1 << 30}, "Dilation is 1073741824, want"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Groups: 2}, "Groups is 2, want a divisor of the 4 channels and of the 3 filters"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Groups: -2}, "Groups is -2, want at least 1"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Padding: nn.Causal}, "Padding is causal, which is for sequences"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Padding: 7}, "Padding is unknown(7), want valid, same or causal"},
		{nn.Conv2D{Filters: 3, Kernel: 6}, "input has 5 rows, want at least the 6 that a window spans"},
		{nn.Conv2D{Filters: 3, Kernel: nn.PairOf(1, 4), Dilation: 2}, "input has 6 columns, want at least the 7 that a window spans"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Penalty: nn.Penalty{L1: -1}}, `parameter "kernel": Penalty: L1 is -1`},
		{nn.Conv2D{Filters: 3, Kernel: 3, Activation: act.ELU(-1)}, "activation elu(-1)"},
		{nn.Conv2D{Filters: 3, Kernel: 3, Activity: nn.ActivityPenalty{L1: -1}}, "ActivityPenalty: L1 is -1"},
		{nn.Conv1D{Filters: 3, Kernel: 3}, "input has shape (5×6×4), want steps×channels"},
		{nn.DepthwiseConv2D{Kernel: 3, Multiplier: -1}, "Multiplier is -1, want 1"},
		{nn.SeparableConv2D{Kernel: 3}, "Filters is 0, want at least 1"},
		{nn.SeparableConv2D{Filters: 2, Kernel: 9}, "input has 5 rows, want at least the 9"},
		{nn.SeparableConv1D{Filters: 2, Kernel: 9}, "input has shape (5×6×4), want steps×channels"},
		{nn.ConvTranspose2D{Filters: 2, Kernel: 3, Padding: nn.Causal}, "Padding is causal, which is for sequences"},
		{nn.ConvTranspose2D{Filters: 2}, "Kernel is 0, want 1"},
		{nn.ConvTranspose2D{Filters: 2, Kernel: 3, Stride: 1 << 19}, "output would have 2621440×3145728 places, want at most 1048576"},
	} {
		nntest.CheckFails(t, c.layer, in, c.want)
	}
	nntest.CheckFails(t, nn.Conv2D{Filters: 3, Kernel: 3}, []tensor.Shape{{6, 4}}, "input has shape (6×4), want rows×columns×channels")
	nntest.CheckFails(t, nn.Conv1D{Filters: 3, Kernel: 3, Dilation: 4}, []tensor.Shape{{6, 4}}, "input has 6 steps, want at least the 9")
	nntest.CheckFails(t, nn.SeparableConv1D{Filters: 3}, []tensor.Shape{{6, 4}}, "Kernel is 0, want 1")
	nntest.CheckFails(t, nn.Conv2D{Filters: 3, Kernel: 3}, []tensor.Shape{{6, 4, 1}, {6, 4, 1}}, "it has 2 inputs, want 1")
}
