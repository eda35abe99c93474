package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Attention gives each step of the query a mean of the values, weighted by how well
// the step's query agrees with each key (Luong et al. 2015; Vaswani et al. 2017):
//
//	softmax(Scale·query·keyᵀ)·value
//
// Inputs: query (steps×features), value (keys×values), and key (keys×features),
// which is the value where it is not given; with one input that is all three.
// Output: (steps×values). Parameters: "scale" (1) with LearnScale.
//
// Values that the mask of the value or the key leaves out get the weight 0; where
// all are left out the output is 0. The output has the mask of the query.
//
// Compile fails if steps or features do not agree, or on a number out of range.
type Attention struct {
	// Scale multiplies the scores; default 1/√features. Keras' layer has 1.
	Scale opt.Float
	// LearnScale makes the factor a parameter that begins at Scale.
	LearnScale bool
	// Causal hides from each step of the query the keys after it.
	Causal bool
	// Dropout is the part of the weights that is dropped in training, default 0.
	Dropout float64
}

func init() { Register("Attention", Attention{}) }

// Build implements [Layer].
func (a Attention) Build(in []tensor.Shape) (Op, error) {
	roles, err := attentionRoles(in)
	if err != nil {
		return nil, err
	}
	query, value, key := in[roles.query], in[roles.value], in[roles.key]
	if query[1] != key[1] {
		return nil, fmt.Errorf("query and key have %d and %d features, want the same", query[1], key[1])
	}
	scale := a.Scale.Or(1 / math.Sqrt(float64(key[1])))
	if !(math.Abs(scale) <= math.MaxFloat32) {
		return nil, fmt.Errorf("Scale is %g, want a finite number", scale)
	}
	if err := checkDropout(a.Dropout); err != nil {
		return nil, err
	}
	op := &attentionOp{roles: roles, shapes: in, core: dotAttention{heads: 1, tq: query[0], tk: key[0], dk: key[1], dv: value[1],
		scale: float32(scale), causal: a.Causal, rate: float32(a.Dropout)}}
	if a.LearnScale {
		op.core.scale = 1
		op.params = []*Param{{Name: "scale", Shape: tensor.Shape{1}, Init: Constant(scale)}}
	}
	return op, checkParams(op.params)
}

// checkDropout fails unless a field Dropout is in range.
func checkDropout(rate float64) error {
	if !(rate >= 0 && rate < 1) || float32(rate) == 1 {
		return fmt.Errorf("Dropout is %g, want at least 0 and below 1", rate)
	}
	return nil
}

// attentionInputs says which input is the query, the value and the key.
type attentionInputs struct{ query, value, key int }

// attentionRoles fails unless there are one to three inputs that agree.
func attentionRoles(in []tensor.Shape) (attentionInputs, error) {
	var roles attentionInputs
	switch len(in) {
	case 1:
	case 2:
		roles = attentionInputs{0, 1, 1}
	case 3:
		roles = attentionInputs{0, 1, 2}
	default:
		return roles, fmt.Errorf("it has %d inputs, want 1 to 3: query, value, key", len(in))
	}
	for _, s := range in {
		if len(s) != 2 {
			return roles, fmt.Errorf("input has shape %v, want steps×features", s)
		}
	}
	if v, k := in[roles.value][0], in[roles.key][0]; v != k {
		return roles, fmt.Errorf("value and key have %d and %d steps, want the same", v, k)
	}
	return roles, nil
}

// masks returns the masks that both must count a key.
func (r attentionInputs) masks(p *Pass) (m [2][]float32) {
	m[0] = maskOf(p, r.value)
	if r.key != r.value {
		m[1] = maskOf(p, r.key)
	}
	return m
}

type attentionOp struct {
	roles  attentionInputs
	shapes []tensor.Shape
	core   dotAttention
	params []*Param
}

func (a *attentionOp) Out() tensor.Shape { return tensor.Shape{a.core.tq, a.core.dv} }
func (a *attentionOp) Params() []*Param  { return a.params }

// MakeMask implements [MaskMaker].
func (a *attentionOp) MakeMask(p *Pass, own []float32) []float32 { return maskOf(p, a.roles.query) }

// Scratch keeps the weights, and the query times the learnt scale. Work has the
// gradients of query, key and value.
func (a *attentionOp) Scratch(rows int, mode Mode) (keep, work int) {
	c := &a.core
	keep = c.keep(rows, mode)
	if len(a.params) > 0 {
		keep += rows * c.tq * c.dk
	}
	if mode == Train {
		work = rows * (c.tq*c.dk + c.tk*(c.dk+c.dv))
	}
	return keep, work
}

func (a *attentionOp) Prepare(p *Pass) {
	s := newAttentionPass(a.core, p, p.Keep)
	s.y, s.dY = p.Out, p.DOut
	if p.Mode == Train {
		q, k := p.Rows*s.tq*s.dk, p.Rows*s.tk*s.dk
		s.dQ, s.dK, s.dV = p.Work[:q], p.Work[q:q+k], p.Work[q+k:]
	}
	p.State = s
}

func (a *attentionOp) Forward(p *Pass) {
	s := p.State.(*attentionPass)
	s.masks = a.roles.masks(p)
	s.q, s.k, s.v = p.In[a.roles.query], p.In[a.roles.key], p.In[a.roles.value]
	if len(a.params) > 0 {
		s.q = p.Keep[a.core.keep(p.Rows, p.Mode):]
		kernel.Scale(s.q, p.In[a.roles.query], a.params[0].Value[0])
	}
	s.forward()
}

func (a *attentionOp) Backward(p *Pass) {
	s := p.State.(*attentionPass)
	s.backward()
	if len(a.params) > 0 {
		if p.Grads[0] != nil {
			p.Grads[0][0] = kernel.Dot(s.dQ, p.In[a.roles.query])
		}
		kernel.Scale(s.dQ, s.dQ, a.params[0].Value[0])
	}
	for _, dx := range p.DIn {
		if dx != nil {
			clear(dx)
		}
	}
	a.add(p, a.roles.query, s.dQ)
	a.add(p, a.roles.key, s.dK)
	a.add(p, a.roles.value, s.dV)
}

// add adds a gradient to that of input k.
func (a *attentionOp) add(p *Pass, k int, d []float32) {
	if p.DIn[k] != nil {
		kernel.AddTo(p.DIn[k], d)
	}
}
