package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Maximum is the largest of its inputs, value by value; NaN if one is NaN. Where
// several are largest, the gradient goes to the first of them.
//
// Inputs: two or more of one shape. Output: the same shape. Compile fails
// otherwise.
type Maximum struct{}

// Minimum is the smallest of its inputs, value by value; NaN if one is NaN. Where
// several are smallest, the gradient goes to the first of them.
//
// Inputs: two or more of one shape. Output: the same shape. Compile fails
// otherwise.
type Minimum struct{}

func init() {
	Register("Maximum", Maximum{})
	Register("Minimum", Minimum{})
}

// Build implements [Layer].
func (Maximum) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return maximumOp{extremumOp{s}}, err
}

// Build implements [Layer].
func (Minimum) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return minimumOp{extremumOp{s}}, err
}

// extremumOp has what is common to maximum and minimum: the output is one of the
// inputs.
type extremumOp struct{ stateless }

// Backward gives each gradient to the first input that is the output.
func (extremumOp) Backward(p *Pass) {
	for k, dx := range p.DIn {
		if dx == nil {
			continue
		}
		for i, d := range p.DOut {
			dx[i] = 0
			if p.In[k][i] == p.Out[i] && !anyEqual(p.In[:k], i, p.Out[i]) {
				dx[i] = d
			}
		}
	}
}

// anyEqual reports whether value i of one of the inputs is v.
func anyEqual(in [][]float32, i int, v float32) bool {
	for _, x := range in {
		if x[i] == v {
			return true
		}
	}
	return false
}

type maximumOp struct{ extremumOp }

func (maximumOp) Forward(p *Pass) {
	kernel.Max(p.Out, p.In[0], p.In[1])
	for _, x := range p.In[2:] {
		kernel.Max(p.Out, p.Out, x)
	}
}

type minimumOp struct{ extremumOp }

func (minimumOp) Forward(p *Pass) {
	copy(p.Out, p.In[0])
	for _, x := range p.In[1:] {
		for i, v := range x {
			p.Out[i] = min(p.Out[i], v)
		}
	}
}
