package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Slice takes a part of its input along an axis: the places From to To−1, counted
// from 0.
//
// Input: any shape. Output: the same, with To−From at Axis. With From 0 and To 5,
// the first five of a last axis; an [LSTM]'s h and c are the two halves of what it
// returns with ReturnState.
//
// Compile fails if there is no such axis, or unless 0 ≤ From < To ≤ its length.
type Slice struct {
	Axis int // from 1, or from −1 for the last; default −1
	From int
	To   int // default 0: the end; negative: so many before the end
}

func init() { Register("Slice", Slice{}) }

// Build implements [Layer].
func (s Slice) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	axis, err := axisIndex("Axis", s.Axis, -1, in[0])
	if err != nil {
		return nil, err
	}
	n, to := in[0][axis], s.To
	if to <= 0 {
		to += n
	}
	if s.From < 0 || to <= s.From || to > n {
		return nil, fmt.Errorf("From is %d and To is %d, want a part of the %d places of axis %d", s.From, s.To, n, axis+1)
	}
	out := in[0].Clone()
	out[axis] = to - s.From
	inner := in[0][axis+1:].Size()
	return &sliceOp{stateless{out}, in[0][:axis].Size(), n * inner, s.From * inner, (to - s.From) * inner}, nil
}

// sliceOp copies a part of each of outer runs in a row.
type sliceOp struct {
	stateless
	outer             int
	run, offset, size int
}

func (s *sliceOp) Forward(p *Pass) {
	for r := range p.Rows * s.outer {
		copy(p.Out[r*s.size:(r+1)*s.size], p.In[0][r*s.run+s.offset:])
	}
}

func (s *sliceOp) Backward(p *Pass) {
	if p.DIn[0] == nil {
		return
	}
	clear(p.DIn[0])
	for r := range p.Rows * s.outer {
		copy(p.DIn[0][r*s.run+s.offset:][:s.size], p.DOut[r*s.size:])
	}
}
