package nn

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// convOp is a convolution, or a transposed one, at work. A sequence is an image
// of one row.
type convOp struct {
	activated
	out        tensor.Shape
	geometry   kernel.Conv // with no images
	transposed bool
	params     []*Param // kernel and perhaps bias
}

// build makes the op for an input of steps×channels or rows×columns×channels.
func (s *convSpec) build(in tensor.Shape) (Op, error) {
	op, err := s.conv(in)
	if err != nil {
		return nil, err
	}
	return op, nil
}

// conv is build with the type of what it makes.
func (s *convSpec) conv(in tensor.Shape) (*convOp, error) {
	channels := in.Last()
	if err := s.check(channels); err != nil {
		return nil, err
	}
	y, err := s.padding.axis(in.Size()/channels/in[len(in)-2], s.rows, "rows")
	if err != nil {
		return nil, err
	}
	name := "columns"
	if s.sequence {
		name = "steps"
	}
	x, err := s.padding.axis(in[len(in)-2], s.cols, name)
	if err != nil {
		return nil, err
	}
	op := &convOp{geometry: kernel.Conv{Y: y, X: x, LargeChannels: channels, SmallChannels: s.filters, Groups: s.groups}}
	op.out = s.shape(y.Small, x.Small, s.filters)
	return op, s.finish(op, s.shape(s.rows.size, s.cols.size, channels/s.groups, s.filters))
}

// shape returns the axes, without the first for a sequence.
func (s *convSpec) shape(axes ...int) tensor.Shape {
	if s.sequence {
		axes = axes[1:]
	}
	return axes
}

// finish sets the op's parameters and activation.
func (s *convSpec) finish(op *convOp, shape tensor.Shape) error {
	op.activated = activated{s.activation, s.activity, s.filters}
	k := s.kernel
	k.Shape, k.Init = shape, k.Init.or(GlorotUniform)
	op.params = []*Param{&k}
	if s.bias != nil {
		b := *s.bias
		b.Shape, b.Init = tensor.Shape{s.filters}, b.Init.or(Zeros)
		op.params = append(op.params, &b)
	}
	return errors.Join(s.activation.Check(), checkParams(op.params), s.activity.check())
}

func (c *convOp) Out() tensor.Shape { return c.out }
func (c *convOp) Params() []*Param  { return c.params }
func (c *convOp) MasksInput()       {}

// Scratch keeps what the activation's derivative needs. Work has the weights in
// the order in which the product against the convolution's direction reads them.
func (c *convOp) Scratch(rows int, mode Mode) (keep, work int) {
	if mode == Train || c.transposed {
		work = c.geometry.KernelSize()
	}
	return c.kept(rows*c.out.Size(), mode), work
}

// convPass has the three products of a convolution at one batch size.
type convPass struct {
	geometry       kernel.Conv
	forward, input *kernel.ConvProduct
	weights        *kernel.ConvWeights
}

func (c *convOp) Prepare(p *Pass) {
	s := &convPass{geometry: c.geometry}
	s.geometry.Images = p.Rows
	if c.transposed {
		s.forward, s.input, s.weights = s.geometry.ToLarge(), s.geometry.ToSmall(), s.geometry.TransposedWeights()
	} else {
		s.forward, s.input, s.weights = s.geometry.ToSmall(), s.geometry.ToLarge(), s.geometry.Weights()
	}
	s.forward.Dst = c.before(p)
	if len(c.params) > 1 {
		s.forward.Bias = c.params[1].Value
	}
	if c.activation == act.ReLU && !p.RawOutput {
		s.forward.Act = kernel.EpReLU
	}
	s.weights.B = p.DOut
	s.input.Src, s.input.Mask = p.DOut, p.InMask
	p.State = s
}

func (c *convOp) Forward(p *Pass) {
	s := p.State.(*convPass)
	w := c.params[0].Value
	if c.transposed {
		packed := p.Work[:len(w)]
		s.geometry.PackTransposed(packed, w)
		w = packed
	}
	s.forward.Src, s.forward.Weights = p.In[0], w
	s.forward.Run(p.Runner)
	c.activate(p, s.forward.Act == kernel.EpReLU)
}

func (c *convOp) Backward(p *Pass) {
	s := p.State.(*convPass)
	c.derive(p)
	s.weights.A, s.weights.Dst, s.weights.Sums = p.In[0], p.Grads[0], nil
	if len(c.params) > 1 {
		s.weights.Sums = p.Grads[1]
	}
	if s.weights.Dst != nil || s.weights.Sums != nil {
		s.weights.Run(p.Runner)
	}
	if dx := p.DIn[0]; dx != nil {
		w := c.params[0].Value
		packed := p.Work[:len(w)]
		if c.transposed {
			s.geometry.PackTransposedBackward(packed, w)
		} else {
			s.geometry.PackBackward(packed, w)
		}
		s.input.Dst, s.input.Weights = dx, packed
		s.input.Run(p.Runner)
	}
}
