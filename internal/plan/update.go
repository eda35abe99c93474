package plan

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// segment is a run of weights that one call of the stepper updates.
type segment struct {
	lo, hi  int
	penalty nn.Penalty
	Group
}

// Group is what parameters may have of their own in an update.
type Group struct {
	// Decay is decoupled weight decay, and RateFactor multiplies the learning rate.
	Decay, RateFactor float64
}

// Decays reports whether an optimizer's decoupled weight decay is for the parameter:
// for kernels, not for biases and the numbers of normalization layers.
func Decays(p *nn.Param) bool { return len(p.Shape) > 1 && p.Name != "bias" }

// groupOf is the parameter's own group, or what the optimizer says.
func groupOf(p *nn.Param, own map[*nn.Param]Group, o optim.Settings) Group {
	if g, ok := own[p]; ok {
		return g
	}
	g := Group{RateFactor: 1}
	if Decays(p) {
		g.Decay = o.Decay
	}
	return g
}

// update is the last part of a training step: from gradients to weights, in one
// pass over both wherever clipping allows.
type update struct {
	net      *Net
	stepper  optim.Stepper
	clip     optim.Clip
	noise    *noise    // of gradients
	segments []segment // joined where nothing differs
	params   []*nn.Param
	// constrained are those of params with a constraint.
	constrained []*nn.Param
	// divisible is set where the stepper may update several ranges at a time.
	divisible bool
	task      updateTask
}

// newUpdate collects the trained parameters. It must be made anew after a layer
// was frozen or thawed.
func newUpdate(net *Net, s optim.Stepper, o optim.Settings, groups map[*nn.Param]Group, n *noise) *update {
	u := &update{net: net, stepper: s, clip: o.Clip, noise: n}
	_, u.divisible = s.(optim.Divisible)
	frozen := map[*nn.Param]bool{}
	net.EachParam(func(n *Node, p *nn.Param) { frozen[p] = n.Frozen })
	net.EachParam(func(_ *Node, p *nn.Param) {
		if p.Statistic || frozen[p] {
			return
		}
		u.params = append(u.params, p)
		if !p.Constraint.IsZero() {
			u.constrained = append(u.constrained, p)
		}
		u.add(segment{net.offsets[p], net.offsets[p] + p.Shape.Size(), p.Penalty, groupOf(p, groups, o)})
	})
	return u
}

// add appends a segment, joined with the last where they touch but for padding.
func (u *update) add(s segment) {
	if n := len(u.segments); n > 0 {
		last := &u.segments[n-1]
		if s.lo-last.hi < align && last.penalty == s.penalty && last.Group == s.Group {
			last.hi = s.hi
			return
		}
	}
	u.segments = append(u.segments, s)
}

// apply makes one update at the given rate from gradients g, which it may change.
func (u *update) apply(g []float32, step int, rate float64, scale float32, r kernel.Runner) {
	u.stepper.Begin(step, rate)
	adjust := optim.Adjust{Scale: scale, ClipValue: float32(u.clip.Value)}
	added := u.clip.Norm > 0 || u.clip.GlobalNorm > 0
	if added {
		adjust.Scale = u.clipNorms(g, scale)
	}
	u.noise.onGradients(g, step, adjust.Scale, r)
	factor := 1.0
	for _, s := range u.segments {
		if s.RateFactor != factor {
			factor = s.RateFactor
			u.stepper.Begin(step, rate*factor)
		}
		a := adjust
		a.Decay = float32(s.Decay)
		if !added {
			a.L1, a.L2 = float32(s.penalty.L1), float32(s.penalty.L2)
		}
		u.step(s, g, a, r)
	}
	for _, p := range u.constrained {
		p.Constraint.Apply(p.Value, p.Shape)
	}
}

// clipNorms adds the penalties' gradients, clips each parameter's norm in g, and
// returns the factor that scales and clips the whole. Norms are of the scaled
// gradient.
func (u *update) clipNorms(g []float32, scale float32) float32 {
	var total float64
	for _, p := range u.params {
		lo := u.net.offsets[p]
		part := g[lo : lo+len(p.Value)]
		if scale != 1 {
			kernel.Scale(part, part, scale)
		}
		if p.Penalty != (nn.Penalty{}) {
			addPenaltyGradient(part, p.Value, float32(p.Penalty.L1), float32(2*p.Penalty.L2))
		}
		sum := float64(kernel.SumSquares(part))
		if f := shrink(sum, u.clip.Norm); f < 1 {
			kernel.Scale(part, part, float32(f))
			sum = float64(f*f) * sum
		}
		total += sum
	}
	return float32(shrink(total, u.clip.GlobalNorm))
}

// shrink returns the factor, at most 1, that brings a vector with the given sum
// of squares to a norm of at most limit; 1 if limit is 0.
func shrink(sum, limit float64) float64 {
	if norm := math.Sqrt(sum); limit > 0 && norm > limit {
		return limit / norm
	}
	return 1
}
