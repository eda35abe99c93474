package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestPositionalEmbedding(t *testing.T) {
	ref := nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		y := append([]float64(nil), in[0]...)
		for i, v := range params["positions"] {
			y[i] += v
		}
		return y
	})
	for _, shape := range []tensor.Shape{{4, 3}, {1, 1}, {7, 20}} {
		nntest.Check(t, nntest.Case{Layer: nn.PositionalEmbedding{}, In: []tensor.Shape{shape}, Out: shape, Ref: ref})
	}
	nntest.Check(t, nntest.Case{Layer: nn.PositionalEmbedding{Init: nn.Normal(0, 1), Penalty: nn.Penalty{L2: 1}, Constraint: nn.UnitNorm.Rowwise()},
		In: []tensor.Shape{{2, 3}}, Out: tensor.Shape{2, 3}, Ref: ref})
	nntest.CheckFails(t, nn.PositionalEmbedding{}, []tensor.Shape{{4}}, "input has shape (4), want steps×features")
	nntest.CheckFails(t, nn.PositionalEmbedding{}, []tensor.Shape{{4, 2, 2}}, "input has shape (4×2×2), want steps×features")
	nntest.CheckFails(t, nn.PositionalEmbedding{Constraint: nn.MaxNorm(0)}, []tensor.Shape{{4, 2}}, `parameter "positions"`)
}

func TestSinusoidalPositions(t *testing.T) {
	for _, c := range []struct {
		layer  nn.SinusoidalPositions
		length float64
		shape  tensor.Shape
	}{
		{nn.SinusoidalPositions{}, 10000, tensor.Shape{6, 4}},
		{nn.SinusoidalPositions{}, 10000, tensor.Shape{9, 5}},
		{nn.SinusoidalPositions{Wavelength: 7}, 7, tensor.Shape{3, 1}},
	} {
		n := c.shape[1]
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{c.shape}, Out: c.shape,
			Ref: nntest.PerExample(func(_ map[string][]float64, in ...[]float64) []float64 {
				y := append([]float64(nil), in[0]...)
				for i := range y {
					step, j := float64(i/n), i%n
					angle := step / math.Pow(c.length, float64(j-j%2)/float64(n))
					if j%2 == 0 {
						y[i] += math.Sin(angle)
					} else {
						y[i] += math.Cos(angle)
					}
				}
				return y
			})})
	}
	nntest.CheckFails(t, nn.SinusoidalPositions{Wavelength: -1}, []tensor.Shape{{4, 2}}, "Wavelength is -1, want a number above 0")
	nntest.CheckFails(t, nn.SinusoidalPositions{Wavelength: math.NaN()}, []tensor.Shape{{4, 2}}, "Wavelength is NaN, want a number above 0")
	nntest.CheckFails(t, nn.SinusoidalPositions{}, []tensor.Shape{{4}}, "input has shape (4), want steps×features")
}
