package plan

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// headPass is a [Head] in a plan.
type headPass struct {
	head  Head
	items int // rows, or rows×steps
	args  losses.Args
	fused losses.Fused
	act   act.Func
	// weights has the weight of each item after Loss: row weight × mask × class
	// weight; nil where all are 1. It is memory or nil.
	weights, memory []float32
	// unclassed is weights without the class weights, where there are any.
	unclassed []float32
	scale     []float32
	sum       float64 // the result of Loss
	count     int
}

// bindHeads lays out the losses.
func (p *Plan) bindHeads(l *layout, block []float32) {
	p.heads = make([]headPass, len(p.opt.Heads))
	for k, h := range p.opt.Heads {
		hp := &p.heads[k]
		size := p.net.Nodes[h.Node].Out.Last()
		hp.head = h
		hp.items = p.opt.Rows * p.net.Nodes[h.Node].Out.Size() / size
		hp.args = losses.Args{Rows: hp.items, Size: size, TargetSize: h.TargetSize,
			Pred: p.passes[h.Node].Out, Grad: p.passes[h.Node].DOut, Loss: make([]float32, hp.items)}
		hp.memory = make([]float32, hp.items)
		hp.scale = make([]float32, hp.items)
		if h.ClassWeights != nil {
			hp.unclassed = make([]float32, hp.items)
		}
		if f, fused, ok := p.net.raw(&h); ok {
			hp.act, hp.fused = f, fused
			p.passes[h.Node].RawOutput = true
		}
	}
}

// Loss computes head k's loss over the batch that Forward ran on, as the sum over
// the items, each times its weight, and the number of items that count; and with
// gradients, the gradient of their quotient times the head's weight. weights has
// a weight for each row, or is nil.
func (p *Plan) Loss(k int, target *tensor.Tensor, weights []float32) (sum float64, items int) {
	h := &p.heads[k]
	h.args.Target = target.Data()
	items = h.weigh(weights, p.passes[h.head.Node].OutMask)
	h.setScale(items)
	if h.fused != nil {
		h.fused.EvalRaw(h.act, &h.args)
	} else {
		h.head.Loss.Eval(&h.args)
	}
	h.sum, h.count = h.total(), items
	return h.sum, h.count
}

// HeadLoss returns what Loss returned for head k.
func (p *Plan) HeadLoss(k int) (sum float64, items int) { return p.heads[k].sum, p.heads[k].count }

// weigh works out the items' weights and returns how many are not masked.
func (h *headPass) weigh(rows, mask []float32) int {
	h.weights = nil
	if rows == nil && mask == nil && h.head.ClassWeights == nil {
		return h.items
	}
	h.weights = h.memory
	count, steps := 0, 1
	if len(rows) > 0 {
		steps = h.items / len(rows)
	}
	for i := range h.memory {
		w := float32(1)
		if rows != nil {
			w = rows[i/steps]
		}
		if len(mask) == h.items && mask[i] == 0 {
			w = 0
		} else {
			count++
		}
		if h.unclassed != nil {
			h.unclassed[i] = w
			w *= h.head.ClassWeights[h.class(i)]
		}
		h.memory[i] = w
	}
	return count
}

// class returns the class of item i's target: its index, or the place of its
// largest number.
func (h *headPass) class(i int) int {
	n := h.args.TargetSize
	t := h.args.Target[i*n : (i+1)*n]
	if n == 1 {
		return int(max(t[0], 0)) // −1 and 0 both stand for the first of two classes
	}
	best := 0
	for j, v := range t {
		if v > t[best] {
			best = j
		}
	}
	return best
}

// setScale sets the factor of each item's gradient.
func (h *headPass) setScale(items int) {
	s := h.head.Weight / float32(max(items, 1))
	h.args.Uniform, h.args.Scale = s, nil
	if h.weights != nil {
		kernel.Scale(h.scale, h.weights, s)
		h.args.Scale = h.scale
	}
}

// total adds the losses in ascending order, in float64.
func (h *headPass) total() (sum float64) {
	if h.weights == nil {
		for _, l := range h.args.Loss {
			sum += float64(l)
		}
		return sum
	}
	for i, l := range h.args.Loss {
		if w := h.weights[i]; w != 0 {
			sum += float64(w) * float64(l)
		}
	}
	return sum
}

// HeadOutput returns head k's predictions and its items' weights (nil for all 1),
// class weights left out, after Loss.
func (p *Plan) HeadOutput(k int) (pred, weights []float32) {
	h := &p.heads[k]
	if h.unclassed != nil {
		return h.args.Pred, h.unclassed
	}
	return h.args.Pred, h.weights
}
