package fmath

import "math"

// Tanh returns the hyperbolic tangent of x; Tanh(±Inf) = ±1, Tanh(±0) = ±0.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a < 0x1p-28 || x != x:
		return x
	case a > 20:
		return math.Copysign(1, x)
	}
	hi, lo := expm1Pair(2 * a)
	bh, bl := twoSum(hi, 2)
	return math.Copysign(divide(hi, lo, bh, bl+lo), x)
}

// Sigmoid returns 1/(1 + e^−x), the logistic function, without cancellation
// for negative x; Sigmoid(+Inf) = 1, Sigmoid(−Inf) = 0.
func Sigmoid(x float64) float64 {
	a := -math.Abs(x)
	switch {
	case x != x:
		return x
	case x < -45: // e^x is the nearest double
		return Exp(x)
	case x > 40:
		return 1
	}
	k, hi, lo := expPair(a, 0)
	eh, el := scale(hi, k), scale(lo, k)
	dh, dl := twoSum(1, eh)
	if x < 0 {
		return divide(eh, el, dh, dl+el)
	}
	return divide(1, 0, dh, dl+el)
}
