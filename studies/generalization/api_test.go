package generalization_test

import (
	"context"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
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

// equal allows for the rounding of float32.
func equal(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-5*max(1, math.Abs(want))) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// moons and circles are the problems of the chapters, 30 rows and 70.
func moons() (train, test *datasets.Dataset) {
	return datasets.Moons{Samples: 100, Noise: 0.2, Seed: 1}.Make().Split(30)
}

func circles() (train, test *datasets.Dataset) {
	return datasets.Circles{Samples: 100, Noise: 0.1, Seed: 1}.Make().Split(30)
}

// wide and sigmoid are the layers of the network that overfits.
func wide() nn.Dense    { return nn.Dense{Units: 500, Activation: act.ReLU} }
func sigmoid() nn.Dense { return nn.Dense{Units: 1, Activation: act.Sigmoid} }

// binary is the configuration of the chapters: Adam and cross-entropy.
func binary() goodfit.Config {
	return goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Metrics: []metrics.Metric{metrics.Accuracy{}, metrics.LogLoss{}}, Seed: 1}
}

// trained fits layers to data with the other part as validation data.
func trained(t *testing.T, data, validation *datasets.Dataset, epochs int, layers ...nn.Layer) (*goodfit.Model, *curves.History) {
	t.Helper()
	m := goodfit.Sequential(data.InputShape(), layers...)
	must(t, m.Compile(binary()))
	h, err := m.Fit(ctx, data, goodfit.Plan{Epochs: epochs, Validation: validation})
	must(t, err)
	return m, h
}

// penaltyOf is what a model's loss on data is above its cross-entropy.
func penaltyOf(t *testing.T, m *goodfit.Model, data *datasets.Dataset) float64 {
	t.Helper()
	s, err := m.Evaluate(data)
	must(t, err)
	entropy, ok := s.Get(metrics.LogLoss{})
	if !ok {
		t.Fatal("no cross-entropy is reported")
	}
	return s.Loss - entropy
}

// weights are the values of a parameter of the k-th layer, counted from 1.
func weights(t *testing.T, m *goodfit.Model, k int, name string) *tensor.Tensor {
	t.Helper()
	w, err := m.Weights(m.Layers()[k].Name)
	must(t, err)
	if w[name] == nil {
		t.Fatalf("layer %d has no %q", k, name)
	}
	return w[name]
}

// sums are Σ|x| and Σx².
func sums(x *tensor.Tensor) (abs, squares float64) {
	for _, v := range x.Data() {
		abs += math.Abs(float64(v))
		squares += float64(v) * float64(v)
	}
	return abs, squares
}
