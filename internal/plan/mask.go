package plan

import "github.com/goodfit-ml/goodfit/nn"

// spreadMasks hands the masks of the inputs, and the memory of those that nodes
// make in Forward, on from node to node, and reports whether there are any.
func (p *Plan) spreadMasks() (any bool) {
	for i := range p.net.Nodes {
		node, pass := &p.net.Nodes[i], &p.passes[i]
		if node.Op != nil {
			for k, in := range node.In {
				pass.Masks[k] = p.passes[in].OutMask
			}
			pass.OutMask = p.outMask(i)
		}
		any = any || pass.OutMask != nil
	}
	return any
}

// outMask returns the mask of node i's output.
func (p *Plan) outMask(i int) []float32 {
	node, pass := &p.net.Nodes[i], &p.passes[i]
	if len(node.Out) == 0 {
		return nil
	}
	steps := pass.Rows * node.Out[0]
	if maker, ok := node.Op.(nn.MaskMaker); ok {
		return maker.MakeMask(pass, p.ownMask(i, steps))
	}
	for _, mask := range pass.Masks {
		if len(node.Out) > 1 && len(mask) == steps {
			return mask
		}
	}
	return nil
}

// ownMask returns memory for the mask that node i makes.
func (p *Plan) ownMask(i, steps int) []float32 {
	if p.ownMasks == nil {
		p.ownMasks = map[int][]float32{}
	}
	if p.ownMasks[i] == nil {
		p.ownMasks[i] = make([]float32, steps)
	}
	return p.ownMasks[i]
}
