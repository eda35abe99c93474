package kernel

// Update has what all optimizers have in common: the rate and what happens to
// weight and gradient first, in this order:
//
//	g += L1·sign(w) + 2·L2·w,  g *= GradScale,  g = clip(g, ±ClipValue),  w −= Rate·Decay·w
//
// The optimizers pass once over weights w, gradients g and state, all of one
// length (they panic otherwise), and write +0 for weights and state below 2⁻¹²⁶.
// In squares, gradients below 2⁻⁶³ count as 0, because their squares are
// subnormal. NaN in a gradient reaches its weight.
//
// Averages with decay rate beta are m += (1−beta)·(x−m); beta is float64 so that
// 1−beta is rounded once.
type Update struct {
	Rate      float32 // learning rate; Adam's, Adamax's with bias correction
	GradScale float32 // 1: none
	ClipValue float32 // 0: none
	L1, L2    float32
	Decay     float32 // decoupled decay
}

// adjusts reports whether more than GradScale applies. Without, those steps are
// left out, with, all are taken: neutral ones change nothing but −0 and the
// non-finite.
func (u *Update) adjusts() bool {
	return u.L1 != 0 || u.L2 != 0 || u.ClipValue != 0 || u.Decay != 0
}

// limit is ClipValue with none as +Inf.
func (u *Update) limit() float32 {
	if u.ClipValue == 0 {
		return infinity
	}
	return u.ClipValue
}

// adjust1 returns weight and gradient as an optimizer takes them.
func (u *Update) adjust1(w, g float32) (float32, float32) {
	if !u.adjusts() {
		return w, float32(g * u.GradScale)
	}
	g = FMA(2*u.L2, w, g)
	switch {
	case w > 0:
		g += u.L1
	case w < 0:
		g -= u.L1
	default:
		g += 0
	}
	g = clip1(float32(g*u.GradScale), -u.limit(), u.limit())
	return FMA(-u.decay(), w, w), g
}

// complement is 1−beta, rounded once.
func complement(beta float64) float32 { return float32(1 - beta) }

// average1 is the running average m moved towards x, flushed.
func average1(c, x, m float32) float32 { return flush(FMA(c, x-m, m)) }

// averageSquare1 is the running average v of squares moved towards x².
func averageSquare1(c, x, v float32) float32 {
	x = squarable(x)
	return flush(FMA(c, FMA(x, x, -v), v))
}

// squarable is x, or 0 where x² is below 2⁻¹²⁶.
func squarable(x float32) float32 {
	if abs1(x) < 0x1p-63 {
		return 0
	}
	return x
}

// SGD is gradient descent in Keras's form: v = momentum·v − Rate·g, w += v, or
// with nesterov w += momentum·v − Rate·g. With v nil there is no momentum:
// w −= Rate·g.
func SGD(w, g, v []float32, u *Update, momentum float32, nesterov bool) {
	if v == nil {
		mustMatch("SGD", len(w), len(g))
		sgd(w, g, u)
		return
	}
	mustMatch("SGD", len(w), len(g), len(v))
	sgdMomentum(w, g, v, u, momentum, nesterov)
}

func sgdGeneric(w, g []float32, u *Update) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		w[i] = flush(FMA(-u.Rate, d, x))
	}
}

func sgdMomentumGeneric(w, g, v []float32, u *Update, momentum float32, nesterov bool) {
	for i := range w {
		x, d := u.adjust1(w[i], g[i])
		step := float32(u.Rate * d)
		v[i] = flush(FMA(momentum, v[i], -step))
		if nesterov {
			w[i] = flush(x + FMA(momentum, v[i], -step))
		} else {
			w[i] = flush(x + v[i])
		}
	}
}
