// Package plan runs models. A [Net] is a model's operations and weights; a
// [Plan] is the net laid out for one batch size, with all memory in one arena,
// so that a pass allocates nothing; a [Trainer] makes updates.
package plan

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// align is the number of float32 that each parameter starts at a multiple of:
// one cache line, the longest vector. The padding is zero and stays zero.
const align = 16

// Node is one operation, or an input where Op is nil.
type Node struct {
	Name string
	// ID keys the node's random numbers. It stays the same whatever happens to
	// the model around it.
	ID     uint64
	Op     nn.Op
	In     []int // the nodes whose outputs it takes, all before it
	Out    tensor.Shape
	Frozen bool
	// Shared is set where Op is that of a node before it.
	Shared bool
}

// Net is a model at work: nodes in the order in which they run.
type Net struct {
	Nodes           []Node
	Inputs, Outputs []int
	// Weights holds all trained parameters, one after the other, and Stats the
	// gathered ones. The parameters' Values are parts of them.
	Weights, Stats []float32
	offsets        map[*nn.Param]int // of trained parameters in Weights
}

// Allocate makes the memory of all parameters, zero.
func (n *Net) Allocate() {
	var weights, stats int
	n.offsets = map[*nn.Param]int{}
	place := map[*nn.Param]int{}
	n.EachParam(func(_ *Node, p *nn.Param) {
		at := &weights
		if p.Statistic {
			at = &stats
		}
		place[p] = *at
		*at += (p.Shape.Size() + align - 1) / align * align
	})
	n.Weights, n.Stats = alignedSlice(weights), alignedSlice(stats)
	n.EachParam(func(_ *Node, p *nn.Param) {
		block, lo := n.Weights, place[p]
		if p.Statistic {
			block = n.Stats
		} else {
			n.offsets[p] = lo
		}
		hi := lo + p.Shape.Size()
		p.Value = block[lo:hi:hi]
	})
}

// Init draws the values of the parameters of the nodes that want says yes to.
func (n *Net) Init(seed uint64, want func(*Node) bool) error {
	var failed error
	index := map[*Node]uint64{}
	n.EachParam(func(node *Node, p *nn.Param) {
		i := index[node]
		index[node]++
		if failed != nil || !want(node) {
			return
		}
		r := random.New(random.Derive(seed, node.ID, i))
		if err := p.Init.Fill(p.Value, p.Shape, r); err != nil {
			failed = fmt.Errorf("layer %q, parameter %q: %w", node.Name, p.Name, err)
		}
	})
	return failed
}

// EachParam calls f for each parameter once, at the first node that has it.
func (n *Net) EachParam(f func(*Node, *nn.Param)) {
	for i := range n.Nodes {
		node := &n.Nodes[i]
		if node.Op == nil || node.Shared {
			continue
		}
		for _, p := range node.Op.Params() {
			f(node, p)
		}
	}
}

// Offset returns where a trained parameter starts in Weights.
func (n *Net) Offset(p *nn.Param) int { return n.offsets[p] }

// trains reports whether an update would change any of the node's parameters.
func (n *Node) trains() bool {
	if n.Op == nil || n.Frozen {
		return false
	}
	for _, p := range n.Op.Params() {
		if !p.Statistic {
			return true
		}
	}
	return false
}

// Head is a loss at an output.
type Head struct {
	Node   int
	Loss   losses.Loss
	Weight float32
	// TargetSize is the length of the target's last axis.
	TargetSize int
	// ClassWeights multiply the weight of an item by its class; nil: none.
	ClassWeights []float32
}

// equal reports whether both heads compute the same.
func (h Head) equal(o Head) bool {
	return h.Node == o.Node && h.Weight == o.Weight && h.TargetSize == o.TargetSize &&
		slices.Equal(h.ClassWeights, o.ClassWeights) && reflect.DeepEqual(h.Loss, o.Loss)
}

// raw returns the activation that the head's loss computes itself, if it does.
func (n *Net) raw(h *Head) (act.Func, losses.Fused, bool) {
	op, isRaw := n.Nodes[h.Node].Op.(nn.Raw)
	loss, isFused := h.Loss.(losses.Fused)
	if !isRaw || !isFused || !loss.Fuses(op.FinalActivation()) || n.consumers(h.Node) > 0 {
		return act.Func{}, nil, false
	}
	if n.activity(h.Node) != (nn.ActivityPenalty{}) {
		return act.Func{}, nil, false
	}
	return op.FinalActivation(), loss, true
}

// consumers counts the nodes that take the output of node i.
func (n *Net) consumers(i int) int {
	count := 0
	for _, node := range n.Nodes {
		for _, in := range node.In {
			if in == i {
				count++
			}
		}
	}
	return count
}
