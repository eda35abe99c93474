package kernel_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// formula is activation a in float64.
func formula(a kernel.Act, p, q, x float64) float64 {
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	elu := func(alpha float64) float64 {
		if x > 0 {
			return x
		}
		return alpha * math.Expm1(x)
	}
	switch a {
	case kernel.ActReLU, kernel.ActLeakyReLU:
		if x < 0 {
			return p * x
		}
		if q > 0 {
			return math.Min(x, q)
		}
		return x
	case kernel.ActSigmoid:
		return sigmoid(x)
	case kernel.ActHardSigmoid:
		return math.Min(math.Max(0.2*x+0.5, 0), 1)
	case kernel.ActTanh:
		return math.Tanh(x)
	case kernel.ActSoftplus:
		return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	case kernel.ActSoftsign:
		return x / (1 + math.Abs(x))
	case kernel.ActELU:
		return elu(p)
	case kernel.ActSELU:
		return 1.0507009873554805 * elu(1.6732632423543772)
	case kernel.ActGELU:
		return x / 2 * math.Erfc(-x/math.Sqrt2)
	case kernel.ActGELUTanh:
		return x * sigmoid(2*math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x))
	case kernel.ActSwish:
		return x * sigmoid(x)
	case kernel.ActExponential:
		return math.Exp(x)
	}
	return x
}

// grid is n numbers from lo to hi.
func grid(lo, hi float64, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(lo + (hi-lo)*(float64(i)+0.5)/float64(n))
	}
	return x
}

// activationError is the relative error to expect of activation a at x: a few
// roundings. The tails of GELU are products with e^−u, whose relative error is
// that of u, which grows as x² and x³; the linear part of HardSigmoid crosses 0.
func activationError(a kernel.Act, x float64) float64 {
	x = math.Abs(x)
	switch a {
	case kernel.ActGELU:
		return 0x1p-24 * (6 + x*x)
	case kernel.ActGELUTanh:
		return 0x1p-24 * (6 + 3*x + x*x*x/4)
	case kernel.ActHardSigmoid:
		return 0x1p-24 * (2 + 1/math.Abs(2.5-x))
	}
	return 0x1p-24 * 6
}

func TestActivationsFollowTheirFormulas(t *testing.T) {
	x := grid(-12, 12, 20001)
	y := make([]float32, len(x))
	for _, a := range activations {
		t.Run(fmt.Sprintf("%d(%v,%v)", a.act, a.p, a.q), func(t *testing.T) {
			kernel.ActForward(a.act, a.p, a.q, y, x)
			for i, v := range x {
				want := formula(a.act, float64(a.p), float64(a.q), float64(v))
				if want == 0 && y[i] == 0 || math.Abs(want) < 1e-36 { // e^x is 0 below 2⁻¹²⁶
					continue
				}
				if e := math.Abs(float64(y[i])-want) / math.Abs(want); e > activationError(a.act, float64(v)) {
					t.Fatalf("at %v: %v, want %v; relative error %.2g above %.2g", v, y[i], want, e, activationError(a.act, float64(v)))
				}
			}
		})
	}
}

func TestActivationGradientsFollowTheirFormulas(t *testing.T) {
	x := grid(-6, 6, 1200) // never at a kink
	y, dy, dx := make([]float32, len(x)), make([]float32, len(x)), make([]float32, len(x))
	for i := range dy {
		dy[i] = float32(i%7) - 2.5
	}
	for _, a := range activations {
		t.Run(fmt.Sprintf("%d(%v,%v)", a.act, a.p, a.q), func(t *testing.T) {
			v := x
			if kernel.ActFromOutput(a.act) {
				kernel.ActForward(a.act, a.p, a.q, y, x)
				v = y
			}
			kernel.ActBackward(a.act, a.p, a.q, dx, dy, v)
			const h = 1e-5
			for i, at := range x {
				slope := (formula(a.act, float64(a.p), float64(a.q), float64(at)+h) - formula(a.act, float64(a.p), float64(a.q), float64(at)-h)) / (2 * h)
				want := float64(dy[i]) * slope
				// The derivative from a rounded output is off by its rounding, 2⁻²⁴ near 1,
				// and that of Swish and GELUTanh by x·u′ times as much; central differences
				// are off by about h² and 1e-16/h.
				tolerance := 3e-6 * max(1, math.Abs(want))
				if math.Abs(float64(dx[i])-want) > tolerance {
					t.Fatalf("at %v: %v, want %v", at, dx[i], want)
				}
			}
		})
	}
}

// TestReLUOfSpecials states what the comment of ReLU says.
func TestReLUOfSpecials(t *testing.T) {
	inf, nan, minus0 := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	each(t, func(t *testing.T, _ kernel.Level) {
		x := []float32{nan, minus0, 0, -inf, inf, -1, 0x1p-149, -0x1p-149}
		want := []float32{nan, minus0, 0, 0, inf, 0, 0x1p-149, 0}
		kernel.ReLU(x, x)
		if i := firstDifference(x, want); i >= 0 {
			t.Errorf("ReLU gives %v at %d, want %v", x[i], i, want[i])
		}
	})
}

// TestFunctionsOfSpecials states what the comments of the functions say.
func TestFunctionsOfSpecials(t *testing.T) {
	inf, nan, minus0 := float32(math.Inf(1)), float32(math.NaN()), float32(math.Copysign(0, -1))
	tests := []struct {
		name    string
		f       func(dst, x []float32)
		x, want float32
	}{
		{"Exp", kernel.Exp, nan, nan}, {"Exp", kernel.Exp, inf, inf}, {"Exp", kernel.Exp, -inf, 0},
		{"Exp", kernel.Exp, 0, 1}, {"Exp", kernel.Exp, 88.8, inf}, {"Exp", kernel.Exp, -87.34, 0}, {"Exp", kernel.Exp, -1000, 0},
		{"Expm1", kernel.Expm1, nan, nan}, {"Expm1", kernel.Expm1, -inf, -1}, {"Expm1", kernel.Expm1, 0, 0},
		{"Expm1", kernel.Expm1, minus0, 0},
		{"Log", kernel.Log, nan, nan}, {"Log", kernel.Log, inf, inf}, {"Log", kernel.Log, 0, -inf},
		{"Log", kernel.Log, minus0, -inf}, {"Log", kernel.Log, -1, nan}, {"Log", kernel.Log, -inf, nan}, {"Log", kernel.Log, 1, 0},
		{"Tanh", kernel.Tanh, nan, nan}, {"Tanh", kernel.Tanh, inf, 1}, {"Tanh", kernel.Tanh, -inf, -1},
		{"Tanh", kernel.Tanh, 0, 0}, {"Tanh", kernel.Tanh, minus0, minus0},
		{"Sigmoid", kernel.Sigmoid, nan, nan}, {"Sigmoid", kernel.Sigmoid, inf, 1}, {"Sigmoid", kernel.Sigmoid, -inf, 0},
		{"Sigmoid", kernel.Sigmoid, 0, 0.5}, {"Sigmoid", kernel.Sigmoid, -88, 0},
		{"Erf", kernel.Erf, nan, nan}, {"Erf", kernel.Erf, inf, 1}, {"Erf", kernel.Erf, -inf, -1},
		{"Erf", kernel.Erf, 0, 0}, {"Erf", kernel.Erf, minus0, minus0},
		{"Softplus", kernel.Softplus, nan, nan}, {"Softplus", kernel.Softplus, inf, inf}, {"Softplus", kernel.Softplus, -inf, 0},
		{"Sqrt", kernel.Sqrt, -1, nan}, {"Sqrt", kernel.Sqrt, minus0, minus0}, {"Sqrt", kernel.Sqrt, inf, inf},
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		for _, test := range tests {
			x := []float32{test.x}
			test.f(x, x)
			if !same(x[0], test.want) {
				t.Errorf("%s(%v) = %v, want %v", test.name, test.x, x[0], test.want)
			}
		}
	})
}

// TestActivationGradientsFlush has gradients that would be subnormal.
func TestActivationGradientsFlush(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		for _, a := range activations {
			dx, dy, v := make([]float32, 20), make([]float32, 20), make([]float32, 20)
			kernel.Fill(dy, -0x1p-127)
			kernel.Fill(v, 0.25)
			kernel.ActBackward(a.act, a.p, a.q, dx, dy, v)
			for _, d := range dx {
				if math.Float32bits(d) != 0 {
					t.Fatalf("activation %d leaves a gradient of %g", a.act, d)
				}
			}
		}
	})
}
