package plan

import "github.com/goodfit-ml/goodfit/nn"

// masking is what a plan knows of masks.
type masking struct {
	// own is the memory of masks that are made while a pass runs, by node.
	own map[int][]float32
	// joined are the nodes whose output has several inputs' masks, in order: the
	// steps that all of them count.
	joined []int
}

// spreadMasks hands the masks of the inputs, and the memory of those that are made
// in Forward, on from node to node, and reports whether there are any.
func (p *Plan) spreadMasks() (any bool) {
	p.masks.joined = p.masks.joined[:0]
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
		return maker.MakeMask(pass, p.masks.memory(i, steps))
	}
	if len(node.Out) < 2 {
		return nil
	}
	var first []float32
	for _, mask := range pass.Masks {
		switch {
		case len(mask) != steps:
		case first == nil:
			first = mask
		case &mask[0] != &first[0]:
			p.masks.joined = append(p.masks.joined, i)
			return p.masks.memory(i, steps)
		}
	}
	return first
}

// memory returns memory for a mask of node i's.
func (m *masking) memory(i, steps int) []float32 {
	if m.own == nil {
		m.own = map[int][]float32{}
	}
	if m.own[i] == nil {
		m.own[i] = make([]float32, steps)
	}
	return m.own[i]
}

// joinMasks writes the mask of node i's output, which counts the steps that all of
// its inputs' masks count.
func joinMasks(pass *nn.Pass) {
	for i := range pass.OutMask {
		pass.OutMask[i] = 1
		for _, mask := range pass.Masks {
			if len(mask) == len(pass.OutMask) && mask[i] == 0 {
				pass.OutMask[i] = 0
			}
		}
	}
}

// forwardMasked is Forward where masks are joined.
func (p *Plan) forwardMasked() {
	joined := p.masks.joined
	for i := range p.net.Nodes {
		op := p.net.Nodes[i].Op
		if op == nil {
			continue
		}
		op.Forward(&p.passes[i])
		if len(joined) > 0 && joined[0] == i {
			joinMasks(&p.passes[i])
			joined = joined[1:]
		}
	}
}
