package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// PositionalEmbedding adds to each step of a sequence a vector of its place, which
// is learnt (Gehring et al. 2017): attention itself knows no order.
//
// Input: (steps×features). Output: the same. Parameters: "positions"
// (steps×features).
//
// Compile fails if the input has not two axes or a number is out of range.
type PositionalEmbedding struct {
	Init       Init       // default Uniform(-0.05, 0.05)
	Penalty    Penalty    // on the whole table
	Constraint Constraint // of each column; of each place's vector with [Constraint.Rowwise]
}

// SinusoidalPositions adds to each step of a sequence waves of its place t
// (Vaswani et al. 2017, section 3.5): to feature 2i and 2i+1
//
//	sin(t/Wavelength^(2i/features)) and cos(t/Wavelength^(2i/features)).
//
// Input: (steps×features). Output: the same.
//
// Compile fails if the input has not two axes or unless Wavelength is above 0.
type SinusoidalPositions struct {
	Wavelength float64 // the longest wave, over 2π; default 10000
}

func init() {
	Register("PositionalEmbedding", PositionalEmbedding{})
	Register("SinusoidalPositions", SinusoidalPositions{})
}

// wantSequence fails unless there is one input of steps×features.
func wantSequence(in []tensor.Shape) error {
	if err := wantSteps(in, 1); err != nil {
		return err
	}
	if len(in[0]) != 2 {
		return fmt.Errorf("input has shape %v, want steps×features", in[0])
	}
	return nil
}

// Build implements [Layer].
func (e PositionalEmbedding) Build(in []tensor.Shape) (Op, error) {
	if err := wantSequence(in); err != nil {
		return nil, err
	}
	table := &Param{Name: "positions", Shape: in[0].Clone(), Init: e.Init.or(Uniform(-0.05, 0.05)), Penalty: e.Penalty, Constraint: e.Constraint}
	return &positionOp{stateless{in[0].Clone()}, []*Param{table}}, checkParams([]*Param{table})
}

// positionOp adds a learnt row to each row.
type positionOp struct {
	stateless
	params []*Param
}

func (o *positionOp) Params() []*Param { return o.params }

func (o *positionOp) Forward(p *Pass) { addToRows(p.Out, p.In[0], o.params[0].Value) }

func (o *positionOp) Backward(p *Pass) {
	if g := p.Grads[0]; g != nil {
		kernel.ColSum(g, p.DOut, p.Rows, len(g), false)
	}
	if p.DIn[0] != nil {
		copy(p.DIn[0], p.DOut)
	}
}

// addToRows is y = x + table for each row.
func addToRows(y, x, table []float32) {
	n := len(table)
	for lo := 0; lo < len(x); lo += n {
		kernel.Add(y[lo:lo+n], x[lo:lo+n], table)
	}
}

// Build implements [Layer].
func (s SinusoidalPositions) Build(in []tensor.Shape) (Op, error) {
	if err := wantSequence(in); err != nil {
		return nil, err
	}
	length := s.Wavelength
	if length == 0 {
		length = 10000
	}
	if !(length > 0 && length <= math.MaxFloat64) {
		return nil, errors.New("Wavelength is " + number(length) + ", want a number above 0")
	}
	return &waveOp{identityOp{stateless{in[0].Clone()}}, waves(in[0][0], in[0][1], length)}, nil
}

// waves is the table of steps×features.
func waves(steps, features int, length float64) []float32 {
	table := make([]float32, steps*features)
	for j := range features {
		rate := fmath.Pow(length, -float64(j/2*2)/float64(features))
		for t := range steps {
			sin, cos := fmath.SinCos(float64(t) * rate)
			if j%2 == 1 {
				sin = cos
			}
			table[t*features+j] = float32(sin)
		}
	}
	return table
}

// waveOp adds a fixed row to each row.
type waveOp struct {
	identityOp
	table []float32
}

func (w *waveOp) Forward(p *Pass) { addToRows(p.Out, p.In[0], w.table) }
