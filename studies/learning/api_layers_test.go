package learning_test

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestActivationRows(t *testing.T) {
	is := func(layer nn.Layer, x, want float64) func(t *testing.T) {
		return func(t *testing.T) {
			equal(t, "output", predict(t, compiled(t, tensor.Shape{1}, layer), 1, x)[0], want)
		}
	}
	runRows(t, []row{
		{"ch07-api-activation-layer", func(t *testing.T) {
			is(nn.Activation{Func: act.ReLU}, -2, 0)(t)
			is(nn.Activation{Func: act.ReLU}, 3, 3)(t)
		}},
		{"ch07-api-activation-argument", is(nn.Dense{Units: 1, Activation: act.ReLU, Init: nn.Constant(-1)}, 3, 0)},
		{"ch07-api-prelu-leakyrelu-layers", func(t *testing.T) {
			is(nn.Activation{Func: act.LeakyReLU(0.3)}, -2, -0.6)(t)
			is(nn.PReLU{Init: nn.Constant(0.25)}, -2, -0.5)(t)
			if m := compiled(t, tensor.Shape{4}, nn.Dense{Units: 3}, nn.PReLU{}); m.CountParams().Trainable != 4*3+3+3 {
				t.Errorf("PReLU behind 3 units: %d weights in all, want %d", m.CountParams().Trainable, 4*3+3+3)
			}
		}},
	})
}

// statistics trains a batch norm on one batch and returns its running mean.
func statistics(t *testing.T, b nn.BatchNorm, rows ...float64) (mean, variance float64) {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{1}, nn.As("norm", b), nn.Dense{Units: 1})
	must(t, m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{}}))
	d := &datasets.Dataset{X: mat.NewDense(len(rows), 1, rows), Y: mat.NewDense(len(rows), 1, nil)}
	_, err := m.Fit(ctx, d, goodfit.Plan{BatchSize: -1})
	must(t, err)
	w, err := m.Weights("norm")
	must(t, err)
	return float64(w["moving_mean"].Data()[0]), float64(w["moving_variance"].Data()[0])
}

func TestBatchNormRows(t *testing.T) {
	runRows(t, []row{
		{"ch09-api-batchnorm-default", func(t *testing.T) {
			mean, variance := statistics(t, nn.BatchNorm{}, 1, 3)
			equal(t, "running mean after a batch of mean 2", mean, 0.01*2)
			equal(t, "running variance after a batch of variance 1", variance, 0.99+0.01*1)
			if m := compiled(t, tensor.Shape{5}, nn.BatchNorm{}); m.CountParams().Trainable != 10 || m.CountParams().Statistics != 10 {
				t.Errorf("counts %+v, want β and γ of 5 features, and two statistics", m.CountParams())
			}
		}},
		{"ch09-api-batchnorm-momentum", func(t *testing.T) {
			mean, variance := statistics(t, nn.BatchNorm{Momentum: opt.Zero}, 1, 3)
			equal(t, "mean", mean, 2)
			equal(t, "variance", variance, 1)
		}},
	})
}

// base is chapter 10's first network, trained for an epoch.
func base(t *testing.T, train *datasets.Dataset) *goodfit.Model {
	t.Helper()
	m, _ := trained(t, train, nil, sgd(losses.CrossEntropy{}, metrics.Accuracy{}), goodfit.Plan{},
		nn.As("hidden1", nn.Dense{Units: 10, Activation: act.ReLU, Init: nn.HeUniform}),
		nn.As("output", nn.Dense{Units: 3, Activation: act.Softmax}))
	return m
}

// kernel copies a layer's weights, to see whether they change.
func kernel(t *testing.T, m *goodfit.Model, layer string) []float32 {
	t.Helper()
	w, err := m.Weights(layer)
	must(t, err)
	return slices.Clone(w["kernel"].Data())
}

// deepen is the book's step: the output off, all frozen, a new layer and the old
// output on, and a fit.
func deepen(t *testing.T, m *goodfit.Model, name string, data datasets.Source, output nn.Layer) {
	t.Helper()
	weights, err := m.Weights("output")
	must(t, err)
	must(t, m.Pop())
	must(t, m.Freeze())
	must(t, m.Add(nn.As(name, nn.Dense{Units: 10, Activation: act.ReLU, Init: nn.HeUniform})))
	must(t, m.Add(nn.As("output", output)))
	must(t, m.Compile(m.Config()))
	must(t, m.SetWeights("output", weights))
	_, err = m.Fit(ctx, data, goodfit.Plan{})
	must(t, err)
}

func TestGreedyRows(t *testing.T) {
	train, test := blobs(2)
	softmax := nn.Dense{Units: 3, Activation: act.Softmax}
	runRows(t, []row{
		{"ch10-api-make-blobs", func(t *testing.T) {
			if r, c := train.X.Dims(); r != 500 || c != 2 || test.Rows() != 500 {
				t.Errorf("%d×%d and %d rows", r, c, test.Rows())
			}
		}},
		{"ch10-api-prepare-data", func(t *testing.T) {
			d, err := train.OneHotTargets()
			must(t, err)
			if r, c := d.Y.Dims(); r != 500 || c != 3 {
				t.Errorf("one-hot targets are %d×%d", r, c)
			}
		}},
		{"ch10-api-define-base-mlp", func(t *testing.T) {
			if k := kernels(base(t, train)); len(k) != 2 || !k[0].Equal(tensor.Shape{2, 10}) || !k[1].Equal(tensor.Shape{10, 3}) {
				t.Errorf("kernels %v", k)
			}
		}},
		{"ch10-api-compile-sgd-momentum", func(t *testing.T) {
			c := base(t, train).Config()
			if o, ok := c.Optimizer.(optim.SGD); !ok || o.Rate != 0.01 || o.Momentum != 0.9 || c.Loss != (losses.CrossEntropy{}) {
				t.Errorf("compiled with %+v", c)
			}
		}},
		{"ch10-api-fit-base", func(t *testing.T) {
			m := base(t, train)
			before := kernel(t, m, "hidden1")
			h, err := m.Fit(ctx, train, goodfit.Plan{Epochs: 100})
			must(t, err)
			if h.Epochs() != 100 || slices.Equal(before, kernel(t, m, "hidden1")) {
				t.Errorf("%d epochs, or weights that did not move", h.Epochs())
			}
		}},
		{"ch10-api-evaluate-train-test", func(t *testing.T) {
			m := base(t, train)
			for _, part := range []*datasets.Dataset{train, test} {
				s, err := m.Evaluate(part)
				must(t, err)
				if a, ok := s.Get(metrics.Accuracy{}); !ok || a <= 0 || a > 1 || s.Loss <= 0 {
					t.Errorf("scores %v", s)
				}
			}
		}},
		{"ch10-api-reference-output-layer", func(t *testing.T) {
			m := base(t, train)
			layers := m.Layers()
			if last := layers[len(layers)-1]; last.Name != m.OutputNames()[0] || len(kernel(t, m, last.Name)) != 30 {
				t.Errorf("the last layer is %+v", last)
			}
		}},
		{"ch10-api-pop-layer", func(t *testing.T) {
			m := base(t, train)
			must(t, m.Pop())
			if got := m.OutputNames(); len(got) != 1 || got[0] != "hidden1" {
				t.Errorf("outputs %q", got)
			}
		}},
		{"ch10-api-freeze-all-layers", func(t *testing.T) {
			m := base(t, train)
			must(t, m.Freeze())
			before := kernel(t, m, "hidden1")
			_, err := m.Fit(ctx, train, goodfit.Plan{})
			must(t, err)
			if !slices.Equal(before, kernel(t, m, "hidden1")) {
				t.Error("a frozen layer moved")
			}
		}},
		{"ch10-api-add-new-hidden-layer", func(t *testing.T) {
			m := base(t, train)
			must(t, m.Add(nn.Dense{Units: 10}))
			must(t, m.Compile(m.Config()))
			if k := kernels(m); !k[2].Equal(tensor.Shape{3, 10}) {
				t.Errorf("the new layer's kernel is %v, want its input to be found", k[2])
			}
		}},
		{"ch10-api-reattach-output-and-refit", func(t *testing.T) {
			m := base(t, train)
			first, output := kernel(t, m, "hidden1"), kernel(t, m, "output")
			deepen(t, m, "hidden2", train, softmax)
			moved := 0.0
			for i, v := range kernel(t, m, "output") {
				moved = max(moved, math.Abs(float64(v-output[i])))
			}
			// From its old weights an epoch moves the output less than a new draw would.
			if !slices.Equal(first, kernel(t, m, "hidden1")) || moved == 0 || moved > 0.5 {
				t.Errorf("the first layer moved, or the output moved by %v", moved)
			}
		}},
	})
}

// encoder is chapter 10's autoencoder, trained for an epoch.
func encoder(t *testing.T, data *datasets.Dataset) *goodfit.Model {
	t.Helper()
	m, _ := trained(t, data, nil, goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.001}, Seed: 1}, goodfit.Plan{},
		nn.As("hidden1", nn.Dense{Units: 10, Activation: act.ReLU, Init: nn.HeUniform}), nn.As("output", nn.Dense{Units: 2}))
	return m
}

func TestAutoencoderRows(t *testing.T) {
	train, _ := blobs(2)
	data := &datasets.Dataset{X: train.X, Y: train.X}
	// headed gives a copy of the encoder a softmax output and trains that.
	headed := func(t *testing.T, m *goodfit.Model) *goodfit.Model {
		c := m.Clone(true)
		must(t, c.Pop())
		must(t, c.Freeze())
		must(t, c.Add(nn.As("classes", nn.Dense{Units: 3, Activation: act.Softmax})))
		must(t, c.Compile(sgd(losses.CrossEntropy{}, metrics.Accuracy{})))
		_, err := c.Fit(ctx, train, goodfit.Plan{Epochs: 20})
		must(t, err)
		return c
	}
	runRows(t, []row{
		{"ch10-api-base-autoencoder", func(t *testing.T) {
			m := encoder(t, data)
			before, err := m.Evaluate(data)
			must(t, err)
			_, err = m.Fit(ctx, data, goodfit.Plan{Epochs: 20})
			must(t, err)
			if after, err := m.Evaluate(data); err != nil || !(after.Loss < before.Loss/2) {
				t.Errorf("the reconstruction error goes from %v to %v, %v", before.Loss, after.Loss, err)
			}
		}},
		{"ch10-api-detach-autoencoder-output", func(t *testing.T) {
			m := encoder(t, data)
			must(t, m.Pop())
			must(t, m.Freeze())
			if l, err := m.Layer("hidden1"); err != nil || !l.Frozen || m.OutputNames()[0] != "hidden1" {
				t.Errorf("layer %+v, %v", l, err)
			}
		}},
		{"ch10-api-attach-classifier-head", func(t *testing.T) {
			m := encoder(t, data)
			c := headed(t, m)
			if s, err := c.Evaluate(train); err != nil || s.Metrics[0].Value < 0.5 {
				t.Errorf("scores %v, %v", s, err)
			}
			if !slices.Equal(kernel(t, m, "hidden1"), kernel(t, c, "hidden1")) {
				t.Error("training the head moved the frozen encoder")
			}
		}},
		{"ch10-api-restore-autoencoder", func(t *testing.T) {
			m := encoder(t, data)
			before, err := m.Evaluate(data)
			must(t, err)
			headed(t, m)
			if after, err := m.Evaluate(data); err != nil || after.Loss != before.Loss {
				t.Errorf("the autoencoder's error goes from %v to %v, %v", before.Loss, after.Loss, err)
			}
		}},
	})
}

// source is chapter 11's network, trained for some epochs on a problem.
func source(t *testing.T, problem uint64, epochs int) *goodfit.Model {
	t.Helper()
	train, test := blobs(problem)
	m, h := trained(t, train, test, goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.SGD{}, Metrics: []metrics.Metric{metrics.Accuracy{}}, Seed: 1},
		goodfit.Plan{Epochs: epochs}, transferLayers()...)
	checkPanels(t, h, "loss", "accuracy")
	return m
}

func transferLayers() []nn.Layer {
	return []nn.Layer{
		nn.As("hidden1", nn.Dense{Units: 5, Activation: act.ReLU, Init: nn.HeUniform}),
		nn.As("hidden2", nn.Dense{Units: 5, Activation: act.ReLU, Init: nn.HeUniform}),
		nn.As("output", nn.Dense{Units: 3, Activation: act.Softmax}),
	}
}

func TestTransferRows(t *testing.T) {
	train, test := blobs(2)
	saved := filepath.Join(t.TempDir(), "model.goodfit")
	must(t, source(t, 1, 5).Save(saved))
	load := func(t *testing.T) *goodfit.Model {
		m, err := goodfit.Load(saved)
		must(t, err)
		return m
	}
	runRows(t, []row{
		{"ch11-api-make-blobs-problem-seeds", func(t *testing.T) {
			one, _ := blobs(1)
			if mat.Equal(one.X, train.X) {
				t.Error("two seeds give one problem")
			}
		}},
		{"ch11-api-samples-for-seed", func(t *testing.T) {
			for seed := range uint64(2) {
				a, b := blobs(seed + 1)
				one, err := a.OneHotTargets()
				must(t, err)
				if _, c := one.Y.Dims(); c != 3 || a.Rows() != 500 || b.Rows() != 500 {
					t.Errorf("problem %d: %d columns, %d and %d rows", seed+1, c, a.Rows(), b.Rows())
				}
			}
		}},
		{"ch11-api-define-mlp", func(t *testing.T) {
			if k := kernels(load(t)); len(k) != 3 || !k[1].Equal(tensor.Shape{5, 5}) {
				t.Errorf("kernels %v", k)
			}
		}},
		{"ch11-api-compile-sgd-default", func(t *testing.T) {
			if s := load(t).Config().Optimizer.Settings(); s.Rate != 0.01 {
				t.Errorf("the default rate is %v", s.Rate)
			}
		}},
		{"ch11-api-fit-with-validation", func(t *testing.T) {
			h, err := load(t).Fit(ctx, train, goodfit.Plan{Epochs: 2, Validation: test})
			must(t, err)
			if v, ok := h.Get("val_accuracy"); !ok || len(v) != 2 {
				t.Errorf("validation accuracies %v", v)
			}
		}},
		{"ch11-api-summarize-model", func(t *testing.T) {
			m := load(t)
			if s, err := m.Evaluate(test); err != nil || !strings.Contains(s.String(), "accuracy") {
				t.Errorf("scores %v, %v", s, err)
			}
		}},
		// The file format needs no library beside.
		{"ch11-api-install-h5py", func(t *testing.T) { load(t) }},
		{"ch11-api-load-model", func(t *testing.T) {
			a, b := load(t), load(t)
			if !slices.Equal(predict(t, a, 2, 1, 2), predict(t, b, 2, 1, 2)) || !slices.Equal(kernel(t, a, "output"), kernel(t, source(t, 1, 5), "output")) {
				t.Error("a loaded model differs from the one saved")
			}
		}},
		{"ch11-api-load-and-refit", func(t *testing.T) {
			m := load(t)
			before := kernel(t, m, "hidden1")
			must(t, m.Compile(m.Config()))
			_, err := m.Fit(ctx, train, goodfit.Plan{})
			must(t, err)
			if slices.Equal(before, kernel(t, m, "hidden1")) {
				t.Error("the first layer did not train")
			}
		}},
		{"ch11-api-repeated-standalone", func(t *testing.T) {
			r := goodfit.Recipe{Layers: transferLayers(), Config: load(t).Config(), Plan: goodfit.Plan{Epochs: 3}}
			runs, err := experiments.Repeated{Seeds: 4}.Evaluate(ctx, r, train, test)
			must(t, err)
			if s := experiments.Summarize(runs.TestScore(metrics.Accuracy{})); s.N != 4 || s.SD <= 0 {
				t.Errorf("accuracies %v", s)
			}
		}},
	})
}
