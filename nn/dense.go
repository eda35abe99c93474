package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Dense computes activation(x·W + b).
//
// Input: (features). Output: (Units).
// Parameters: "kernel" (features×Units), "bias" (Units).
//
// Compile fails if Units ≤ 0, if a number of the other fields is out of range, or
// if the input has more than one axis; put a Flatten before it.
type Dense struct {
	Units      int
	Activation act.Func // default linear
	NoBias     bool
	Init       Init // of the kernel; default GlorotUniform
	BiasInit   Init // default Zeros

	Penalty        Penalty // on the kernel
	BiasPenalty    Penalty
	Activity       ActivityPenalty // on the output, after the activation
	Constraint     Constraint      // on the incoming weights of each unit
	BiasConstraint Constraint
}

func init() { Register("Dense", Dense{}) }

// Build implements [Layer].
func (d Dense) Build(in []tensor.Shape) (Op, error) {
	if d.Units <= 0 {
		return nil, fmt.Errorf("Units is %d, want at least 1", d.Units)
	}
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	if len(in[0]) != 1 {
		return nil, fmt.Errorf("input has shape %v, want one axis; put a Flatten before it", in[0])
	}
	op := &denseOp{desc: d, in: in[0][0]}
	op.params = []*Param{{Name: "kernel", Shape: tensor.Shape{op.in, d.Units},
		Init: d.Init.or(GlorotUniform), Penalty: d.Penalty, Constraint: d.Constraint}}
	if !d.NoBias {
		op.params = append(op.params, &Param{Name: "bias", Shape: tensor.Shape{d.Units},
			Init: d.BiasInit.or(Zeros), Penalty: d.BiasPenalty, Constraint: d.BiasConstraint})
	}
	if err := errors.Join(d.Activation.Check(), checkParams(op.params), d.Activity.check()); err != nil {
		return nil, err
	}
	return op, nil
}

type denseOp struct {
	desc   Dense
	in     int
	params []*Param
}

func (d *denseOp) Out() tensor.Shape         { return tensor.Shape{d.desc.Units} }
func (d *denseOp) Params() []*Param          { return d.params }
func (d *denseOp) FinalActivation() act.Func { return d.desc.Activation }
func (d *denseOp) Activity() ActivityPenalty { return d.desc.Activity }
func (d *denseOp) MasksInput()               {}
func (d *denseOp) EndsInReLU() bool          { return d.desc.Activation == act.ReLU }

// densePass has the three products of a Dense at one batch size.
type densePass struct {
	forward, kernel, input kernel.Gemm
}

// Scratch keeps x·W+b where the activation's derivative needs it.
func (d *denseOp) Scratch(rows int, mode Mode) (keep, work int) {
	if mode == Train && !d.desc.Activation.FromOutput() {
		keep = rows * d.desc.Units
	}
	return keep, 0
}

func (d *denseOp) Prepare(p *Pass) {
	n, units := d.in, d.desc.Units
	w := d.params[0].Value
	s := &densePass{}
	s.forward = kernel.Gemm{M: p.Rows, N: units, K: n, LDA: n, B: w, LDB: units, C: p.Out, LDC: units}
	if !d.desc.NoBias {
		s.forward.Bias = d.params[1].Value
	}
	s.kernel = kernel.Gemm{M: n, N: units, K: p.Rows, TransA: true, LDA: n, B: p.DOut, LDB: units, LDC: units}
	s.input = kernel.Gemm{M: p.Rows, N: n, K: units, A: p.DOut, LDA: units, TransB: true, B: w, LDB: units, LDC: n, Mask: p.InMask}
	d.fuse(p, s)
	s.reserve(p)
	p.State = s
}

// fuse puts the activation into the product's epilogue where a kernel has it.
func (d *denseOp) fuse(p *Pass, s *densePass) {
	if d.desc.Activation == act.ReLU && !p.RawOutput {
		s.forward.Act = kernel.EpReLU
	}
	if len(p.Keep) > 0 {
		s.forward.C = p.Keep
	}
}

// reserve gives the products one packing memory: they run one after the other.
func (s *densePass) reserve(p *Pass) {
	width, need := 1, 0
	if p.Runner != nil {
		width = p.Runner.Width()
	}
	for _, g := range []*kernel.Gemm{&s.forward, &s.kernel, &s.input} {
		need = max(need, g.WorkSize(width))
	}
	work := make([]float32, need)
	s.forward.Work, s.kernel.Work, s.input.Work = work, work, work
}

func (d *denseOp) Forward(p *Pass) {
	s := p.State.(*densePass)
	s.forward.A = p.In[0]
	s.forward.Run(p.Runner)
	a := d.desc.Activation
	switch {
	case p.RawOutput:
		if len(p.Keep) > 0 {
			copy(p.Out, p.Keep)
		}
	case s.forward.Act == kernel.EpNone && a != act.Linear:
		a.Forward(p.Out, s.forward.C, d.desc.Units)
	}
}

func (d *denseOp) Backward(p *Pass) {
	s := p.State.(*densePass)
	if a := d.desc.Activation; !p.RawOutput && !p.DOutMasked && a != act.Linear {
		v := p.Out
		if !a.FromOutput() {
			v = p.Keep
		}
		a.Backward(p.DOut, p.DOut, v, d.desc.Units)
	}
	d.weightGradients(p, s)
	if dx := p.DIn[0]; dx != nil {
		s.input.C = dx
		s.input.Run(p.Runner)
	}
}

// weightGradients is dW = xᵀ·dy, and db the sums of dy's columns, in one go where
// both are wanted.
func (d *denseOp) weightGradients(p *Pass, s *densePass) {
	var bias []float32
	if !d.desc.NoBias {
		bias = p.Grads[1]
	}
	if g := p.Grads[0]; g != nil {
		s.kernel.A, s.kernel.C, s.kernel.Sums = p.In[0], g, bias
		s.kernel.Run(p.Runner)
	} else if bias != nil {
		kernel.ColSum(bias, p.DOut, p.Rows, d.desc.Units, false)
	}
}
