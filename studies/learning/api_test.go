package learning_test

import (
	"context"
	"math"
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

func blobs(seed uint64) (train, test *datasets.Dataset) {
	return datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: seed}.Make().Split(500)
}

func circles() (train, test *datasets.Dataset) {
	return datasets.Circles{Samples: 1000, Noise: 0.1, Seed: 1}.Make().Split(500)
}

// compiled returns a model that has its weights.
func compiled(t *testing.T, input tensor.Shape, layers ...nn.Layer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(input, layers...)
	must(t, m.Compile(goodfit.Config{Loss: losses.MSE{}, Seed: 1}))
	return m
}

// kernels lists the shapes of the kernels, layer by layer.
func kernels(m *goodfit.Model) (shapes []tensor.Shape) {
	for _, l := range m.Layers() {
		for _, p := range l.Params {
			if p.Name == "kernel" {
				shapes = append(shapes, p.Shape)
			}
		}
	}
	return shapes
}

// trained fits layers to data for a few epochs and returns the model with its
// history.
func trained(t *testing.T, data, validation *datasets.Dataset, c goodfit.Config, p goodfit.Plan, layers ...nn.Layer) (*goodfit.Model, *curves.History) {
	t.Helper()
	m := goodfit.Sequential(data.InputShape(), layers...)
	must(t, m.Compile(c))
	if validation != nil {
		p.Validation = validation
	}
	h, err := m.Fit(ctx, data, p)
	must(t, err)
	return m, h
}

// sgd is the book's usual configuration.
func sgd(loss losses.Loss, ms ...metrics.Metric) goodfit.Config {
	return goodfit.Config{Loss: loss, Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9}, Metrics: ms, Seed: 1}
}

// predict returns a column of predictions for columns of inputs.
func predict(t *testing.T, m *goodfit.Model, columns int, values ...float64) []float64 {
	t.Helper()
	out, err := m.Predict(mat.NewDense(len(values)/columns, columns, values))
	must(t, err)
	return out.RawMatrix().Data
}

func TestCapacityRows(t *testing.T) {
	runRows(t, []row{
		{"ch02-api-dense-units", func(t *testing.T) {
			m := compiled(t, tensor.Shape{8}, nn.Dense{Units: 32})
			if got := m.CountParams().Trainable; got != 8*32+32 {
				t.Errorf("32 nodes on 8 inputs have %d weights, want %d", got, 8*32+32)
			}
		}},
		{"ch02-api-stack-dense", func(t *testing.T) {
			m := compiled(t, tensor.Shape{8}, nn.Dense{Units: 32})
			must(t, m.Add(nn.Dense{Units: 64}))
			must(t, m.Compile(goodfit.Config{Loss: losses.MSE{}}))
			if k := kernels(m); len(k) != 2 || !k[0].Equal(tensor.Shape{8, 32}) || !k[1].Equal(tensor.Shape{32, 64}) {
				t.Errorf("kernels %v", k)
			}
		}},
		{"ch02-api-make-blobs", func(t *testing.T) {
			for _, b := range []datasets.Blobs{{Samples: 1000, Centers: 3, Std: 2, Seed: 2}, {Samples: 1000, Centers: 20, Features: 100, Std: 2, Seed: 2}} {
				d, again := b.Make(), b.Make()
				if d.Rows() != 1000 || d.Features() != max(b.Features, 2) || !mat.Equal(d.X, again.X) || mat.Max(d.Y) != float64(b.Centers-1) {
					t.Errorf("%+v: %d rows, %d features, greatest class %v", b, d.Rows(), d.Features(), mat.Max(d.Y))
				}
			}
		}},
		{"ch02-api-one-hot", func(t *testing.T) {
			d, err := datasets.Blobs{Samples: 100, Centers: 20, Seed: 2}.Make().OneHotTargets()
			must(t, err)
			if _, c := d.Y.Dims(); c != 20 || mat.Sum(d.Y) != 100 {
				t.Errorf("%d columns with the sum %v, want 20 with 100", c, mat.Sum(d.Y))
			}
		}},
		{"ch02-api-prepare-data", func(t *testing.T) {
			d, err := datasets.Blobs{Samples: 1000, Centers: 20, Features: 100, Std: 2, Seed: 2}.Make().OneHotTargets()
			must(t, err)
			train, test := d.Split(500)
			if train.Rows() != 500 || test.Rows() != 500 || test.X.At(0, 0) != d.X.At(500, 0) {
				t.Errorf("%d and %d rows", train.Rows(), test.Rows())
			}
		}},
		{"ch02-api-sizes-from-data", func(t *testing.T) {
			d, err := datasets.Blobs{Samples: 100, Centers: 20, Features: 100, Seed: 2}.Make().OneHotTargets()
			must(t, err)
			layout := d.Layout()
			if !layout.Inputs[0].Shape.Equal(tensor.Shape{100}) || !layout.Targets[0].Shape.Equal(tensor.Shape{20}) {
				t.Errorf("layout %+v, want 100 inputs and 20 targets", layout)
			}
		}},
		{"ch02-api-mlp-classifier", func(t *testing.T) {
			train, test := datasets.Blobs{Samples: 1000, Centers: 20, Features: 100, Std: 2, Seed: 2}.Make().Split(500)
			for _, nodes := range []int{1, 7} {
				m, h := trained(t, train, nil, sgd(losses.CrossEntropy{}, metrics.Accuracy{}), goodfit.Plan{Epochs: 100},
					nn.Dense{Units: nodes, Activation: act.ReLU, Init: nn.HeUniform}, nn.Dense{Units: 20, Activation: act.Softmax})
				scores, err := m.Evaluate(test)
				must(t, err)
				accuracy, _ := scores.Get(metrics.Accuracy{})
				if (accuracy > 0.8) != (nodes == 7) || h.Epochs() != 100 {
					t.Errorf("%d nodes test at %v after %d epochs", nodes, accuracy, h.Epochs())
				}
			}
		}},
	})
}

func TestBatchSizeRows(t *testing.T) {
	updates := func(size int) int {
		train, _ := blobs(2)
		steps := 0
		for range train.Batches(ctx, datasets.BatchPlan{Size: size, Seed: 1}) {
			steps++
		}
		return steps
	}
	// counted trains one epoch and returns the number of updates.
	counted := func(t *testing.T, size int) int {
		train, _ := blobs(2)
		last := 0
		p := goodfit.Plan{BatchSize: size, Callbacks: []goodfit.Callback{onBatchEnd(func(r *goodfit.Run) { last = r.Step() })}}
		trained(t, train, nil, sgd(losses.CrossEntropy{}), p, nn.Dense{Units: 3, Activation: act.Softmax})
		return last
	}
	check := func(size, want int) func(t *testing.T) {
		return func(t *testing.T) {
			if got := counted(t, size); got != want {
				t.Errorf("batches of %d: %d updates in an epoch of 500 rows, want %d", size, got, want)
			}
		}
	}
	if got := updates(32); got != 16 {
		t.Errorf("the data give %d batches of 32, want 16", got)
	}
	runRows(t, []row{
		{"ch03-api-batch-size-one", check(1, 500)},
		{"ch03-api-batch-size-full", check(-1, 1)},
		{"ch03-api-batch-size-default", check(0, 16)},
		{"ch03-api-batch-size-64", check(64, 8)},
		{"ch03-api-curve-panels", func(t *testing.T) {
			train, test := blobs(2)
			_, h := trained(t, train, test, sgd(losses.CrossEntropy{}, metrics.Accuracy{}), goodfit.Plan{Epochs: 3},
				nn.Dense{Units: 3, Activation: act.Softmax})
			checkPanels(t, h, "loss", "accuracy")
		}},
	})
}
