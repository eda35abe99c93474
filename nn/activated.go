package nn

import "github.com/goodfit-ml/goodfit/nn/act"

// activated is the part of an [Op] with weights that ends in an activation.
type activated struct {
	activation act.Func
	activity   ActivityPenalty
	units      int // the last axis of the output
}

func (a activated) FinalActivation() act.Func { return a.activation }
func (a activated) Activity() ActivityPenalty { return a.activity }
func (a activated) EndsInReLU() bool          { return a.activation == act.ReLU }

// kept is the number of values to keep of an output of n: all before the
// activation, where its derivative needs them.
func (a activated) kept(n int, mode Mode) int {
	if mode == Train && !a.activation.FromOutput() {
		return n
	}
	return 0
}

// before returns where the values before the activation go.
func (a activated) before(p *Pass) []float32 {
	if len(p.Keep) > 0 {
		return p.Keep
	}
	return p.Out
}

// activate completes Forward, where done says that the activation has been applied.
func (a activated) activate(p *Pass, done bool) {
	switch {
	case p.RawOutput:
		if len(p.Keep) > 0 {
			copy(p.Out, p.Keep)
		}
	case !done && a.activation != act.Linear:
		a.activation.Forward(p.Out, a.before(p), a.units)
	}
}

// derive begins Backward: p.DOut becomes the gradient before the activation.
func (a activated) derive(p *Pass) {
	if p.RawOutput || p.DOutMasked || a.activation == act.Linear {
		return
	}
	v := p.Out
	if !a.activation.FromOutput() {
		v = p.Keep
	}
	a.activation.Backward(p.DOut, p.DOut, v, a.units)
}
