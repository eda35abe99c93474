package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Concat puts its inputs one after the other along an axis.
//
// Inputs: two or more, whose axes are the same but for Axis. Output: the same
// axes, with the sum of the inputs' at Axis.
//
// Compile fails if there are fewer than two inputs, if their other axes differ,
// or if there is no such axis.
type Concat struct {
	Axis int // from 1, or from −1 for the last; default −1
}

func init() { Register("Concat", Concat{}) }

// Build implements [Layer].
func (c Concat) Build(in []tensor.Shape) (Op, error) {
	if err := wantSeveral(in); err != nil {
		return nil, err
	}
	axis, err := axisIndex("Axis", c.Axis, -1, in[0])
	if err != nil {
		return nil, err
	}
	out := in[0].Clone()
	for k, s := range in[1:] {
		if !sameBut(s, in[0], axis) {
			return nil, fmt.Errorf("input %d has shape %v and input 1 has %v, want the same but for axis %d", k+2, s, in[0], axis+1)
		}
		out[axis] += s[axis]
	}
	op := &concatOp{stateless: stateless{out}, outer: out[:axis].Size()}
	for _, s := range in {
		op.runs = append(op.runs, s[axis:].Size())
		op.run += s[axis:].Size()
	}
	if axis == 0 && len(out) > 1 {
		return stepsConcatOp{op, in}, nil
	}
	return op, nil
}

// wantSeveral fails unless there are at least two inputs.
func wantSeveral(in []tensor.Shape) error {
	if len(in) < 2 {
		return fmt.Errorf("it has %d inputs, want two or more", len(in))
	}
	return nil
}

// axisIndex returns the index in a shape of the axis that a field names (see the
// package comment), 0 standing for unset.
func axisIndex(field string, axis, unset int, s tensor.Shape) (int, error) {
	if axis == 0 {
		axis = unset
	}
	i := axis - 1
	if axis < 0 {
		i = len(s) + axis
	}
	if i < 0 || i >= len(s) {
		return 0, fmt.Errorf("%s is %d, want 1 to %d, or -1 to -%d from the last, for shape %v", field, axis, len(s), len(s), s)
	}
	return i, nil
}

// sameBut reports whether two shapes are the same but for an axis.
func sameBut(s, t tensor.Shape, axis int) bool {
	if len(s) != len(t) {
		return false
	}
	for k := range s {
		if k != axis && s[k] != t[k] {
			return false
		}
	}
	return true
}

// concatOp joins runs of contiguous values, one from each input, to a run of the
// output; outer times in each row.
type concatOp struct {
	stateless
	outer int
	runs  []int
	run   int // their sum
}

func (c *concatOp) Forward(p *Pass) {
	at := 0
	for k, n := range c.runs {
		x := p.In[k]
		for r := range p.Rows * c.outer {
			copy(p.Out[r*c.run+at:][:n], x[r*n:(r+1)*n])
		}
		at += n
	}
}

func (c *concatOp) Backward(p *Pass) {
	at := 0
	for k, n := range c.runs {
		if dx := p.DIn[k]; dx != nil {
			for r := range p.Rows * c.outer {
				copy(dx[r*n:(r+1)*n], p.DOut[r*c.run+at:][:n])
			}
		}
		at += n
	}
}
