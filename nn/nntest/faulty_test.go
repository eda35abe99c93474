package nntest_test

import (
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// recorder collects what a check reports.
type recorder struct {
	testing.TB
	reports []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}

// Faulty is the layer Of with the fault of that name in its op.
type Faulty struct {
	Fault string
	Of    nn.Layer
}

func init() { nn.Register("nntest.Faulty", Faulty{}) }

// fault stands in the place of an op's methods; nil: the method stays.
type fault struct {
	forward, backward func(op nn.Op, p *nn.Pass)
	params            func(op nn.Op) []*nn.Param
	out               func(op nn.Op) tensor.Shape
	moreWork          int
}

func (f Faulty) Build(in []tensor.Shape) (nn.Op, error) {
	op, err := f.Of.Build(in)
	if err != nil {
		return nil, err
	}
	faulty := &faultyOp{op, faults[f.Fault]}
	raw, isRaw := op.(nn.Raw)
	if !isRaw {
		return faulty, nil
	}
	end := &faultyEnd{faulty, raw.FinalActivation()}
	if _, masks := op.(nn.Masker); masks {
		return &faultyMasker{end}, nil
	}
	return end, nil
}

type faultyOp struct {
	nn.Op
	fault fault
}

// faultyEnd is an op that ends in an activation.
type faultyEnd struct {
	*faultyOp
	final act.Func
}

func (f *faultyEnd) FinalActivation() act.Func { return f.final }
func (f *faultyEnd) EndsInReLU() bool          { return f.final == act.ReLU }

// faultyMasker is such an op that looks at Pass.InMask.
type faultyMasker struct{ *faultyEnd }

func (f *faultyMasker) MasksInput() {}

func (f *faultyOp) Prepare(p *nn.Pass) {
	if op, ok := f.Op.(nn.Preparer); ok {
		op.Prepare(p)
	}
}

func (f *faultyOp) Forward(p *nn.Pass) {
	if f.fault.forward != nil {
		f.fault.forward(f.Op, p)
		return
	}
	f.Op.Forward(p)
}

func (f *faultyOp) Backward(p *nn.Pass) {
	if f.fault.backward != nil {
		f.fault.backward(f.Op, p)
		return
	}
	f.Op.Backward(p)
}

func (f *faultyOp) Params() []*nn.Param {
	if f.fault.params != nil {
		return f.fault.params(f.Op)
	}
	return f.Op.Params()
}

func (f *faultyOp) Out() tensor.Shape {
	if f.fault.out != nil {
		return f.fault.out(f.Op)
	}
	return f.Op.Out()
}

func (f *faultyOp) Scratch(rows int, mode nn.Mode) (keep, work int) {
	keep, work = f.Op.Scratch(rows, mode)
	return keep, work + f.fault.moreWork
}
