package nn_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// spatialDropout is the formula for the numbers that a pass draws: channel c of
// row r is dropped where number r·channels + c is below the rate.
func spatialDropout(rate float64, channels int) func(p *nn.Pass) nntest.Ref {
	return func(p *nn.Pass) nntest.Ref {
		return func(_ map[string][]float64, rows int, in ...[]float64) []float64 {
			u := make([]float32, rows*channels)
			p.Uniform(u, 0)
			y := make([]float64, len(in[0]))
			for i, x := range in[0] {
				row, c := i/(len(y)/rows), i%channels
				if float64(u[row*channels+c]) >= rate {
					y[i] = x / (1 - rate)
				}
			}
			return y
		}
	}
}

func TestSpatialDropout(t *testing.T) {
	same := nntest.PerValue(func(x float64) float64 { return x })
	nntest.Check(t, nntest.Case{Layer: nn.SpatialDropout2D{Rate: 0.25}, In: []tensor.Shape{{3, 2, 4}}, Out: tensor.Shape{3, 2, 4},
		Random: spatialDropout(0.25, 4), Infer: same})
	nntest.Check(t, nntest.Case{Layer: nn.SpatialDropout1D{Rate: 0.5}, In: []tensor.Shape{{5, 3}}, Out: tensor.Shape{5, 3},
		Random: spatialDropout(0.5, 3), Infer: same})
	nntest.Check(t, nntest.Case{Layer: nn.SpatialDropout1D{}, In: []tensor.Shape{{5, 3}}, Out: tensor.Shape{5, 3}, Ref: same})
}

func TestSpatialDropoutFails(t *testing.T) {
	image, sequence := []tensor.Shape{{3, 4, 2}}, []tensor.Shape{{6, 2}}
	nntest.CheckFails(t, nn.SpatialDropout2D{Rate: 1}, image, "Rate is 1, want at least 0 and below 1")
	nntest.CheckFails(t, nn.SpatialDropout1D{Rate: -0.1}, sequence, "Rate is -0.1")
	nntest.CheckFails(t, nn.SpatialDropout2D{}, sequence, "input has shape (6×2), want rows×columns×channels")
	nntest.CheckFails(t, nn.SpatialDropout1D{}, image, "input has shape (3×4×2), want steps×channels")
}
