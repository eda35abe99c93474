package goodfit_test

import (
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

// smallBatch returns rows of the numbers 0, 1 and 2: inputs of the shape, and targets.
func smallBatch(rows int, in, out tensor.Shape) datasets.Batch {
	r := rand.New(rand.NewPCG(uint64(rows), 3))
	x, y := tensor.New(rows, in...), tensor.New(rows, out...)
	for _, t := range []*tensor.Tensor{x, y} {
		for i := range t.Data() {
			t.Data()[i] = float32(r.IntN(3))
		}
	}
	return datasets.Batch{Inputs: []*tensor.Tensor{x}, Targets: []*tensor.Tensor{y}}
}

// twoOutputs is a model whose two outputs read the same layer.
func twoOutputs(in tensor.Shape) *goodfit.Model {
	var g goodfit.Graph
	h := g.Add(nn.Dense{Units: 6, Activation: act.Tanh}, g.Input("in", in...))
	return g.Model(g.Add(nn.As("first", nn.Dense{Units: 1}), h), g.Add(nn.As("second", nn.Dense{Units: 1}), h))
}

// A training step of one's own allocates nothing, whatever the layers, for rows
// that were seen before.
func TestTrainBatchAllocatesNothing(t *testing.T) {
	flat, image, steps, one := tensor.Shape{5}, tensor.Shape{6, 6, 2}, tensor.Shape{4, 3}, tensor.Shape{1}
	for _, c := range []struct {
		name   string
		model  *goodfit.Model
		in     tensor.Shape
		config goodfit.Config
	}{
		{"dense", goodfit.Sequential(flat, nn.Dense{Units: 7, Activation: act.ReLU, Penalty: nn.Penalty{L2: 0.01}, Constraint: nn.MaxNorm(3)},
			nn.BatchNorm{}, nn.Dropout{Rate: 0.2}, nn.Dense{Units: 1}), flat,
			goodfit.Config{Optimizer: optim.SGD{Momentum: 0.9, Clip: optim.Clip{GlobalNorm: 1}}, Accumulate: 2}},
		{"convolution", goodfit.Sequential(image, nn.Conv2D{Filters: 3, Kernel: 3}, nn.MaxPool2D{}, nn.Flatten{}, nn.Dense{Units: 1}), image,
			goodfit.Config{Optimizer: optim.Adam{}}},
		{"recurrent", goodfit.Sequential(steps, nn.Masking{}, nn.Bidirectional{Layer: nn.LSTM{Units: 4, ReturnSequences: true}}, nn.GRU{Units: 3}, nn.Dense{Units: 1}), steps,
			goodfit.Config{Optimizer: optim.RMSprop{}}},
		{"embedding", goodfit.Sequential(tensor.Shape{4}, nn.Embedding{Vocabulary: 3, Dim: 2, MaskZero: true}, nn.SimpleRNN{Units: 3}, nn.Dense{Units: 1}), tensor.Shape{4},
			goodfit.Config{Optimizer: optim.SGD{Schedule: optim.TimeDecay{Decay: 0.1}}}},
		{"two outputs", twoOutputs(flat), flat, goodfit.Config{Optimizer: optim.Adagrad{}}},
	} {
		c.config.Loss = losses.MSE{}
		if err := c.model.Compile(c.config); err != nil {
			t.Fatal(c.name, ": ", err)
		}
		batches := []datasets.Batch{smallBatch(6, c.in, one), smallBatch(4, c.in, one)}
		for i := range batches {
			for len(batches[i].Targets) < len(c.model.OutputNames()) {
				batches[i].Targets = append(batches[i].Targets, batches[i].Targets[0])
			}
		}
		var err error
		n := testing.AllocsPerRun(10, func() {
			for _, b := range batches {
				if _, e := c.model.TrainBatch(b); e != nil {
					err = e
				}
			}
		})
		if err != nil || n != 0 {
			t.Errorf("%s: two steps allocate %g times, error %v", c.name, n, err)
		}
	}
}

// Checks do not rest on the batch before: neither on its values nor, after
// another Compile, on its loss.
func TestTrainBatchChecksEachBatch(t *testing.T) {
	in := tensor.Shape{4}
	m := goodfit.Sequential(in, nn.Embedding{Vocabulary: 3, Dim: 2, MaskZero: true}, nn.Flatten{}, nn.Dense{Units: 1, Activation: act.Sigmoid})
	train := func(b datasets.Batch, want string) {
		t.Helper()
		_, err := m.TrainBatch(b)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
	compile := func(l losses.Loss) {
		t.Helper()
		if err := m.Compile(goodfit.Config{Loss: l, Optimizer: optim.SGD{}}); err != nil {
			t.Fatal(err)
		}
	}
	good, word, target := smallBatch(3, in, tensor.Shape{1}), smallBatch(3, in, tensor.Shape{1}), smallBatch(3, in, tensor.Shape{1})
	word.Inputs[0].Data()[5], target.Targets[0].Data()[1] = 7, 7
	clear(good.Targets[0].Data())
	compile(losses.MSE{})
	train(good, "")
	train(word, `input "input" of layer "embedding"`)
	train(target, "")
	train(smallBatch(3, tensor.Shape{5}, tensor.Shape{1}), "rows of shape (5), the model wants (4)")
	train(smallBatch(3, in, tensor.Shape{2}), "targets of")
	train(good, "")
	compile(losses.BinaryCrossEntropy{})
	train(good, "")
	train(target, "targets of")
}
