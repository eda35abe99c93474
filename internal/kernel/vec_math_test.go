package kernel_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// ulps is |got−want| in units of the last place of float32 at want.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	if math.IsNaN(want) || math.IsInf(float64(w), 0) || math.IsNaN(float64(got)) {
		if same(got, w) {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(want)
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e, -125)-24)
}

func TestMathAccuracy(t *testing.T) {
	least := math.Log(0x1p-126)
	tests := []struct {
		name   string
		f      func(dst, x []float32)
		oracle func(x float64) float64
		lo, hi float64
		ulps   float64
	}{
		{"Exp", kernel.Exp, math.Exp, least, 88.7228, 1.1},
		{"Exp near 0", kernel.Exp, math.Exp, -1, 1, 1},
		{"Expm1", kernel.Expm1, math.Expm1, -30, 0, 2},
		{"Expm1 near 0", kernel.Expm1, math.Expm1, -1e-3, 1e-3, 2},
		{"Log", kernel.Log, math.Log, 0, 4, 1},
		{"Log of large", kernel.Log, math.Log, 4, math.MaxFloat32, 1},
		{"Log of small", kernel.Log, math.Log, 0, 0x1p-120, 1},
		{"Log near 1", kernel.Log, math.Log, 0.99, 1.01, 1},
		{"Tanh", kernel.Tanh, math.Tanh, -12, 12, 2.5},
		{"Tanh near 0", kernel.Tanh, math.Tanh, -1e-2, 1e-2, 2.5},
		{"Sigmoid", kernel.Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }, least, 30, 2.5},
		{"Erf", kernel.Erf, math.Erf, -5, 5, 2},
		{"Erf near 0", kernel.Erf, math.Erf, -1e-2, 1e-2, 2},
		{"Softplus", kernel.Softplus, func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }, least, 40, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const n = 200_000
			x, y := make([]float32, n), make([]float32, n)
			for i := range x {
				x[i] = float32(test.lo + (test.hi-test.lo)*(float64(i)+0.5)/n)
			}
			test.f(y, x)
			worst, at := 0.0, 0
			for i := range x {
				if u := ulps(y[i], test.oracle(float64(x[i]))); u > worst {
					worst, at = u, i
				}
			}
			t.Logf("worst: %.3f ulp at %x", worst, x[at])
			if !(worst <= test.ulps) {
				t.Errorf("error of %.3f ulp at %x: got %x, want %x", worst, x[at], y[at], test.oracle(float64(x[at])))
			}
		})
	}
}
