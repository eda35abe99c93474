package playbook_test

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// rounding is what float32 leaves of sums of a few terms near 1.
const rounding = 1e-6

// must returns v, or ends the test with the error.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// table is a dataset of rows of x and one target each.
func table(columns int, x, y []float64) *datasets.Dataset {
	return &datasets.Dataset{X: mat.NewDense(len(y), columns, x), Y: mat.NewDense(len(y), 1, y)}
}

// fit compiles layers and trains them.
func fit(t *testing.T, d *datasets.Dataset, c goodfit.Config, p goodfit.Plan, layers ...nn.Layer) (*goodfit.Model, *curves.History) {
	t.Helper()
	m := goodfit.Sequential(d.InputShape(), layers...)
	ok(t, m.Compile(c))
	return m, must(m.Fit(context.Background(), d, p))(t)
}

// kernel copies the weights of a layer.
func kernel(t *testing.T, m *goodfit.Model, layer string) []float32 {
	t.Helper()
	return slices.Clone(must(m.Weights(layer))(t)["kernel"].Data())
}

// updated returns the weights, all start before, of one linear node without bias
// after an epoch of one update a row, for the loss (w·x − y)².
func updated(t *testing.T, o optim.Optimizer, start float64, d *datasets.Dataset) []float32 {
	t.Helper()
	m, _ := fit(t, d, goodfit.Config{Loss: losses.MSE{}, Optimizer: o}, goodfit.Plan{BatchSize: 1, InOrder: true},
		nn.As("node", nn.Dense{Units: 1, NoBias: true, Init: nn.Constant(start)}))
	return kernel(t, m, "node")
}

// classifier is the configuration of networks that tell blobs apart.
func classifier() goodfit.Config {
	return goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9},
		Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1}
}

func blobs(seed uint64) (train, test *datasets.Dataset) {
	return datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: seed}.Make().Split(500)
}

func hidden(name string, units int) nn.Layer {
	return nn.As(name, nn.Dense{Units: units, Activation: act.ReLU, Init: nn.HeUniform})
}

func classes() nn.Layer {
	return nn.As("output", nn.Dense{Units: 3, Activation: act.Softmax})
}

func accuracy(t *testing.T, m *goodfit.Model, d *datasets.Dataset) float64 {
	t.Helper()
	a, _ := must(m.Evaluate(d))(t).Get(metrics.Accuracy{})
	return a
}
