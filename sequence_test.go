package goodfit_test

import (
	"context"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// tagger gives each step of three a number.
func tagger(t *testing.T, before ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{3}, append(before, nn.TimeDistributed{Layer: nn.Dense{Units: 1}})...)
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	return m
}

func sequences(x, y []float32) *datasets.Tensors {
	rows := len(x) / 3
	return &datasets.Tensors{Inputs: []datasets.Array{{Tensor: tensor.Of(x, rows, 3)}}, Targets: []datasets.Array{{Tensor: tensor.Of(y, rows, 3, 1)}}}
}

// What an embedding finds to be padding does not count in the loss and changes no
// weight: the targets there can be anything.
func TestMasksFromValuesReachTheLoss(t *testing.T) {
	var losses, weights []float64
	for _, padding := range []float32{0, 1e6} {
		m := tagger(t, nn.Embedding{Vocabulary: 4, Dim: 2, MaskZero: true})
		data := sequences([]float32{1, 2, 0, 3, 0, 0}, []float32{1, 2, padding, 3, padding, padding})
		before, err := m.Evaluate(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Fit(context.Background(), data, goodfit.Plan{Epochs: 5}); err != nil {
			t.Fatal(err)
		}
		after, err := m.PredictTensors(data.Inputs[0].Tensor)
		if err != nil {
			t.Fatal(err)
		}
		losses, weights = append(losses, before.Loss), append(weights, float64(after[0].Data()[0]))
	}
	if losses[0] != losses[1] || weights[0] != weights[1] {
		t.Errorf("targets of padding change the loss from %g to %g, the prediction from %g to %g", losses[0], losses[1], weights[0], weights[1])
	}
	// Of an untrained embedding, near 0, the loss is near the mean of 1, 4 and 9.
	if math.Abs(losses[0]-14.0/3) > 0.5 {
		t.Errorf("the loss is %g, want about 14/3 over the three steps that count", losses[0])
	}
}

// Sequences that are added count where all of them do.
func TestMasksOfSeveralInputsAreJoined(t *testing.T) {
	var g goodfit.Graph
	a, b := g.Input("a", 3, 1), g.Input("b", 3, 1)
	a, b = g.Add(nn.Masking{}, a), g.Add(nn.Masking{}, b)
	m := g.Model(g.Add(nn.Add{}, a, b))
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}}); err != nil {
		t.Fatal(err)
	}
	array := func(name string, x ...float32) datasets.Array {
		return datasets.Array{Name: name, Tensor: tensor.Of(x, 2, 3, 1)}
	}
	data := &datasets.Tensors{
		Inputs:  []datasets.Array{array("a", 1, 0, 3, 4, 0, 0), array("b", 1, 2, 0, 4, 5, 0)},
		Targets: []datasets.Array{array("", 0, 100, 100, 0, 100, 100)},
	}
	scores, err := m.Evaluate(data)
	if err != nil {
		t.Fatal(err)
	}
	if want := (2.0*2 + 8*8) / 2; scores.Loss != want {
		t.Errorf("the loss is %g, want %g over the two steps that both count", scores.Loss, want)
	}
}

// An index that the embedding does not have is refused wherever data come in.
func TestIndicesOutOfRangeAreRefused(t *testing.T) {
	m := tagger(t, nn.As("words", nn.Embedding{Vocabulary: 4, Dim: 2}))
	data := sequences([]float32{1, 0, 4}, make([]float32, 3))
	batch := datasets.Batch{Inputs: []*tensor.Tensor{data.Inputs[0].Tensor}, Targets: []*tensor.Tensor{data.Targets[0].Tensor}}
	for name, f := range map[string]func() error{
		"fit":          func() error { _, err := m.Fit(context.Background(), data, goodfit.Plan{}); return err },
		"fit a stream": func() error { _, err := m.Fit(context.Background(), stream{data}, goodfit.Plan{}); return err },
		"evaluate":     func() error { _, err := m.Evaluate(data); return err },
		"predict":      func() error { _, err := m.PredictTensors(data.Inputs[0].Tensor); return err },
		"train":        func() error { _, err := m.TrainBatch(batch); return err },
	} {
		err := f()
		if err == nil || !strings.Contains(err.Error(), `layer "words": row 0 has 4, want an index, a whole number from 0 to 3`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// stream hides that the data are in memory.
type stream struct{ from *datasets.Tensors }

func (s stream) Layout() datasets.Layout { return s.from.Layout() }

func (s stream) Batches(ctx context.Context, p datasets.BatchPlan) iter.Seq2[datasets.Batch, error] {
	return s.from.Batches(ctx, p)
}

// A padded sequence is predicted as the sequence alone, by the same weights, through
// every kind of layer that knows masks.
func TestPaddedRowIsPredictedAsTheRow(t *testing.T) {
	build := func(steps int) *goodfit.Model {
		m := goodfit.Sequential(tensor.Shape{steps},
			nn.As("words", nn.Embedding{Vocabulary: 9, Dim: 6, MaskZero: true}),
			nn.SinusoidalPositions{},
			nn.As("heads", nn.MultiHeadAttention{Heads: 2, KeySize: 3}),
			nn.As("lstm", nn.LSTM{Units: 5, ReturnSequences: true}),
			nn.As("steps", nn.TimeDistributed{Layer: nn.Dense{Units: 4}}),
			nn.GlobalAveragePool1D{},
			nn.As("out", nn.Dense{Units: 2}))
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}, Seed: 3}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	words := []float32{3, 1, 8, 5, 2}
	padded := append(append([]float32(nil), words...), 0, 0, 0)
	alone, long := build(5), build(8)
	got, err := long.PredictTensors(tensor.Of(padded, 1, 8))
	if err != nil {
		t.Fatal(err)
	}
	want, err := alone.PredictTensors(tensor.Of(words, 1, 5))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range want[0].Data() {
		// The same seed draws the same weights; sums over steps may round otherwise.
		if math.Abs(float64(got[0].Data()[i]-v)) > 1e-6 {
			t.Errorf("output %d is %g of the padded sequence, %g of the sequence alone", i, got[0].Data()[i], v)
		}
	}
}
