package nntest

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
)

// setup says how a pass is run.
type setup struct {
	mode    nn.Mode
	frozen  bool
	raw     bool
	noInput int  // its gradient is not wanted, counted from 1; −1: of none
	noParam int  // the same for parameters
	masked  bool // with the masks that plans set between a ReLU and the op behind it
	key     kernel.Key
	runner  kernel.Runner
}

// run is a pass with its memory, between guard cells.
type run struct {
	op     nn.Op
	setup  setup
	pass   *nn.Pass
	blocks []block
}

// result is what a pass computed.
type result struct {
	out        []float32
	din, grads [][]float32
}

// block is memory with guard cells on both sides.
type block struct {
	name string
	all  []float32
}

const guards = 16

// guard is the value of guard cells: a NaN that no computation gives.
var guard = math.Float32frombits(0x7fc0fade)

// memory returns n values that hold NaN.
func (r *run) memory(name string, n int) []float32 {
	b := block{name, make([]float32, n+2*guards)}
	for i := range b.all {
		b.all[i] = guard
	}
	r.blocks = append(r.blocks, b)
	return b.inside()
}

func (b block) inside() []float32 {
	n := len(b.all) - guards
	return b.all[guards:n:n]
}

// fill returns memory with a copy of x.
func (r *run) fill(name string, x []float32) []float32 {
	m := r.memory(name, len(x))
	copy(m, x)
	return m
}

// newRun makes the pass as a plan does.
func newRun(op nn.Op, s *sample, how setup) *run {
	r := &run{op: op, setup: how}
	keep, work := op.Scratch(s.rows, how.mode)
	out := s.rows * op.Out().Size()
	r.pass = &nn.Pass{Rows: s.rows, Mode: how.mode, Frozen: how.frozen, RawOutput: how.raw, Key: how.key, Runner: how.runner,
		Out: r.memory("Out", out), Keep: r.memory("Keep", keep), Work: r.memory("Work", work),
		Masks: make([][]float32, len(s.in)), DIn: make([][]float32, len(s.in)), Grads: make([][]float32, len(op.Params()))}
	for k, x := range s.in {
		r.pass.In = append(r.pass.In, r.fill(fmt.Sprintf("In[%d]", k), x))
	}
	if how.mode == nn.Train {
		r.pass.DOut = r.memory("DOut", out)
		for k, x := range s.in {
			if how.noInput >= 0 && how.noInput != k+1 {
				r.pass.DIn[k] = r.memory(fmt.Sprintf("DIn[%d]", k), len(x))
			}
		}
		for k, p := range op.Params() {
			if !p.Statistic && !how.frozen && how.noParam >= 0 && how.noParam != k+1 {
				r.pass.Grads[k] = r.memory(fmt.Sprintf("Grads[%d]", k), p.Shape.Size())
			}
		}
	}
	r.steps(s)
	if how.masked {
		r.mask()
	}
	if op, ok := op.(nn.Preparer); ok {
		op.Prepare(r.pass)
	}
	return r
}

// steps sets the masks of sequences.
func (r *run) steps(s *sample) {
	for k, m := range s.masks {
		if m != nil {
			r.pass.Masks[k] = r.fill(fmt.Sprintf("Masks[%d]", k), m)
		}
	}
	if op, ok := r.op.(nn.MaskMaker); ok {
		r.pass.OutMask = op.MakeMask(r.pass, r.memory("OutMask", s.rows*r.op.Out()[0]))
	}
}

// mask sets the masks that the op's kind allows. The first input stands for the
// output of a ReLU.
func (r *run) mask() {
	if _, ok := r.op.(nn.Masker); ok {
		r.pass.InMask = r.pass.In[0]
	}
	if op, ok := r.op.(nn.Rectified); ok {
		r.pass.DOutMasked = op.EndsInReLU()
	}
}

// dirty fills memory whose content must not matter.
func dirty(all ...[]float32) {
	for _, x := range all {
		for i := range x {
			x[i] = guard
		}
	}
}

// forward runs Forward on a sample.
func (r *run) forward(s *sample) {
	for k, x := range s.in {
		copy(r.pass.In[k], x)
	}
	dirty(r.pass.Out, r.pass.Keep, r.pass.Work)
	r.op.Forward(r.pass)
}

// backward runs Backward on a sample.
func (r *run) backward(s *sample) {
	copy(r.pass.DOut, s.dout)
	dirty(r.pass.Work)
	dirty(r.pass.DIn...)
	dirty(r.pass.Grads...)
	r.op.Backward(r.pass)
}

// load gives the op's parameters the sample's values.
func load(op nn.Op, s *sample) {
	for k, p := range op.Params() {
		p.Value = slices.Clone(s.params[k])
	}
}

// do runs a sample forward and, in training, backward, and returns a copy of the
// result and what the op did to memory that is not its own. Parameters must have
// the sample's values.
func (r *run) do(s *sample) (*result, string) {
	r.forward(s)
	fault := r.trespass("Forward", s, s.params)
	res := &result{out: slices.Clone(r.pass.Out)}
	if r.setup.mode != nn.Train {
		return res, fault
	}
	var params [][]float32
	for _, p := range r.op.Params() {
		params = append(params, slices.Clone(p.Value))
	}
	r.backward(s)
	if fault == "" {
		fault = r.trespass("Backward", s, params)
	}
	if fault == "" {
		fault = prefix("Backward changes Out: ", differBits(r.pass.Out, res.out))
	}
	for k := range r.pass.DIn {
		res.din = append(res.din, slices.Clone(r.pass.DIn[k]))
	}
	for k := range r.pass.Grads {
		res.grads = append(res.grads, slices.Clone(r.pass.Grads[k]))
	}
	return res, fault
}

// trespass says where the op wrote that it must not, or "".
func (r *run) trespass(method string, s *sample, params [][]float32) string {
	for k, x := range s.in {
		if d := differBits(r.pass.In[k], x); d != "" {
			return fmt.Sprintf("%s changes In[%d]: %s", method, k, d)
		}
	}
	for k, m := range s.masks {
		if d := differBits(r.pass.Masks[k], m); d != "" {
			return fmt.Sprintf("%s changes Masks[%d]: %s", method, k, d)
		}
	}
	for k, p := range r.op.Params() {
		gathered := p.Statistic && method == "Forward" && r.setup.mode == nn.Train && !r.setup.frozen
		if d := differBits(p.Value, params[k]); d != "" && !gathered {
			return fmt.Sprintf("%s changes parameter %q: %s", method, p.Name, d)
		}
	}
	for _, b := range r.blocks {
		if i := b.stray(); i >= 0 {
			return fmt.Sprintf("%s writes outside of %s: to place %d of %d", method, b.name, i-guards, len(b.all)-2*guards)
		}
	}
	return ""
}

// stray returns the place of a guard cell that was written to, −1 for none.
func (b block) stray() int {
	for i, v := range b.all {
		outside := i < guards || i >= len(b.all)-guards
		if outside && math.Float32bits(v) != math.Float32bits(guard) {
			return i
		}
	}
	return -1
}

func prefix(what, d string) string {
	if d == "" {
		return ""
	}
	return what + d
}
