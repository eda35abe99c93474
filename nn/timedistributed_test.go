package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// perStep is the formula of a layer whose steps are rows.
func perStep(steps int, inner nntest.Ref) nntest.Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) []float64 {
		return inner(params, rows*steps, in...)
	}
}

// affine is x·W + b for each row, behind which f changes each row.
func affine(units int, f func(y []float64)) nntest.Ref {
	return nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		y := make([]float64, units)
		for j := range y {
			y[j] = params["bias"][j]
			for i, x := range in[0] {
				y[j] += x * params["kernel"][i*units+j]
			}
		}
		f(y)
		return y
	})
}

func relu(y []float64) {
	for i := range y {
		y[i] = max(y[i], 0)
	}
}

func TestTimeDistributed(t *testing.T) {
	dense := nn.Dense{Units: 3, Activation: act.ReLU, Penalty: nn.Penalty{L2: 0.1}, Activity: nn.ActivityPenalty{L1: 1}}
	for _, c := range []nntest.Case{
		{Layer: dense, In: []tensor.Shape{{4, 2}}, Out: tensor.Shape{4, 3}, Ref: affine(3, relu)},
		{Layer: nn.As("inner", nn.Dense{Units: 3, Activation: act.Softmax}), In: []tensor.Shape{{2, 4}}, Out: tensor.Shape{2, 3}, Ref: affine(3, func(y []float64) { copy(y, softmax(y)) })},
		{Layer: nn.Flatten{}, In: []tensor.Shape{{2, 2, 3}}, Out: tensor.Shape{2, 6}, Ref: same},
		{Layer: nn.LayerNorm{}, In: []tensor.Shape{{3, 5}}, Out: tensor.Shape{3, 5}, Ref: layerNorm(5, 1e-3)},
		{Layer: nn.RepeatVector{Times: 2}, In: []tensor.Shape{{3, 2}}, Out: tensor.Shape{3, 2, 2},
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) []float64 {
				return append(append([]float64(nil), in[0]...), in[0]...)
			})},
		{Layer: nn.TimeDistributed{Layer: nn.Dense{Units: 2}}, In: []tensor.Shape{{2, 3, 4}}, Out: tensor.Shape{2, 3, 2},
			Ref: perStep(3, affine(2, func([]float64) {}))},
		{Layer: nn.Dropout{Rate: 0.5}, In: []tensor.Shape{{3, 4}}, Out: tensor.Shape{3, 4}, Infer: same,
			Random: byNumber(uniforms, func(x, u float64) float64 {
				if u < 0.5 {
					return 0
				}
				return 2 * x
			})},
		{Layer: nn.Embedding{Vocabulary: 4, Dim: 2}, In: []tensor.Shape{{3, 2}}, Out: tensor.Shape{3, 2, 2},
			Ref: gather(2), Indices: true, Inputs: indices(4)},
	} {
		steps := c.Out[0]
		c.Layer = nn.TimeDistributed{Layer: c.Layer}
		if c.Ref != nil {
			c.Ref = perStep(steps, c.Ref)
		}
		nntest.Check(t, c)
	}
}

// A mask of steps is one of rows to the layer.
func TestTimeDistributedMasks(t *testing.T) {
	const steps, n = 4, 3
	counts := func(i int) bool { return i%steps < 1+i/steps%steps }
	mask := func(_, row int) (m []float32) {
		for s := range steps {
			m = append(m, 0)
			if counts(row*steps + s) {
				m[s] = 1
			}
		}
		return m
	}
	moments := func(x []float64) (mean, variance []float64) { return featureMoments(x, n, counts) }
	nntest.Check(t, nntest.Case{
		Layer: nn.TimeDistributed{Layer: nn.BatchNorm{}}, In: []tensor.Shape{{steps, n}}, Out: tensor.Shape{steps, n}, Masks: mask,
		Ref: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
			mean, variance := moments(in[0])
			return normalized(in[0], mean, variance, 1e-3, params)
		},
		Infer: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
			return normalized(in[0], params["moving_mean"], params["moving_variance"], 1e-3, params)
		},
		Stats: func(params map[string][]float64, _ int, in ...[]float64) map[string][]float64 {
			mean, variance := moments(in[0])
			for j := range n {
				mean[j] = 0.99*params["moving_mean"][j] + 0.01*mean[j]
				variance[j] = 0.99*params["moving_variance"][j] + 0.01*variance[j]
			}
			return map[string][]float64{"moving_mean": mean, "moving_variance": variance}
		}})
}

func TestTimeDistributedFails(t *testing.T) {
	in := []tensor.Shape{{4, 2}}
	nntest.CheckFails(t, nn.TimeDistributed{}, in, "Layer is nil, want a layer")
	nntest.CheckFails(t, nn.TimeDistributed{Layer: nn.Dense{}}, in, "for each step: Units is 0, want at least 1")
	nntest.CheckFails(t, nn.TimeDistributed{Layer: nn.Flatten{}}, []tensor.Shape{{4}}, "input has shape (4), want steps×features")
	nntest.CheckFails(t, nn.TimeDistributed{Layer: nn.Flatten{}}, nil, "it has 0 inputs, want 1")
}
