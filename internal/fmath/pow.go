package fmath

import "math"

// Pow returns x^y.
//
//	Pow(x, ±0) = Pow(1, y) = 1 for any x and y, also NaN
//	Pow(x < 0, y) = NaN for finite x and y that is no integer
//	Pow(−1, ±Inf) = 1
//
// Zeros and infinities give the limit, with the sign of x where y is an odd
// integer, as IEEE 754 has it.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0):
		return powInfinite(math.Abs(x), y > 0)
	}
	whole, odd := integer(y)
	negative := math.Signbit(x) && odd
	if x < 0 && !whole && !math.IsInf(x, 0) {
		return math.NaN()
	}
	z := powPositive(math.Abs(x), y)
	if negative {
		return -z
	}
	return z
}

// powInfinite returns x^(+Inf) or x^(−Inf) for x ≥ 0.
func powInfinite(x float64, up bool) float64 {
	switch {
	case x == 1:
		return 1
	case (x > 1) == up:
		return math.Inf(1)
	}
	return 0
}

// powPositive returns x^y for x ≥ 0 and finite y ≠ 0.
func powPositive(x, y float64) float64 {
	switch {
	case x == 0 || math.IsInf(x, 1):
		if (x > 0) == (y > 0) {
			return math.Inf(1)
		}
		return 0
	case x == 1:
		return 1
	}
	hi, lo := logPair(x)
	p := float64(y * hi)
	switch {
	case p > expTop+1:
		return math.Inf(1)
	case p < expBottom-1:
		return 0
	}
	rest := math.FMA(y, lo, math.FMA(y, hi, -p))
	return scalePair(expPair(p, rest))
}

// integer reports whether y is an integer, and whether an odd one.
func integer(y float64) (whole, odd bool) {
	a := math.Abs(y)
	if a >= 0x1p53 {
		return true, false
	}
	n := int64(a)
	return float64(n) == a, float64(n) == a && n&1 == 1
}
