package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// activations has the formula of each activation of act.All, along the last axis.
func activations() map[string]func(x []float64) []float64 {
	each := func(f func(x float64) float64) func(x []float64) []float64 {
		return func(x []float64) []float64 {
			y := make([]float64, len(x))
			for i, v := range x {
				y[i] = f(v)
			}
			return y
		}
	}
	sigmoid := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	elu := func(x float64) float64 {
		if x > 0 {
			return x
		}
		return math.Exp(x) - 1
	}
	return map[string]func(x []float64) []float64{
		"linear":          each(func(x float64) float64 { return x }),
		"relu":            each(func(x float64) float64 { return math.Max(x, 0) }),
		"relu(6, 0)":      each(func(x float64) float64 { return math.Min(math.Max(x, 0), 6) }),
		"leaky_relu(0.1)": each(func(x float64) float64 { return math.Max(x, 0.1*x) }),
		"sigmoid":         each(sigmoid),
		"hard_sigmoid":    each(func(x float64) float64 { return math.Min(math.Max(0.2*x+0.5, 0), 1) }),
		"tanh":            each(math.Tanh),
		"softmax":         softmax,
		"softplus":        each(func(x float64) float64 { return math.Log1p(math.Exp(x)) }),
		"softsign":        each(func(x float64) float64 { return x / (1 + math.Abs(x)) }),
		"elu(1)":          each(elu),
		"selu": each(func(x float64) float64 {
			if x > 0 {
				return 1.0507009873554805 * x
			}
			return 1.0507009873554805 * 1.6732632423543772 * elu(x)
		}),
		"gelu": each(func(x float64) float64 { return x * 0.5 * (1 + math.Erf(x/math.Sqrt2)) }),
		"gelu_tanh": each(func(x float64) float64 {
			return 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))
		}),
		"swish":       each(func(x float64) float64 { return x * sigmoid(x) }),
		"exponential": each(math.Exp),
	}
}

func softmax(x []float64) []float64 {
	y, sum := make([]float64, len(x)), 0.0
	for i, v := range x {
		y[i] = math.Exp(v)
		sum += y[i]
	}
	for i := range y {
		y[i] /= sum
	}
	return y
}

// lastAxis returns the formula of a layer that treats the last axis, of n values,
// alone.
func lastAxis(n int, f func(x []float64) []float64) nntest.Ref {
	return func(_ map[string][]float64, _ int, in ...[]float64) (out []float64) {
		for lo := 0; lo < len(in[0]); lo += n {
			out = append(out, f(in[0][lo:lo+n])...)
		}
		return out
	}
}

// spread widens the inputs, so that limits far from zero are met.
func spread(_ int, x []float32) {
	for i := range x {
		x[i] *= 3
	}
}

func TestActivation(t *testing.T) {
	formulas := activations()
	for _, f := range act.All() {
		formula := formulas[f.String()]
		if formula == nil {
			t.Errorf("%v has no formula here", f)
			continue
		}
		for _, shape := range []tensor.Shape{{7}, {2, 3}, {1}} {
			if f == act.Softmax && shape.Last() == 1 {
				continue // constant
			}
			nntest.Check(t, nntest.Case{Layer: nn.Activation{Func: f}, In: []tensor.Shape{shape}, Out: shape,
				Rows: 6, Inputs: spread, Ref: lastAxis(shape.Last(), formula)})
		}
	}
}

func TestActivationFails(t *testing.T) {
	one := []tensor.Shape{{3}}
	nntest.CheckFails(t, nn.Activation{Func: act.LeakyReLU(-0.1)}, one, "activation leaky_relu(-0.1): -0.1 is out of range, want a number of at least 0")
	nntest.CheckFails(t, nn.Activation{Func: act.ELU(math.NaN())}, one, "NaN is out of range")
	nntest.CheckFails(t, nn.Activation{Func: act.ReLUWith(-6, 0)}, one, "-6 is out of range")
	nntest.CheckFails(t, nn.Activation{}, nil, "it has 0 inputs, want 1")
	nntest.CheckFails(t, nn.Activation{}, []tensor.Shape{{1}, {1}}, "it has 2 inputs, want 1")
}
