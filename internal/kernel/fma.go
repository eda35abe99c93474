package kernel

import "math"

// FMA returns a·b+c rounded once to float32, as the vector instructions do.
//
// The product of two float32 is exact in float64, so s = a·b+c in float64 is
// wrong only where rounding s to float32 is a second rounding that matters:
// when s lies exactly half-way between two float32 (its low 29 bits are 1<<28),
// or when the result is subnormal. There s is rounded to odd first, which makes
// the second rounding exact (Boldo and Melquiond 2008).
func FMA(a, b, c float32) float32 {
	p := float64(a) * float64(b) // exact
	z := float64(c)
	s := p + z
	bits := math.Float64bits(s)
	exp := bits >> 52 & 0x7ff
	if bits&(1<<29-1) != 1<<28 && exp > 1023-127 {
		return float32(s)
	}
	return fmaOdd(p, z, s)
}

// fmaOdd rounds p+z, whose float64 sum is s, to odd and then to float32.
func fmaOdd(p, z, s float64) float32 {
	if math.IsInf(s, 0) || math.IsNaN(s) || s == 0 {
		return float32(s)
	}
	// The error of the sum, exact (Knuth's TwoSum).
	zz := s - p
	err := (p - (s - zz)) + (z - zz)
	bits := math.Float64bits(s)
	if err != 0 && bits&1 == 0 {
		if (err > 0) == (s > 0) {
			bits++
		} else {
			bits--
		}
	}
	return float32(math.Float64frombits(bits))
}
