package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/tensor"
)

// BatchNorm computes γ·(x − μ)/√(σ² + Epsilon) + β for each feature, the last
// axis. In training μ and σ² are mean and variance over the batch, all axes but
// the last, and running averages of them are gathered, which are μ and σ² in use
// (Ioffe and Szegedy 2015):
//
//	average ← Momentum·average + (1 − Momentum)·batch.
//
// Frozen, the layer uses and keeps its averages in training too.
//
// Input: any shape. Output: the same.
// Parameters: "gamma", "beta" (features). Statistics: "moving_mean",
// "moving_variance" (features).
//
// The variance is Σ(x−μ)²/n, in the averages too, as in Keras; PyTorch averages
// Σ(x−μ)²/(n−1), and its momentum is 1 − Momentum. Steps of a sequence that are
// masked out do not count in the statistics. A batch of one row has σ² = 0: its
// output is β, and no gradient flows.
//
// Compile fails unless 0 ≤ Momentum ≤ 1, Epsilon > 0 and the numbers of the other
// fields are in range.
type BatchNorm struct {
	Momentum opt.Float // default 0.99
	Epsilon  float64   // default 1e-3
	NoScale  bool      // leaves out γ, as before a layer that scales anyway
	NoCenter bool      // leaves out β

	GammaInit    Init // default Ones
	BetaInit     Init // default Zeros
	MeanInit     Init // default Zeros
	VarianceInit Init // default Ones

	GammaPenalty    Penalty
	BetaPenalty     Penalty
	GammaConstraint Constraint
	BetaConstraint  Constraint
}

func init() { Register("BatchNorm", BatchNorm{}) }

// Build implements [Layer].
func (b BatchNorm) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	momentum := b.Momentum.Or(0.99)
	if !(momentum >= 0 && momentum <= 1) {
		return nil, fmt.Errorf("Momentum is %g, want 0 to 1", momentum)
	}
	epsilon, err := epsilonOf(b.Epsilon)
	if err != nil {
		return nil, err
	}
	n := in[0].Last()
	op := &batchNormOp{stateless: stateless{in[0].Clone()}, features: n, epsilon: epsilon, weight: float32(1 - momentum),
		scaling: newScaling(n, scalingFields{b.NoScale, b.GammaInit, b.GammaPenalty, b.GammaConstraint},
			scalingFields{b.NoCenter, b.BetaInit, b.BetaPenalty, b.BetaConstraint})}
	op.mean = &Param{Name: "moving_mean", Shape: tensor.Shape{n}, Init: b.MeanInit.or(Zeros), Statistic: true}
	op.variance = &Param{Name: "moving_variance", Shape: tensor.Shape{n}, Init: b.VarianceInit.or(Ones), Statistic: true}
	op.params = append(op.params, op.mean, op.variance)
	return op, checkParams(op.params)
}

// batchNormOp sees its input as samples×features.
type batchNormOp struct {
	stateless
	scaling
	features       int
	epsilon        float32
	weight         float32 // of the batch in the averages: 1 − Momentum
	mean, variance *Param
}

func (b *batchNormOp) Params() []*Param { return b.params }

func (b *batchNormOp) samples(rows int) int { return rows * b.out.Size() / b.features }

// Scratch keeps x̂ and 1/√(σ²+ε). Work has the batch's mean and variance, or the
// gradients that are not wanted.
func (b *batchNormOp) Scratch(rows int, mode Mode) (keep, work int) {
	if mode == Infer {
		return 0, b.features
	}
	return b.samples(rows)*b.features + b.features, 2 * b.features
}

// kept returns the parts of p.Keep.
func (b *batchNormOp) kept(p *Pass) (xhat, invStd []float32) {
	n := len(p.Keep) - b.features
	return p.Keep[:n], p.Keep[n:]
}

func (b *batchNormOp) Forward(p *Pass) {
	samples, n := b.samples(p.Rows), b.features
	gamma, beta := b.values()
	if p.Mode == Infer || p.Frozen {
		invStd := p.Work[:n]
		kernel.InvStd(invStd, b.variance.Value, b.epsilon)
		kernel.BatchNormInfer(p.Out, p.In[0], b.mean.Value, invStd, gamma, beta, samples, n)
		return
	}
	xhat, invStd := b.kept(p)
	mean, variance := b.statistics(p)
	kernel.InvStd(invStd, variance, b.epsilon)
	kernel.BatchNormForward(p.Out, xhat, p.In[0], mean, invStd, gamma, beta, samples, n)
}

// statistics returns mean and variance of the batch and adds them to the
// averages. Where every step is masked out it returns the averages.
func (b *batchNormOp) statistics(p *Pass) (mean, variance []float32) {
	n := b.features
	mean, variance = p.Work[:n], p.Work[n:]
	if m := b.masked(p); m.mask == nil {
		kernel.BatchNormStats(mean, variance, p.In[0], b.samples(p.Rows), n)
	} else if !m.stats(mean, variance, p.In[0]) {
		return b.mean.Value, b.variance.Value
	}
	kernel.Lerp(b.mean.Value, b.mean.Value, b.weight, mean)
	kernel.Lerp(b.variance.Value, b.variance.Value, b.weight, variance)
	return mean, variance
}

func (b *batchNormOp) Backward(p *Pass) {
	gamma, _ := b.values()
	if p.Frozen {
		b.backwardFrozen(p, gamma)
		return
	}
	xhat, invStd := b.kept(p)
	dgamma, dbeta := b.gradients(p, p.Work)
	samples, dx := b.samples(p.Rows), p.DIn[0]
	m := b.masked(p)
	if m.mask != nil {
		dx = nil
	}
	kernel.BatchNormBackward(dx, dgamma, dbeta, p.DOut, xhat, gamma, invStd, samples, b.features)
	if m.mask != nil && p.DIn[0] != nil {
		m.inputGradient(p.DIn[0], dgamma, dbeta, p.DOut, xhat, gamma, invStd)
	}
}

// backwardFrozen is dx = dy·γ/√(σ²+ε): the averages are constants.
func (b *batchNormOp) backwardFrozen(p *Pass, gamma []float32) {
	if p.DIn[0] == nil {
		return
	}
	factor := p.Work[:b.features]
	kernel.InvStd(factor, b.variance.Value, b.epsilon)
	kernel.Mul(factor, factor, gamma)
	kernel.MulRow(p.DIn[0], p.DOut, factor)
}
