package fmath_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

var (
	inf     = math.Inf(1)
	nan     = math.NaN()
	negZero = math.Copysign(0, -1)
)

const tiny = math.SmallestNonzeroFloat64

// same is equality of bits, any NaN equal to any NaN.
func same(x, y float64) bool {
	return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
}

func TestSpecialValues(t *testing.T) {
	type pair struct{ x, want float64 }
	for name, c := range map[string]struct {
		f     func(x float64) float64
		pairs []pair
	}{
		"Exp": {fmath.Exp, []pair{{0, 1}, {negZero, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {tiny, 1},
			{710, inf}, {709.782712893384, 0x1.fffffffffff2ap1023}, {-745.13, tiny}, {-745.2, 0}, {-1e300, 0}, {1, math.E}}},
		"Exp2": {fmath.Exp2, []pair{{0, 1}, {inf, inf}, {-inf, 0}, {nan, nan}, {1023, 0x1p1023}, {1024, inf},
			{-1022, 0x1p-1022}, {-1074, tiny}, {-1075, 0}, {-1074.9, tiny}, {10, 1024}, {0.5, math.Sqrt2}}},
		"Expm1": {fmath.Expm1, []pair{{0, 0}, {negZero, negZero}, {inf, inf}, {-inf, -1}, {nan, nan}, {tiny, tiny},
			{-tiny, -tiny}, {710, inf}, {-41, -1}, {-1000, -1}}},
		"Log": {fmath.Log, []pair{{1, 0}, {0, -inf}, {negZero, -inf}, {-1, nan}, {-tiny, nan}, {inf, inf}, {-inf, nan},
			{nan, nan}, {tiny, -744.4400719213812}, {math.MaxFloat64, 709.782712893384}, {2, math.Ln2}}},
		"Log2": {fmath.Log2, []pair{{1, 0}, {0, -inf}, {-1, nan}, {inf, inf}, {nan, nan}, {8, 3}, {tiny, -1074},
			{0x1p1023, 1023}, {0.125, -3}}},
		"Log10": {fmath.Log10, []pair{{1, 0}, {0, -inf}, {-1, nan}, {inf, inf}, {nan, nan}, {1000, 3}, {1e22, 22}}},
		"Log1p": {fmath.Log1p, []pair{{0, 0}, {negZero, negZero}, {-1, -inf}, {-1.5, nan}, {inf, inf}, {-inf, nan},
			{nan, nan}, {tiny, tiny}, {-tiny, -tiny}, {1, math.Ln2}, {math.MaxFloat64, 709.782712893384}}},
		"Sin": {fmath.Sin, []pair{{0, 0}, {negZero, negZero}, {inf, nan}, {-inf, nan}, {nan, nan}, {tiny, tiny},
			{math.Pi, 0x1.1a62633145c07p-53}, {math.Pi / 2, 1}, {-math.Pi / 2, -1}, {0x1p1023, 0x1.205248cbdb76p-1}}},
		"Cos": {fmath.Cos, []pair{{0, 1}, {negZero, 1}, {inf, nan}, {-inf, nan}, {nan, nan}, {tiny, 1},
			{math.Pi, -1}, {math.Pi / 2, 0x1.1a62633145c07p-54}, {-math.Pi, -1}}},
		"Tanh": {fmath.Tanh, []pair{{0, 0}, {negZero, negZero}, {inf, 1}, {-inf, -1}, {nan, nan}, {tiny, tiny},
			{-tiny, -tiny}, {21, 1}, {-21, -1}, {1e300, 1}}},
		"Sigmoid": {fmath.Sigmoid, []pair{{0, 0.5}, {negZero, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}, {tiny, 0.5},
			{41, 1}, {-745.13, tiny}, {-750, 0}}},
		"Erf": {fmath.Erf, []pair{{0, 0}, {negZero, negZero}, {inf, 1}, {-inf, -1}, {nan, nan}, {tiny, tiny},
			{-tiny, -tiny}, {6, 1}, {-6, -1}, {5.9999, 1}}},
	} {
		for _, p := range c.pairs {
			if got := c.f(p.x); !same(got, p.want) {
				t.Errorf("%s(%g) = %x, want %x", name, p.x, got, p.want)
			}
		}
	}
}

func TestPowSpecialValues(t *testing.T) {
	for _, c := range []struct{ x, y, want float64 }{
		{nan, 0, 1}, {nan, negZero, 1}, {1, nan, 1}, {1, inf, 1}, {0, 0, 1}, {inf, 0, 1},
		{nan, 1, nan}, {2, nan, nan}, {-1, nan, nan},
		{-1, inf, 1}, {-1, -inf, 1}, {2, inf, inf}, {2, -inf, 0}, {0.5, inf, 0}, {-0.5, -inf, inf}, {-2, inf, inf},
		{0, 3, 0}, {negZero, 3, negZero}, {negZero, 2, 0}, {0, -3, inf}, {negZero, -3, -inf}, {negZero, -2, inf}, {negZero, 0.5, 0},
		{inf, 2, inf}, {inf, -2, 0}, {-inf, 3, -inf}, {-inf, 2, inf}, {-inf, -3, negZero}, {-inf, -2, 0}, {-inf, 0.5, inf},
		{0, inf, 0}, {0, -inf, inf}, {inf, -inf, 0}, {-inf, inf, inf},
		{-2, 0.5, nan}, {-2, 3, -8}, {-2, 2, 4}, {-1, 1e300, 1}, {-1, 0x1p53 - 1, -1}, {-1, 1e16, 1}, {-1, 0x1p53, 1},
		{2, 1024, inf}, {2, -1074, tiny}, {2, -1075, 0}, {-2, 1025, -inf}, {-2, -1077, negZero},
		{10, 22, 1e22}, {3, 2, 9}, {4, 0.5, 2}, {math.MaxFloat64, 1, math.MaxFloat64}, {tiny, 1, tiny}, {1e300, 1e300, inf}, {1e300, -1e300, 0},
		{0.5, 1e300, 0},
	} {
		if got := fmath.Pow(c.x, c.y); !same(got, c.want) {
			t.Errorf("Pow(%g, %g) = %x, want %x", c.x, c.y, got, c.want)
		}
	}
}

func TestSinCosAreOddAndEven(t *testing.T) {
	for x := 0.001; x < 1e9; x *= 1.37 {
		s, c := fmath.SinCos(x)
		if sn, cn := fmath.SinCos(-x); sn != -s || cn != c {
			t.Errorf("SinCos(%g) = %g, %g, but of the negative %g, %g", x, s, c, sn, cn)
		}
	}
}

// Monotone functions must not step back where one table entry or formula gives
// way to the next.
func TestMonotone(t *testing.T) {
	for _, c := range []struct {
		name      string
		f         func(float64) float64
		low, high float64
	}{
		{"Exp", fmath.Exp, -1, 1}, {"Expm1", fmath.Expm1, -0.02, 0.02}, {"Log", fmath.Log, 0.5, 2},
		{"Log1p", fmath.Log1p, -0.02, 0.02}, {"Tanh", fmath.Tanh, -2, 2}, {"Sigmoid", fmath.Sigmoid, -1, 1},
		{"Erf", fmath.Erf, -3, 3}, {"Sin", fmath.Sin, -1.57, 1.57},
	} {
		const steps = 4000
		for i := range steps {
			x := c.low + (c.high-c.low)*float64(i)/steps
			if a, b := c.f(x), c.f(math.Nextafter(x, inf)); a > b {
				t.Errorf("%s falls from %x to %x at %x", c.name, a, b, x)
			}
		}
	}
}
