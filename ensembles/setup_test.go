package ensembles_test

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// members returns an ensemble of n models of the blobs, trained a little, and rows
// that they have not seen.
func members(t testing.TB, n, rows int) (*ensembles.Ensemble, *datasets.Dataset) {
	t.Helper()
	train, test := datasets.Blobs{Samples: 100 + rows, Centers: 3, Std: 2, Seed: 2}.Make().Split(100)
	r := recipe()
	r.Plan.Epochs = 5
	r.Config.Metrics = []metrics.Metric{metrics.Accuracy{}}
	return fit(t, ensembles.Average{Members: n, Seed: 7}, r, train), test
}

// fit trains by a method that must not fail.
func fit(t testing.TB, m ensembles.Method, r goodfit.Recipe, train *datasets.Dataset) *ensembles.Ensemble {
	t.Helper()
	e, err := m.Fit(context.Background(), r, train)
	if err != nil {
		t.Fatalf("%T: %v", m, err)
	}
	return e
}

// predict predicts what must not fail.
func predict(t testing.TB, p goodfit.Predictor, x *mat.Dense) *mat.Dense {
	t.Helper()
	y, err := p.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// line is a regression of 120 rows, of two features with noise, in units of about 1.
func line(seed uint64) *datasets.Dataset {
	d := datasets.Regression{Samples: 120, Features: 2, Informative: 2, Noise: 5, Seed: seed}.Make()
	d.Y.Scale(0.01, d.Y)
	return d
}

// regressor is a recipe for scaled numbers.
func regressor() goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{nn.Dense{Units: 8, Activation: act.Tanh}, nn.Dense{Units: 1}},
		Config: goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.Adam{Rate: 0.02}, Metrics: []metrics.Metric{metrics.MAE{}}},
		Plan:   goodfit.Plan{Epochs: 10},
	}
}

// fixed returns a model that predicts w·x + c for rows of one number.
func fixed(t testing.TB, w, c float32, loss losses.Loss, f act.Func) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{1}, nn.Dense{Units: 1, Activation: f})
	if err := m.Compile(goodfit.Config{Loss: loss}); err != nil {
		t.Fatal(err)
	}
	err := m.SetWeights("dense", map[string]*tensor.Tensor{"kernel": tensor.Of([]float32{w}, 1, 1), "bias": tensor.Of([]float32{c}, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
