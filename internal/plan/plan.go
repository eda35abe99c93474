package plan

import (
	"slices"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
)

// Options say what a [Plan] is for.
type Options struct {
	Rows int
	Mode nn.Mode
	// Gradients asks for a backward pass into Grads, laid out as Net.Weights.
	Gradients bool
	Grads     []float32
	// Heads are the losses; none to predict.
	Heads []Head
	// Visible are nodes besides the outputs whose outputs will be read.
	Visible []int
	Runner  kernel.Runner
	// Seed keys the random numbers, together with the layer and the step.
	Seed uint64
}

// Plan is a net laid out for one batch size. It is used by one goroutine at a
// time; several plans of one net may run at once unless one is training.
type Plan struct {
	net    *Net
	opt    Options
	passes []nn.Pass
	heads  []headPass
	adds   [][]gradAdd // after a node's backward: what to add where
	active []activity
	// readers are the inputs of nodes that read an input of the net.
	readers []edge
	masked  bool // a mask was set, or a node makes one
	masks   masking
}

// gradAdd adds a gradient that could not be written in place.
type gradAdd struct{ to, from []float32 }

// activity is a penalty on a node's output.
type activity struct {
	node    int
	penalty nn.ActivityPenalty
}

// New lays out a plan.
func New(net *Net, opt Options) *Plan {
	p := &Plan{net: net, opt: opt, passes: make([]nn.Pass, len(net.Nodes)), adds: make([][]gradAdd, len(net.Nodes))}
	l := newLayout(net, &p.opt)
	block := alignedSlice(l.place())
	for i := range net.Nodes {
		p.bind(i, l, block)
	}
	p.bindHeads(l, block)
	p.bindMasks()
	p.masked = p.spreadMasks()
	for i := range net.Nodes {
		if op, ok := net.Nodes[i].Op.(nn.Preparer); ok {
			op.Prepare(&p.passes[i])
		}
		if a := net.activity(i); a != (nn.ActivityPenalty{}) {
			p.active = append(p.active, activity{i, a})
		}
	}
	return p
}

// bind fills node i's pass with its memory.
func (p *Plan) bind(i int, l *layout, block []float32) {
	node, pass := &p.net.Nodes[i], &p.passes[i]
	rows := p.opt.Rows
	*pass = nn.Pass{Rows: rows, Mode: p.opt.Mode, Frozen: node.Frozen, Runner: p.opt.Runner,
		Key:  kernel.Key{Seed: random.Derive(p.opt.Seed, node.ID)},
		Keep: slice(block, l.keep[i], l.keepSize[i]),
		Work: slice(block, l.work[i], l.workSize[i])}
	if l.reached[i] {
		pass.DOut = slice(block, l.dout[i], l.doutSize(i))
	}
	if node.Op == nil {
		return // its output is what Bind is given
	}
	pass.Out = slice(block, l.out[i], rows*node.Out.Size())
	pass.In = make([][]float32, len(node.In))
	pass.DIn = make([][]float32, len(node.In))
	pass.Masks = make([][]float32, len(node.In))
	pass.Grads = make([][]float32, len(node.Op.Params()))
	for k, in := range node.In {
		pass.In[k] = p.passes[in].Out
		if p.net.Nodes[in].Op == nil {
			p.readers = append(p.readers, edge{i, k})
		}
	}
	p.bindGradients(i, l, block)
}

// bindGradients points a node's input and parameter gradients to where they
// belong, or to a buffer that is added there afterwards.
func (p *Plan) bindGradients(i int, l *layout, block []float32) {
	if !l.reached[i] {
		return
	}
	node, pass := &p.net.Nodes[i], &p.passes[i]
	for k, in := range node.In {
		if !l.flows[in] {
			continue
		}
		size := l.doutSize(in)
		to := slice(block, l.dout[in], size)
		pass.DIn[k] = to
		if s, extra := l.extra[edge{i, k}]; extra {
			pass.DIn[k] = slice(block, s, size)
			p.adds[i] = append(p.adds[i], gradAdd{to, pass.DIn[k]})
		}
	}
	if !node.trains() {
		return
	}
	for k, param := range node.Op.Params() {
		if param.Statistic {
			continue
		}
		lo := p.net.offsets[param]
		to := p.opt.Grads[lo : lo+param.Shape.Size()]
		pass.Grads[k] = to
		if s, extra := l.extra[edge{i, -1 - k}]; extra {
			pass.Grads[k] = slice(block, s, param.Shape.Size())
			p.adds[i] = append(p.adds[i], gradAdd{to, pass.Grads[k]})
		}
	}
}

// bindMasks lets nodes apply the derivative of a ReLU in front of them.
func (p *Plan) bindMasks() {
	for i := range p.net.Nodes {
		pass := &p.passes[i]
		if _, ok := p.net.Nodes[i].Op.(nn.Masker); !ok || pass.DIn[0] == nil {
			continue
		}
		in := p.net.Nodes[i].In[0]
		if op, ok := p.net.Nodes[in].Op.(nn.Rectified); ok && op.EndsInReLU() && p.readOnce(in) {
			pass.InMask, p.passes[in].DOutMasked = p.passes[in].Out, true
		}
	}
}

// readOnce reports whether nothing but one node sees the output of node i.
func (p *Plan) readOnce(i int) bool {
	if p.net.activity(i) != (nn.ActivityPenalty{}) {
		return false
	}
	return p.net.consumers(i) == 1 && !slices.Contains(p.net.Outputs, i)
}

// Bind sets input k of the next passes, and its mask or nil. The values are read
// in place. After the last input has been set, call [Plan.Ready].
func (p *Plan) Bind(k int, values, mask []float32) {
	pass := &p.passes[p.net.Inputs[k]]
	pass.Out, pass.OutMask = values, mask
	p.masked = p.masked || mask != nil
}

// Ready hands the inputs on to the nodes that read them.
func (p *Plan) Ready() {
	for _, r := range p.readers {
		p.passes[r.node].In[r.k] = p.passes[p.net.Nodes[r.node].In[r.k]].Out
	}
	if p.masked {
		p.spreadMasks()
	}
}

// BindBatch sets all inputs from a batch.
func (p *Plan) BindBatch(b datasets.Batch) {
	for k, in := range b.Inputs {
		var mask []float32
		if k < len(b.Masks) && b.Masks[k] != nil {
			mask = b.Masks[k].Data()
		}
		p.Bind(k, in.Data(), mask)
	}
	p.Ready()
}

// SetStep keys the random numbers of the next forward and backward pass.
func (p *Plan) SetStep(step uint64) {
	for i := range p.passes {
		p.passes[i].Key.Step = step
	}
}

// Forward computes the outputs of all nodes.
func (p *Plan) Forward() {
	if len(p.masks.joined) > 0 {
		p.forwardMasked()
		return
	}
	for i := range p.net.Nodes {
		if op := p.net.Nodes[i].Op; op != nil {
			op.Forward(&p.passes[i])
		}
	}
}

// Backward computes all gradients; the heads' have been written by [Plan.Loss].
func (p *Plan) Backward() {
	for i := len(p.net.Nodes) - 1; i >= 0; i-- {
		if p.passes[i].DOut == nil || p.net.Nodes[i].Op == nil {
			continue
		}
		p.addActivityGradient(i)
		p.net.Nodes[i].Op.Backward(&p.passes[i])
		for _, a := range p.adds[i] {
			kernel.AddTo(a.to, a.from)
		}
	}
}

// Output returns the values of a node's output, valid until the next pass.
func (p *Plan) Output(node int) []float32 { return p.passes[node].Out }

// Gradient returns the gradient at a node's output; nil where none flows. Ops
// may have overwritten it.
func (p *Plan) Gradient(node int) []float32 { return p.passes[node].DOut }

// Rows returns the number of rows of a batch.
func (p *Plan) Rows() int { return p.opt.Rows }
