package prediction_test

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

var ctx = context.Background()

// row is an API row of the playbook: what its listing does with Keras, done here
// and checked for what it means.
type row struct {
	id    string
	check func(t *testing.T)
}

func runRows(t *testing.T, rows []row) {
	for _, r := range rows {
		t.Run(r.id, r.check)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// blobs is the chapters' problem: so many rows to train with, and the rest.
func blobs(rows, train int) (first, rest *datasets.Dataset) {
	return datasets.Blobs{Samples: rows, Centers: 3, Std: 2, Seed: 2}.Make().Split(train)
}

// recipe is the chapters' network, for a few epochs.
func recipe(units, epochs int) goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{nn.As("hidden", nn.Dense{Units: units, Activation: act.ReLU}), nn.As("output", nn.Dense{Units: 3, Activation: act.Softmax})},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.Adam{}, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: epochs},
	}
}

// constant is a model that predicts the given numbers for every row.
func constant(t *testing.T, values ...float64) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential([]int{1}, nn.As("output", nn.Dense{Units: len(values), Init: nn.Zeros}))
	must(t, m.Compile(goodfit.Config{Loss: losses.MSE{}}))
	w, err := m.Weights("output")
	must(t, err)
	for i, v := range values {
		w["bias"].Data()[i] = float32(v)
	}
	must(t, m.SetWeights("output", w))
	return m
}

// same compares matrices of float32 numbers up to their rounding.
func same(t *testing.T, what string, got, want *mat.Dense) {
	t.Helper()
	if !mat.EqualApprox(got, want, 1e-6) {
		t.Errorf("%s: %v, want %v", what, mat.Formatted(got), mat.Formatted(want))
	}
}
