package nn

import (
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Activation computes Func of its input, as the Activation field of a [Dense]
// does of its product. Behind a BatchNorm it is a layer of its own.
//
// Input: any shape; Softmax works along the last axis. Output: the same.
//
// Compile fails if a number of Func is out of range.
type Activation struct {
	Func act.Func // default linear
}

func init() { Register("Activation", Activation{}) }

// Build implements [Layer].
func (a Activation) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	if err := a.Func.Check(); err != nil {
		return nil, err
	}
	return activationOp{identityOp{stateless{in[0].Clone()}}, a.Func}, nil
}

type activationOp struct {
	identityOp // what it is for RawOutput and DOutMasked
	f          act.Func
}

func (a activationOp) FinalActivation() act.Func { return a.f }
func (a activationOp) EndsInReLU() bool          { return a.f == act.ReLU }

func (a activationOp) Forward(p *Pass) {
	if p.RawOutput {
		a.identityOp.Forward(p)
		return
	}
	a.f.Forward(p.Out, p.In[0], a.out.Last())
}

func (a activationOp) Backward(p *Pass) {
	if p.RawOutput || p.DOutMasked || p.DIn[0] == nil {
		a.identityOp.Backward(p)
		return
	}
	v := p.Out
	if !a.f.FromOutput() {
		v = p.In[0]
	}
	a.f.Backward(p.DIn[0], p.DOut, v, a.out.Last())
}
