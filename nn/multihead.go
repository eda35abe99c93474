package nn

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// MultiHeadAttention attends to different things at once (Vaswani et al. 2017):
// each of Heads heads projects query, key and value, attends as [Attention] does
// with the factor 1/√KeySize, and the heads' outputs together are projected again.
//
// Inputs: query (steps×features), value (keys×values), and key (keys×features),
// which is the value where it is not given; with one input (self-attention) that
// is all three. Output: (steps×Output). Parameters: "query_kernel",
// "key_kernel" (features×Heads·KeySize), "value_kernel" (values×Heads·ValueSize),
// "output_kernel" (Heads·ValueSize×Output), each followed by its bias, as
// "query_bias".
//
// Values that the mask of the value or the key leaves out get the weight 0. The
// output has the mask of the query.
//
// Compile fails unless Heads and KeySize are at least 1, if steps do not agree, or
// on a number out of range.
type MultiHeadAttention struct {
	Heads     int
	KeySize   int // features of a head's queries and keys
	ValueSize int // features of a head's values; default KeySize
	Output    int // features of the output; default those of the query
	// Causal hides from each step of the query the keys after it.
	Causal bool
	// Dropout is the part of the attention weights that is dropped in training.
	Dropout float64
	NoBias  bool

	Init     Init // of the kernels; default GlorotUniform
	BiasInit Init // default Zeros

	Penalty        Penalty // on the kernels
	BiasPenalty    Penalty
	Activity       ActivityPenalty // on the output
	Constraint     Constraint      // on the kernels' incoming weights of each unit
	BiasConstraint Constraint
}

func init() { Register("MultiHeadAttention", MultiHeadAttention{}) }

// Build implements [Layer].
func (m MultiHeadAttention) Build(in []tensor.Shape) (Op, error) {
	roles, err := attentionRoles(in)
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	query, value, key := in[roles.query], in[roles.value], in[roles.key]
	op := &multiHeadOp{roles: roles, activity: m.Activity, core: dotAttention{heads: m.Heads, tq: query[0], tk: key[0],
		dk: m.KeySize, dv: or(m.ValueSize, m.KeySize), scale: float32(1 / math.Sqrt(float64(m.KeySize))),
		causal: m.Causal, rate: float32(m.Dropout)}}
	op.project(m, query[1], key[1], value[1])
	return op, checkParams(op.params)
}

// or returns n, or unset if n is 0.
func or(n, unset int) int {
	if n == 0 {
		return unset
	}
	return n
}

func (m MultiHeadAttention) check() error {
	var errs []error
	for _, f := range []struct {
		name         string
		value, least int
	}{{"Heads", m.Heads, 1}, {"KeySize", m.KeySize, 1}, {"ValueSize", m.ValueSize, 0}, {"Output", m.Output, 0}} {
		if f.value < f.least {
			errs = append(errs, fmt.Errorf("%s is %d, want at least %d", f.name, f.value, f.least))
		}
	}
	return errors.Join(append(errs, checkDropout(m.Dropout), m.Activity.check())...)
}

type multiHeadOp struct {
	roles                     attentionInputs
	core                      dotAttention
	activity                  ActivityPenalty
	query, key, value, output projection
	params                    []*Param
}

// project makes the projections.
func (o *multiHeadOp) project(m MultiHeadAttention, query, key, value int) {
	w := Param{Init: m.Init.or(GlorotUniform), Penalty: m.Penalty, Constraint: m.Constraint}
	b := &Param{Init: m.BiasInit.or(Zeros), Penalty: m.BiasPenalty, Constraint: m.BiasConstraint}
	if m.NoBias {
		b = nil
	}
	c := &o.core
	o.query = newProjection(&o.params, "query", query, c.heads*c.dk, w, b)
	o.key = newProjection(&o.params, "key", key, c.heads*c.dk, w, b)
	o.value = newProjection(&o.params, "value", value, c.heads*c.dv, w, b)
	o.output = newProjection(&o.params, "output", c.heads*c.dv, or(m.Output, query), w, b)
}

func (o *multiHeadOp) Out() tensor.Shape         { return tensor.Shape{o.core.tq, o.output.out} }
func (o *multiHeadOp) Params() []*Param          { return o.params }
func (o *multiHeadOp) Activity() ActivityPenalty { return o.activity }

// MakeMask implements [MaskMaker].
func (o *multiHeadOp) MakeMask(p *Pass, own []float32) []float32 { return maskOf(p, o.roles.query) }

// sizes returns the lengths of queries, keys, values and the heads' output.
func (o *multiHeadOp) sizes(rows int) (q, k, v, y int) {
	c := &o.core
	return rows * c.tq * c.heads * c.dk, rows * c.tk * c.heads * c.dk, rows * c.tk * c.heads * c.dv, rows * c.tq * c.heads * c.dv
}

// Scratch keeps the weights and what the heads get and give; Work has the
// gradients of the latter.
func (o *multiHeadOp) Scratch(rows int, mode Mode) (keep, work int) {
	q, k, v, y := o.sizes(rows)
	keep = o.core.keep(rows, mode) + q + k + v + y
	if mode == Train {
		work = q + k + v + y
	}
	return keep, work
}

// multiHeadPass is a multiHeadOp at one batch size.
type multiHeadPass struct {
	attention                 *attentionPass
	query, key, value, output *projectionPass
}

func (o *multiHeadOp) Prepare(p *Pass) {
	a := newAttentionPass(o.core, p, p.Keep)
	memory := p.Keep[o.core.keep(p.Rows, p.Mode):]
	a.q, a.k, a.v, a.y = o.cut(p, memory)
	if p.Mode == Train {
		a.dQ, a.dK, a.dV, a.dY = o.cut(p, p.Work)
	}
	steps, keys := p.Rows*o.core.tq, p.Rows*o.core.tk
	s := &multiHeadPass{a, o.query.prepare(steps), o.key.prepare(keys), o.value.prepare(keys), o.output.prepare(steps)}
	all, need := []*projectionPass{s.query, s.key, s.value, s.output}, 0
	for _, j := range all {
		need = max(need, j.workSize(p))
	}
	work := make([]float32, need)
	for _, j := range all {
		j.setWork(work)
	}
	p.State = s
}

// cut divides memory between queries, keys, values and the heads' output.
func (o *multiHeadOp) cut(p *Pass, memory []float32) (q, k, v, y []float32) {
	nq, nk, nv, ny := o.sizes(p.Rows)
	q, memory = memory[:nq], memory[nq:]
	k, memory = memory[:nk], memory[nk:]
	return q, k, memory[:nv], memory[nv : nv+ny]
}

func (o *multiHeadOp) Forward(p *Pass) {
	s := p.State.(*multiHeadPass)
	a := s.attention
	a.masks = o.roles.masks(p)
	s.query.run(p, a.q, p.In[o.roles.query])
	s.key.run(p, a.k, p.In[o.roles.key])
	s.value.run(p, a.v, p.In[o.roles.value])
	a.forward()
	s.output.run(p, p.Out, a.y)
}

func (o *multiHeadOp) Backward(p *Pass) {
	s := p.State.(*multiHeadPass)
	a := s.attention
	s.output.gradients(p, a.y, p.DOut)
	s.output.back(p, a.dY, p.DOut, false)
	a.backward()
	r := o.roles
	s.query.gradients(p, p.In[r.query], a.dQ)
	s.key.gradients(p, p.In[r.key], a.dK)
	s.value.gradients(p, p.In[r.value], a.dV)
	s.query.back(p, p.DIn[r.query], a.dQ, false)
	s.key.back(p, p.DIn[r.key], a.dK, r.key == r.query)
	s.value.back(p, p.DIn[r.value], a.dV, r.value == r.query || r.value == r.key)
}
