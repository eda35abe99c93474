package fmath_test

import (
	"math"
	"math/big"
)

// The oracles compute with 320 bits and more, by series that need no table, so
// that their errors are far below any double's last place.
const oracleBits = 320

func real(x float64) *big.Float      { return big.NewFloat(x).SetPrec(oracleBits) }
func number() *big.Float             { return new(big.Float).SetPrec(oracleBits) }
func add(x, y *big.Float) *big.Float { return number().Add(x, y) }
func sub(x, y *big.Float) *big.Float { return number().Sub(x, y) }
func mul(x, y *big.Float) *big.Float { return number().Mul(x, y) }
func quo(x, y *big.Float) *big.Float { return number().Quo(x, y) }
func shift(x *big.Float, k int) *big.Float {
	return number().SetMantExp(x, k)
}

// series adds first, then each term times next(n), n = 1, 2, …, until the terms
// vanish beside 2^floor.
func series(first *big.Float, floor int, next func(n int) *big.Float) *big.Float {
	sum, term := number().Set(first), number().Set(first)
	for n := 1; term.Sign() != 0 && term.MantExp(nil) > floor; n++ {
		term = mul(term, next(n))
		sum = add(sum, term)
	}
	return sum
}

func bigExp(x *big.Float) *big.Float {
	const halvings = 1100 / 64 // enough for |x| < 2¹¹
	k, _ := quo(x, bigLn2).Int64()
	r := sub(x, mul(bigLn2, real(float64(k))))
	r = shift(r, -halvings)
	y := series(real(1), -2*oracleBits, func(n int) *big.Float { return quo(r, real(float64(n))) })
	for range halvings {
		y = mul(y, y)
	}
	return shift(y, int(k))
}

// bigLn2 is ln 2 = Σ 1/(n·2ⁿ).
var bigLn2 = func() *big.Float {
	sum := number()
	for n := 1; n < oracleBits+10; n++ {
		sum = add(sum, shift(quo(real(1), real(float64(n))), -n))
	}
	return sum
}()

// bigLog is k·ln 2 + 2·artanh((m−1)/(m+1)).
func bigLog(x *big.Float) *big.Float {
	m := number()
	k := x.MantExp(m)
	if m.Cmp(real(math.Sqrt2/2)) < 0 {
		m, k = shift(m, 1), k-1
	}
	z := quo(sub(m, real(1)), add(m, real(1)))
	sum, power, z2 := number(), number().Set(z), mul(z, z)
	for n := 1; power.Sign() != 0 && power.MantExp(nil) > z.MantExp(nil)-oracleBits; n += 2 {
		sum = add(sum, quo(power, real(float64(n))))
		power = mul(power, z2)
	}
	return add(mul(bigLn2, real(float64(k))), shift(sum, 1))
}

// piOf returns π with the given precision, 16·arctan(1/5) − 4·arctan(1/239).
func piOf(prec uint) *big.Float {
	one := big.NewFloat(1).SetPrec(prec)
	arctan := func(q float64) *big.Float {
		d := big.NewFloat(q * q).SetPrec(prec)
		power := new(big.Float).Quo(one, big.NewFloat(q).SetPrec(prec))
		sum := new(big.Float).SetPrec(prec)
		for n := 1.0; power.MantExp(nil) > -int(prec); n += 2 {
			sum.Add(sum, new(big.Float).Quo(power, big.NewFloat(n).SetPrec(prec)))
			power.Quo(power, d).Neg(power)
		}
		return sum
	}
	a := arctan(5)
	b := arctan(239)
	return new(big.Float).Sub(a.Mul(a, big.NewFloat(16)), b.Mul(b, big.NewFloat(4)))
}

var widePi = piOf(1600)
var bigPi = number().Set(widePi)

// bigSinCos reduces by 1600 bits of π, and sums the Taylor series.
func bigSinCos(x float64) (sin, cos *big.Float) {
	half := new(big.Float).Quo(widePi, big.NewFloat(2).SetPrec(1600))
	wide := big.NewFloat(x).SetPrec(1600)
	turns, _ := new(big.Float).Quo(wide, half).Int(nil)
	r := number().Set(wide.Sub(wide, half.Mul(half, new(big.Float).SetPrec(1600).SetInt(turns))))
	z := number().Neg(mul(r, r))
	term := func(offset int) func(n int) *big.Float {
		return func(n int) *big.Float { return quo(z, real(float64((2*n+offset)*(2*n+offset-1)))) }
	}
	sin = series(r, r.MantExp(nil)-oracleBits, term(1))
	cos = series(real(1), -2*oracleBits, term(0))
	quadrant := new(big.Int).And(turns, big.NewInt(3)).Int64()
	switch quadrant {
	case 1:
		sin, cos = cos, sin.Neg(sin)
	case 2:
		sin, cos = sin.Neg(sin), cos.Neg(cos)
	case 3:
		sin, cos = cos.Neg(cos), sin
	}
	return sin, cos
}

// bigErf is 2/√π·x·e^(−x²)·Σ (2x²)ⁿ/(1·3·5…), whose terms are all positive.
func bigErf(x *big.Float) *big.Float {
	z := shift(mul(x, x), 1)
	sum := series(real(1), -oracleBits, func(n int) *big.Float { return quo(z, real(float64(2*n+1))) })
	root := number().Sqrt(bigPi)
	return mul(mul(sum, bigExp(number().Neg(mul(x, x)))), quo(shift(x, 1), root))
}
