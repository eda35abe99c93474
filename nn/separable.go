package nn

import (
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// SeparableConv2D computes a convolution in two steps, with far fewer weights than
// one of [Conv2D]: each channel alone, as [DepthwiseConv2D], then the channels of
// each place together, as [Dense] (Chollet 2017). No bias and no activation stand
// between them.
//
// Input: (rows×columns×channels). Output: (rows'×columns'×Filters); see [Padding]
// for how many.
// Parameters: "depthwise_kernel" (Kernel×1×channels·Multiplier),
// "pointwise_kernel" (1×1×channels·Multiplier×Filters), "bias" (Filters).
//
// Compile fails as that of [Conv2D] does.
type SeparableConv2D struct {
	Filters    int
	Kernel     Pair // rows and columns of the window
	Stride     Pair // default 1
	Dilation   Pair // distance between the taps of a window, default 1
	Padding    Padding
	Multiplier int      // filters for each channel in the first step, default 1
	Activation act.Func // default linear
	NoBias     bool

	DepthwiseInit Init // default GlorotUniform
	PointwiseInit Init // default GlorotUniform
	BiasInit      Init // default Zeros

	DepthwisePenalty    Penalty
	PointwisePenalty    Penalty
	BiasPenalty         Penalty
	Activity            ActivityPenalty // on the output, after the activation
	DepthwiseConstraint Constraint      // on the weights of each filter
	PointwiseConstraint Constraint      // on the weights of each filter
	BiasConstraint      Constraint
}

// SeparableConv1D does to sequences what [SeparableConv2D] does to images.
//
// Input: (steps×channels). Output: (steps'×Filters); see [Padding] for how many.
// Parameters: "depthwise_kernel" (Kernel×1×channels·Multiplier),
// "pointwise_kernel" (1×channels·Multiplier×Filters), "bias" (Filters).
//
// Steps that are masked out take part like others, as in [Conv1D].
//
// Compile fails as that of [Conv2D] does.
type SeparableConv1D struct {
	Filters    int
	Kernel     int // steps of the window
	Stride     int // default 1
	Dilation   int // distance between the taps of a window, default 1
	Padding    Padding
	Multiplier int      // filters for each channel in the first step, default 1
	Activation act.Func // default linear
	NoBias     bool

	DepthwiseInit Init // default GlorotUniform
	PointwiseInit Init // default GlorotUniform
	BiasInit      Init // default Zeros

	DepthwisePenalty    Penalty
	PointwisePenalty    Penalty
	BiasPenalty         Penalty
	Activity            ActivityPenalty // on the output, after the activation
	DepthwiseConstraint Constraint      // on the weights of each filter
	PointwiseConstraint Constraint      // on the weights of each filter
	BiasConstraint      Constraint
}

func init() {
	Register("SeparableConv1D", SeparableConv1D{})
	Register("SeparableConv2D", SeparableConv2D{})
}

// Build implements [Layer].
func (c SeparableConv2D) Build(in []tensor.Shape) (Op, error) {
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	s := c.specs()
	if err := s.depthwise.windows(c.Kernel, c.Stride, c.Dilation); err != nil {
		return nil, err
	}
	return s.build(in[0], c.Multiplier)
}

// specs returns the two convolutions, without windows.
func (c SeparableConv2D) specs() separableSpec {
	var s separableSpec
	s.depthwise.padding = c.Padding
	s.depthwise.kernel = Param{Name: "depthwise_kernel", Init: c.DepthwiseInit, Penalty: c.DepthwisePenalty, Constraint: c.DepthwiseConstraint}
	s.pointwise = convSpec{filters: c.Filters, groups: 1, activation: c.Activation, activity: c.Activity,
		rows: window{1, 1, 1}, cols: window{1, 1, 1},
		kernel: Param{Name: "pointwise_kernel", Init: c.PointwiseInit, Penalty: c.PointwisePenalty, Constraint: c.PointwiseConstraint}}
	if !c.NoBias {
		s.pointwise.bias = &Param{Name: "bias", Init: c.BiasInit, Penalty: c.BiasPenalty, Constraint: c.BiasConstraint}
	}
	return s
}

// Build implements [Layer].
func (c SeparableConv1D) Build(in []tensor.Shape) (Op, error) {
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return nil, err
	}
	s := SeparableConv2D{Filters: c.Filters, Padding: c.Padding, Activation: c.Activation, NoBias: c.NoBias,
		DepthwiseInit: c.DepthwiseInit, PointwiseInit: c.PointwiseInit, BiasInit: c.BiasInit,
		DepthwisePenalty: c.DepthwisePenalty, PointwisePenalty: c.PointwisePenalty, BiasPenalty: c.BiasPenalty, Activity: c.Activity,
		DepthwiseConstraint: c.DepthwiseConstraint, PointwiseConstraint: c.PointwiseConstraint, BiasConstraint: c.BiasConstraint}.specs()
	s.depthwise.sequence, s.pointwise.sequence = true, true
	if err := s.depthwise.window(c.Kernel, c.Stride, c.Dilation); err != nil {
		return nil, err
	}
	return s.build(in[0], c.Multiplier)
}

// separableSpec is a convolution in two steps.
type separableSpec struct{ depthwise, pointwise convSpec }

func (s *separableSpec) build(in tensor.Shape, multiplier int) (Op, error) {
	if err := s.pointwise.check(s.pointwise.groups); err != nil {
		return nil, err
	}
	if err := s.depthwise.depthwise(in.Last(), orOne(multiplier)); err != nil {
		return nil, err
	}
	first, err := s.depthwise.conv(in)
	if err != nil {
		return nil, err
	}
	second, err := s.pointwise.conv(first.out)
	if err != nil {
		return nil, err
	}
	return &separableOp{convOp: second, first: first, params: append(first.params, second.params...)}, nil
}

// separableOp is two convolutions one after the other.
type separableOp struct {
	*convOp // the second, with the activation
	first   *convOp
	params  []*Param
}

func (s *separableOp) Params() []*Param { return s.params }

// Scratch keeps the output of the first convolution. Work has what either needs,
// and the gradient of that output.
func (s *separableOp) Scratch(rows int, mode Mode) (keep, work int) {
	keep, work = s.convOp.Scratch(rows, mode)
	_, first := s.first.Scratch(rows, mode)
	between := rows * s.first.out.Size()
	if mode == Infer {
		return keep, max(work, first) + between
	}
	return keep + between, max(work, first) + between
}

// separablePass has the passes of the two.
type separablePass struct{ first, second Pass }

func (s *separableOp) Prepare(p *Pass) {
	n := p.Rows * s.first.out.Size()
	between, work := p.Work[:n], p.Work[n:]
	kept := p.Keep
	state := &separablePass{}
	out := between
	if p.Mode == Train {
		out, kept = p.Keep[:n], p.Keep[n:]
	}
	state.first = Pass{Rows: p.Rows, Mode: p.Mode, Frozen: p.Frozen, In: make([][]float32, 1), Out: out, DIn: p.DIn, Grads: p.Grads[:1],
		Work: work, Runner: p.Runner, InMask: p.InMask}
	state.second = Pass{Rows: p.Rows, Mode: p.Mode, Frozen: p.Frozen, In: [][]float32{out}, Out: p.Out, DIn: make([][]float32, 1), DOut: p.DOut,
		Grads: p.Grads[1:], Keep: kept, Work: work, Runner: p.Runner, RawOutput: p.RawOutput, DOutMasked: p.DOutMasked}
	if p.Mode == Train && (p.DIn[0] != nil || p.Grads[0] != nil) {
		state.first.DOut, state.second.DIn[0] = between, between
	}
	s.first.Prepare(&state.first)
	s.convOp.Prepare(&state.second)
	p.State = state
}

func (s *separableOp) Forward(p *Pass) {
	state := p.State.(*separablePass)
	state.first.In[0] = p.In[0]
	s.first.Forward(&state.first)
	s.convOp.Forward(&state.second)
}

func (s *separableOp) Backward(p *Pass) {
	state := p.State.(*separablePass)
	s.convOp.Backward(&state.second)
	if state.first.DOut != nil {
		s.first.Backward(&state.first)
	}
}
