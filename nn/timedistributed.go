package nn

import (
	"errors"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TimeDistributed runs a layer on each step of a sequence, with the same weights.
//
// Input: (steps×…), a step being what Layer takes. Output: (steps×…), a step being
// what Layer gives. Parameters: those of Layer. A mask goes on to the output; a
// layer of steps with one axis, and BatchNorm, see it too, as steps are rows to
// them. A frozen Layer cannot be told apart from a frozen TimeDistributed.
//
// Compile fails if there is no Layer, if the input has fewer than two axes, or if
// Layer does not take its steps.
type TimeDistributed struct {
	Layer Layer
}

func init() { Register("TimeDistributed", TimeDistributed{}) }

// Build implements [Layer].
func (t TimeDistributed) Build(in []tensor.Shape) (Op, error) {
	if t.Layer == nil {
		return nil, errors.New("Layer is nil, want a layer")
	}
	if err := wantSteps(in, 1); err != nil {
		return nil, err
	}
	steps, step := in[0][0], in[0][1:].Clone()
	inner, err := t.Layer.Build([]tensor.Shape{step})
	if err != nil {
		return nil, fmt.Errorf("for each step: %w", err)
	}
	op := &timeDistributedOp{inner: inner, steps: steps, out: append(tensor.Shape{steps}, inner.Out()...)}
	_, batchNorm := inner.(*batchNormOp)
	op.seesMask = batchNorm || len(step) == 1
	return op.withAbilities(), nil
}

// timeDistributedOp runs the inner op on rows×steps rows.
type timeDistributedOp struct {
	inner    Op
	steps    int
	out      tensor.Shape
	seesMask bool
}

// The abilities of the inner op that a plan looks for.
type (
	timeDistributedRaw    struct{ *timeDistributedOp }
	timeDistributedMasker struct{ *timeDistributedOp }
	timeDistributedBoth   struct{ *timeDistributedOp }
)

func (t timeDistributedRaw) FinalActivation() act.Func  { return t.inner.(Raw).FinalActivation() }
func (t timeDistributedBoth) FinalActivation() act.Func { return t.inner.(Raw).FinalActivation() }
func (timeDistributedMasker) MasksInput()               {}
func (timeDistributedBoth) MasksInput()                 {}

// withAbilities returns the op as one that can do what the inner op can.
func (t *timeDistributedOp) withAbilities() Op {
	_, raw := t.inner.(Raw)
	_, masker := t.inner.(Masker)
	switch {
	case raw && masker:
		return timeDistributedBoth{t}
	case raw:
		return timeDistributedRaw{t}
	case masker:
		return timeDistributedMasker{t}
	}
	return t
}

func (t *timeDistributedOp) Out() tensor.Shape { return t.out }
func (t *timeDistributedOp) Params() []*Param  { return t.inner.Params() }

// EndsInReLU implements [Rectified].
func (t *timeDistributedOp) EndsInReLU() bool {
	r, ok := t.inner.(Rectified)
	return ok && r.EndsInReLU()
}

// Activity implements [Active].
func (t *timeDistributedOp) Activity() ActivityPenalty {
	if a, ok := t.inner.(Active); ok {
		return a.Activity()
	}
	return ActivityPenalty{}
}

// CheckInput implements [InputChecker].
func (t *timeDistributedOp) CheckInput(k int, x []float32) error {
	if c, ok := t.inner.(InputChecker); ok {
		if err := c.CheckInput(k, x); err != nil {
			return fmt.Errorf("in rows of one step each: %w", err)
		}
	}
	return nil
}

// MakeMask implements [MaskMaker].
func (t *timeDistributedOp) MakeMask(p *Pass, own []float32) []float32 { return maskOf(p, 0) }

// Scratch implements [Op].
func (t *timeDistributedOp) Scratch(rows int, mode Mode) (keep, work int) {
	return t.inner.Scratch(rows*t.steps, mode)
}

// Prepare makes the inner op's pass over the same memory.
func (t *timeDistributedOp) Prepare(p *Pass) {
	inner := &Pass{}
	*inner = *p
	inner.Rows *= t.steps
	inner.In, inner.Masks, inner.OutMask = slices.Clone(p.In), make([][]float32, 1), nil
	if op, ok := t.inner.(Preparer); ok {
		op.Prepare(inner)
	}
	p.State = inner
}

// pass returns the inner op's pass for the batch in p.
func (t *timeDistributedOp) pass(p *Pass) *Pass {
	inner := p.State.(*Pass)
	inner.In[0], inner.Key = p.In[0], p.Key
	if t.seesMask {
		inner.Masks[0] = maskOf(p, 0)
	}
	return inner
}

// Forward implements [Op].
func (t *timeDistributedOp) Forward(p *Pass) { t.inner.Forward(t.pass(p)) }

// Backward implements [Op].
func (t *timeDistributedOp) Backward(p *Pass) { t.inner.Backward(t.pass(p)) }
