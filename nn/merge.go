package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Add is the sum of its inputs, x₁ + x₂ + …, value by value: the end of a
// shortcut connection.
//
// Inputs: two or more of one shape. Output: the same shape. Compile fails
// otherwise.
type Add struct{}

// Average is the mean of its inputs, (x₁ + x₂ + … + xₙ)/n, value by value.
//
// Inputs: two or more of one shape. Output: the same shape. Compile fails
// otherwise.
type Average struct{}

// Subtract is the first input less the second, x₁ − x₂, value by value.
//
// Inputs: two of one shape. Output: the same shape. Compile fails otherwise.
type Subtract struct{}

// Multiply is the product of its inputs, x₁·x₂·…, value by value.
//
// Inputs: two or more of one shape. Output: the same shape. Compile fails
// otherwise.
type Multiply struct{}

func init() {
	Register("Add", Add{})
	Register("Average", Average{})
	Register("Subtract", Subtract{})
	Register("Multiply", Multiply{})
}

// mergeShape returns the shape that all inputs, at least two, must have.
func mergeShape(in []tensor.Shape) (stateless, error) {
	if err := wantSeveral(in); err != nil {
		return stateless{}, err
	}
	for k, s := range in[1:] {
		if !s.Equal(in[0]) {
			return stateless{}, fmt.Errorf("input %d has shape %v and input 1 has %v, want the same", k+2, s, in[0])
		}
	}
	return stateless{in[0].Clone()}, nil
}

// Build implements [Layer].
func (Add) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return sumOp{s, 1}, err
}

// Build implements [Layer].
func (Average) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return sumOp{s, 1 / float32(max(len(in), 1))}, err
}

// Build implements [Layer].
func (Multiply) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return productOp{s}, err
}

// Build implements [Layer].
func (Subtract) Build(in []tensor.Shape) (Op, error) {
	s, err := mergeShape(in)
	return differenceOp{s}, errors.Join(err, wantInputs(in, 2))
}

// sumOp adds its inputs in their order and multiplies the sum by scale.
type sumOp struct {
	stateless
	scale float32
}

func (s sumOp) Forward(p *Pass) {
	kernel.Add(p.Out, p.In[0], p.In[1])
	for _, x := range p.In[2:] {
		kernel.AddTo(p.Out, x)
	}
	if s.scale != 1 {
		kernel.Scale(p.Out, p.Out, s.scale)
	}
}

func (s sumOp) Backward(p *Pass) {
	for _, dx := range p.DIn {
		switch {
		case dx == nil:
		case s.scale == 1:
			copy(dx, p.DOut)
		default:
			kernel.Scale(dx, p.DOut, s.scale)
		}
	}
}

type differenceOp struct{ stateless }

func (differenceOp) Forward(p *Pass) { kernel.Sub(p.Out, p.In[0], p.In[1]) }

func (differenceOp) Backward(p *Pass) {
	if p.DIn[0] != nil {
		copy(p.DIn[0], p.DOut)
	}
	if p.DIn[1] != nil {
		kernel.Scale(p.DIn[1], p.DOut, -1)
	}
}

type productOp struct{ stateless }

func (productOp) Forward(p *Pass) {
	kernel.Mul(p.Out, p.In[0], p.In[1])
	for _, x := range p.In[2:] {
		kernel.Mul(p.Out, p.Out, x)
	}
}

// Backward multiplies by all other inputs, as dividing the product by one would
// fail at zero.
func (productOp) Backward(p *Pass) {
	for k, dx := range p.DIn {
		if dx == nil {
			continue
		}
		from := p.DOut
		for j, x := range p.In {
			if j != k {
				kernel.Mul(dx, from, x)
				from = dx
			}
		}
	}
}
