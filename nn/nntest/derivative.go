package nntest

import (
	"math"

	"github.com/goodfit-ml/goodfit/nn"
)

// step is the step of the differences: their error is about step² from above and
// 10⁻¹⁶/step from below.
const step = 1e-5

// expectation is what a formula says of a pass.
type expectation struct {
	out   []float64
	din   [][]float64
	grads [][]float64 // by place in Params; nil for statistics
	kink  bool        // the formula has a kink within a step of the sample
}

// expect evaluates a formula and differentiates Σ dout·output by the inputs and
// the trained parameters.
func expect(ref Ref, op nn.Op, s *sample) *expectation {
	params, in := s.named(op), s.inputs()
	e := &expectation{out: ref(params, s.rows, in...)}
	if len(e.out) != len(s.dout) {
		return e
	}
	loss := func() float64 {
		sum := 0.0
		for i, y := range ref(params, s.rows, in...) {
			sum += float64(s.dout[i]) * y
		}
		return sum
	}
	for _, x := range in {
		e.din = append(e.din, e.differences(loss, x))
	}
	for _, p := range op.Params() {
		var g []float64
		if !p.Statistic {
			g = e.differences(loss, params[p.Name])
		}
		e.grads = append(e.grads, g)
	}
	return e
}

// differences returns the derivatives of loss by each element of x, which loss
// reads.
func (e *expectation) differences(loss func() float64, x []float64) []float64 {
	g := make([]float64, len(x))
	middle := loss()
	for i, v := range x {
		x[i] = v + step
		above := (loss() - middle) / step
		x[i] = v - step
		below := (middle - loss()) / step
		x[i] = v
		g[i] = (above + below) / 2
		// A smooth formula's sides differ by its second derivative times the step.
		if math.Abs(above-below) > 3e-4*(1+math.Abs(above)+math.Abs(below)) {
			e.kink = true
		}
	}
	return g
}
