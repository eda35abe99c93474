package plan

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// The parts of a parameter's noise, by which its seed is derived.
const (
	weightNoise   = 1
	gradientNoise = 2
)

// noise is [optim.Noise] at work on a net's trained parameters.
type noise struct {
	optim.Noise
	params  []noisyParam
	weights []float32 // of the net
	clean   []float32 // the weights without noise, while they have it
	task    noiseTask
}

// noisyParam is where a parameter lies, and the seed of its noise.
type noisyParam struct {
	lo, hi int
	seed   uint64
	kernel bool
}

// newNoise collects the trained parameters; nil where there is nothing to add. Like
// an update it must be made anew after a layer was frozen or thawed.
func newNoise(net *Net, o optim.Noise, seed uint64) *noise {
	if o.Weights == 0 && o.Gradients == 0 {
		return nil
	}
	n := &noise{Noise: o, weights: net.Weights}
	if o.Weights != 0 {
		n.clean = alignedSlice(len(net.Weights))
	}
	index := map[*Node]uint64{}
	net.EachParam(func(node *Node, p *nn.Param) {
		i := index[node]
		index[node]++
		if p.Statistic || node.Frozen {
			return
		}
		lo := net.offsets[p]
		n.params = append(n.params, noisyParam{lo, lo + p.Shape.Size(), random.Derive(seed, node.ID, i), len(p.Shape) > 1})
	})
	return n
}

// onWeights adds the noise of a batch to the weights, until offWeights.
func (n *noise) onWeights(batch int, r kernel.Runner) {
	if n == nil || n.Weights == 0 {
		return
	}
	copy(n.clean, n.weights)
	for _, p := range n.params {
		if p.kernel {
			n.add(n.weights[p.lo:p.hi], p.key(weightNoise, batch), float32(n.Weights), r)
		}
	}
}

func (n *noise) offWeights() {
	if n != nil && n.Weights != 0 {
		copy(n.weights, n.clean)
	}
}

// onGradients adds the noise of update number step, counted from 1, to gradients
// that scale is going to multiply.
func (n *noise) onGradients(g []float32, step int, scale float32, r kernel.Runner) {
	if n == nil || n.Gradients == 0 {
		return
	}
	std := float32(math.Sqrt(n.GradientVariance(step-1)) / float64(scale))
	for _, p := range n.params {
		n.add(g[p.lo:p.hi], p.key(gradientNoise, step), std, r)
	}
}

func (p noisyParam) key(part uint64, step int) kernel.Key {
	return kernel.Key{Seed: random.Derive(p.seed, part), Step: uint64(step)}
}

// add adds std times a normal number to each x, on r's threads where there are many.
func (n *noise) add(x []float32, k kernel.Key, std float32, r kernel.Runner) {
	n.task = noiseTask{x, k, std}
	if r == nil || len(x) < parallelWeights || r.Width() < 2 {
		n.task.Part(0, 1)
		return
	}
	r.Run(r.Width(), &n.task)
}

// noiseTask is noise on one parameter, cut into parts.
type noiseTask struct {
	x   []float32
	key kernel.Key
	std float32
}

// Part adds the noise of part i of n.
func (t *noiseTask) Part(i, n int) {
	lo, hi := cutAt(0, len(t.x), i, n), cutAt(0, len(t.x), i+1, n)
	if lo < hi {
		kernel.AddNormalNoise(t.x[lo:hi], t.x[lo:hi], t.key, uint64(lo), t.std)
	}
}
