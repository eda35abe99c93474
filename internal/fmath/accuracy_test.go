package fmath_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

func uniform(low, high float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return low + float64(r.Float64()*(high-low)) }
}

// anyScale draws ±m·2ᵏ with k evenly in [low, high).
func anyScale(low, high int) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		x := math.Ldexp(1+r.Float64(), low+r.IntN(high-low))
		if r.IntN(2) == 0 {
			return -x
		}
		return x
	}
}

func positive(draw func(r *rand.Rand) float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return math.Abs(draw(r)) }
}

// The limits are in units of the exact value's last place. They are the package
// comment's: 0.51 where a pair of doubles is rounded once, 0.6 elsewhere.
var accuracyCases = []struct {
	name  string
	f     func(x float64) float64
	exact func(x float64) *big.Float
	draw  func(r *rand.Rand) float64
	limit float64
}{
	{"Exp", fmath.Exp, func(x float64) *big.Float { return bigExp(real(x)) }, uniform(-708, 709.7), 0.51},
	{"Exp/small", fmath.Exp, func(x float64) *big.Float { return bigExp(real(x)) }, anyScale(-60, 2), 0.51},
	{"Exp/subnormal", fmath.Exp, func(x float64) *big.Float { return bigExp(real(x)) }, uniform(-746, -708), 0.51},
	{"Exp2", fmath.Exp2, bigExp2, uniform(-1022, 1024), 0.51},
	{"Exp2/small", fmath.Exp2, bigExp2, anyScale(-60, 2), 0.51},
	{"Exp2/subnormal", fmath.Exp2, bigExp2, uniform(-1076, -1022), 0.51},
	{"Expm1", fmath.Expm1, bigExpm1, uniform(-45, 100), 0.51},
	{"Expm1/small", fmath.Expm1, bigExpm1, anyScale(-70, 2), 0.51},
	{"Log", fmath.Log, func(x float64) *big.Float { return bigLog(real(x)) }, positive(anyScale(-1074, 1024)), 0.51},
	{"Log/near 1", fmath.Log, func(x float64) *big.Float { return bigLog(real(x)) }, near1, 0.51},
	{"Log2", fmath.Log2, func(x float64) *big.Float { return quo(bigLog(real(x)), bigLn2) }, positive(anyScale(-1074, 1024)), 0.51},
	{"Log2/near 1", fmath.Log2, func(x float64) *big.Float { return quo(bigLog(real(x)), bigLn2) }, near1, 0.51},
	{"Log10", fmath.Log10, bigLog10, positive(anyScale(-1074, 1024)), 0.51},
	{"Log10/near 1", fmath.Log10, bigLog10, near1, 0.51},
	{"Log1p", fmath.Log1p, bigLog1p, positive(anyScale(-60, 1024)), 0.51},
	{"Log1p/small", fmath.Log1p, bigLog1p, anyScale(-60, -1), 0.51},
	{"Sin", fmath.Sin, bigSin, anyScale(-40, 3), 0.51},
	{"Sin/middle", fmath.Sin, bigSin, anyScale(3, 22), 0.51},
	{"Sin/huge", fmath.Sin, bigSin, anyScale(20, 1024), 0.51},
	{"Sin/near zeros", fmath.Sin, bigSin, nearMultiple, 0.51},
	{"Cos", fmath.Cos, bigCos, anyScale(-40, 3), 0.51},
	{"Cos/middle", fmath.Cos, bigCos, anyScale(3, 22), 0.51},
	{"Cos/huge", fmath.Cos, bigCos, anyScale(20, 1024), 0.51},
	{"Cos/near zeros", fmath.Cos, bigCos, nearMultiple, 0.51},
	{"Tanh", fmath.Tanh, bigTanh, anyScale(-60, 5), 0.51},
	{"Sigmoid", fmath.Sigmoid, bigSigmoid, anyScale(-60, 6), 0.51},
	{"Sigmoid/tail", fmath.Sigmoid, bigSigmoid, uniform(-708, -30), 0.51},
	{"Erf", fmath.Erf, func(x float64) *big.Float { return bigErf(real(x)) }, anyScale(-60, 3), 0.51},
	{"Erf/middle", fmath.Erf, func(x float64) *big.Float { return bigErf(real(x)) }, uniform(0, 3), 0.51},
}

func bigExp2(x float64) *big.Float  { return bigExp(mul(real(x), bigLn2)) }
func bigExpm1(x float64) *big.Float { return sub(bigExp(real(x)), real(1)) }
func bigLog10(x float64) *big.Float { return quo(bigLog(real(x)), bigLog(real(10))) }
func bigLog1p(x float64) *big.Float { return bigLog(add(real(1), real(x))) }
func bigSin(x float64) *big.Float   { s, _ := bigSinCos(x); return s }
func bigCos(x float64) *big.Float   { _, c := bigSinCos(x); return c }

func bigTanh(x float64) *big.Float {
	e := bigExp(real(2 * x))
	return quo(sub(e, real(1)), add(e, real(1)))
}

func bigSigmoid(x float64) *big.Float {
	return quo(real(1), add(real(1), bigExp(real(-x))))
}

func near1(r *rand.Rand) float64 { return 1 + anyScale(-52, -4)(r) }

// nearMultiple draws a double next to a multiple of π/2.
func nearMultiple(r *rand.Rand) float64 {
	n := math.Floor(math.Ldexp(r.Float64(), 1+r.IntN(40)))
	x, _ := mul(real(n+1), shift(bigPi, -1)).Float64()
	return x
}

// draws is n, or a tenth of it in short tests: the oracles take their time.
func draws(n int) int {
	if testing.Short() {
		return n / 10
	}
	return n
}

func TestAccuracy(t *testing.T) {
	for _, c := range accuracyCases {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			worst, at := 0.0, 0.0
			for range draws(1500) {
				x := c.draw(r)
				if e := ulps(c.f(x), c.exact(x)); e > worst || e != e {
					worst, at = e, x
				}
			}
			t.Logf("worst %.4f at %x", worst, at)
			if !(worst <= c.limit) {
				t.Errorf("%s(%x) is off by %.3f units in the last place, limit %.2f; got %x, want %.20g",
					c.name, at, worst, c.limit, c.f(at), c.exact(at))
			}
		})
	}
}

func TestPowAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	worst := 0.0
	for range draws(4000) {
		x := math.Abs(anyScale(-1074, 1024)(r))
		y := (r.Float64()*2 - 1) * 760 / math.Max(1e-300, math.Abs(math.Log(x)))
		if r.IntN(3) == 0 {
			x = near1(r)
			y = (r.Float64()*2 - 1) * 700 / math.Abs(math.Log(x))
		}
		exact := bigExp(mul(real(y), bigLog(real(x))))
		e := ulps(fmath.Pow(x, y), exact)
		worst = math.Max(worst, e)
		if !(e <= 0.55) { // |y·log x| < 2¹⁰ loses 10 of the pair's 65 bits
			t.Fatalf("Pow(%x, %x) is off by %.3f units in the last place; got %x, want %.20g", x, y, e, fmath.Pow(x, y), exact)
		}
	}
	t.Logf("worst %.4f", worst)
}

// ulps returns |got − exact| in units of exact's last place. Beyond the range
// of doubles, and for subnormal results, it is that of the nearest double.
func ulps(got float64, exact *big.Float) float64 {
	nearest, _ := exact.Float64()
	if math.IsInf(nearest, 0) && got == nearest {
		return 0
	}
	exponent := max(exact.MantExp(nil)-53, -1074)
	d := sub(real(got), exact)
	e, _ := shift(d.Abs(d), -exponent).Float64()
	return e
}

// TestHardestAngles takes, for each binade, the double that is next to a
// multiple of π/2: the convergents of 2^e·2/π give it. Its sine or cosine is
// what is left of it after 60 bits and more have cancelled.
func TestHardestAngles(t *testing.T) {
	for e := -52; e <= 971; e++ {
		x := math.Ldexp(hardestSignificand(e), e)
		if x < 1 {
			continue
		}
		sin, cos := fmath.SinCos(x)
		exactSin, exactCos := bigSinCos(x)
		if a, b := ulps(sin, exactSin), ulps(cos, exactCos); !(a <= 0.51 && b <= 0.51) {
			t.Errorf("SinCos(%x) is off by %.3f and %.3f units in the last place", x, a, b)
		}
	}
}

// hardestSignificand returns the integer m < 2⁵³ for which m·2^e comes closest to
// a multiple of π/2.
func hardestSignificand(e int) float64 {
	alpha := new(big.Float).Quo(big.NewFloat(2).SetPrec(1600), widePi)
	num, _ := alpha.SetMantExp(alpha, 1500+e).Int(nil)
	den := new(big.Int).Lsh(big.NewInt(1), 1500)
	limit := new(big.Int).Lsh(big.NewInt(1), 53)
	before, q := big.NewInt(1), big.NewInt(0) // denominators of the convergents
	for {
		a, rest := new(big.Int).QuoRem(num, den, new(big.Int))
		before, q = q, before.Add(before, a.Mul(a, q))
		if q.Cmp(limit) >= 0 {
			m, _ := new(big.Float).SetInt(before).Float64()
			return m
		}
		num, den = den, rest
	}
}
