package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// LayerNorm computes γ·(x − μ)/√(σ² + Epsilon) + β, where μ and σ² are mean and
// variance Σ(x−μ)²/n over the n values of the last axis, of each row alone (Ba et
// al. 2016). It does the same in training and in use.
//
// Input: any shape; a last axis of one value gives β. Output: the same.
// Parameters: "gamma", "beta" (features, the last axis).
//
// Compile fails unless Epsilon > 0 and the numbers of the other fields are in
// range.
type LayerNorm struct {
	Epsilon  float64 // default 1e-3, as in Keras; PyTorch has 1e-5
	NoScale  bool    // leaves out γ
	NoCenter bool    // leaves out β

	GammaInit Init // default Ones
	BetaInit  Init // default Zeros

	GammaPenalty    Penalty
	BetaPenalty     Penalty
	GammaConstraint Constraint
	BetaConstraint  Constraint
}

func init() { Register("LayerNorm", LayerNorm{}) }

// Build implements [Layer].
func (l LayerNorm) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	epsilon, err := epsilonOf(l.Epsilon)
	if err != nil {
		return nil, err
	}
	n := in[0].Last()
	op := &layerNormOp{stateless: stateless{in[0].Clone()}, features: n, epsilon: epsilon,
		scaling: newScaling(n, scalingFields{l.NoScale, l.GammaInit, l.GammaPenalty, l.GammaConstraint},
			scalingFields{l.NoCenter, l.BetaInit, l.BetaPenalty, l.BetaConstraint})}
	return op, checkParams(op.params)
}

// layerNormOp sees its input as samples×features.
type layerNormOp struct {
	stateless
	scaling
	features int
	epsilon  float32
}

func (l *layerNormOp) Params() []*Param { return l.params }

func (l *layerNormOp) samples(rows int) int { return rows * l.out.Size() / l.features }

// Scratch keeps x̂ and 1/√(σ²+ε) of each sample, for Forward alone in use. Work
// has the gradients that are not wanted.
func (l *layerNormOp) Scratch(rows int, mode Mode) (keep, work int) {
	memory := l.samples(rows) * (l.features + 1)
	if mode == Infer {
		return 0, memory
	}
	return memory, 2 * l.features
}

// parts returns x̂ and 1/√(σ²+ε).
func (l *layerNormOp) parts(p *Pass) (xhat, invStd []float32) {
	memory := p.Keep
	if p.Mode == Infer {
		memory = p.Work
	}
	n := l.samples(p.Rows) * l.features
	return memory[:n], memory[n:]
}

func (l *layerNormOp) Forward(p *Pass) {
	xhat, invStd := l.parts(p)
	gamma, beta := l.values()
	kernel.LayerNormForward(p.Out, xhat, invStd, p.In[0], gamma, beta, l.epsilon, l.samples(p.Rows), l.features)
}

func (l *layerNormOp) Backward(p *Pass) {
	xhat, invStd := l.parts(p)
	gamma, _ := l.values()
	dgamma, dbeta := l.gradients(p, p.Work)
	kernel.LayerNormBackward(p.DIn[0], dgamma, dbeta, p.DOut, xhat, gamma, invStd, l.samples(p.Rows), l.features)
}
