package fmath

import (
	"math"
	"math/bits"
)

// reduce returns hi, lo and a quadrant q with x = q·π/2 + hi + lo, modulo 2π,
// and |hi| ≤ π/4 but for rounding.
func reduce(x float64) (quadrant int, hi, lo float64) {
	switch a := math.Abs(x); {
	case a <= math.Pi/4:
		return 0, x, 0
	case a < 1<<20:
		return reduceCody(x)
	case x < 0:
		quadrant, hi, lo = reducePayne(a)
		return -quadrant, -hi, -lo
	default:
		return reducePayne(a)
	}
}

// reduceCody subtracts the multiple of π/2 in four pieces (Cody and Waite). The
// first two have 33 bits, so that their products with a 20-bit n are exact.
func reduceCody(x float64) (quadrant int, hi, lo float64) {
	n := roundInt(x * (2 / math.Pi))
	a := math.FMA(-n, halfPi[0], x)
	a, e := twoSum(a, float64(-n*halfPi[1]))
	p, pe := twoProd(n, halfPi[2])
	a, f := twoSum(a, -p)
	g := math.FMA(-n, halfPi[3], -pe)
	e, g2 := twoSum(e, f)
	hi, lo = twoSum(a, e)
	hi, lo = fastTwoSum(hi, lo+(g+g2))
	return int(n), hi, lo
}

// reducePayne multiplies the integer significand of x with 192 bits of 2/π,
// those from weight 2 downwards, modulo 4 (Payne and Hanek): higher bits are
// whole turns. It takes x ≥ 2²⁰.
func reducePayne(x float64) (quadrant int, hi, lo float64) {
	b := math.Float64bits(x)
	m := b&(1<<52-1) | 1<<52
	start := int(b>>52) - 1075 + 62 // of the first bit used, in twoOverPi
	w0, w1, w2 := piWord(start), piWord(start+64), piWord(start+128)
	c, p2 := bits.Mul64(m, w2)
	d, p1 := bits.Mul64(m, w1)
	p1, carry := bits.Add64(p1, c, 0)
	p0 := m*w0 + d + carry
	quadrant = int(p0 >> 62)
	p0, p1, p2 = p0<<2|p1>>62, p1<<2|p2>>62, p2<<2
	negative := p0>>63 == 1
	if negative { // the nearest quadrant is the next one
		quadrant++
		var borrow uint64
		p2, borrow = bits.Sub64(0, p2, 0)
		p1, borrow = bits.Sub64(0, p1, borrow)
		p0, _ = bits.Sub64(0, p0, borrow)
	}
	hi, lo = fractionPair(p0, p1, p2)
	h, e := twoProd(hi, math.Pi/2)
	hi, lo = fastTwoSum(h, e+math.FMA(hi, halfPiLow, lo*(math.Pi/2)))
	if negative {
		hi, lo = -hi, -lo
	}
	return quadrant, hi, lo
}

// piWord returns 64 bits of twoOverPi from bit i on.
func piWord(i int) uint64 {
	w, s := i>>6, i&63
	return twoOverPi[w]<<s | twoOverPi[w+1]>>1>>(63-s)
}

// fractionPair returns the 192-bit fraction p0p1p2·2⁻¹⁹² as a pair.
func fractionPair(p0, p1, p2 uint64) (hi, lo float64) {
	exponent := -64
	for p0 == 0 && exponent > -192 {
		p0, p1, p2 = p1, p2, 0
		exponent -= 64
	}
	s := bits.LeadingZeros64(p0)
	p0 = p0<<s | p1>>1>>(63-s)
	p1 = p1<<s | p2>>1>>(63-s)
	exponent -= s
	hi = float64(p0 >> 11)
	lo = float64(float64(p0&(1<<11-1))*0x1p-11) + float64(float64(p1)*0x1p-75)
	unit := powerOfTwo(exponent + 11)
	return fastTwoSum(float64(hi*unit), float64(lo*unit))
}
