package nn

import (
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Permute puts the axes of a row into another order: axis k of the output is axis
// Axes[k] of the input, numbered from 1 (see the package comment).
//
// Input: as many axes as Axes has. Output: those axes in the new order. A mask goes
// on where the first axis stays the first.
//
// Compile fails unless Axes names each axis of the input once.
type Permute struct {
	Axes []int
}

func init() { Register("Permute", Permute{}) }

// Build implements [Layer].
func (l Permute) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	n := len(in[0])
	order := make([]int, len(l.Axes))
	for k := range order {
		order[k] = l.Axes[k] - 1
	}
	sorted := slices.Sorted(slices.Values(order))
	for k := range max(n, len(order)) {
		if len(order) != n || sorted[k] != k {
			return nil, fmt.Errorf("Axes is %v, want each of 1 to %d once for shape %v", l.Axes, n, in[0])
		}
	}
	return newPermuteOp(in[0], order), nil
}

// permuteOp moves the values of each row: value i of the output is value from[i]
// of the input. Two axes are transposed by a kernel instead.
type permuteOp struct {
	stateless
	in    tensor.Shape
	order []int
	from  []int
}

func newPermuteOp(in tensor.Shape, order []int) *permuteOp {
	p := &permuteOp{in: in.Clone(), order: order}
	strides, size := make([]int, len(in)), 1
	for k := len(in) - 1; k >= 0; k-- {
		strides[k], size = size, size*in[k]
	}
	p.from = []int{0}
	for _, axis := range order {
		p.out = append(p.out, in[axis])
		next := make([]int, 0, len(p.from)*in[axis])
		for _, base := range p.from {
			for i := range in[axis] {
				next = append(next, base+i*strides[axis])
			}
		}
		p.from = next
	}
	return p
}

// MakeMask implements [MaskMaker].
func (m *permuteOp) MakeMask(p *Pass, own []float32) []float32 {
	if m.order[0] == 0 && len(m.out) > 1 {
		return maskOf(p, 0)
	}
	return nil
}

func (m *permuteOp) swaps() bool { return len(m.order) == 2 && m.order[0] == 1 }

func (m *permuteOp) Forward(p *Pass) {
	n := len(m.from)
	for r := range p.Rows {
		x, y := p.In[0][r*n:(r+1)*n], p.Out[r*n:(r+1)*n]
		if m.swaps() {
			kernel.Transpose(y, x, m.in[0], m.in[1])
			continue
		}
		for i, from := range m.from {
			y[i] = x[from]
		}
	}
}

func (m *permuteOp) Backward(p *Pass) {
	if p.DIn[0] == nil {
		return
	}
	n := len(m.from)
	for r := range p.Rows {
		dx, dy := p.DIn[0][r*n:(r+1)*n], p.DOut[r*n:(r+1)*n]
		if m.swaps() {
			kernel.Transpose(dx, dy, m.in[1], m.in[0])
			continue
		}
		for i, from := range m.from {
			dx[from] = dy[i]
		}
	}
}
