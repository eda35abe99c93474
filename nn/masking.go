package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Masking marks the steps of a sequence all of whose values are Value as padding:
// layers behind it that know masks, losses and metrics leave them out. Steps that
// an earlier mask leaves out stay left out. The values of padding become 0.
//
// Input: (steps×…). Output: the same.
//
// Compile fails if the input has fewer than two axes or Value is not finite.
type Masking struct {
	Value float64 // default 0; compared as float32
}

func init() { Register("Masking", Masking{}) }

// Build implements [Layer].
func (m Masking) Build(in []tensor.Shape) (Op, error) {
	if err := wantSteps(in, 1); err != nil {
		return nil, err
	}
	if !(math.Abs(m.Value) <= math.MaxFloat32) {
		return nil, fmt.Errorf("Value is %g, want a finite number", m.Value)
	}
	return &maskingOp{stateless{in[0].Clone()}, float32(m.Value)}, nil
}

// wantSteps fails unless there are n inputs of at least two axes, the first being
// that of the steps.
func wantSteps(in []tensor.Shape, n int) error {
	if err := wantInputs(in, n); err != nil {
		return err
	}
	for _, s := range in {
		if len(s) < 2 {
			return fmt.Errorf("input has shape %v, want steps×features", s)
		}
	}
	return nil
}

type maskingOp struct {
	stateless
	value float32
}

// Scratch keeps the mask where a pass runs outside of a plan.
func (m *maskingOp) Scratch(rows int, mode Mode) (keep, work int) { return rows * m.out[0], 0 }

// MakeMask implements [MaskMaker].
func (m *maskingOp) MakeMask(p *Pass, own []float32) []float32 { return own }

func (m *maskingOp) Forward(p *Pass) {
	size, before := m.out.Size()/m.out[0], maskOf(p, 0)
	for i := range p.Keep {
		x := p.In[0][i*size : (i+1)*size]
		p.Keep[i] = 0
		if (before == nil || before[i] != 0) && m.counts(x) {
			p.Keep[i] = 1
		}
	}
	copy(p.OutMask, p.Keep)
	keepSteps(p.Out, p.In[0], p.Keep)
}

// counts reports whether a step has any value but the one of padding.
func (m *maskingOp) counts(step []float32) bool {
	for _, v := range step {
		if v != m.value {
			return true
		}
	}
	return false
}

func (m *maskingOp) Backward(p *Pass) {
	if p.DIn[0] != nil {
		keepSteps(p.DIn[0], p.DOut, p.Keep)
	}
}

// keepSteps copies the steps that count and sets the others to 0.
func keepSteps(dst, src, mask []float32) {
	size := len(dst) / len(mask)
	for i, m := range mask {
		to := dst[i*size : (i+1)*size]
		if m != 0 {
			copy(to, src[i*size:(i+1)*size])
		} else {
			clear(to)
		}
	}
}
