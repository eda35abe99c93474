package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Conv2D computes a two-dimensional convolution of images with channels last,
//
//	y[i, j, f] = activation(Σ over r, c, k of
//	             x[i·stride + r·dilation − before, j·… , k]·W[r, c, k, f] + b[f]),
//
// where what lies outside of the image adds nothing.
//
// Input: (rows×columns×channels). Output: (rows'×columns'×Filters); see [Padding]
// for how many.
// Parameters: "kernel" (Kernel×channels/Groups×Filters), "bias" (Filters).
//
// With Groups the channels and the filters are cut into so many parts, and each
// part of the filters sees its part of the channels only.
//
// Compile fails if Filters or Kernel is not positive, if Groups does not divide
// the channels and Filters, if a number of the other fields is out of range, if
// the input has other axes, or if with Valid it is smaller than the window.
type Conv2D struct {
	Filters    int
	Kernel     Pair // rows and columns of the window
	Stride     Pair // default 1
	Dilation   Pair // distance between the taps of a window, default 1
	Padding    Padding
	Groups     int      // default 1
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

// Conv1D computes a convolution of sequences with channels last,
//
//	y[i, f] = activation(Σ over r, k of x[i·Stride + r·Dilation − before, k]·W[r, k, f] + b[f]),
//
// where what lies outside of the sequence adds nothing.
//
// Input: (steps×channels). Output: (steps'×Filters); see [Padding] for how many.
// Parameters: "kernel" (Kernel×channels/Groups×Filters), "bias" (Filters).
//
// Steps that are masked out take part like others, as in Keras: pad with zeros.
// The output has the mask of the input where it has as many steps.
//
// Compile fails as that of [Conv2D] does.
type Conv1D struct {
	Filters    int
	Kernel     int // steps of the window
	Stride     int // default 1
	Dilation   int // distance between the taps of a window, default 1
	Padding    Padding
	Groups     int      // default 1
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

func init() {
	Register("Conv1D", Conv1D{})
	Register("Conv2D", Conv2D{})
}

// Build implements [Layer].
func (c Conv2D) Build(in []tensor.Shape) (Op, error) {
	s := convSpec{filters: c.Filters, groups: orOne(c.Groups), padding: c.Padding, activation: c.Activation, activity: c.Activity,
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
	return s.build(in[0])
}

// Build implements [Layer].
func (c Conv1D) Build(in []tensor.Shape) (Op, error) {
	s := convSpec{filters: c.Filters, groups: orOne(c.Groups), padding: c.Padding, activation: c.Activation, activity: c.Activity, sequence: true,
		kernel: Param{Name: "kernel", Init: c.Init, Penalty: c.Penalty, Constraint: c.Constraint}}
	if !c.NoBias {
		s.bias = &Param{Name: "bias", Init: c.BiasInit, Penalty: c.BiasPenalty, Constraint: c.BiasConstraint}
	}
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return nil, err
	}
	if err := s.window(c.Kernel, c.Stride, c.Dilation); err != nil {
		return nil, err
	}
	return s.build(in[0])
}

// orOne returns n, or 1 where it is unset.
func orOne(n int) int {
	if n == 0 {
		return 1
	}
	return n
}

// convSpec is what the convolutions have in common. A sequence is an image of
// one row.
type convSpec struct {
	filters, groups int
	rows, cols      window
	padding         Padding
	sequence        bool
	activation      act.Func
	activity        ActivityPenalty
	kernel          Param
	bias            *Param // nil for none
}

// windows sets the windows of an image's convolution.
func (s *convSpec) windows(kernel, stride, dilation Pair) error {
	stride, dilation = stride.or(1), dilation.or(1)
	s.rows = window{kernel.Rows(), stride.Rows(), dilation.Rows()}
	s.cols = window{kernel.Cols(), stride.Cols(), dilation.Cols()}
	return errors.Join(wantLengths("Kernel", s.rows.size, s.cols.size), wantLengths("Stride", s.rows.stride, s.cols.stride),
		wantLengths("Dilation", s.rows.dilation, s.cols.dilation))
}

// window sets the window of a sequence's convolution.
func (s *convSpec) window(kernel, stride, dilation int) error {
	s.rows, s.cols = window{1, 1, 1}, window{kernel, orOne(stride), orOne(dilation)}
	return errors.Join(wantLengths("Kernel", kernel), wantLengths("Stride", s.cols.stride), wantLengths("Dilation", s.cols.dilation))
}

// check fails on filters, groups and padding out of range.
func (s *convSpec) check(channels int) error {
	switch {
	case s.filters <= 0:
		return fmt.Errorf("Filters is %d, want at least 1", s.filters)
	case s.groups <= 0:
		return fmt.Errorf("Groups is %d, want at least 1", s.groups)
	case channels%s.groups != 0 || s.filters%s.groups != 0:
		return fmt.Errorf("Groups is %d, want a divisor of the %d channels and of the %d filters", s.groups, channels, s.filters)
	}
	return s.padding.check(s.sequence)
}
