package fmath

import "math"

// Log returns the natural logarithm of x.
//
// Log(+Inf) = +Inf, Log(±0) = −Inf, Log(x < 0) = NaN.
func Log(x float64) float64 {
	if special, y := logSpecial(x); special {
		return y
	}
	hi, lo := logPair(x)
	return hi + lo
}

// Log2 returns the logarithm of x to the base 2, exactly for powers of 2. The
// special cases are those of Log.
func Log2(x float64) float64 { return logBase(x, log2E, log2ELow) }

// Log10 returns the logarithm of x to the base 10, exactly for powers of 10.
// The special cases are those of Log.
func Log10(x float64) float64 { return logBase(x, log10E, log10ELow) }

func logBase(x, factor, factorLow float64) float64 {
	if special, y := logSpecial(x); special {
		return y
	}
	hi, lo := logPair(x)
	p, e := twoProd(hi, factor)
	return p + (e + math.FMA(hi, factorLow, lo*factor))
}

// Log1p returns log(1 + x), also where 1 + x is near 1.
//
// Log1p(+Inf) = +Inf, Log1p(±0) = ±0, Log1p(−1) = −Inf, Log1p(x < −1) = NaN.
func Log1p(x float64) float64 {
	if math.Abs(x) < 0x1p-54 {
		return x
	}
	if math.Abs(x) < 1./128 {
		hi, lo := log1pNear(x, 0)
		return hi + lo
	}
	u, c := twoSum(1, x)
	if special, y := logSpecial(u); special {
		return y
	}
	hi, lo := logPair(u)
	return hi + (lo + c/u)
}

// logSpecial answers for what is not a positive finite number.
func logSpecial(x float64) (special bool, y float64) {
	switch {
	case x > 0 && x <= math.MaxFloat64:
		return false, 0
	case x == 0:
		return true, math.Inf(-1)
	case x < 0:
		return true, math.NaN()
	}
	return true, x // +Inf or NaN
}

// logPair returns log x as a pair with a relative error below 2⁻⁶⁵, for
// positive finite x.
//
// With x = 2ᵏm and 1/√2 ≤ m < √2 it is k·log 2 − log c + log(1+r), where c is
// the table's double next to 1/m to seven bits and r = m·c − 1, exactly, is
// below 1/181.
func logPair(x float64) (hi, lo float64) {
	k, m := splitRoot2(x)
	t := &logEntries[int(m*128+0.5)-logFirst]
	p, e := twoProd(m, t[0])
	r, rl := twoSum(p-1, e)
	a, al := log1pNear(r, rl)
	w := math.FMA(k, ln2High, t[1]) // exact: both are multiples of 2⁻⁴²
	hi, e = twoSum(w, a)
	return fastTwoSum(hi, e+(al+math.FMA(k, ln2Rest, t[2])))
}

// log1pNear returns log(1 + r + rest) as a pair for |r| < 1/128.
func log1pNear(r, rest float64) (hi, lo float64) {
	s, sl := twoProd(r, r)
	sl = math.FMA(2*r, rest, sl)
	p := math.FMA(r, 1./9, -1./8)
	p = math.FMA(r, p, 1./7)
	p = math.FMA(r, p, -1./6)
	p = math.FMA(r, p, 1./5)
	p = math.FMA(r, p, -1./4)
	p = math.FMA(r, p, 1./3)
	hi, lo = fastTwoSum(r, -s/2)
	return hi, lo + math.FMA(p, r*s, rest-sl/2)
}

// splitRoot2 returns k and m with x = 2ᵏm and 1/√2 ≤ m < √2.
func splitRoot2(x float64) (k, m float64) {
	if x < 0x1p-1022 {
		x *= 0x1p54
		k = -54
	}
	bits := math.Float64bits(x)
	above := bits - math.Float64bits(math.Sqrt2/2)
	exponent := int64(above) >> 52
	return k + float64(exponent), math.Float64frombits(bits - uint64(exponent)<<52)
}
