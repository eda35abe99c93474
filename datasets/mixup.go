package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Mixup trains on mixtures of two rows: x ← λ·x + (1−λ)·x′ and y ← λ·y + (1−λ)·y′,
// with λ drawn from Beta(Alpha, Alpha) for each row, and x′, y′ another row of its
// batch (Zhang et al. 2018). The network learns to go over from one class to the
// other in a straight line between rows.
//
// Targets are one-hot, a column of 0 and 1 for two classes, or numbers to predict;
// a model refuses class indices. Weights of rows are mixed too. A batch of one row
// stays as it is, so large batches mix better.
//
// The draws are a function of the plan's seed, the epoch and the number of the row
// in the order of the epoch, and partners of the batch besides. Evaluation sees
// the data as they are.
type Mixup struct {
	// Alpha is α: small values leave most rows nearly alone, 1 makes all λ equally
	// likely. Default 0.2; usual values are 0.1 to 0.4, up to 1.
	Alpha float64
}

// Of returns the data with mixtures in training. It fails if Alpha is out of
// range, the data have faults (see [Dataset.Check]), or no targets.
func (m Mixup) Of(s Source) (Source, error) {
	if m.Alpha == 0 {
		m.Alpha = 0.2
	}
	return augment(s, func(s Source) (augmentation, error) {
		switch {
		case !(m.Alpha > 0) || math.IsInf(m.Alpha, 0):
			return nil, fmt.Errorf("datasets: mixup: Alpha is %g, want a number above 0", m.Alpha)
		case len(s.Layout().Targets) == 0:
			return nil, fmt.Errorf("datasets: mixup: the data have no targets")
		}
		return mixing{m.Alpha}, nil
	})
}

// mixing is a Mixup at work.
type mixing struct{ alpha float64 }

func (m mixing) of(*Tensors) augmentation { return m }

func (m mixing) epoch(plan BatchPlan) func(b *Batch, first int) error {
	w := &mixer{alpha: m.alpha, seed: random.Derive(plan.Seed, mixupDraws, uint64(plan.Epoch))}
	return w.mix
}

// mixer mixes the batches of one epoch.
type mixer struct {
	alpha           float64
	seed            uint64
	inputs, targets []*tensor.Tensor
	weights, share  []float32
}

// mix draws partners and shares, and mixes all that belongs to a row.
func (m *mixer) mix(b *Batch, first int) error {
	if slices.ContainsFunc(b.Masks, func(mask *tensor.Tensor) bool { return mask != nil }) {
		return fmt.Errorf("datasets: mixup: padded sequences cannot be mixed")
	}
	partner := random.New(random.Derive(m.seed, 0, uint64(first))).Perm(b.Rows())
	m.share = m.share[:0]
	for i := range partner {
		m.share = append(m.share, float32(beta(random.New(random.Derive(m.seed, 1, uint64(first+i))), m.alpha)))
	}
	m.inputs = m.mixAll(m.inputs, b.Inputs, partner)
	m.targets = m.mixAll(m.targets, b.Targets, partner)
	if b.Weights != nil {
		m.weights = slices.Grow(m.weights[:0], len(partner))[:len(partner)]
		m.blend(m.weights, b.Weights, partner)
		b.Weights = m.weights
	}
	b.Inputs, b.Targets = m.inputs, m.targets
	return nil
}

func (m *mixer) mixAll(dst, src []*tensor.Tensor, partner []int) []*tensor.Tensor {
	if dst == nil {
		dst = make([]*tensor.Tensor, len(src))
	}
	for k, s := range src {
		dst[k] = copyOf(dst[k], s)
		m.blend(dst[k].Data(), s.Data(), partner)
	}
	return dst
}

// blend writes λ·src[i] + (1−λ)·src[partner[i]] for rows i of equal length.
func (m *mixer) blend(dst, src []float32, partner []int) {
	n := len(src) / max(len(partner), 1)
	for i, p := range partner {
		row, other, share := src[i*n:(i+1)*n], src[p*n:(p+1)*n], m.share[i]
		if p == i {
			copy(dst[i*n:], row)
			continue
		}
		for c, v := range row {
			dst[i*n+c] = float32(share*v) + float32((1-share)*other[c])
		}
	}
}

// beta draws from Beta(α, α) as X/(X+Y) of two gamma variates, by their logarithms,
// as for small α both are often 0 in float64.
func beta(r *random.Source, alpha float64) float64 {
	x, y := logGamma(r, alpha), logGamma(r, alpha)
	return 1 / (1 + fmath.Exp(y-x))
}

// logGamma draws the logarithm of a Gamma(α) variate: one of Gamma(α+1) by the
// method of Marsaglia and Tsang (2000), times U^(1/α).
func logGamma(r *random.Source, alpha float64) float64 {
	d := alpha + 2.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.Normal()
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = float64(v*v) * v
		u := 1 - r.Float64() // above 0
		if fmath.Log(u) < float64(0.5*x*x)+d-float64(d*v)+float64(d*fmath.Log(v)) {
			return fmath.Log(d) + fmath.Log(v) + fmath.Log(1-r.Float64())/alpha
		}
	}
}
