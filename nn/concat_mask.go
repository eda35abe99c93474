package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// stepsConcatOp joins sequences, and with them their masks.
type stepsConcatOp struct {
	*concatOp
	in []tensor.Shape
}

// MakeMask implements [MaskMaker].
func (c stepsConcatOp) MakeMask(p *Pass, own []float32) []float32 {
	for k := range c.in {
		if maskOf(p, k) != nil {
			return own
		}
	}
	return nil
}

func (c stepsConcatOp) Forward(p *Pass) {
	c.concatOp.Forward(p)
	if p.OutMask == nil {
		return
	}
	kernel.Fill(p.OutMask, 1)
	at := 0
	for k, s := range c.in {
		if mask := maskOf(p, k); mask != nil {
			for r := range p.Rows {
				copy(p.OutMask[r*c.out[0]+at:], mask[r*s[0]:(r+1)*s[0]])
			}
		}
		at += s[0]
	}
}
