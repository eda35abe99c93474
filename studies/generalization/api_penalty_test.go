package generalization_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TestWeightPenaltyRows are the API rows of chapter 13.
func TestWeightPenaltyRows(t *testing.T) {
	train, test := moons()
	runRows(t, []row{
		{"ch13-api-regularizer-objects", func(t *testing.T) {
			for _, p := range []nn.Penalty{{L1: 0.01}, {L2: 0.01}, {L1: 0.01, L2: 0.02}} {
				layer := wide()
				layer.Penalty = p
				m, _ := trained(t, train, test, 2, layer, sigmoid())
				abs, squares := sums(weights(t, m, 1, "kernel"))
				equal(t, "penalty in the loss", penaltyOf(t, m, train), p.L1*abs+p.L2*squares)
				equal(t, "penalty in the loss on other rows", penaltyOf(t, m, test), p.L1*abs+p.L2*squares)
			}
		}},
		{"ch13-api-l2-dense", func(t *testing.T) {
			layer := nn.Dense{Units: 32, BiasInit: nn.Constant(0.5), Penalty: nn.Penalty{L2: 0.01}, BiasPenalty: nn.Penalty{L2: 0.03}}
			m, _ := trained(t, train, test, 1, layer, sigmoid())
			_, kernel := sums(weights(t, m, 1, "kernel"))
			_, bias := sums(weights(t, m, 1, "bias"))
			if bias < 1 {
				t.Fatalf("the biases' squares add to %v, too little to see", bias)
			}
			equal(t, "penalty on weights and biases", penaltyOf(t, m, train), 0.01*kernel+0.03*bias)
			free, _ := trained(t, train, test, 1, nn.Dense{Units: 32}, sigmoid())
			equal(t, "penalty by default", penaltyOf(t, free, train), 0)
		}},
		{"ch13-api-make-moons", func(t *testing.T) { sameRows(t, datasets.Moons{Samples: 100, Noise: 0.2, Seed: 1}.Make) }},
		{"ch13-api-moons-split", func(t *testing.T) { checkSplit(t, train, test) }},
		{"ch13-api-define-overfit-mlp", func(t *testing.T) { checkNetwork(t, train) }},
		{"ch13-api-fit-evaluate", func(t *testing.T) { checkFit(t, train, test) }},
		{"ch13-api-learning-curves", func(t *testing.T) { checkCurves(t, train, test) }},
		{"ch13-api-l2-hidden", func(t *testing.T) {
			layer := wide()
			layer.Penalty = nn.Penalty{L2: 0.001}
			m, _ := trained(t, train, test, 3, layer, sigmoid())
			_, squares := sums(weights(t, m, 1, "kernel"))
			equal(t, "penalty on the hidden weights alone", penaltyOf(t, m, train), 0.001*squares)
		}},
		{"ch13-api-grid-search-loop", func(t *testing.T) {
			r := goodfit.Recipe{Layers: []nn.Layer{wide(), sigmoid()}, Config: binary(), Plan: goodfit.Plan{Epochs: 2}}
			sweep := experiments.Sweep{Changes: experiments.Field("Layers[0].Penalty.L2", 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6),
				Repeated: experiments.Repeated{Seeds: 1}}
			points, err := sweep.Evaluate(ctx, r, train, test)
			must(t, err)
			for k, want := range []string{"0.1", "0.01", "0.001", "0.0001", "1e-05", "1e-06"} {
				if len(points) != 6 || points[k].Name != want || len(points[k].Runs.TestScore(metrics.Accuracy{})) != 1 {
					t.Fatalf("point %d of %d is %q, want %s with one score", k, len(points), points[k].Name, want)
				}
			}
			if points[0].Runs[0].Seed != points[5].Runs[0].Seed || points[0].Runs[0].Train.Loss <= points[5].Runs[0].Train.Loss {
				t.Error("a new network of the same seed has no more loss under 0.1 than under 1e-6")
			}
		}},
		{"ch13-api-semilogx", func(t *testing.T) {
			values := []float64{1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6}
			drawn := func(log bool) []byte {
				path := filepath.Join(t.TempDir(), "sweep.png")
				must(t, plots.Lines{LogX: log, Lines: []plots.Line{
					{Name: "train", X: values, Y: []float64{0.967, 1, 1, 1, 1, 1}, Markers: true},
					{Name: "test", X: values, Y: []float64{0.829, 0.943, 0.943, 0.929, 0.929, 0.914}, Markers: true}}}.Save(path))
				text, err := os.ReadFile(path)
				must(t, err)
				_, err = png.Decode(bytes.NewReader(text))
				must(t, err)
				return text
			}
			if bytes.Equal(drawn(true), drawn(false)) {
				t.Error("the logarithmic axis changes nothing")
			}
		}},
	})
}

// sameRows checks that a generator gives 100 rows of two features and two classes,
// the same every time.
func sameRows(t *testing.T, generate func() *datasets.Dataset) {
	d, again := generate(), generate()
	if d.Rows() != 100 || d.Features() != 2 {
		t.Fatalf("%d rows of %d features, want 100 of 2", d.Rows(), d.Features())
	}
	if !slices.Equal(d.X.RawMatrix().Data, again.X.RawMatrix().Data) || !slices.Equal(d.Y.RawMatrix().Data, again.Y.RawMatrix().Data) {
		t.Error("the rows differ the second time")
	}
	ones := 0.0
	for _, y := range d.Y.RawMatrix().Data {
		ones += y
	}
	equal(t, "rows of class 1", ones, 50)
}

// checkSplit checks the first 30 rows to train with and the other 70.
func checkSplit(t *testing.T, train, test *datasets.Dataset) {
	if train.Rows() != 30 || test.Rows() != 70 {
		t.Errorf("%d and %d rows, want 30 and 70", train.Rows(), test.Rows())
	}
	for part, want := range map[*datasets.Dataset]float64{train: 16, test: 34} {
		ones := 0.0
		for _, y := range part.Y.RawMatrix().Data {
			ones += y
		}
		equal(t, "rows of class 1", ones, want)
	}
}

// checkNetwork checks size and first weights of the network that overfits.
func checkNetwork(t *testing.T, train *datasets.Dataset) {
	m := goodfit.Sequential(train.InputShape(), wide(), sigmoid())
	must(t, m.Compile(binary()))
	if got := m.CountParams().Trainable; got != 3*500+501 {
		t.Errorf("%d weights, want %d", got, 3*500+501)
	}
	// Glorot uniform: within ±√(6/(2+500)), and not all within half of it.
	const limit = 0.10932
	largest := float32(0)
	for _, v := range weights(t, m, 1, "kernel").Data() {
		largest = max(largest, v, -v)
	}
	if largest > limit || largest < limit/2 {
		t.Errorf("the largest first weight is %v, want below %v", largest, limit)
	}
	out, err := m.Predict(train.X)
	must(t, err)
	if p := out.At(0, 0); !(p > 0 && p < 1) {
		t.Errorf("output %v, want a probability", p)
	}
}

// checkFit checks that 30 rows are one batch, and the scores on both parts.
func checkFit(t *testing.T, train, test *datasets.Dataset) {
	m := goodfit.Sequential(train.InputShape(), wide(), sigmoid())
	must(t, m.Compile(binary()))
	updates := 0
	_, err := m.Fit(ctx, train, goodfit.Plan{Epochs: 200, Validation: test, Callbacks: []goodfit.Callback{countUpdates(&updates)}})
	must(t, err)
	if updates != 200 {
		t.Errorf("%d updates in 200 epochs, want 200", updates)
	}
	onTrain, err := m.Evaluate(train)
	must(t, err)
	onTest, err := m.Evaluate(test)
	must(t, err)
	a, _ := onTrain.Get(metrics.Accuracy{})
	b, _ := onTest.Get(metrics.Accuracy{})
	if a <= b || b < 0.4 {
		t.Errorf("accuracy %v in training and %v on test rows", a, b)
	}
}

// checkCurves checks that loss and accuracy of both parts are recorded and drawn.
func checkCurves(t *testing.T, train, test *datasets.Dataset) {
	_, h := trained(t, train, test, 5, wide(), sigmoid())
	for _, name := range []string{"loss", "val_loss", "accuracy", "val_accuracy"} {
		if v, ok := h.Get(name); !ok || len(v) != 5 {
			t.Errorf("%s has %d of 5 epochs", name, len(v))
		}
	}
	figure := plots.LearningCurve{History: h, Quantities: []string{"loss", "accuracy"}}
	must(t, figure.Save(filepath.Join(t.TempDir(), "curves.svg")))
}

// TestActivityPenaltyRows are the API rows of chapter 14.
func TestActivityPenaltyRows(t *testing.T) {
	train, test := circles()
	runRows(t, []row{
		{"ch14-api-regularizer-objects", func(t *testing.T) {
			for _, p := range []nn.ActivityPenalty{{L1: 0.01}, {L2: 0.01}, {L1: 0.01, L2: 0.02}} {
				checkActivity(t, train, test, p, nn.Dense{Units: 32, Activation: act.ReLU, Activity: p})
			}
		}},
		{"ch14-api-activity-after-activation", func(t *testing.T) {
			p := nn.ActivityPenalty{L1: 0.001}
			m := checkActivity(t, train, test, p, nn.Dense{Units: 32, Activation: act.ReLU, Activity: p})
			if abs, _ := sums(outputs(t, m, train, 1)); abs == 0 {
				t.Error("the penalized outputs are all zero")
			}
		}},
		{"ch14-api-activity-before-activation", func(t *testing.T) {
			p := nn.ActivityPenalty{L1: 0.001}
			m := checkActivity(t, train, test, p, nn.Dense{Units: 32, Activity: p}, nn.Activation{Func: act.ReLU})
			if least := slices.Min(outputs(t, m, train, 1).Data()); least >= 0 {
				t.Errorf("the least penalized output is %v, want some below zero", least)
			}
			if least := slices.Min(outputs(t, m, train, 2).Data()); least != 0 {
				t.Errorf("the least output of ReLU is %v", least)
			}
		}},
		{"ch14-api-activity-dense", func(t *testing.T) {
			p := nn.ActivityPenalty{L1: 0.001}
			checkActivity(t, train, test, p, nn.Dense{Units: 32, Activity: p})
		}},
		{"ch14-api-make-circles", func(t *testing.T) { sameRows(t, datasets.Circles{Samples: 100, Noise: 0.1, Seed: 1}.Make) }},
		{"ch14-api-circles-split", func(t *testing.T) { checkSplit(t, train, test) }},
		{"ch14-api-define-overfit-mlp", func(t *testing.T) { checkNetwork(t, train) }},
		{"ch14-api-fit-evaluate", func(t *testing.T) { checkFit(t, train, test) }},
		{"ch14-api-learning-curves", func(t *testing.T) { checkCurves(t, train, test) }},
		{"ch14-api-l1-before-relu", func(t *testing.T) {
			p := nn.ActivityPenalty{L1: 0.0001, BatchSum: true}
			checkActivity(t, train, test, p, nn.Dense{Units: 500, Activity: p}, nn.Activation{Func: act.ReLU})
		}},
		{"ch14-api-l1-after-relu", func(t *testing.T) {
			p := nn.ActivityPenalty{L1: 0.0001, BatchSum: true}
			layer := wide()
			layer.Activity = p
			checkActivity(t, train, test, p, layer)
		}},
	})
}

// outputs are those of the k-th layer on data.
func outputs(t *testing.T, m *goodfit.Model, data *datasets.Dataset, k int) *tensor.Tensor {
	t.Helper()
	out, err := m.Activations([]*tensor.Tensor{tensor.FromMatrix(data.X)}, m.Layers()[k].Name)
	must(t, err)
	return out[0]
}

// checkActivity trains a network whose first layer has the penalty, and compares
// what is in its loss on the 30 training rows, which are one batch.
func checkActivity(t *testing.T, train, test *datasets.Dataset, p nn.ActivityPenalty, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m, _ := trained(t, train, test, 3, append(layers, sigmoid())...)
	abs, squares := sums(outputs(t, m, train, 1))
	want := p.L1*abs + p.L2*squares
	if !p.BatchSum {
		want /= float64(train.Rows())
	}
	equal(t, "penalty in the loss", penaltyOf(t, m, train), want)
	return m
}
