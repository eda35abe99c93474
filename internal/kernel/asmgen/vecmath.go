package asmgen

// The functions here are the vector twins of internal/kernel/vec_scalar.go,
// operation for operation; the names are the same.

const (
	log2E     = 0x1.715476p+0
	ln2Hi     = 0x1.62e430p-1
	ln2Lo     = -0x1.05c610p-29
	expMin    = -0x1.5d589ep+6
	expMax    = 0x1.62e42ep+6
	roundBias = 0x1.8p23 + 127
	sqrtHalf  = 0x1.6a09e6p-1
	infinity  = 0x7f800000 // bits
	notNumber = 0x7fc00000 // bits
)

var (
	expQ = []float32{0x1.fffffep-2, 0x1.5554b2p-3, 0x1.5556f8p-5, 0x1.1226d8p-7, 0x1.6b96f4p-10}
	logP = []float32{0x1.555554p-2, -0x1.000226p-2, 0x1.99a01cp-3, -0x1.54728ap-3,
		0x1.22d930p-3, -0x1.0d8246p-3, 0x1.055eacp-3, -0x1.38c96ap-4}
	erfR = []float32{0x1.06eba8p-3, -0x1.81273ep-2, 0x1.ce2ce6p-4, -0x1.b7f71ap-6,
		0x1.53f224p-8, -0x1.a3515ep-11, 0x1.4771fcp-14}
	erfcxP = []float32{0x1.20db44p-2, 0x1.2126ecp-2, 0x1.f1e180p-3, 0x1.9f159cp-3,
		-0x1.b3df66p-6, 0x1.1cb4eep-2, -0x1.f2dcb8p-2, 0x1.2363c4p-2, -0x1.e3de24p-5}
	normalP = []float32{-0x1.d43730p-6, -0x1.00ec2ep+2, 0x1.4580a8p+3, -0x1.7e7638p+5,
		0x1.216056p+7, -0x1.277534p+8, 0x1.5bfadap+8, -0x1.7785c2p+7}
)

// expParts returns the bits of 2ⁿ, and e^r−1.
func (b *block) expParts(x *vec) (s, q *vec) {
	t := b.fma(x, constant(log2E), constant(roundBias))
	k := b.sub(t, constant(roundBias))
	r := b.fnma(k, constant(ln2Hi), x)
	r = b.fnma(k, constant(ln2Lo), r)
	q = b.fma(b.mul(b.poly(expQ, r), r), r, r)
	return b.shift(opShiftLeft, t, 23), q
}

// exp is e^x.
func (b *block) exp(x *vec) *vec {
	s, q := b.expParts(x)
	y := b.addInt(b.addInt(s, constantBits(^uint32(127<<23)+1)), b.sum(q, constant(1)))
	y = b.sel(b.compare(x, notLessEqual, constant(expMax)), b.sum(x, constantBits(infinity)), y)
	return b.keep(b.compare(x, notLess, constant(expMin)), y)
}

// expNegative is e^x for x ≤ 0.
func (b *block) expNegative(x *vec) *vec {
	s, q := b.expParts(x)
	y := b.mul(b.sum(q, constant(1)), s)
	return b.keep(b.compare(x, notLess, constant(expMin)), y)
}

// expm1Of is e^x−1 for x with |n| ≤ 126.
func (b *block) expm1Of(x *vec) *vec {
	s, q := b.expParts(x)
	return b.fma(s, q, b.sub(s, constant(1)))
}

func (b *block) expm1(x *vec) *vec { return b.expm1Of(b.max(constant(-20), x)) }

func (b *block) tanh(x *vec) *vec {
	a := b.abs(x)
	e := b.expm1Of(b.min(constant(20), b.sum(a, a)))
	return b.copysign(b.div(e, b.sum(e, constant(2))), x)
}

// negativeAbs is −|x|.
func (b *block) negativeAbs(x *vec) *vec { return b.or(x, constantBits(0x80000000)) }

// sigmoidParts returns sigmoid(x) and e^−|x|.
func (b *block) sigmoidParts(x *vec) (y, e *vec) {
	e = b.expNegative(b.negativeAbs(x))
	top := b.sel(b.compare(x, greaterEqual, constant(0)), constant(1), e)
	return b.div(top, b.sum(e, constant(1))), e
}

func (b *block) sigmoid(x *vec) *vec {
	y, _ := b.sigmoidParts(x)
	return y
}

// logTail is (log(1+f)−f)/f.
func (b *block) logTail(f *vec) *vec {
	return b.mul(b.fma(b.poly(logP, f), f, constant(-0.5)), f)
}

func (b *block) log(x *vec) *vec {
	small := b.compare(x, less, constant(0x1p-126))
	y := b.sel(small, b.mul(x, constant(0x1p23)), x)
	top := b.shift(opShiftRightSigned, b.subInt(y, constantBits(0x3f3504f3)), 23)
	f := b.sub(b.subInt(y, b.shift(opShiftLeft, top, 23)), constant(1))
	k := b.float(b.addInt(top, b.keep(small, constantBits(^uint32(22)))))
	r := b.fma(k, constant(ln2Hi), b.fma(b.logTail(f), f, f))
	// x·∞ is NaN below 0 and for NaN, ∞ for ∞.
	ordinary := b.compare(x, less, constantBits(infinity))
	r = b.sel(ordinary, r, b.sum(x, x))
	r = b.sel(b.compare(x, equal, constant(0)), constantBits(infinity|1<<31), r)
	return b.sel(b.compare(x, less, constant(0)), constantBits(notNumber), r)
}

// logNormal is log(x) for normal positive x.
func (b *block) logNormal(x *vec) *vec {
	top := b.shift(opShiftRightSigned, b.subInt(x, constantBits(0x3f3504f3)), 23)
	f := b.sub(b.subInt(x, b.shift(opShiftLeft, top, 23)), constant(1))
	return b.fma(b.float(top), constant(ln2Hi), b.fma(b.logTail(f), f, f))
}

// log1p01 is log(1+e) for e from 0 to 1.
func (b *block) log1p01(e *vec) *vec {
	big := b.compare(e, greater, constant(0x1.a8279ap-2))
	f := b.sel(big, b.fma(e, constant(0.5), constant(-0.5)), e)
	k := b.keep(big, constant(1))
	return b.fma(k, constant(ln2Hi), b.fma(b.logTail(f), f, f))
}

func (b *block) softplus(x *vec) *vec {
	l := b.log1p01(b.expNegative(b.negativeAbs(x)))
	return b.sum(b.positivePart(x), l)
}

// positivePart is x where x > 0, +0 elsewhere and for NaN.
func (b *block) positivePart(x *vec) *vec { return b.max(x, constant(0)) }

// erfc is erfc(t) for t ≥ 0, given e = e^(−t²).
func (b *block) erfc(t, e *vec) *vec {
	y := b.div(constant(1), b.fma(t, constant(0.5), constant(1)))
	return b.mul(b.mul(b.poly(erfcxP, y), y), e)
}

func (b *block) erf(x *vec) *vec {
	t := b.abs(x)
	square := b.mul(x, x)
	small := b.fma(b.poly(erfR, square), x, x)
	e := b.expNegative(b.negativeAbs(square))
	big := b.copysign(b.sub(constant(1), b.erfc(t, e)), x)
	return b.sel(b.compare(t, less, constant(1)), small, big)
}

// normalCDF returns Φ(x) and e^(−x²/2).
func (b *block) normalCDF(x *vec) (phi, e *vec) {
	t := b.mul(b.abs(x), constant(sqrtHalf))
	e = b.expNegative(b.mul(b.mul(x, x), constant(-0.5)))
	tail := b.mul(b.erfc(t, e), constant(0.5))
	return b.sel(b.compare(x, greater, constant(0)), b.sub(constant(1), tail), tail), e
}
