package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/tensor"
)

// torchStep is one pass of PyTorch; see testdata/make_layers.py.
type torchStep struct {
	In, Dout, Out, Din, Dgamma, Dbeta []float64

	MovingMean     []float64 `json:"moving_mean"`
	MovingVariance []float64 `json:"moving_variance"`
	TorchVariance  []float64 `json:"torch_variance"`
}

type torchCase struct {
	Shape                              tensor.Shape
	Rows                               int
	Momentum, Epsilon                  float64
	Gamma, Beta, Mean, Variance, Alpha []float64
	Shared                             string
	Steps                              []torchStep
	Use                                torchStep
}

func torchCases(t *testing.T, layer string) []torchCase {
	t.Helper()
	var all struct {
		BatchNorm []torchCase `json:"batch_norm"`
		LayerNorm []torchCase `json:"layer_norm"`
		PReLU     []torchCase `json:"prelu"`
	}
	readFixture(t, "layers.json", &all)
	return map[string][]torchCase{"batch_norm": all.BatchNorm, "layer_norm": all.LayerNorm, "prelu": all.PReLU}[layer]
}

func float32s(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

// buildFor makes the op of a case and gives its parameters the values.
func buildFor(t *testing.T, l nn.Layer, c *torchCase, values ...[]float64) nn.Op {
	t.Helper()
	op, err := l.Build([]tensor.Shape{c.Shape})
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range op.Params() {
		if p.Value = float32s(values[k]); len(p.Value) != p.Shape.Size() {
			t.Fatalf("%s has shape %v, and the fixture %d values", p.Name, p.Shape, len(p.Value))
		}
	}
	return op
}

// passOf makes a pass for a step of a case.
func passOf(op nn.Op, c *torchCase, s *torchStep, mode nn.Mode) *nn.Pass {
	n := len(s.In)
	keep, work := op.Scratch(c.Rows, mode)
	p := &nn.Pass{Rows: c.Rows, Mode: mode, In: [][]float32{float32s(s.In)}, Out: make([]float32, n), DOut: float32s(s.Dout),
		DIn: [][]float32{make([]float32, n)}, Keep: make([]float32, keep), Work: make([]float32, work)}
	for _, param := range op.Params() {
		var g []float32
		if !param.Statistic {
			g = make([]float32, param.Shape.Size())
		}
		p.Grads = append(p.Grads, g)
	}
	return p
}

// compareStep runs a pass forward and backward. The tolerance is that of
// float32 sums of some ten numbers, relative to the largest.
func compareStep(t *testing.T, op nn.Op, p *nn.Pass, s *torchStep) {
	t.Helper()
	const tolerance = 2e-6
	op.Forward(p)
	near(t, "output", p.Out, s.Out, tolerance)
	if p.Mode == nn.Infer {
		return
	}
	op.Backward(p)
	near(t, "gradient of the input", p.DIn[0], s.Din, tolerance)
	for k, want := range [][]float64{s.Dgamma, s.Dbeta} {
		if k < len(p.Grads) && p.Grads[k] != nil && !p.Frozen {
			near(t, "gradient of "+op.Params()[k].Name, p.Grads[k], want, tolerance)
		}
	}
}

func TestBatchNormAgainstTorch(t *testing.T) {
	for _, c := range torchCases(t, "batch_norm") {
		op := buildFor(t, nn.BatchNorm{Momentum: opt.Of(c.Momentum), Epsilon: c.Epsilon}, &c, c.Gamma, c.Beta, c.Mean, c.Variance)
		mean, variance := op.Params()[2], op.Params()[3]
		samples := float64(len(c.Steps[0].In) / c.Shape.Last())
		for k, s := range c.Steps {
			compareStep(t, op, passOf(op, &c, &s, nn.Train), &s)
			near(t, "moving_mean", mean.Value, s.MovingMean, 1e-6)
			near(t, "moving_variance", variance.Value, s.MovingVariance, 1e-6)
			// PyTorch's average differs by the factor n/(n−1) on what batches added.
			kept := math.Pow(c.Momentum, float64(k+1))
			for j, v := range s.TorchVariance {
				start := kept * c.Variance[j]
				ours := start + (v-start)*(samples-1)/samples
				if math.Abs(float64(variance.Value[j])-ours) > 1e-6*ours {
					t.Errorf("step %d: variance %d is %g, PyTorch's is %g, or %g over n samples", k, j, variance.Value[j], v, ours)
				}
			}
		}
		compareStep(t, op, passOf(op, &c, &c.Use, nn.Infer), &c.Use)
		frozen := passOf(op, &c, &c.Use, nn.Train)
		frozen.Frozen, frozen.Grads = true, make([][]float32, 4)
		compareStep(t, op, frozen, &c.Use)
		near(t, "moving_mean after use", mean.Value, c.Steps[len(c.Steps)-1].MovingMean, 1e-6)
	}
}

func TestLayerNormAgainstTorch(t *testing.T) {
	for _, c := range torchCases(t, "layer_norm") {
		op := buildFor(t, nn.LayerNorm{Epsilon: c.Epsilon}, &c, c.Gamma, c.Beta)
		compareStep(t, op, passOf(op, &c, &c.Steps[0], nn.Train), &c.Steps[0])
		compareStep(t, op, passOf(op, &c, &c.Steps[0], nn.Infer), &c.Steps[0])
	}
}

func TestPReLUAgainstTorch(t *testing.T) {
	for _, c := range torchCases(t, "prelu") {
		var axes []int
		switch c.Shared {
		case "rest":
			axes = []int{2}
		case "all":
			axes = []int{1, 2}
		}
		op := buildFor(t, nn.PReLU{SharedAxes: axes}, &c, c.Alpha)
		compareStep(t, op, passOf(op, &c, &c.Steps[0], nn.Train), &c.Steps[0])
	}
}
