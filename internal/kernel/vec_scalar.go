package kernel

import "math"

// The polynomials were fitted for least largest relative error, their
// coefficients rounded one after the other with the rest fitted anew.
const (
	log2E  = 0x1.715476p+0
	ln2Hi  = 0x1.62e430p-1 // ln 2 rounded to float32
	ln2Lo  = -0x1.05c610p-29
	expMin = -0x1.5d589ep+6 // the least x whose e^x is normal
	expMax = 0x1.62e42ep+6  // the largest x whose e^x is finite
	// roundBias added to a number near 0 leaves the number, rounded to an integer,
	// plus 127 in the low bits: the exponent bits of a power of two.
	roundBias = 0x1.8p23 + 127
)

// expQ has (e^r−1−r)/r² for |r| ≤ ln 2/2, rising powers; relative error of e^r−1: 2⁻²⁶.
var expQ = [5]float32{0x1.fffffep-2, 0x1.5554b2p-3, 0x1.5556f8p-5, 0x1.1226d8p-7, 0x1.6b96f4p-10}

// logP has (log(1+f)−f+f²/2)/f³ for 1+f from √½ to √2; relative error of log: 2⁻²⁷.
var logP = [8]float32{0x1.555554p-2, -0x1.000226p-2, 0x1.99a01cp-3, -0x1.54728ap-3,
	0x1.22d930p-3, -0x1.0d8246p-3, 0x1.055eacp-3, -0x1.38c96ap-4}

// erfR has erf(x)/x−1 in x² for |x| ≤ 1; relative error of erf: 2⁻²⁹.
var erfR = [7]float32{0x1.06eba8p-3, -0x1.81273ep-2, 0x1.ce2ce6p-4, -0x1.b7f71ap-6,
	0x1.53f224p-8, -0x1.a3515ep-11, 0x1.4771fcp-14}

// erfcxP has e^(t²)·erfc(t)/y in y = 1/(1+t/2) for 0 ≤ t ≤ 10; relative error 2⁻²⁴·⁵.
var erfcxP = [9]float32{0x1.20db44p-2, 0x1.2126ecp-2, 0x1.f1e180p-3, 0x1.9f159cp-3,
	-0x1.b3df66p-6, 0x1.1cb4eep-2, -0x1.f2dcb8p-2, 0x1.2363c4p-2, -0x1.e3de24p-5}

// poly is c[0] + c[1]·x + …, by Horner's rule, fused.
func poly(c []float32, x float32) float32 {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = FMA(p, x, c[i])
	}
	return p
}

// expParts returns n+127 in its low bits, and q = e^r−1, where x = n·ln 2 + r and
// |r| ≤ ln 2/2.
func expParts(x float32) (n uint32, q float32) {
	t := FMA(x, log2E, roundBias)
	k := t - roundBias
	r := FMA(k, -ln2Hi, x)
	r = FMA(k, -ln2Lo, r)
	return math.Float32bits(t), FMA(float32(r*poly(expQ[:], r)), r, r)
}

func exp1(x float32) float32 {
	if x < expMin {
		return 0
	}
	if !(x <= expMax) {
		return x + infinity
	}
	n, q := expParts(x)
	return math.Float32frombits(math.Float32bits(1+q) + n<<23 - 127<<23)
}

// expm1 is e^x−1 for x from −∞ to 20.
func expm1(x float32) float32 {
	if -20 > x { // keeps NaN
		x = -20
	}
	n, q := expParts(x)
	s := math.Float32frombits(n << 23)
	return FMA(s, q, s-1)
}

func tanh1(x float32) float32 {
	y := 2 * abs1(x)
	if 20 < y {
		y = 20
	}
	e := expm1(y)
	return copysign1(e/(e+2), x)
}

func sigmoid1(x float32) float32 {
	e := exp1(-abs1(x))
	if x >= 0 {
		return 1 / (1 + e)
	}
	return e / (1 + e)
}

// logTail is log(1+f)−f, divided by f, for 1+f from √½ to √2.
func logTail(f float32) float32 { return float32(f * FMA(f, poly(logP[:], f), -0.5)) }

func log1(x float32) float32 {
	switch {
	case x < 0 || x != x:
		return notANumber
	case x == 0:
		return -infinity
	case x == infinity:
		return x
	}
	k := int32(0)
	if x < 0x1p-126 {
		x *= 0x1p23
		k = -23
	}
	// x = 2ᵏ·(1+f) with 1+f from √½ to √2.
	b := math.Float32bits(x)
	top := int32(b-0x3f3504f3) >> 23
	f := math.Float32frombits(b-uint32(top)<<23) - 1
	return FMA(float32(k+top), ln2Hi, FMA(logTail(f), f, f))
}

// log1p01 is log(1+e) for e from 0 to 1.
func log1p01(e float32) float32 {
	f, k := e, float32(0)
	if e > 0x1.a8279ap-2 { // √2−1
		f, k = FMA(e, 0.5, -0.5), 1
	}
	return FMA(k, ln2Hi, FMA(logTail(f), f, f))
}

func softplus1(x float32) float32 {
	l := log1p01(exp1(-abs1(x)))
	if x > 0 {
		return x + l
	}
	return l
}

// erfc1 is erfc(t) for t ≥ 0, given e = e^(−t²).
func erfc1(t, e float32) float32 {
	y := 1 / FMA(t, 0.5, 1)
	return float32(e * float32(y*poly(erfcxP[:], y)))
}

func erf1(x float32) float32 {
	t := abs1(x)
	square := float32(x * x)
	if t < 1 {
		return FMA(poly(erfR[:], square), x, x)
	}
	return copysign1(1-erfc1(t, exp1(-square)), x)
}

// normalCDF is Φ(x), the distribution function of the standard normal, and
// e = e^(−x²/2).
func normalCDF(x float32) (phi, e float32) {
	t := float32(abs1(x) * sqrtHalf)
	e = exp1(float32(float32(x*x) * -0.5))
	tail := float32(0.5 * erfc1(t, e))
	if x > 0 {
		return 1 - tail, e
	}
	return tail, e
}

const sqrtHalf = 0x1.6a09e6p-1

var (
	infinity   = float32(math.Inf(1))
	notANumber = float32(math.NaN())
)

func abs1(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

func copysign1(x, sign float32) float32 {
	return math.Float32frombits(math.Float32bits(x)&^(1<<31) | math.Float32bits(sign)&(1<<31))
}

func sqrt1(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// flush is x, or +0 where |x| < 2⁻¹²⁶.
func flush(x float32) float32 {
	if isFlushed(x) {
		return 0
	}
	return x
}
