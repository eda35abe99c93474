package fmath

import "math"

const (
	expSteps   = 32                   // table entries in an octave
	expTop     = 0x1.62e42fefa39efp+9 // ln of the largest double
	expBottom  = -745.1332191019412   // below this e^x rounds to 0
	log2Bottom = -1075                // at or below this 2^x rounds to 0
)

// Exp returns e^x.
//
// Exp(+Inf) = +Inf, Exp(−Inf) = 0; above 709.78 it is +Inf, below −745.13 0.
func Exp(x float64) float64 {
	switch {
	case x > expTop:
		return math.Inf(1)
	case x < expBottom:
		return 0
	case x != x:
		return x
	}
	return scalePair(expPair(x, 0))
}

// Exp2 returns 2^x, exactly for integers.
//
// Exp2(+Inf) = +Inf, Exp2(−Inf) = 0; from 1024 on it is +Inf, from −1075 down 0.
func Exp2(x float64) float64 {
	switch {
	case x >= 1024:
		return math.Inf(1)
	case x <= log2Bottom:
		return 0
	case x != x:
		return x
	}
	n := roundInt(x * expSteps)
	r, rest := twoProd(x-n/expSteps, ln2)
	return scalePair(expTable(int(n), r, math.FMA(x-n/expSteps, ln2Low, rest)))
}

// Expm1 returns e^x − 1, also where e^x is near 1.
//
// Expm1(+Inf) = +Inf, Expm1(−Inf) = −1, Expm1(±0) = ±0; it overflows as Exp.
func Expm1(x float64) float64 {
	switch {
	case x > expTop:
		return math.Inf(1)
	case x < -40:
		return -1
	case x > 60 || x != x: // then 1 is far below the last place
		return Exp(x)
	case math.Abs(x) < 0x1p-54:
		return x
	}
	hi, lo := expm1Pair(x)
	return hi + lo
}

// expm1Pair returns e^x − 1 as a pair, for −40 ≤ x ≤ 60 and |x| ≥ 2⁻⁵⁴.
func expm1Pair(x float64) (hi, lo float64) {
	if math.Abs(x) < 1./128 {
		return fastTwoSum(x, float64(x*x*expTail(x)))
	}
	k, hi, lo := expPair(x, 0)
	s, e := twoSum(scale(hi, k), -1)
	return fastTwoSum(s, e+scale(lo, k))
}

// expPair returns k, hi and lo with e^(x+rest) = 2ᵏ(hi+lo) and 0.98 < hi < 2,
// for |x| < 746 and |rest| below the last place of x. The relative error is
// below 2⁻⁶⁵.
func expPair(x, rest float64) (k int, hi, lo float64) {
	n := roundInt(x * (expSteps / ln2))
	r := math.FMA(-n, ln2StepHigh, x) // exact: ln2StepHigh has 37 bits, n 16
	r, e := twoSum(r, float64(-n*ln2StepLow))
	r, e = twoSum(r, e+rest)
	return expTable(int(n), r, e)
}

// expTable returns k and the rounded pair hi and lo with
// 2^(n/32)·e^(r+rest) = 2ᵏ(hi+lo), for |r| ≤ ln 2/64 and a rounded pair. It is the table method of Tang, ACM TOMS 15 (1989) 144–157.
func expTable(n int, r, rest float64) (k int, hi, lo float64) {
	t := &expFractions[n&(expSteps-1)]
	tail := math.FMA(expTail(r), r*r, rest)
	p, e := twoProd(t[0], r)
	hi, f := fastTwoSum(t[0], p)
	hi, lo = fastTwoSum(hi, f+(e+math.FMA(t[0], tail, math.FMA(t[1], r, t[1]))))
	return n >> 5, hi, lo
}

// expTail returns (e^r − 1 − r)/r² for |r| ≤ ln 2/64.
func expTail(r float64) float64 {
	p := math.FMA(r, 1./5040, 1./720)
	p = math.FMA(r, p, 1./120)
	p = math.FMA(r, p, 1./24)
	p = math.FMA(r, p, 1./6)
	return math.FMA(r, p, 1./2)
}
