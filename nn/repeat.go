package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// RepeatVector makes a sequence of Times steps, each the whole input, as between
// an encoder and a decoder.
//
// Input: (features). Output: (Times×features).
//
// Compile fails if Times < 1 or the input has more than one axis.
type RepeatVector struct {
	Times int
}

func init() { Register("RepeatVector", RepeatVector{}) }

// Build implements [Layer].
func (r RepeatVector) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	if r.Times < 1 {
		return nil, fmt.Errorf("Times is %d, want at least 1", r.Times)
	}
	if len(in[0]) != 1 {
		return nil, fmt.Errorf("input has shape %v, want one axis", in[0])
	}
	return repeatOp{stateless{tensor.Shape{r.Times, in[0][0]}}}, nil
}

type repeatOp struct{ stateless }

// MakeMask implements [MaskMaker]: every step counts.
func (repeatOp) MakeMask(p *Pass, own []float32) []float32 { return nil }

func (r repeatOp) Forward(p *Pass) {
	n := r.out[1]
	for i := range p.Rows * r.out[0] {
		row := i / r.out[0]
		copy(p.Out[i*n:(i+1)*n], p.In[0][row*n:(row+1)*n])
	}
}

// Backward adds the steps' gradients, in ascending order.
func (r repeatOp) Backward(p *Pass) {
	if p.DIn[0] == nil {
		return
	}
	times, n := r.out[0], r.out[1]
	for row := range p.Rows {
		kernel.ColSum(p.DIn[0][row*n:(row+1)*n], p.DOut[row*times*n:(row+1)*times*n], times, n, false)
	}
}
