package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Merge says how [Bidirectional] joins its two outputs.
type Merge uint8

// The ways to merge.
const (
	MergeConcat  Merge = iota // one behind the other in the last axis
	MergeSum                  // a + b
	MergeMul                  // a·b
	MergeAverage              // (a + b)/2
)

var mergeNames = []string{MergeConcat: "concat", MergeSum: "sum", MergeMul: "mul", MergeAverage: "average"}

// String returns the name: concat, sum, mul or average.
func (m Merge) String() string { return nameOf(mergeNames, int(m)) }

// MarshalText writes the name; it fails for an unknown value.
func (m Merge) MarshalText() ([]byte, error) {
	if int(m) >= len(mergeNames) {
		return nil, fmt.Errorf("unknown merge %d", m)
	}
	return []byte(m.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (m *Merge) UnmarshalText(text []byte) error {
	for k, name := range mergeNames {
		if name == string(text) {
			*m = Merge(k)
			return nil
		}
	}
	return fmt.Errorf("unknown merge %q, want one of %q", text, mergeNames)
}

// Bidirectional runs a recurrent layer forwards and another of the same
// description backwards through the steps, and merges their outputs step by step
// (Schuster and Paliwal 1997).
//
// Inputs: (steps, features); then, if given, the initial states of the layer that
// goes forwards and of the one that goes backwards. Output: that of the layer,
// with twice the last axis for MergeConcat. With ReturnSequences both outputs are
// in the order of the input.
// Parameters: those of the layer, once with "forward_" and once with "backward_"
// before their names.
//
// Compile fails unless Layer is a [SimpleRNN], [LSTM] or [GRU] that can be built and
// does not set GoBackwards.
type Bidirectional struct {
	Layer Layer
	Merge Merge // default MergeConcat
}

func init() { Register("Bidirectional", Bidirectional{}) }

// Build implements [Layer].
func (b Bidirectional) Build(in []tensor.Shape) (Op, error) {
	layer, ok := plainLayer(b.Layer).(recurrentLayer)
	if !ok {
		return nil, fmt.Errorf("Layer is a %T, want a SimpleRNN, LSTM or GRU", b.Layer)
	}
	if int(b.Merge) >= len(mergeNames) {
		return nil, fmt.Errorf("Merge is %d, want MergeConcat, MergeSum, MergeMul or MergeAverage", b.Merge)
	}
	if len(in) == 0 || len(in)%2 == 0 {
		return nil, fmt.Errorf("it has %d inputs, want 1, or the initial states of both directions besides", len(in))
	}
	half := (len(in) + 1) / 2
	op := &bidirectionalOp{merge: b.Merge, split: half}
	var errs [2]error
	op.ops[0], errs[0] = layer.recurrentOp(in[:half])
	op.ops[1], errs[1] = layer.reversed().recurrentOp(append([]tensor.Shape{in[0]}, in[half:]...))
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	if op.ops[0].goBackwards {
		return nil, errors.New("Layer has GoBackwards set; Bidirectional goes both ways by itself")
	}
	op.join()
	return op, nil
}

// plainLayer returns a layer without its name.
func plainLayer(l Layer) Layer {
	if n, ok := l.(Named); ok {
		return plainLayer(n.Layer)
	}
	return l
}

// bidirectionalOp runs two recurrent ops in passes of their own.
type bidirectionalOp struct {
	ops    [2]*recurrentOp
	merge  Merge
	split  int // inputs of the forward op; the backward op has the first too
	params []*Param
	out    tensor.Shape
}

// join names the parameters and finds the output's shape.
func (b *bidirectionalOp) join() {
	for k, prefix := range []string{"forward_", "backward_"} {
		for _, p := range b.ops[k].params {
			p.Name = prefix + p.Name
			b.params = append(b.params, p)
		}
	}
	b.ops[1].stream = recurrentStreams
	b.out = b.ops[0].out.Clone()
	if b.merge == MergeConcat {
		b.out[len(b.out)-1] *= 2
	}
}

func (b *bidirectionalOp) Out() tensor.Shape { return b.out }
func (b *bidirectionalOp) Params() []*Param  { return b.params }

// Activity implements [Active].
func (b *bidirectionalOp) Activity() ActivityPenalty { return b.ops[0].activity }

// BatchRows implements [Stateful].
func (b *bidirectionalOp) BatchRows() int { return b.ops[0].stateful }

// States implements [Stateful].
func (b *bidirectionalOp) States() []*Param {
	return append(append([]*Param(nil), b.ops[0].states...), b.ops[1].states...)
}

// Scratch keeps the outputs of both ops besides what they keep. Work is that of
// one op at a time, the gradients of their outputs and one of the input.
func (b *bidirectionalOp) Scratch(rows int, mode Mode) (keep, work int) {
	out, op := rows*b.ops[0].out.Size(), b.ops[0]
	k, w := op.Scratch(rows, mode)
	if mode == Infer {
		return 0, w + 2*out
	}
	return 2*k + 2*out, w + 2*out + rows*op.steps*op.features
}

// bidirectionalPass has the passes of both ops.
type bidirectionalPass struct {
	sub   [2]Pass
	other []float32 // the second gradient of the input
}

// Prepare implements [Preparer].
func (b *bidirectionalOp) Prepare(p *Pass) {
	s := &bidirectionalPass{}
	out := p.Rows * b.ops[0].out.Size()
	keep, work := b.ops[0].Scratch(p.Rows, p.Mode)
	outputs := p.Keep
	if p.Mode == Infer {
		outputs = p.Work[work:]
	} else {
		s.other = p.Work[work+2*out:]
	}
	for k := range s.sub {
		sub := &s.sub[k]
		*sub = Pass{Rows: p.Rows, Mode: p.Mode, Frozen: p.Frozen, Runner: p.Runner, Work: p.Work[:work],
			Out: outputs[k*out : (k+1)*out], In: make([][]float32, b.split), DIn: make([][]float32, b.split),
			Masks: make([][]float32, b.split), Grads: make([][]float32, len(b.ops[k].params))}
		if p.Mode == Train {
			sub.Keep = p.Keep[2*out+k*keep:][:keep]
			sub.DOut = p.Work[work+k*out:][:out]
		}
		b.ops[k].Prepare(sub)
	}
	p.State = s
}

// bind hands what belongs to this batch on to the pass of op k.
func (b *bidirectionalOp) bind(p *Pass, k int) *Pass {
	s := p.State.(*bidirectionalPass)
	sub := &s.sub[k]
	sub.Key = p.Key
	copy(sub.Grads, p.Grads[k*len(b.ops[0].params):])
	at := 0
	for j := range sub.In {
		if j > 0 {
			at = j + k*(b.split-1)
		}
		sub.In[j], sub.DIn[j] = p.In[at], p.DIn[at]
		if at < len(p.Masks) {
			sub.Masks[j] = p.Masks[at]
		}
	}
	if k == 1 && p.DIn[0] != nil {
		sub.DIn[0] = s.other
	}
	return sub
}

func (b *bidirectionalOp) Forward(p *Pass) {
	for k, op := range b.ops {
		op.Forward(b.bind(p, k))
	}
	s := p.State.(*bidirectionalPass)
	x, y := s.sub[0].Out, s.sub[1].Out
	if b.merge == MergeConcat {
		b.eachRow(p, func(row, first, second []float32) {
			copy(row, first)
			copy(row[len(first):], second)
		}, p.Out, x, y)
		return
	}
	copy(p.Out, x)
	b.eachRow(p, b.mergeRow(), p.Out, x, y)
}

// mergeRow returns what merges two rows into one that holds the first.
func (b *bidirectionalOp) mergeRow() func(row, first, second []float32) {
	switch b.merge {
	case MergeMul:
		return func(row, first, second []float32) { kernel.Mul(row, first, second) }
	case MergeAverage:
		return func(row, first, second []float32) {
			kernel.Add(row, first, second)
			kernel.Scale(row, row, 0.5)
		}
	}
	return func(row, first, second []float32) { kernel.Add(row, first, second) }
}

// eachRow calls f for every step of every row with the merged output's place, the
// forward output's and the backward output's, whose steps run the other way.
func (b *bidirectionalOp) eachRow(p *Pass, f func(row, first, second []float32), out, x, y []float32) {
	n, width := b.ops[0].out.Last(), b.out.Last()
	steps := b.ops[0].out.Size() / n
	for r := range p.Rows {
		for t := range steps {
			i, j := r*steps+t, r*steps+steps-1-t
			f(out[i*width:(i+1)*width], x[i*n:(i+1)*n], y[j*n:(j+1)*n])
		}
	}
}

func (b *bidirectionalOp) Backward(p *Pass) {
	s := p.State.(*bidirectionalPass)
	b.spread(p, s)
	for k, op := range b.ops {
		op.Backward(b.bind(p, k))
	}
	if p.DIn[0] != nil {
		kernel.AddTo(p.DIn[0], s.other)
	}
}

// spread makes the gradients of both outputs from that of the merged one.
func (b *bidirectionalOp) spread(p *Pass, s *bidirectionalPass) {
	first, second := s.sub[0].DOut, s.sub[1].DOut
	switch b.merge {
	case MergeConcat:
		b.eachRow(p, func(row, first, second []float32) {
			copy(first, row)
			copy(second, row[len(first):])
		}, p.DOut, first, second)
		return
	case MergeAverage:
		kernel.Scale(p.DOut, p.DOut, 0.5)
	}
	b.eachRow(p, func(row, first, second []float32) {
		copy(first, row)
		copy(second, row)
	}, p.DOut, first, second)
	if b.merge == MergeMul {
		b.spreadProduct(p, s)
	}
}

// spreadProduct multiplies each gradient by the other output, found step by step.
func (b *bidirectionalOp) spreadProduct(p *Pass, s *bidirectionalPass) {
	b.eachRow(p, func(_, d, other []float32) { kernel.Mul(d, d, other) }, p.DOut, s.sub[0].DOut, s.sub[1].Out)
	b.eachRow(p, func(_, other, d []float32) { kernel.Mul(d, d, other) }, p.DOut, s.sub[0].Out, s.sub[1].DOut)
}
