package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// uniforms and normals return the pass's numbers of stream 0, one for each value.
func uniforms(p *nn.Pass, n int) []float32 {
	u := make([]float32, n)
	p.Uniform(u, 0)
	return u
}

func normals(p *nn.Pass, n int) []float32 {
	z := make([]float32, n)
	p.Normal(z, 0)
	return z
}

// byNumber returns the formula of a layer that changes each value by a random
// number of its own.
func byNumber(draw func(p *nn.Pass, n int) []float32, f func(x, r float64) float64) func(p *nn.Pass) nntest.Ref {
	return func(p *nn.Pass) nntest.Ref {
		return func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
			r, y := draw(p, len(in[0])), make([]float64, len(in[0]))
			for i, x := range in[0] {
				y[i] = f(x, float64(r[i]))
			}
			return y
		}
	}
}

func TestDropout(t *testing.T) {
	for _, rate := range []float64{0.2, 0.5, 0.9} {
		nntest.Check(t, nntest.Case{Layer: nn.Dropout{Rate: rate}, In: []tensor.Shape{{4, 3}}, Out: tensor.Shape{4, 3}, Infer: same,
			Random: byNumber(uniforms, func(x, u float64) float64 {
				if u < rate {
					return 0
				}
				return x / (1 - rate)
			})})
	}
}

func TestGaussianDropout(t *testing.T) {
	for _, rate := range []float64{0.1, 0.5} {
		nntest.Check(t, nntest.Case{Layer: nn.GaussianDropout{Rate: rate}, In: []tensor.Shape{{6}}, Out: tensor.Shape{6}, Infer: same,
			Random: byNumber(normals, func(x, z float64) float64 { return x * (1 + math.Sqrt(rate/(1-rate))*z) })})
	}
}

func TestGaussianNoise(t *testing.T) {
	for _, std := range []float64{0.1, 2} {
		nntest.Check(t, nntest.Case{Layer: nn.GaussianNoise{Std: std}, In: []tensor.Shape{{6}}, Out: tensor.Shape{6}, Infer: same,
			Random: byNumber(normals, func(x, z float64) float64 { return x + std*z })})
	}
}

// The formulas are those of the paper: α′ = −λα, q = 1−rate, a and b such that
// a·(x·d + α′·(1−d)) + b keeps mean 0 and variance 1.
func TestAlphaDropout(t *testing.T) {
	for _, rate := range []float64{0.05, 0.5} {
		limit := -1.7580993408473766
		q := 1 - rate
		a := math.Pow(q+limit*limit*q*(1-q), -0.5)
		b := -a * (1 - q) * limit
		nntest.Check(t, nntest.Case{Layer: nn.AlphaDropout{Rate: rate}, In: []tensor.Shape{{6}}, Out: tensor.Shape{6}, Infer: same,
			Mean: nntest.PerValue(func(x float64) float64 { return a*(q*x+(1-q)*limit) + b }),
			Random: byNumber(uniforms, func(x, u float64) float64 {
				if u < rate {
					return a*limit + b
				}
				return a*x + b
			})})
	}
}

// Alpha dropout keeps mean 0 and variance 1.
func TestAlphaDropoutKeepsMoments(t *testing.T) {
	const n = 100000
	x := draw(t, nn.Normal(0, 1), tensor.Shape{n}, 1)
	op, err := nn.AlphaDropout{Rate: 0.3}.Build([]tensor.Shape{{n}})
	if err != nil {
		t.Fatal(err)
	}
	p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{x}, Out: make([]float32, n), Work: make([]float32, n)}
	op.Forward(p)
	mean, std := moments(p.Out)
	if limit := 4.5 / math.Sqrt(n); math.Abs(mean) > limit || math.Abs(std-1) > limit {
		t.Errorf("mean %.4f and standard deviation %.4f, want 0 and 1 to ±%.4f", mean, std, limit)
	}
}

// A rate or a deviation of 0 changes nothing, in training too.
func TestNoNoise(t *testing.T) {
	for _, l := range []nn.Layer{nn.Dropout{}, nn.GaussianDropout{}, nn.GaussianNoise{}, nn.AlphaDropout{}} {
		nntest.Check(t, nntest.Case{Layer: l, In: []tensor.Shape{{5}}, Out: tensor.Shape{5}, Ref: same})
	}
}

func TestNoiseFails(t *testing.T) {
	one := []tensor.Shape{{3}}
	for _, rate := range []float64{-0.1, 1, 1 - 1e-9, 2, math.NaN()} {
		for _, l := range []nn.Layer{nn.Dropout{Rate: rate}, nn.GaussianDropout{Rate: rate}, nn.AlphaDropout{Rate: rate}} {
			nntest.CheckFails(t, l, one, "want at least 0 and below 1")
		}
	}
	nntest.CheckFails(t, nn.Dropout{Rate: 1.5}, one, "Rate is 1.5, want at least 0 and below 1")
	for _, std := range []float64{-1, math.NaN(), math.Inf(1), 1e39} {
		nntest.CheckFails(t, nn.GaussianNoise{Std: std}, one, "want a number of at least 0")
	}
	for _, l := range []nn.Layer{nn.Dropout{}, nn.GaussianDropout{}, nn.GaussianNoise{}, nn.AlphaDropout{}} {
		nntest.CheckFails(t, l, []tensor.Shape{{1}, {1}}, "it has 2 inputs, want 1")
	}
}
