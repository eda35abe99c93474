package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// projection is x·W + b for each step: a product inside of a layer.
type projection struct {
	in, out int
	w, b    *Param // b may be nil
	at      int    // the place of w in the op's Params, before b
}

// newProjection makes the parameters NAME_kernel and NAME_bias from patterns, and
// appends them to params.
func newProjection(params *[]*Param, name string, in, out int, w Param, b *Param) projection {
	w.Name, w.Shape = name+"_kernel", tensor.Shape{in, out}
	j := projection{in: in, out: out, w: &w, at: len(*params)}
	*params = append(*params, j.w)
	if b != nil {
		bias := *b
		bias.Name, bias.Shape = name+"_bias", tensor.Shape{out}
		j.b = &bias
		*params = append(*params, j.b)
	}
	return j
}

// projectionPass has the products of a projection over so many steps.
type projectionPass struct {
	*projection
	forward, weights, input kernel.Gemm
}

func (j *projection) prepare(steps int) *projectionPass {
	s := &projectionPass{projection: j}
	s.forward = kernel.Gemm{M: steps, N: j.out, K: j.in, B: j.w.Value}
	if j.b != nil {
		s.forward.Bias = j.b.Value
	}
	s.weights = kernel.Gemm{M: j.in, N: j.out, K: steps, TransA: true}
	s.input = kernel.Gemm{M: steps, N: j.in, K: j.out, TransB: true, B: j.w.Value}
	return s
}

// workSize is the packing memory that the products need.
func (s *projectionPass) workSize(p *Pass) int {
	width, need := 1, 0
	if p.Runner != nil {
		width = p.Runner.Width()
	}
	for _, g := range []*kernel.Gemm{&s.forward, &s.weights, &s.input} {
		need = max(need, g.WorkSize(width))
	}
	return need
}

func (s *projectionPass) setWork(work []float32) {
	s.forward.Work, s.weights.Work, s.input.Work = work, work, work
}

// run writes y = x·W + b.
func (s *projectionPass) run(p *Pass, y, x []float32) {
	s.forward.A, s.forward.C = x, y
	s.forward.Run(p.Runner)
}

// gradients writes those of W and b where they are wanted.
func (s *projectionPass) gradients(p *Pass, x, dy []float32) {
	var bias []float32
	if s.b != nil {
		bias = p.Grads[s.at+1]
	}
	if g := p.Grads[s.at]; g != nil {
		s.weights.A, s.weights.B, s.weights.C, s.weights.Sums = x, dy, g, bias
		s.weights.Run(p.Runner)
	} else if bias != nil {
		kernel.ColSum(bias, dy, s.forward.M, s.out, false)
	}
}

// back writes dx = dy·Wᵀ, or adds it to dx; nothing where dx is nil.
func (s *projectionPass) back(p *Pass, dx, dy []float32, add bool) {
	if dx == nil {
		return
	}
	s.input.A, s.input.C, s.input.Accumulate = dy, dx, add
	s.input.Run(p.Runner)
}
