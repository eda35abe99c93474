package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// wantInputs fails unless there are n inputs.
func wantInputs(in []tensor.Shape, n int) error {
	if len(in) != n {
		return fmt.Errorf("it has %d inputs, want %d", len(in), n)
	}
	return nil
}

// stateless is the part of an [Op] that has no parameters and no scratch memory.
type stateless struct{ out tensor.Shape }

func (s stateless) Out() tensor.Shape                          { return s.out }
func (stateless) Params() []*Param                             { return nil }
func (stateless) Scratch(rows int, mode Mode) (keep, work int) { return 0, 0 }

// identityOp hands its input on, in the same shape or another of the same size.
type identityOp struct{ stateless }

func (identityOp) Forward(p *Pass) { copy(p.Out, p.In[0]) }

func (identityOp) Backward(p *Pass) {
	if p.DIn[0] != nil {
		copy(p.DIn[0], p.DOut)
	}
}
