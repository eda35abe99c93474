package nn_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/tensor"
)

// normalized is γ(x−μ)/√(σ²+ε)+β by feature, with γ and β where params has them.
func normalized(x, mean, variance []float64, epsilon float64, params map[string][]float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		j := i % len(mean)
		y[i] = (v - mean[j]) / math.Sqrt(variance[j]+epsilon)
		if gamma := params["gamma"]; gamma != nil {
			y[i] *= gamma[j]
		}
		if beta := params["beta"]; beta != nil {
			y[i] += beta[j]
		}
	}
	return y
}

// featureMoments returns mean and variance of each of n features over the samples
// that count.
func featureMoments(x []float64, n int, counts func(sample int) bool) (mean, variance []float64) {
	for j := range n {
		var v []float64
		for i := range len(x) / n {
			if counts(i) {
				v = append(v, x[i*n+j])
			}
		}
		m := sum(v) / float64(len(v))
		s := 0.0
		for _, v := range v {
			s += (v - m) * (v - m)
		}
		mean, variance = append(mean, m), append(variance, s/float64(len(v)))
	}
	return mean, variance
}

func all(int) bool { return true }

// batchNormCase has the formulas of a BatchNorm over n features.
func batchNormCase(layer nn.BatchNorm, n int, momentum, epsilon float64) nntest.Case {
	return nntest.Case{Layer: layer,
		Ref: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
			mean, variance := featureMoments(in[0], n, all)
			return normalized(in[0], mean, variance, epsilon, params)
		},
		Infer: func(params map[string][]float64, _ int, in ...[]float64) []float64 {
			return normalized(in[0], params["moving_mean"], params["moving_variance"], epsilon, params)
		},
		Stats: func(params map[string][]float64, _ int, in ...[]float64) map[string][]float64 {
			mean, variance := featureMoments(in[0], n, all)
			for j := range n {
				mean[j] = momentum*params["moving_mean"][j] + (1-momentum)*mean[j]
				variance[j] = momentum*params["moving_variance"][j] + (1-momentum)*variance[j]
			}
			return map[string][]float64{"moving_mean": mean, "moving_variance": variance}
		}}
}

func TestBatchNorm(t *testing.T) {
	for _, c := range []struct {
		layer             nn.BatchNorm
		shape             tensor.Shape
		momentum, epsilon float64
	}{
		{nn.BatchNorm{}, tensor.Shape{4}, 0.99, 1e-3},
		{nn.BatchNorm{}, tensor.Shape{1}, 0.99, 1e-3},
		{nn.BatchNorm{}, tensor.Shape{40}, 0.99, 1e-3},
		{nn.BatchNorm{}, tensor.Shape{2, 3}, 0.99, 1e-3},
		{nn.BatchNorm{}, tensor.Shape{2, 2, 3}, 0.99, 1e-3},
		{nn.BatchNorm{Momentum: 0.5, Epsilon: 0.1}, tensor.Shape{4}, 0.5, 0.1},
		{nn.BatchNorm{Momentum: opt.Zero}, tensor.Shape{4}, 0, 1e-3},
		{nn.BatchNorm{Momentum: 1}, tensor.Shape{4}, 1, 1e-3},
		{nn.BatchNorm{NoScale: true}, tensor.Shape{4}, 0.99, 1e-3},
		{nn.BatchNorm{NoCenter: true}, tensor.Shape{4}, 0.99, 1e-3},
		{nn.BatchNorm{NoScale: true, NoCenter: true}, tensor.Shape{2, 4}, 0.99, 1e-3},
	} {
		test := batchNormCase(c.layer, c.shape.Last(), c.momentum, c.epsilon)
		test.In, test.Out, test.Rows = []tensor.Shape{c.shape}, c.shape, 8
		nntest.Check(t, test)
	}
}

// Features far from zero lose no more than the rounding of the inputs.
func TestBatchNormOffset(t *testing.T) {
	c := batchNormCase(nn.BatchNorm{}, 3, 0.99, 1e-3)
	c.In, c.Out, c.Rows = []tensor.Shape{{3}}, tensor.Shape{3}, 8
	c.Inputs = func(_ int, x []float32) {
		for i := range x {
			x[i] += 1000
		}
	}
	c.Tolerance = 1e-4 // the mean is rounded to 6e-5 of the deviation
	nntest.Check(t, c)
}

func TestBatchNormParams(t *testing.T) {
	op, err := nn.BatchNorm{GammaInit: nn.Constant(0.5), BetaInit: nn.Normal(0, 1), MeanInit: nn.Ones, VarianceInit: nn.Constant(2),
		GammaPenalty: nn.Penalty{L1: 1}, BetaPenalty: nn.Penalty{L2: 2}, GammaConstraint: nn.MaxNorm(3), BetaConstraint: nn.NonNegative,
	}.Build([]tensor.Shape{{5, 2}})
	if err != nil {
		t.Fatal(err)
	}
	s := tensor.Shape{2}
	for k, want := range []nn.Param{
		{Name: "gamma", Shape: s, Init: nn.Constant(0.5), Penalty: nn.Penalty{L1: 1}, Constraint: nn.MaxNorm(3)},
		{Name: "beta", Shape: s, Init: nn.Normal(0, 1), Penalty: nn.Penalty{L2: 2}, Constraint: nn.NonNegative},
		{Name: "moving_mean", Shape: s, Init: nn.Ones, Statistic: true},
		{Name: "moving_variance", Shape: s, Init: nn.Constant(2), Statistic: true},
	} {
		got := op.Params()[k]
		if got.Name != want.Name || !got.Shape.Equal(want.Shape) || got.Init != want.Init || got.Penalty != want.Penalty ||
			got.Constraint != want.Constraint || got.Statistic != want.Statistic {
			t.Errorf("parameter %d is %+v, want %+v", k, *got, want)
		}
	}
}

// masked runs a batch of 3 rows of 2 steps through a new BatchNorm and returns
// the pass and the op, whose statistics have momentum 0.9.
func maskedPass(t *testing.T, x, dout, mask []float32, shape tensor.Shape) (*nn.Pass, nn.Op) {
	t.Helper()
	op, err := nn.BatchNorm{Momentum: 0.9}.Build([]tensor.Shape{shape})
	if err != nil {
		t.Fatal(err)
	}
	n := shape.Last()
	p := &nn.Pass{Rows: 3, Mode: nn.Train, In: [][]float32{x}, Out: make([]float32, len(x)), DOut: slices.Clone(dout),
		DIn: [][]float32{make([]float32, len(x))}, Grads: make([][]float32, 4), Masks: [][]float32{mask}}
	keep, work := op.Scratch(3, nn.Train)
	p.Keep, p.Work = make([]float32, keep), make([]float32, work)
	for k, param := range op.Params() {
		param.Value = draw(t, nn.Uniform(0.5, 1.5), param.Shape, uint64(k))
		if !param.Statistic {
			p.Grads[k] = make([]float32, n)
		}
	}
	return p, op
}

// Steps that are masked out are normalized, and do not count in the statistics;
// the gradient is that of this formula.
func TestBatchNormMask(t *testing.T) {
	for _, shape := range []tensor.Shape{{2, 4}, {2, 3, 4}} {
		x := draw(t, nn.Normal(0, 1), tensor.Shape{3, shape.Size()}, 7)
		dout := draw(t, nn.Normal(0, 1), tensor.Shape{3, shape.Size()}, 8)
		mask := []float32{1, 0, 1, 1, 0, 1}
		group := shape.Size() / 2 / 4
		counts := func(sample int) bool { return mask[sample/group] != 0 }
		p, op := maskedPass(t, x, dout, mask, shape)
		params := map[string][]float64{}
		for _, param := range op.Params() {
			params[param.Name] = float64s(param.Value)
		}
		op.Forward(p)
		formula := func(x []float64) []float64 {
			mean, variance := featureMoments(x, 4, counts)
			return normalized(x, mean, variance, 1e-3, params)
		}
		in := float64s(x)
		near(t, "output", p.Out, formula(in), 1e-5)
		mean, variance := featureMoments(in, 4, counts)
		for j := range mean {
			mean[j] = 0.9*params["moving_mean"][j] + 0.1*mean[j]
			variance[j] = 0.9*params["moving_variance"][j] + 0.1*variance[j]
		}
		near(t, "moving_mean", op.Params()[2].Value, mean, 1e-6)
		near(t, "moving_variance", op.Params()[3].Value, variance, 1e-6)

		loss := func() float64 { return dot(formula(in), float64s(dout)) }
		op.Backward(p)
		near(t, "gradient of the input", p.DIn[0], differences(loss, in), 1e-5)
		near(t, "gradient of gamma", p.Grads[0], differences(loss, params["gamma"]), 1e-5)
		near(t, "gradient of beta", p.Grads[1], differences(loss, params["beta"]), 1e-5)
		if n := testing.AllocsPerRun(5, func() { op.Forward(p); op.Backward(p) }); n != 0 {
			t.Errorf("a masked pass allocates %g times", n)
		}
	}
}

// A mask of ones changes nothing but the order of roundings; with a mask of
// zeros the averages are used and kept.
func TestBatchNormMaskOfOneKind(t *testing.T) {
	shape := tensor.Shape{2, 4}
	x := draw(t, nn.Normal(0, 1), tensor.Shape{3, 8}, 7)
	dout := draw(t, nn.Normal(0, 1), tensor.Shape{3, 8}, 8)
	plain, op := maskedPass(t, x, dout, nil, shape)
	op.Forward(plain)
	op.Backward(plain)
	ones, op := maskedPass(t, x, dout, []float32{1, 1, 1, 1, 1, 1}, shape)
	op.Forward(ones)
	op.Backward(ones)
	near(t, "output", ones.Out, float64s(plain.Out), 1e-6)
	near(t, "gradient", ones.DIn[0], float64s(plain.DIn[0]), 1e-6)

	none, op := maskedPass(t, x, dout, make([]float32, 6), shape)
	before := [][]float32{slices.Clone(op.Params()[2].Value), slices.Clone(op.Params()[3].Value)}
	op.Forward(none)
	op.Backward(none)
	if !slices.Equal(before[0], op.Params()[2].Value) || !slices.Equal(before[1], op.Params()[3].Value) {
		t.Error("a batch that is masked out as a whole moved the averages")
	}
	params := op.Params()
	gamma := map[string][]float64{"gamma": float64s(params[0].Value), "beta": float64s(params[1].Value)}
	near(t, "output", none.Out, normalized(float64s(x), float64s(params[2].Value), float64s(params[3].Value), 1e-3, gamma), 1e-6)
	delete(gamma, "beta")
	near(t, "gradient", none.DIn[0], normalized(float64s(dout), make([]float64, 4), float64s(params[3].Value), 1e-3, gamma), 1e-6)
}

func TestBatchNormFails(t *testing.T) {
	in := []tensor.Shape{{3}}
	nntest.CheckFails(t, nn.BatchNorm{Momentum: 1.5}, in, "Momentum is 1.5, want 0 to 1")
	nntest.CheckFails(t, nn.BatchNorm{Momentum: -0.1}, in, "Momentum is -0.1, want 0 to 1")
	nntest.CheckFails(t, nn.BatchNorm{Momentum: opt.Of(math.NaN())}, in, "Momentum is NaN, want 0 to 1")
	nntest.CheckFails(t, nn.BatchNorm{Epsilon: -1e-3}, in, "Epsilon is -0.001, want a number above 0")
	nntest.CheckFails(t, nn.BatchNorm{Epsilon: math.Inf(1)}, in, "Epsilon is +Inf, want a number above 0")
	nntest.CheckFails(t, nn.BatchNorm{Epsilon: 1e-50}, in, "Epsilon is 1e-50, want a number above 0")
	nntest.CheckFails(t, nn.BatchNorm{GammaPenalty: nn.Penalty{L2: -1}}, in, `parameter "gamma": Penalty: L2 is -1, want a number of at least 0`)
	nntest.CheckFails(t, nn.BatchNorm{BetaConstraint: nn.MaxNorm(-1)}, in, `parameter "beta": constraint max_norm(-1): the limit is -1`)
	nntest.CheckFails(t, nn.BatchNorm{VarianceInit: nn.Constant(math.NaN())}, in, `parameter "moving_variance": initializer constant(NaN)`)
	nntest.CheckFails(t, nn.BatchNorm{}, nil, "it has 0 inputs, want 1")
	_, err := nn.BatchNorm{GammaInit: nn.Constant(math.NaN()), BetaPenalty: nn.Penalty{L1: math.NaN()}}.Build(in)
	if err == nil || !strings.Contains(err.Error(), `"gamma"`) || !strings.Contains(err.Error(), `"beta"`) {
		t.Errorf("error %v, want both faults", err)
	}
}
