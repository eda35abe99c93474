package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// PReLU is x where x > 0 and α·x elsewhere, with learned slopes α: one for each
// value of a row, or one for all values along SharedAxes (He et al. 2015).
//
// Input: any shape. Output: the same.
// Parameters: "alpha" (the input's shape, with 1 for shared axes).
//
// Compile fails if a shared axis is not there or stands twice, or if a number of
// the other fields is out of range.
type PReLU struct {
	SharedAxes []int // from 1, or from −1 for the last; default none
	Init       Init  // default Zeros, which starts as ReLU; the paper's is Constant(0.25)
	Penalty    Penalty
	Constraint Constraint
}

func init() { Register("PReLU", PReLU{}) }

// Build implements [Layer].
func (l PReLU) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	shape := in[0].Clone()
	for k, axis := range l.SharedAxes {
		i, err := axisIndex(fmt.Sprintf("SharedAxes[%d]", k), axis, 0, in[0])
		if err != nil {
			return nil, err
		}
		if shape[i] == sharedAxis {
			return nil, fmt.Errorf("SharedAxes is %v, which names axis %d twice", l.SharedAxes, i+1)
		}
		shape[i] = sharedAxis
	}
	slope := slopeIndex(in[0], shape)
	for i := range shape {
		shape[i] = max(shape[i], 1)
	}
	op := &preluOp{stateless: stateless{in[0].Clone()}, slope: slope, params: []*Param{
		{Name: "alpha", Shape: shape, Init: l.Init.or(Zeros), Penalty: l.Penalty, Constraint: l.Constraint}}}
	return op, checkParams(op.params)
}

// sharedAxis marks an axis along which slopes are shared.
const sharedAxis = -1

// slopeIndex returns for each value of a row the place of its slope, where the
// shape of the slopes has shared axes.
func slopeIndex(row, shape tensor.Shape) []int {
	index := []int{0} // of the axes so far
	for k, n := range row {
		next := make([]int, 0, len(index)*n)
		for _, i := range index {
			for j := range n {
				if shape[k] == sharedAxis {
					next = append(next, i)
				} else {
					next = append(next, i*n+j)
				}
			}
		}
		index = next
	}
	return index
}

type preluOp struct {
	stateless
	slope  []int // of each value of a row: its place in alpha
	params []*Param
}

func (l *preluOp) Params() []*Param { return l.params }

func (l *preluOp) Forward(p *Pass) {
	alpha, n := l.params[0].Value, len(l.slope)
	for lo := 0; lo < len(p.Out); lo += n {
		x, y := p.In[0][lo:lo+n], p.Out[lo:lo+n]
		for j, k := range l.slope {
			y[j] = x[j]
			if !(x[j] > 0) {
				y[j] = alpha[k] * x[j]
			}
		}
	}
}

func (l *preluOp) Backward(p *Pass) {
	if dx := p.DIn[0]; dx != nil {
		l.inputGradient(p, dx)
	}
	if g := p.Grads[0]; g != nil {
		l.slopeGradient(p, g)
	}
}

func (l *preluOp) inputGradient(p *Pass, dx []float32) {
	alpha, n := l.params[0].Value, len(l.slope)
	for lo := 0; lo < len(dx); lo += n {
		x, dy := p.In[0][lo:lo+n], p.DOut[lo:lo+n]
		for j, k := range l.slope {
			dx[lo+j] = dy[j]
			if !(x[j] > 0) {
				dx[lo+j] = alpha[k] * dy[j]
			}
		}
	}
}

// slopeGradient is Σ dy·x over the values x ≤ 0 that have the slope, in their order.
func (l *preluOp) slopeGradient(p *Pass, g []float32) {
	clear(g)
	n := len(l.slope)
	for lo := 0; lo < len(p.DOut); lo += n {
		x, dy := p.In[0][lo:lo+n], p.DOut[lo:lo+n]
		for j, k := range l.slope {
			if !(x[j] > 0) {
				g[k] += float32(dy[j] * x[j])
			}
		}
	}
}
