package kernel

// actForward runs the active level's kernel, or the Go twin.
func actForward(a Act, p, q float32, dst, x []float32) {
	switch {
	case !actForwardVector(a, p, dst, x):
		actForwardGeneric(a, p, q, dst, x)
	case a == ActReLU && q > 0:
		clipVector(dst, dst, -infinity, q)
	}
}

// actForwardVector leaves out the cap of ActReLU.
func actForwardVector(a Act, p float32, dst, x []float32) bool {
	switch a {
	case ActLinear:
		copy(dst, x)
		return true
	case ActReLU, ActLeakyReLU:
		if p == 0 {
			return reluVector(dst, x)
		}
		return leakyReLUVector(dst, x, p)
	case ActSigmoid:
		return sigmoidVector(dst, x)
	case ActHardSigmoid:
		return hardSigmoidVector(dst, x)
	case ActTanh:
		return tanhVector(dst, x)
	case ActSoftplus:
		return softplusVector(dst, x)
	case ActSoftsign:
		return softsignVector(dst, x)
	case ActELU:
		return eluVector(dst, x, 1, p)
	case ActSELU:
		return eluVector(dst, x, seluScale, seluScaleAlpha)
	case ActGELU:
		return geluVector(dst, x)
	case ActGELUTanh:
		return geluTanhVector(dst, x)
	case ActSwish:
		return swishVector(dst, x)
	case ActExponential:
		return expVector(dst, x)
	}
	return false
}

// actBackward runs the active level's kernel, or the Go twin.
func actBackward(a Act, p, q float32, dx, dy, v []float32) {
	if !actBackwardVector(a, p, q, dx, dy, v) {
		actBackwardGeneric(a, p, q, dx, dy, v)
	}
}

func actBackwardVector(a Act, p, q float32, dx, dy, v []float32) bool {
	switch a {
	case ActLinear:
		return flushVector(dx, dy)
	case ActReLU, ActLeakyReLU:
		switch {
		case a == ActReLU && q > 0:
			return cappedReLUGradientVector(dx, dy, v, p, q)
		case p == 0:
			return reluGradientVector(dx, dy, v)
		}
		return leakyReLUGradientVector(dx, dy, v, p)
	case ActSigmoid:
		return sigmoidGradientVector(dx, dy, v)
	case ActHardSigmoid:
		return hardSigmoidGradientVector(dx, dy, v)
	case ActTanh:
		return tanhGradientVector(dx, dy, v)
	case ActSoftplus:
		return softplusGradientVector(dx, dy, v)
	case ActSoftsign:
		return softsignGradientVector(dx, dy, v)
	case ActELU:
		return eluGradientVector(dx, dy, v, 1, p)
	case ActSELU:
		return eluGradientVector(dx, dy, v, seluScale, seluScaleAlpha)
	case ActGELU:
		return geluGradientVector(dx, dy, v)
	case ActGELUTanh:
		return geluTanhGradientVector(dx, dy, v)
	case ActSwish:
		return swishGradientVector(dx, dy, v)
	case ActExponential:
		return exponentialGradientVector(dx, dy, v)
	}
	return false
}
