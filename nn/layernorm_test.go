package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// layerNorm is the formula for samples of n values: the features' moments of the
// transposed sample.
func layerNorm(n int, epsilon float64) nntest.Ref {
	return func(params map[string][]float64, _ int, in ...[]float64) (out []float64) {
		for lo := 0; lo < len(in[0]); lo += n {
			x := in[0][lo : lo+n]
			mean, variance := featureMoments(x, 1, all)
			m, v := make([]float64, n), make([]float64, n)
			for j := range n {
				m[j], v[j] = mean[0], variance[0]
			}
			out = append(out, normalized(x, m, v, epsilon, params)...)
		}
		return out
	}
}

func TestLayerNorm(t *testing.T) {
	for _, c := range []struct {
		layer   nn.LayerNorm
		shape   tensor.Shape
		epsilon float64
	}{
		{nn.LayerNorm{}, tensor.Shape{4}, 1e-3},
		{nn.LayerNorm{}, tensor.Shape{50}, 1e-3},
		{nn.LayerNorm{}, tensor.Shape{2, 5}, 1e-3},
		{nn.LayerNorm{Epsilon: 0.5}, tensor.Shape{4}, 0.5},
		{nn.LayerNorm{NoScale: true}, tensor.Shape{4}, 1e-3},
		{nn.LayerNorm{NoCenter: true}, tensor.Shape{4}, 1e-3},
		{nn.LayerNorm{NoScale: true, NoCenter: true}, tensor.Shape{2, 5}, 1e-3},
	} {
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.shape}, Out: c.shape, Ref: layerNorm(c.shape.Last(), c.epsilon)})
	}
}

func TestLayerNormFails(t *testing.T) {
	in := []tensor.Shape{{3}}
	nntest.CheckFails(t, nn.LayerNorm{Epsilon: -1}, in, "Epsilon is -1, want a number above 0")
	nntest.CheckFails(t, nn.LayerNorm{GammaConstraint: nn.MaxNorm(-1)}, in, `parameter "gamma": constraint max_norm(-1)`)
	nntest.CheckFails(t, nn.LayerNorm{BetaInit: nn.Uniform(1, 0)}, in, `parameter "beta": initializer uniform(1, 0)`)
	nntest.CheckFails(t, nn.LayerNorm{}, nil, "it has 0 inputs, want 1")
}
