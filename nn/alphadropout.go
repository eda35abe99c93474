package nn

import (
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// AlphaDropout is the dropout for networks of SELU units: in training it sets
// each value to SELU's lower limit −λα = −1.7581 with probability Rate, and then
// scales and shifts all values so that mean 0 and variance 1 stay as they are; in
// use it does nothing (Klambauer et al. 2017).
//
// Input: any shape. Output: the same. Usual rates are 0.05 to 0.1.
//
// Compile fails unless 0 ≤ Rate < 1.
type AlphaDropout struct {
	Rate float64 // default 0
}

func init() { Register("AlphaDropout", AlphaDropout{}) }

// seluLimit is the limit −λα of SELU far below zero.
const seluLimit = -1.0507009873554805 * 1.6732632423543772

// Build implements [Layer].
func (d AlphaDropout) Build(in []tensor.Shape) (Op, error) {
	if err := checkRate(d.Rate); err != nil {
		return nil, err
	}
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	op := alphaDropoutOp{identityOp: identityOp{stateless{in[0].Clone()}}, rate: float32(d.Rate)}
	spread := float64(float64(seluLimit*seluLimit) * d.Rate)
	a := 1 / math.Sqrt((1-d.Rate)*(1+spread))
	op.scale = float32(a)
	op.shift = float32(-a * seluLimit * d.Rate)
	op.dropped = float32(a * seluLimit * (1 - d.Rate))
	return op, nil
}

// alphaDropoutOp computes scale·x + shift where a value is kept.
type alphaDropoutOp struct {
	identityOp
	rate, scale, shift float32
	dropped            float32 // seluLimit scaled and shifted
}

// Scratch has the random numbers, which Backward draws again.
func (d alphaDropoutOp) Scratch(rows int, mode Mode) (keep, work int) {
	if mode == Infer || d.rate == 0 {
		return 0, 0
	}
	return 0, rows * d.out.Size()
}

func (d alphaDropoutOp) Forward(p *Pass) {
	if p.Mode == Infer || d.rate == 0 {
		d.identityOp.Forward(p)
		return
	}
	p.Uniform(p.Work, 0)
	x, y := p.In[0], p.Out
	for i, u := range p.Work {
		y[i] = d.dropped
		if u >= d.rate {
			y[i] = float32(d.scale*x[i]) + d.shift
		}
	}
}

func (d alphaDropoutOp) Backward(p *Pass) {
	if d.rate == 0 || p.DIn[0] == nil {
		d.identityOp.Backward(p)
		return
	}
	p.Uniform(p.Work, 0)
	for i, u := range p.Work {
		p.DIn[0][i] = 0
		if u >= d.rate {
			p.DIn[0][i] = d.scale * p.DOut[i]
		}
	}
}
