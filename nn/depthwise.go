package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// DepthwiseConv2D computes a convolution of each channel of an image alone, with
// Multiplier filters for each: channel k gives the outputs k·Multiplier to
// k·Multiplier + Multiplier − 1.
//
// Input: (rows×columns×channels). Output: (rows'×columns'×channels·Multiplier);
// see [Padding] for how many.
// Parameters: "kernel" (Kernel×1×channels·Multiplier), "bias"
// (channels·Multiplier).
//
// The kernel is that of a [Conv2D] with a group for each channel, so that its last
// axis is the filters. Keras counts the last two axes as channels×Multiplier; the
// values have the same order.
//
// Compile fails as that of [Conv2D] does.
type DepthwiseConv2D struct {
	Kernel     Pair // rows and columns of the window
	Stride     Pair // default 1
	Dilation   Pair // distance between the taps of a window, default 1
	Padding    Padding
	Multiplier int      // filters for each channel, default 1
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

func init() { Register("DepthwiseConv2D", DepthwiseConv2D{}) }

// Build implements [Layer].
func (d DepthwiseConv2D) Build(in []tensor.Shape) (Op, error) {
	s := convSpec{padding: d.Padding, activation: d.Activation, activity: d.Activity,
		kernel: Param{Name: "kernel", Init: d.Init, Penalty: d.Penalty, Constraint: d.Constraint}}
	if !d.NoBias {
		s.bias = &Param{Name: "bias", Init: d.BiasInit, Penalty: d.BiasPenalty, Constraint: d.BiasConstraint}
	}
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	if err := s.windows(d.Kernel, d.Stride, d.Dilation); err != nil {
		return nil, err
	}
	if err := s.depthwise(in[0].Last(), orOne(d.Multiplier)); err != nil {
		return nil, err
	}
	return s.build(in[0])
}

// depthwise gives each channel a group of filters.
func (s *convSpec) depthwise(channels, multiplier int) error {
	if multiplier < 1 || multiplier > longestWindow {
		return fmt.Errorf("Multiplier is %d, want 1 to %d", multiplier, longestWindow)
	}
	s.groups, s.filters = channels, channels*multiplier
	return nil
}
