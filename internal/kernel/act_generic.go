package kernel

const (
	seluScale      = 0x1.0cfabep+0 // λ
	seluScaleAlpha = 0x1.c212cap+0 // λα
	geluCubic      = 0x1.6e4e26p-5 // 0.044715
	gelu2Sqrt2Pi   = 0x1.988454p+0 // 2·√(2/π)
	invSqrt2Pi     = 0x1.988454p-2 // 1/√(2π)
)

// actForwardGeneric is the Go twin of [ActForward].
func actForwardGeneric(a Act, p, q float32, dst, x []float32) {
	for i, v := range x {
		dst[i] = act1(a, p, q, v)
	}
}

func act1(a Act, p, q, x float32) float32 {
	switch a {
	case ActReLU, ActLeakyReLU:
		return relu1(a, p, q, x)
	case ActSigmoid:
		return sigmoid1(x)
	case ActHardSigmoid:
		return clip1(FMA(x, 0.2, 0.5), 0, 1)
	case ActTanh:
		return tanh1(x)
	case ActSoftplus:
		return softplus1(x)
	case ActSoftsign:
		return x / (1 + abs1(x))
	case ActELU:
		return elu1(x, 1, p)
	case ActSELU:
		return elu1(x, seluScale, seluScaleAlpha)
	case ActGELU:
		phi, _ := normalCDF(x)
		return x * phi
	case ActGELUTanh:
		u, _ := geluTanhArg(x)
		return x * sigmoid1(u)
	case ActSwish:
		return x * sigmoid1(x)
	case ActExponential:
		return exp1(x)
	}
	return x
}

// relu1 leaves out what p = 0 and q = 0 make void, as its vector twins do.
func relu1(a Act, p, q, x float32) float32 {
	if x < 0 {
		if p == 0 {
			return 0
		}
		x *= p
	}
	if a == ActReLU && q > 0 && q < x {
		return q
	}
	return x
}

func elu1(x, scale, alpha float32) float32 {
	if x > 0 {
		return scale * x
	}
	return alpha * expm1(x)
}

// geluTanhArg is u = 2√(2/π)(x+0.044715x³) and its derivative.
func geluTanhArg(x float32) (u, du float32) {
	s := float32(x * x)
	u = float32(gelu2Sqrt2Pi*x) * FMA(s, geluCubic, 1)
	return u, gelu2Sqrt2Pi * FMA(s, 3*geluCubic, 1)
}

// actBackwardGeneric is the Go twin of [ActBackward].
func actBackwardGeneric(a Act, p, q float32, dx, dy, v []float32) {
	if a == ActLinear {
		for i, d := range dy {
			dx[i] = flush(d)
		}
		return
	}
	for i, d := range dy {
		dx[i] = actGradient1(a, p, q, d, v[i])
	}
}

// actGradient1 is d·a′(v), flushed.
func actGradient1(a Act, p, q, d, v float32) float32 {
	switch a {
	case ActReLU, ActLeakyReLU:
		return reluGradient1(a, p, q, d, v)
	case ActHardSigmoid:
		if v > 0 && v < 1 {
			return flush(0.2 * d)
		}
		return 0
	case ActELU:
		if v > 0 {
			return flush(d)
		}
		return flush(d * (v + p))
	case ActSELU:
		if v > 0 {
			return flush(seluScale * d)
		}
		return flush(d * (v + seluScaleAlpha))
	}
	return flush(d * slope1(a, v))
}

// reluGradient1 is d inside the linear part, p·d below 0 and for NaN, 0 at the
// cap. Without a cap p = 0 gives 0 even for a d that is not finite.
func reluGradient1(a Act, p, q, d, v float32) float32 {
	capped := a == ActReLU && q > 0
	switch {
	case capped && v >= q:
		return 0
	case v > 0:
		return flush(d)
	case p == 0 && !capped:
		return 0
	}
	return flush(p * d)
}

// slope1 is the derivative of a smooth activation.
func slope1(a Act, v float32) float32 {
	switch a {
	case ActSigmoid:
		return v * (1 - v)
	case ActTanh:
		return FMA(-v, v, 1)
	case ActSoftplus:
		return -expm1(-v)
	case ActSoftsign:
		d := 1 / (1 + abs1(v))
		return d * d
	case ActGELU:
		phi, e := normalCDF(v)
		return FMA(v, float32(e*invSqrt2Pi), phi)
	case ActGELUTanh:
		u, du := geluTanhArg(v)
		s := sigmoid1(u)
		return FMA(float32(float32(v*du)*s), 1-s, s)
	case ActSwish:
		s := sigmoid1(v)
		return s * FMA(v, 1-s, 1)
	}
	return v // ActExponential
}
