package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// noiseOp changes each value by a random number of the pass's first stream in
// training, and hands its input on in use or where the amount is 0. The numbers
// are drawn again in Backward, not kept.
type noiseOp struct {
	identityOp
	amount float32
	apply  func(y, x []float32, k kernel.Key, first uint64, amount float32)
	// factor is set where y is x times what does not depend on x, so that the
	// gradient is changed in the same way; else it is handed on.
	factor bool
}

// buildNoise makes a noiseOp, or fails with err.
func buildNoise(in []tensor.Shape, err error, amount float32,
	apply func(y, x []float32, k kernel.Key, first uint64, amount float32), factor bool) (Op, error) {
	if err != nil {
		return nil, err
	}
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	return noiseOp{identityOp{stateless{in[0].Clone()}}, amount, apply, factor}, nil
}

func (n noiseOp) Forward(p *Pass) {
	if p.Mode == Infer || n.amount == 0 {
		n.identityOp.Forward(p)
		return
	}
	n.apply(p.Out, p.In[0], p.Key, 0, n.amount)
}

func (n noiseOp) Backward(p *Pass) {
	if !n.factor || n.amount == 0 || p.DIn[0] == nil {
		n.identityOp.Backward(p)
		return
	}
	n.apply(p.DIn[0], p.DOut, p.Key, 0, n.amount)
}
