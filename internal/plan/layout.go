package plan

import "github.com/goodfit-ml/goodfit/nn"

// layout decides where in the arena each buffer of a plan lies.
type layout struct {
	net  *Net
	opt  *Options
	size arena
	// flows marks nodes through which a gradient must flow: those that train, and
	// those behind which one trains.
	flows []bool
	// reached marks those of them that a head's gradient comes to: all but nodes
	// that are there for their parameters alone, which others share.
	reached            []bool
	out, dout          []span
	keep, work         []span
	keepSize, workSize []int
	// extra holds the buffers of gradients that are not the first for their place.
	extra map[edge]span
}

// edge is input k of a node, or its parameter −1−k.
type edge struct{ node, k int }

func newLayout(net *Net, opt *Options) *layout {
	n := len(net.Nodes)
	l := &layout{net: net, opt: opt, flows: make([]bool, n), reached: make([]bool, n), out: make([]span, n), dout: make([]span, n),
		keep: make([]span, n), work: make([]span, n), keepSize: make([]int, n), workSize: make([]int, n),
		extra: map[edge]span{}}
	if opt.Gradients {
		for i, node := range net.Nodes {
			l.flows[i] = node.trains()
			for _, in := range node.In {
				l.flows[i] = l.flows[i] || l.flows[in]
			}
		}
	}
	return l
}

// doutSize is the length of a gradient at node i's output.
func (l *layout) doutSize(i int) int {
	return l.opt.Rows * l.net.Nodes[i].Out.Size()
}

// place assigns all buffers and returns the size of the arena.
func (l *layout) place() int {
	if l.opt.Gradients {
		l.placeForwardKept()
		l.placeBackward()
	} else {
		l.placeForward()
	}
	return l.size.size
}

func (l *layout) scratch(i int) {
	if op := l.net.Nodes[i].Op; op != nil {
		l.keepSize[i], l.workSize[i] = op.Scratch(l.opt.Rows, l.opt.Mode)
	}
}

// placeForwardKept gives every output memory of its own: backward reads them.
func (l *layout) placeForwardKept() {
	work := span{}
	for i, node := range l.net.Nodes {
		if node.Op == nil {
			continue
		}
		l.scratch(i)
		l.out[i] = l.size.take(l.opt.Rows * node.Out.Size())
		l.keep[i] = l.size.take(l.keepSize[i])
	}
	for i := range l.net.Nodes {
		if need := l.workSize[i]; need > work.hi-work.lo {
			l.size.give(work)
			work = l.size.take(need)
		}
	}
	for i := range l.net.Nodes {
		l.work[i] = work
	}
}

// placeForward lets outputs share memory once their last reader has run.
func (l *layout) placeForward() {
	last := l.lastReaders()
	for i, node := range l.net.Nodes {
		if node.Op != nil {
			l.scratch(i)
			l.out[i] = l.size.take(l.opt.Rows * node.Out.Size())
			l.keep[i] = l.size.take(l.keepSize[i])
			l.work[i] = l.size.take(l.workSize[i])
			l.size.give(l.keep[i])
			l.size.give(l.work[i])
		}
		for j := range last {
			if last[j] == i {
				l.size.give(l.out[j])
			}
		}
	}
}

// lastReaders returns for each node the last node that reads its output, −1 for
// outputs that stay readable after the pass: where there are losses, those with a
// penalty on them too.
func (l *layout) lastReaders() []int {
	last := make([]int, len(l.net.Nodes))
	for i := range last {
		last[i] = i
	}
	for i, node := range l.net.Nodes {
		for _, in := range node.In {
			last[in] = i
		}
	}
	for _, set := range [][]int{l.net.Outputs, l.net.Inputs, l.opt.Visible} {
		for _, i := range set {
			last[i] = -1
		}
	}
	for i := range last {
		if len(l.opt.Heads) > 0 && l.net.activity(i) != (nn.ActivityPenalty{}) {
			last[i] = -1
		}
	}
	return last
}

// placeBackward places gradients in the order in which backward needs them: a
// node's gradient comes into being with its first reader's backward and is free
// after its own.
func (l *layout) placeBackward() {
	params := map[*nn.Param]bool{}
	for _, h := range l.opt.Heads {
		if l.flows[h.Node] && !l.reached[h.Node] {
			l.reached[h.Node] = true
			l.dout[h.Node] = l.size.take(l.doutSize(h.Node))
		}
	}
	for i := len(l.net.Nodes) - 1; i >= 0; i-- {
		if !l.reached[i] {
			continue
		}
		free := l.placeInputGradients(i)
		free = append(free, l.placeSharedParams(i, params)...)
		for _, s := range append(free, l.dout[i]) {
			l.size.give(s)
		}
	}
}

// placeInputGradients places what node i's backward writes for its inputs, and
// returns the buffers that are free again right after it.
func (l *layout) placeInputGradients(i int) (free []span) {
	for k, in := range l.net.Nodes[i].In {
		if !l.flows[in] {
			continue
		}
		s := l.size.take(l.doutSize(in))
		if !l.reached[in] {
			l.reached[in] = true
			l.dout[in] = s
			continue
		}
		l.extra[edge{i, k}] = s
		free = append(free, s)
	}
	return free
}

// placeSharedParams places the gradients of parameters that another node, with
// the same op, has written before.
func (l *layout) placeSharedParams(i int, seen map[*nn.Param]bool) (free []span) {
	node := &l.net.Nodes[i]
	if !node.trains() {
		return nil
	}
	for k, p := range node.Op.Params() {
		if p.Statistic {
			continue
		}
		if seen[p] {
			s := l.size.take(p.Shape.Size())
			l.extra[edge{i, -1 - k}] = s
			free = append(free, s)
		}
		seen[p] = true
	}
	return free
}
