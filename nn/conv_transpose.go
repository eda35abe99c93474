package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// ConvTranspose2D computes the transpose of a two-dimensional convolution, which
// makes images larger: every value of the input adds itself times the kernel to a
// window of the output, and windows lie Stride apart (Dumoulin and Visin 2016).
//
// Input: (rows×columns×channels). Output: (rows'×columns'×Filters), with
// rows·stride rows under Same; under Valid (rows−1)·stride + the rows that a
// window spans, at least rows·stride; columns in the same way.
// Parameters: "kernel" (Kernel×channels×Filters), "bias" (Filters).
//
// The kernel's last axis is the filters, as in [Conv2D]; Keras stores the last
// two axes the other way round.
//
// Compile fails as that of [Conv2D] does.
type ConvTranspose2D struct {
	Filters    int
	Kernel     Pair // rows and columns of the window
	Stride     Pair // default 1
	Dilation   Pair // distance between the taps of a window, default 1
	Padding    Padding
	Activation act.Func // default linear
	NoBias     bool
	Init       Init // of the kernel; default GlorotUniform
	BiasInit   Init // default Zeros

	Penalty        Penalty // on the kernel
	BiasPenalty    Penalty
	Activity       ActivityPenalty // on the output, after the activation
	Constraint     Constraint      // on the weights of each filter
	BiasConstraint Constraint
}

func init() { Register("ConvTranspose2D", ConvTranspose2D{}) }

// Build implements [Layer].
func (c ConvTranspose2D) Build(in []tensor.Shape) (Op, error) {
	s := convSpec{filters: c.Filters, groups: 1, padding: c.Padding, activation: c.Activation, activity: c.Activity,
		kernel: Param{Name: "kernel", Init: c.Init, Penalty: c.Penalty, Constraint: c.Constraint}}
	if !c.NoBias {
		s.bias = &Param{Name: "bias", Init: c.BiasInit, Penalty: c.BiasPenalty, Constraint: c.BiasConstraint}
	}
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	if err := s.windows(c.Kernel, c.Stride, c.Dilation); err != nil {
		return nil, err
	}
	channels := in[0].Last()
	if err := s.check(channels); err != nil {
		return nil, err
	}
	y, x := s.padding.transposedAxis(in[0][0], s.rows), s.padding.transposedAxis(in[0][1], s.cols)
	if err := wantPlaces(y.Large, x.Large); err != nil {
		return nil, err
	}
	op := &convOp{transposed: true, out: tensor.Shape{y.Large, x.Large, s.filters},
		geometry: kernel.Conv{Y: y, X: x, LargeChannels: s.filters, SmallChannels: channels, Groups: 1}}
	if err := s.finish(op, tensor.Shape{s.rows.size, s.cols.size, channels, s.filters}); err != nil {
		return nil, err
	}
	return op, nil
}
