package fmath_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// TestDot holds Dot to the bound of its order: a lane adds at most 16 products
// of a block, its tree 3, and the blocks as many as the halvings, each sum and
// product with a relative error of 2⁻⁵³.
func TestDot(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for n := range 600 {
		x, y := make([]float64, n), make([]float64, n)
		exact, size := number(), 0.0
		for i := range x {
			x[i], y[i] = r.NormFloat64(), r.NormFloat64()*1e3
			exact = add(exact, mul(real(x[i]), real(y[i])))
			size += math.Abs(x[i] * y[i])
		}
		bound := size * 30 * 0x1p-53
		if e := distance(fmath.Dot(x, y), exact); e > bound {
			t.Errorf("dot of %d values is off by %g, bound %g", n, e, bound)
		}
		if e := distance(fmath.Sum(x), sumOf(x)); e > size*30*0x1p-53 {
			t.Errorf("sum of %d values is off by %g", n, e)
		}
	}
}

func sumOf(x []float64) *big.Float {
	s := number()
	for _, v := range x {
		s = add(s, real(v))
	}
	return s
}

func distance(got float64, want *big.Float) float64 {
	d := sub(real(got), want)
	e, _ := d.Abs(d).Float64()
	return e
}

func TestNorm2(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{nil, 0}, {[]float64{0, negZero}, 0}, {[]float64{3, -4}, 5}, {[]float64{3e300, 4e300}, 5e300},
		{[]float64{3e-310, 4e-310}, 5e-310}, {[]float64{tiny, 0}, tiny}, {[]float64{1, -inf}, inf},
		{[]float64{nan, inf}, nan}, {[]float64{1, nan}, nan}, {[]float64{math.MaxFloat64, math.MaxFloat64}, inf},
	} {
		// The scaled sum of squares and its root are rounded: two units at most.
		got := fmath.Norm2(c.x)
		if !same(got, c.want) && !(math.Abs(got-c.want) <= 4e-16*c.want) {
			t.Errorf("Norm2(%g) = %x, want %x", c.x, got, c.want)
		}
	}
}

func TestStatisticsOfNothing(t *testing.T) {
	mean, variance := fmath.Variance([]float64{3}, 1)
	for name, got := range map[string]float64{
		"Mean of none":            fmath.Mean(nil),
		"Variance of one, free 1": variance,
		"Quantile of none":        fmath.Quantile(nil, 0.5),
		"Quantile beyond 1":       fmath.Quantile([]float64{1}, 1.1),
		"Quantile NaN":            fmath.Quantile([]float64{1}, nan),
		"Median of none":          fmath.Median(nil),
		"NormalQuantile below 0":  fmath.NormalQuantile(-0.1),
		"NormalQuantile above 1":  fmath.NormalQuantile(1.1),
		"NormalQuantile of NaN":   fmath.NormalQuantile(nan),
	} {
		if got == got {
			t.Errorf("%s is %g, want NaN", name, got)
		}
	}
	for p, want := range map[float64]float64{0: -inf, 0.5: 0, 1: inf} {
		if got := fmath.NormalQuantile(p); got != want {
			t.Errorf("NormalQuantile(%g) = %g, want %g", p, got, want)
		}
	}
	if mean != 3 {
		t.Errorf("mean of one value is %g, want 3", mean)
	}
}

// The values 0, 0 and 3 have mean 1, variance 2 and third moment 2.
func TestSkewness(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{{nil, 0}, {[]float64{4, 4}, 0}, {[]float64{-1, 0, 1}, 0}, {[]float64{0, 0, 3}, 1 / math.Sqrt2}, {[]float64{0, 0, -3}, -1 / math.Sqrt2}} {
		if got := fmath.Skewness(c.x); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("Skewness(%g) = %g, want %g", c.x, got, c.want)
		}
	}
}

func TestVarianceOfConstantIsZero(t *testing.T) {
	x := make([]float64, 1001)
	for i := range x {
		x[i] = 0.1
	}
	if _, v := fmath.Variance(x, 0); v > 1e-32 {
		t.Errorf("variance of a constant is %g", v)
	}
}

func TestMatMul(t *testing.T) {
	a := []float64{1, 2, 3, 4, 5, 6}
	for _, c := range []struct {
		b    []float64
		n    int
		want []float64
	}{
		{[]float64{1, -1, 2}, 1, []float64{5, 11}},
		{[]float64{1, 0, -1, 2, 2, 1}, 2, []float64{5, 7, 11, 16}},
	} {
		got := []float64{9, 9, 9, 9}[:2*c.n]
		fmath.MatMul(got, a, c.b, 2, 3, c.n)
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("n = %d: got %v, want %v", c.n, got, c.want)
				break
			}
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"Dot":    func() { fmath.Dot([]float64{1}, nil) },
		"MatMul": func() { fmath.MatMul(make([]float64, 1), make([]float64, 2), make([]float64, 3), 1, 2, 1) },
		"QR":     func() { fmath.QR(make([]float64, 2), 1, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes wrong lengths", name)
				}
			}()
			f()
		}()
	}
}
