package nn

// asOp returns a recurrent op, with a mask of its own where the steps of its
// output are not in the order of the input.
func asOp(op *recurrentOp, err error) (Op, error) {
	switch {
	case err != nil:
		return nil, err
	case op.goBackwards && op.returnSequences:
		return &backwardsOp{op}, nil
	}
	return op, nil
}

// backwardsOp is a recurrent op whose output has the last step of the input first.
type backwardsOp struct{ *recurrentOp }

// MakeMask implements [MaskMaker].
func (b *backwardsOp) MakeMask(p *Pass, own []float32) []float32 {
	if len(maskOf(p, 0)) != p.Rows*b.steps {
		return nil
	}
	return own
}

// Forward turns the mask round too.
func (b *backwardsOp) Forward(p *Pass) {
	b.recurrentOp.Forward(p)
	mask := maskOf(p, 0)
	if p.OutMask == nil || mask == nil {
		return
	}
	for r := range p.Rows {
		for t := range b.steps {
			p.OutMask[r*b.steps+t] = mask[(r+1)*b.steps-1-t]
		}
	}
}
