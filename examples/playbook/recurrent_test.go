package playbook_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// still has a rate that changes nothing.
var still = goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 1e-30}, Seed: 1}

// recurrent compiles layers behind sequences of the given steps and features.
func recurrent(t *testing.T, c goodfit.Config, steps, features int, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{steps, features}, layers...)
	ok(t, m.Compile(c))
	return m
}

// waves are rows of normal numbers, with zeros as targets.
func waves(rows, steps, features int) datasets.Batch {
	r := rand.New(rand.NewPCG(1, 1))
	x := tensor.New(rows, steps, features)
	for i := range x.Data() {
		x.Data()[i] = float32(r.NormFloat64())
	}
	return datasets.Batch{Inputs: []*tensor.Tensor{x}, Targets: []*tensor.Tensor{tensor.New(rows, 1)}}
}

// source is a batch as data.
func source(b datasets.Batch) *datasets.Tensors {
	return &datasets.Tensors{Inputs: []datasets.Array{{Tensor: b.Inputs[0]}}, Targets: []datasets.Array{{Tensor: b.Targets[0]}}}
}

// excess is what the loss has beside the mean square of the predictions.
func excess(t *testing.T, m *goodfit.Model, b datasets.Batch) float64 {
	t.Helper()
	out := must(m.PredictTensors(b.Inputs...))(t)[0].Data()
	mean := 0.0
	for _, v := range out {
		mean += float64(v) * float64(v) / float64(len(out))
	}
	return must(m.Evaluate(source(b)))(t).Loss - mean
}

// squares adds the squares of a layer's parameter.
func squares(t *testing.T, m *goodfit.Model, layer, name string) (sum float64) {
	t.Helper()
	for _, v := range must(m.Weights(layer))(t)[name].Data() {
		sum += float64(v) * float64(v)
	}
	return sum
}

func TestRecurrentWidthAndDepth(t *testing.T) {
	t.Run("ch02-api-lstm-units", func(t *testing.T) {
		m := recurrent(t, still, 7, 2, nn.LSTM{Units: 32})
		if got := m.CountParams().Trainable; got != 4*32*(2+32+1) {
			t.Errorf("%d weights, want four gates of 32 units with 2 inputs, 32 states and a bias each", got)
		}
		if out := must(m.PredictTensors(waves(3, 7, 2).Inputs...))(t)[0]; !out.Shape().Equal(tensor.Shape{32}) {
			t.Errorf("the output has shape %v, want 32 units", out.Shape())
		}
	})
	t.Run("ch02-api-stack-lstm", func(t *testing.T) {
		m := recurrent(t, still, 7, 2, nn.LSTM{Units: 32, ReturnSequences: true}, nn.LSTM{Units: 32})
		if got := m.CountParams().Trainable; got != 4*32*(2+32+1)+4*32*(32+32+1) {
			t.Errorf("%d weights", got)
		}
		err := goodfit.Sequential(tensor.Shape{7, 2}, nn.LSTM{Units: 32}, nn.LSTM{Units: 32}).Compile(still)
		if err == nil || !strings.Contains(err.Error(), `layer "lstm_2": input has shape (32), want two axes: steps and features`) {
			t.Errorf("without its sequences the error is %v", err)
		}
	})
	t.Run("ch09-api-batchnorm-rnn", func(t *testing.T) {
		m := recurrent(t, still, 7, 2, nn.LSTM{Units: 32}, nn.As("norm", nn.BatchNorm{Epsilon: 1e-9}), nn.Dense{Units: 1})
		for _, s := range must(m.LayerStats(waves(64, 7, 2)))(t) {
			if s.Layer == "norm" {
				near(t, "mean", s.ActMean, 0, 1e-5)
				near(t, "standard deviation", s.ActStd, 1, 1e-4)
			}
		}
	})
}

func TestRecurrentPenaltiesAndConstraints(t *testing.T) {
	t.Run("ch13-api-l2-lstm", func(t *testing.T) {
		l2 := nn.Penalty{L2: 0.01}
		for name, l := range map[string]nn.LSTM{"kernel": {Penalty: l2}, "recurrent_kernel": {RecurrentPenalty: l2}, "bias": {BiasPenalty: l2}} {
			l.Units = 32
			m := recurrent(t, still, 7, 2, nn.As("memory", l), nn.Dense{Units: 1})
			near(t, name, excess(t, m, waves(8, 7, 2)), 0.01*squares(t, m, "memory", name), rounding)
		}
	})
	t.Run("ch14-api-activity-lstm", func(t *testing.T) {
		m := recurrent(t, still, 7, 2, nn.As("memory", nn.LSTM{Units: 32, Activity: nn.ActivityPenalty{L1: 0.001}}), nn.Dense{Units: 1})
		b, sum := waves(8, 7, 2), 0.0
		for _, v := range must(m.Activations(b.Inputs, "memory"))(t)[0].Data() {
			sum += math.Abs(float64(v))
		}
		near(t, "penalty", excess(t, m, b), 0.001*sum/8, rounding)
	})
	t.Run("ch15-lstm-max-norm", func(t *testing.T) {
		start := nn.Constant(2)
		l := nn.LSTM{Units: 32, Constraint: nn.MaxNorm(3), RecurrentConstraint: nn.MaxNorm(3), BiasConstraint: nn.MaxNorm(3),
			Init: start, RecurrentInit: start, BiasInit: start}
		m := recurrent(t, still, 7, 4, nn.As("memory", l), nn.Dense{Units: 1})
		must(m.TrainBatch(waves(8, 7, 4)))(t)
		// Each gate of a unit has a norm of its own, and the bias one norm.
		near(t, "kernel", squares(t, m, "memory", "kernel"), 9*4*32, 1e-3)
		near(t, "recurrent kernel", squares(t, m, "memory", "recurrent_kernel"), 9*4*32, 1e-3)
		near(t, "bias", squares(t, m, "memory", "bias"), 9, 1e-5)
	})
}

// adder is an LSTM of one unit with its gates i and o open. With the forget gate
// open its output is the sum of the inputs; with that shut it is the last input and
// the state before, as the state feeds the cell.
func adder(t *testing.T, forget float32, before []nn.Layer, l nn.LSTM) *goodfit.Model {
	t.Helper()
	const open = 30 // sigmoid(30) is 1 in float32, sigmoid(−30) some 1e-13
	l.Units, l.Activation = 1, act.LeakyReLU(1)
	m := recurrent(t, still, 8, 1, append(before, nn.As("adder", l))...)
	feed := float32(0)
	if forget < 0 {
		feed = 1
	}
	ok(t, m.SetWeights("adder", map[string]*tensor.Tensor{"kernel": tensor.Of([]float32{0, 0, 1, 0}, 1, 4),
		"recurrent_kernel": tensor.Of([]float32{0, 0, feed, 0}, 1, 4), "bias": tensor.Of([]float32{open, forget * open, 0, open}, 4)}))
	return m
}

// sums returns how often each output of a model comes up in training, for eight
// steps of 1.
func sums(t *testing.T, m *goodfit.Model) map[int]int {
	t.Helper()
	x := tensor.New(1, 8, 1)
	for i := range x.Data() {
		x.Data()[i] = 1
	}
	b := datasets.Batch{Inputs: []*tensor.Tensor{x}, Targets: []*tensor.Tensor{tensor.New(1, 1)}}
	seen := map[int]int{}
	for range 60 {
		loss := must(m.TrainBatch(b))(t) // the square of the output
		seen[int(math.Round(math.Sqrt(loss)))]++
	}
	return seen
}

func TestRecurrentDropout(t *testing.T) {
	const rate = 0.5
	t.Run("ch16-dropout-before-lstm", func(t *testing.T) {
		seen := sums(t, adder(t, 1, []nn.Layer{nn.Dropout{Rate: rate}}, nn.LSTM{}))
		if len(seen) < 4 { // twice how many of eight are left
			t.Errorf("the sums are %v, want many even ones, as each step is dropped for itself", seen)
		}
	})
	t.Run("ch16-variational-lstm", func(t *testing.T) {
		seen := sums(t, adder(t, 1, nil, nn.LSTM{Dropout: rate}))
		if len(seen) != 2 || seen[0]+seen[16] != 60 {
			t.Errorf("the sums are %v, want 0 or 16, all steps or none", seen)
		}
		// 1 + 2·(1 + 2·(…)) of eight steps, or the last step alone.
		seen = sums(t, adder(t, -1, nil, nn.LSTM{RecurrentDropout: rate}))
		if len(seen) != 2 || seen[1]+seen[255] != 60 {
			t.Errorf("through the state the outputs are %v, want 1 or 255", seen)
		}
	})
	t.Run("ch16-dropout-after-lstm", func(t *testing.T) {
		seen := sums(t, adder(t, 1, nil, nn.LSTM{}))
		if seen[8] != 60 {
			t.Errorf("the sums without dropout are %v", seen)
		}
		m := recurrent(t, still, 7, 2, nn.LSTM{Units: 32}, nn.As("drop", nn.Dropout{Rate: rate}), nn.Dense{Units: 1})
		for _, s := range must(m.LayerStats(waves(1, 7, 2)))(t) {
			if s.Layer == "drop" { // 16 of 32 ± three standard deviations of √8
				near(t, "units dropped", 32*s.DeadFraction, 16, 8.5)
			}
		}
	})
	t.Run("ch17-noise-lstm", func(t *testing.T) {
		// From an LSTM that gives 0 the mean of 32 rectified normal numbers of standard
		// deviation 0.5: mean square 0.5²/(2π) + 0.5²·(1/2−1/(2π))/32.
		m := recurrent(t, still, 7, 2, nn.LSTM{Units: 32, Init: nn.Zeros, RecurrentInit: nn.Zeros}, nn.GaussianNoise{Std: 0.5},
			nn.Activation{Func: act.ReLU}, nn.Dense{Units: 1, Init: nn.Constant(1.0 / 32)})
		b := waves(2000, 7, 2)
		near(t, "loss in training", must(m.TrainBatch(b))(t), 0.25/(2*math.Pi)+0.25*(0.5-1/(2*math.Pi))/32, 2e-3)
		near(t, "loss in use", must(m.Evaluate(source(b)))(t).Loss, 0, 0)
	})
}
