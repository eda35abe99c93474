package fmath

import "math"

// Sin returns the sine of x, in radians; Sin(±Inf) = NaN, Sin(±0) = ±0.
func Sin(x float64) float64 {
	s, _ := SinCos(x)
	return s
}

// Cos returns the cosine of x, in radians; Cos(±Inf) = NaN.
func Cos(x float64) float64 {
	_, c := SinCos(x)
	return c
}

// SinCos returns Sin(x) and Cos(x). The argument is reduced by as many digits
// of π as it takes, so that huge angles are as exact as small ones.
func SinCos(x float64) (sin, cos float64) {
	if math.IsInf(x, 0) || x != x {
		return math.NaN(), math.NaN()
	}
	if math.Abs(x) < 0x1p-27 {
		return x, 1
	}
	quadrant, hi, lo := reduce(x)
	s, c := sinCosNear(math.Abs(hi), math.Copysign(1, hi)*lo)
	s = math.Copysign(s, hi)
	switch quadrant & 3 {
	case 1:
		return c, -s
	case 2:
		return -s, -c
	case 3:
		return -c, s
	}
	return s, c
}

// sinCosNear returns sin(x+rest) and cos(x+rest) for 0 ≤ x ≤ π/4 and a rounded
// pair, from those of the nearest multiple of 1/16.
func sinCosNear(x, rest float64) (sin, cos float64) {
	i := int(x*16 + 0.5)
	t := &sinCosEntries[i]
	s, sl, c, cl := t[0], t[1], t[2], t[3]
	h := x - float64(i)/16
	z := float64(h * h)
	ds := float64(h * z * sinTail(z)) // sin h − h
	dc := float64(z * cosTail(z))     // cos h − 1

	p, e := twoProd(c, h)
	hi, f := fastTwoSum(s, p)
	e += math.FMA(cl, h, sl)
	sin = hi + (f + (e + math.FMA(s, dc, math.FMA(c, ds, rest*math.FMA(-s, h, c)))))

	p, e = twoProd(-s, h)
	hi, f = fastTwoSum(c, p)
	e += math.FMA(-sl, h, cl)
	cos = hi + (f + (e + math.FMA(c, dc, math.FMA(-s, ds, -rest*math.FMA(c, h, s)))))
	return sin, cos
}

// sinTail returns (sin h − h)/h³ for z = h² and |h| ≤ 1/32.
func sinTail(z float64) float64 {
	p := math.FMA(z, 1./362880, -1./5040)
	p = math.FMA(z, p, 1./120)
	return math.FMA(z, p, -1./6)
}

// cosTail returns (cos h − 1)/h² for z = h² and |h| ≤ 1/32.
func cosTail(z float64) float64 {
	p := math.FMA(z, 1./40320, -1./720)
	p = math.FMA(z, p, 1./24)
	return math.FMA(z, p, -1./2)
}
