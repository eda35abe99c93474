// Sequences tells words of a grammar from words with one wrong symbol: sequences of
// different lengths, padded and masked, through an embedding and recurrent layers,
// with the forms of dropout, attention and clipped gradients.
package main

import (
	"context"
	"fmt"
	"log"

	"gonum.org/v1/gonum/stat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

func main() {
	scores, err := compare(context.Background(), techniques, 5)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("technique             training        test (mean ± sd of 5 seeds)")
	for i, t := range techniques {
		fmt.Printf("%-20s %.3f ± %.3f   %.3f ± %.3f\n", t.name, scores[i].train.mean, scores[i].train.sd, scores[i].test.mean, scores[i].test.sd)
	}
}

// technique is what stands between the embedding and the output, and how it learns.
type technique struct {
	name   string
	layers []nn.Layer
	clip   optim.Clip
}

// units of a recurrent layer.
const units = 24

var techniques = []technique{
	{name: "LSTM", layers: []nn.Layer{nn.LSTM{Units: units}}},
	{name: "GRU", layers: []nn.Layer{nn.GRU{Units: units}}},
	{name: "both directions", layers: []nn.Layer{nn.Bidirectional{Layer: nn.LSTM{Units: units}}}},
	{name: "attention", layers: []nn.Layer{nn.LSTM{Units: units, ReturnSequences: true},
		nn.MultiHeadAttention{Heads: 2, KeySize: 12}, nn.GlobalAveragePool1D{}}},
	{name: "dropout before", layers: []nn.Layer{nn.SpatialDropout1D{Rate: 0.1}, nn.LSTM{Units: units}}},
	{name: "dropout after", layers: []nn.Layer{nn.LSTM{Units: units}, nn.Dropout{Rate: 0.3}}},
	{name: "dropout within", layers: []nn.Layer{nn.LSTM{Units: units, RecurrentDropout: 0.1}}},
	{name: "clipping", layers: []nn.Layer{nn.LSTM{Units: units}}, clip: optim.Clip{GlobalNorm: 1}},
}

// spread is the mean and the standard deviation over seeds.
type spread struct{ mean, sd float64 }

// score is the accuracy of a technique.
type score struct{ train, test spread }

// compare trains every technique with as many seeds, on the same words.
func compare(ctx context.Context, ts []technique, seeds int) ([]score, error) {
	train, test, size, err := data(1500, 1000)
	if err != nil {
		return nil, err
	}
	scores := make([]score, len(ts))
	for i, t := range ts {
		runs, err := experiments.Repeated{Seeds: seeds, BaseSeed: 1}.Evaluate(ctx, t.recipe(size), train, test)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.name, err)
		}
		scores[i].train.mean, scores[i].train.sd = stat.MeanStdDev(runs.TrainScore(metrics.BinaryAccuracy{}), nil)
		scores[i].test.mean, scores[i].test.sd = stat.MeanStdDev(runs.TestScore(metrics.BinaryAccuracy{}), nil)
	}
	return scores, nil
}

// recipe is the whole training, for so many indices. Index 0, padding, is masked by
// the embedding too, for predictions on bare indices.
func (t technique) recipe(vocabulary int) goodfit.Recipe {
	// Vectors of size 1 from the start: with the default, near 0, learning takes longer.
	layers := []nn.Layer{nn.Embedding{Vocabulary: vocabulary, Dim: 8, MaskZero: true, Init: nn.Normal(0, 1)}}
	layers = append(layers, t.layers...)
	return goodfit.Recipe{Layers: append(layers, nn.Dense{Units: 1, Activation: act.Sigmoid}),
		Config: goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Metrics: []metrics.Metric{metrics.BinaryAccuracy{}},
			Optimizer: optim.Adam{Rate: 0.02, Schedule: optim.Cosine{}, Clip: t.clip}},
		Plan: goodfit.Plan{Epochs: 30, BatchSize: 16}}
}

// data returns words as padded indices, to train with in batches of like
// length, and the size of their vocabulary.
func data(training, testing int) (train datasets.Buckets, test *datasets.Tensors, size int, err error) {
	texts, labels := words(training+testing, 1)
	vocabulary, err := datasets.Tokenize{Characters: true}.Fit(texts[:training])
	if err != nil {
		return train, nil, 0, err
	}
	pad := func(from, to int) (*datasets.Tensors, error) {
		s := vocabulary.Sequences(texts[from:to])
		s.Targets = tensor.Of(labels[from:to], to-from, 1)
		return datasets.Pad{}.Apply(s)
	}
	if train.Data, err = pad(0, training); err != nil {
		return train, nil, 0, err
	}
	train.Width = 4
	test, err = pad(training, training+testing)
	return train, test, vocabulary.Size(), err
}
