package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Embedding gives each index its row of a table: a vector that is learnt for each
// word, character or category.
//
// Input: any shape, whole numbers from 0 to Vocabulary−1 as float32 (exact up to
// 2²⁴). Output: that shape, and Dim as a last axis. Parameters: "embeddings"
// (Vocabulary×Dim).
//
// Compile fails unless Vocabulary and Dim are at least 1, Vocabulary at most 2²⁴,
// and the numbers of the other fields in range. A model refuses inputs with
// indices out of range; where they come from another layer, they give NaN.
type Embedding struct {
	Vocabulary int // the number of indices
	Dim        int // the length of a vector
	// MaskZero makes index 0 padding, which layers behind that know masks, losses
	// and metrics leave out. The input then is (steps).
	MaskZero bool

	Init    Init    // default Uniform(-0.05, 0.05)
	Penalty Penalty // on the whole table
	// Activity is a penalty on the output.
	Activity ActivityPenalty
	// Constraint holds for each of the Dim columns; for each index's vector with
	// [Constraint.Rowwise].
	Constraint Constraint
}

func init() { Register("Embedding", Embedding{}) }

// maxVocabulary is the number up to which float32 holds all whole numbers.
const maxVocabulary = 1 << 24

// Build implements [Layer].
func (e Embedding) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	switch {
	case e.Vocabulary < 1 || e.Vocabulary > maxVocabulary:
		return nil, fmt.Errorf("Vocabulary is %d, want 1 to %d", e.Vocabulary, maxVocabulary)
	case e.Dim < 1:
		return nil, fmt.Errorf("Dim is %d, want at least 1", e.Dim)
	case e.MaskZero && len(in[0]) != 1:
		return nil, fmt.Errorf("input has shape %v, want one axis, the steps, with MaskZero", in[0])
	}
	op := &embeddingOp{desc: e, stateless: stateless{append(in[0].Clone(), e.Dim)}}
	op.params = []*Param{{Name: "embeddings", Shape: tensor.Shape{e.Vocabulary, e.Dim},
		Init: e.Init.or(Uniform(-0.05, 0.05)), Penalty: e.Penalty, Constraint: e.Constraint}}
	if err := errors.Join(checkParams(op.params), e.Activity.check()); err != nil {
		return nil, err
	}
	return op, nil
}

type embeddingOp struct {
	stateless
	desc   Embedding
	params []*Param
}

func (e *embeddingOp) Params() []*Param          { return e.params }
func (e *embeddingOp) Activity() ActivityPenalty { return e.desc.Activity }

// MakeMask implements [MaskMaker].
func (e *embeddingOp) MakeMask(p *Pass, own []float32) []float32 {
	if e.desc.MaskZero {
		return own
	}
	return maskOf(p, 0)
}

// CheckInput implements [InputChecker].
func (e *embeddingOp) CheckInput(_ int, x []float32) error {
	for i, v := range x {
		if _, ok := e.index(v); !ok {
			steps := len(e.out) - 1
			row := i / e.out[:steps].Size()
			return fmt.Errorf("row %d has %g, want an index, a whole number from 0 to %d", row, v, e.desc.Vocabulary-1)
		}
	}
	return nil
}

// index returns the row of the table that a value stands for.
func (e *embeddingOp) index(v float32) (row int, ok bool) {
	if !(v >= 0 && v < float32(e.desc.Vocabulary)) {
		return 0, false
	}
	row = int(v)
	return row, float32(row) == v
}

func (e *embeddingOp) Forward(p *Pass) {
	n, table := e.desc.Dim, e.params[0].Value
	for i, v := range p.In[0] {
		to := p.Out[i*n : (i+1)*n]
		if row, ok := e.index(v); ok {
			copy(to, table[row*n:(row+1)*n])
		} else {
			kernel.Fill(to, float32(math.NaN()))
		}
	}
	if e.desc.MaskZero {
		e.writeMask(p)
	}
}

// writeMask leaves out index 0, and what an earlier mask leaves out.
func (e *embeddingOp) writeMask(p *Pass) {
	before := maskOf(p, 0)
	for i := range p.OutMask {
		p.OutMask[i] = 1
		if p.In[0][i] == 0 || before != nil && before[i] == 0 {
			p.OutMask[i] = 0
		}
	}
}

// Backward adds each step's gradient to the row of its index, in ascending order.
// Indices have no gradient.
func (e *embeddingOp) Backward(p *Pass) {
	if dx := p.DIn[0]; dx != nil {
		clear(dx)
	}
	g := p.Grads[0]
	if g == nil {
		return
	}
	n := e.desc.Dim
	clear(g)
	for i, v := range p.In[0] {
		if row, ok := e.index(v); ok {
			kernel.AddTo(g[row*n:(row+1)*n], p.DOut[i*n:(i+1)*n])
		}
	}
}
