package fmath

import "math"

// twoSum returns hi = fl(a+b) and lo with hi+lo = a+b exactly (Knuth).
func twoSum(a, b float64) (hi, lo float64) {
	hi = a + b
	v := hi - a
	return hi, (a - (hi - v)) + (b - v)
}

// fastTwoSum is twoSum for |a| ≥ |b| or a = 0 (Dekker).
func fastTwoSum(a, b float64) (hi, lo float64) {
	hi = a + b
	return hi, b - (hi - a)
}

// twoProd returns hi = fl(a·b) and lo with hi+lo = a·b exactly, where nothing
// underflows.
func twoProd(a, b float64) (hi, lo float64) {
	hi = float64(a * b)
	return hi, math.FMA(a, b, -hi)
}

// divide returns (ah+al)/(bh+bl), rounded once but for a relative 2⁻¹⁰⁰ or so.
func divide(ah, al, bh, bl float64) float64 {
	q := ah / bh
	rest := math.FMA(-q, bh, ah) + math.FMA(-q, bl, al)
	return q + rest/bh
}

// roundingShift added to and taken from |x| < 2⁵¹ rounds x to an integer.
const roundingShift = 0x1.8p52

// roundInt rounds to the nearest integer, for |x| < 2⁵¹.
func roundInt(x float64) float64 { return (float64(x) + roundingShift) - roundingShift }

// scalePair returns 2ᵏ(hi+lo), rounded once, also where it is subnormal or
// overflows, for a rounded pair with 0.9 < hi < 2 and |k| ≤ 1100.
func scalePair(k int, hi, lo float64) float64 {
	if k > -1022 {
		return scale(hi, k)
	}
	y, rest := scale(hi, k+1022), scale(lo, k+1022)
	if y < 1 { // beside 1 a double has as many places left as beside 2⁻¹⁰²²
		var e float64
		y, e = fastTwoSum(1, y)
		y = (y + (e + rest)) - 1
	}
	return float64(y * 0x1p-1022)
}

// scale returns x·2ᵏ for 0.9 < |x| ≤ 2 and |k| ≤ 1100.
func scale(x float64, k int) float64 {
	switch {
	case k > 1000:
		return float64(x * 0x1p1000 * powerOfTwo(k-1000))
	case k < -1000:
		return float64(x * powerOfTwo(k+1000) * 0x1p-1000)
	}
	return float64(x * powerOfTwo(k))
}

// powerOfTwo returns 2ᵏ for −1022 ≤ k ≤ 1023.
func powerOfTwo(k int) float64 { return math.Float64frombits(uint64(k+1023) << 52) }
