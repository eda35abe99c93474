package fmath

import "math"

// Erf returns the error function 2/√π·∫₀ˣ e^(−t²) dt; Erf(±Inf) = ±1 and
// Erf(±0) = ±0.
//
// It expands about the nearest multiple c of 1/8 with h = x − c:
//
//	erf x = erf c + 2/√π·e^(−c²)·Σ bₙ·h/(n+1)
//
// where the bₙ are the terms of e^(−2ch−h²).
func Erf(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return x
	case a >= 6:
		return math.Copysign(1, x)
	case a < 0x1p-28: // also keeps −0 and subnormals
		return math.FMA(x, erfEntries[0][2], x*erfEntries[0][3])
	}
	i := int(a*8 + 0.5)
	t := &erfEntries[i]
	c := float64(i) / 8
	h := a - c
	sum := erfTail(c, h)
	p, e := twoProd(t[2], h)
	hi, lo := twoSum(t[0], p)
	lo += e + math.FMA(t[2], sum, math.FMA(t[3], h, t[1]))
	return math.Copysign(hi+lo, x)
}

// erfTail returns Σ bₙ·h/(n+1) over n ≥ 1.
func erfTail(c, h float64) float64 {
	u, v := -2*c*h, -2*h*h
	before, term := 1.0, u
	sum := 0.0
	for n := 1; n <= 16; n++ {
		sum = math.FMA(term, 1/float64(n+1), sum)
		before, term = term, math.FMA(u, term, float64(v*before))/float64(n+1)
	}
	return sum * h
}
