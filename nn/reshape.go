package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Flatten joins all axes of a row to one.
//
// Input: any shape. Output: (size).
type Flatten struct{}

// Reshape gives a row other axes of the same size.
//
// Input: any shape. Output: Shape, in which one axis may be −1 and is then
// worked out.
//
// Compile fails if the sizes differ, or if an axis is 0, below −1, or the second
// that is −1.
type Reshape struct {
	Shape tensor.Shape
}

func init() {
	Register("Flatten", Flatten{})
	Register("Reshape", Reshape{})
}

// Build implements [Layer].
func (Flatten) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	return identityOp{stateless{tensor.Shape{in[0].Size()}}}, nil
}

// Build implements [Layer].
func (r Reshape) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	out, err := r.resolve(in[0].Size())
	if err != nil {
		return nil, err
	}
	if out.Size() != in[0].Size() {
		return nil, fmt.Errorf("Shape is %v, %d values, and the input %v has %d", r.Shape, out.Size(), in[0], in[0].Size())
	}
	return identityOp{stateless{out}}, nil
}

// resolve returns the shape with the axis of −1 worked out for the given size.
func (r Reshape) resolve(size int) (tensor.Shape, error) {
	out, open, rest := r.Shape.Clone(), -1, 1
	for k, d := range out {
		switch {
		case d > 0:
			rest *= d
		case d == -1 && open < 0:
			open = k
		default:
			return nil, fmt.Errorf("Shape is %v, want positive axes and at most one of -1", r.Shape)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("Shape is empty, want at least one axis")
	}
	if open >= 0 {
		out[open] = size / rest
	}
	return out, nil
}
