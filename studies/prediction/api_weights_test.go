package prediction_test

import (
	"archive/zip"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/plots"
)

// moved is the network of chapter 26, with momentum as in its text.
func moved(epochs int) goodfit.Recipe {
	r := recipe(25, epochs)
	r.Config.Optimizer = momentum()
	return r
}

// TestWeightSingleRows are the rows with which chapter 26 begins.
func TestWeightSingleRows(t *testing.T) {
	train, test := blobs(1100, 100)
	runRows(t, []row{
		{"ch26-blobs-generate", func(t *testing.T) { checkBlobs(t, 1000) }},
		{"ch26-small-train-split", func(t *testing.T) { checkBlobs(t, 1100); checkSplit(t, 1100, 100); checkOneHot(t) }},
		{"ch26-mlp-define", func(t *testing.T) { checkNetwork(t, 25); checkMomentum(t, train) }},
		{"ch26-mlp-fit", func(t *testing.T) {
			r := moved(500)
			r.Plan.Validation = test
			m, h, err := r.Fit(ctx, train, nil, 1)
			must(t, err)
			for _, name := range []string{"loss", "accuracy", "val_loss", "val_accuracy"} {
				if v, _ := h.Get(name); len(v) != 500 || slices.ContainsFunc(v, math.IsNaN) {
					t.Errorf("%s has %d numbers, want 500", name, len(v))
				}
			}
			if got, want := h.Last("val_accuracy"), hitShare(predicted(t, m, test), test); math.Abs(got-want) > 1e-9 {
				t.Errorf("the last epoch has the test accuracy %v, counted are %v", got, want)
			}
		}},
		{"ch26-mlp-evaluate", func(t *testing.T) {
			m, _, err := moved(100).Fit(ctx, train, nil, 1)
			must(t, err)
			for _, d := range []*datasets.Dataset{train, test} {
				s, err := m.Evaluate(d)
				must(t, err)
				if want := hitShare(predicted(t, m, d), d); math.Abs(scoreOf(s)-want) > 1e-12 || want < 0.7 {
					t.Errorf("accuracy %v on %d rows, counted are %v", scoreOf(s), d.Rows(), want)
				}
			}
		}},
		{"ch26-learning-curves", checkCurves},
	})
}

// checkMomentum makes two updates with the same batch and compares the weights with
// v ← 0.9·v − 0.01·g, w ← w + v in float64: the first one shows the rate, the second
// the momentum. The tolerance is that of float32 weights near 1.
func checkMomentum(t *testing.T, train *datasets.Dataset) {
	t.Helper()
	batch, _ := train.Split(32)
	r, err := moved(1).For(train)
	must(t, err)
	r.Plan.InOrder = true
	m, err := r.Build(1)
	must(t, err)
	w := weightsOf(t, m)
	v := make([]float64, len(w))
	for update := range 2 {
		g := gradient(w, batch)
		for i := range w {
			v[i] = 0.9*v[i] - 0.01*g[i]
			w[i] += v[i]
		}
		_, err := m.Fit(ctx, batch, r.Plan)
		must(t, err)
		for i, got := range weightsOf(t, m) {
			if math.Abs(got-w[i]) > 1e-6 {
				t.Fatalf("after update %d weight %d is %v, want %v", update+1, i, got, w[i])
			}
		}
	}
}

// weightsOf are the weights as one vector: kernel (in × units) and bias of the
// hidden layer, then of the output.
func weightsOf(t *testing.T, m *goodfit.Model) (all []float64) {
	t.Helper()
	for _, layer := range []string{"hidden", "output"} {
		w, err := m.Weights(layer)
		must(t, err)
		for _, name := range []string{"kernel", "bias"} {
			for _, x := range w[name].Data() {
				all = append(all, float64(x))
			}
		}
	}
	return all
}

// gradient is that of the mean cross-entropy of softmax(relu(x·A + a)·B + b) by all
// weights, with 25 hidden units.
func gradient(w []float64, d *datasets.Dataset) []float64 {
	const units = 25
	g := make([]float64, len(w))
	split := func(w []float64) (kernel, bias, outKernel, outBias []float64) {
		return w[:2*units], w[2*units : 3*units], w[3*units : 6*units], w[6*units:]
	}
	kernel, bias, outKernel, outBias := split(w)
	gKernel, gBias, gOutKernel, gOutBias := split(g)
	for i := range d.Rows() {
		x, hidden, p, sum := d.X.RawRowView(i), make([]float64, units), slices.Clone(outBias), 0.0
		for j := range hidden {
			hidden[j] = max(0, x[0]*kernel[j]+x[1]*kernel[units+j]+bias[j])
			for k := range p {
				p[k] += hidden[j] * outKernel[3*j+k]
			}
		}
		for k := range p {
			p[k] = math.Exp(p[k])
			sum += p[k]
		}
		for k := range p {
			e := p[k] / sum
			if k == int(d.Y.At(i, 0)) {
				e--
			}
			e /= float64(d.Rows())
			gOutBias[k] += e
			for j, h := range hidden {
				gOutKernel[3*j+k] += e * h
				if h > 0 {
					gBias[j] += e * outKernel[3*j+k]
					gKernel[j] += e * outKernel[3*j+k] * x[0]
					gKernel[units+j] += e * outKernel[3*j+k] * x[1]
				}
			}
		}
	}
	return g
}

// lateModels trains as the chapter's loop does: 500 epochs with Adam, each by itself,
// those from 490 on saved. It returns the last model and the path of each file.
func lateModels(t *testing.T, train *datasets.Dataset) (*goodfit.Model, func(epoch int) string) {
	t.Helper()
	folder := t.TempDir()
	path := func(epoch int) string { return filepath.Join(folder, fmt.Sprintf("model_%d.goodfit", epoch)) }
	r, err := recipe(25, 1).For(train)
	must(t, err)
	m, err := r.Build(1)
	must(t, err)
	for epoch := range 500 {
		_, err := m.Fit(ctx, train, r.Plan)
		must(t, err)
		if epoch >= 490 {
			must(t, m.Save(path(epoch)))
		}
	}
	return m, path
}

// TestWeightRows are the other rows of chapter 26: late models in files, and means of
// their weights.
func TestWeightRows(t *testing.T) {
	train, test := blobs(1100, 100)
	last, path := lateModels(t, train)
	// load returns the models of epochs from start up to end.
	load := func(t *testing.T, start, end int) (models []*goodfit.Model) {
		t.Helper()
		for epoch := start; epoch < end; epoch++ {
			m, err := goodfit.Load(path(epoch))
			must(t, err)
			models = append(models, m)
		}
		return models
	}
	latestFirst := func(t *testing.T) []*goodfit.Model {
		t.Helper()
		models := load(t, 490, 500)
		slices.Reverse(models)
		return models
	}
	// latest averages the last n alike.
	latest := func(t *testing.T, n int) *goodfit.Model {
		t.Helper()
		m, err := ensembles.AverageWeights(nil, latestFirst(t)[:n]...)
		must(t, err)
		return m
	}
	runRows(t, []row{
		{"ch26-save-late-models-loop", func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(filepath.Dir(path(0)), "*"))
			must(t, err)
			if len(files) != 10 || files[0] != path(490) || files[9] != path(499) {
				t.Errorf("the files are %q", files)
			}
			once, _, err := recipe(25, 500).Fit(ctx, train, nil, 1)
			must(t, err)
			if !slices.Equal(weightsOf(t, once), weightsOf(t, last)) {
				t.Error("500 epochs at once come to other weights than one after the other")
			}
		}},
		{"ch26-install-h5py", func(t *testing.T) {
			// Nothing is to be installed, here or where the file is read: it is a zip.
			z, err := zip.OpenReader(path(499))
			must(t, err)
			defer z.Close()
			if len(z.File) < 2 {
				t.Errorf("%d parts, want a description and weights", len(z.File))
			}
		}},
		{"ch26-load-all-models", func(t *testing.T) {
			models := load(t, 493, 496)
			if len(models) != 3 || slices.Equal(weightsOf(t, models[0]), weightsOf(t, models[2])) {
				t.Errorf("%d models, want three that differ", len(models))
			}
			if _, err := goodfit.Load(path(500)); err == nil {
				t.Error("a file that is not there is loaded")
			}
		}},
		{"ch26-load-call", func(t *testing.T) {
			models := load(t, 490, 500)
			if len(models) != 10 || !slices.Equal(weightsOf(t, models[9]), weightsOf(t, last)) {
				t.Errorf("%d models, want ten, and the last that of epoch 499", len(models))
			}
		}},
		{"ch26-model-weight-ensemble", func(t *testing.T) { checkAverage(t, latestFirst(t)) }},
		{"ch26-evaluate-n-members", func(t *testing.T) {
			s, err := latest(t, 4).Evaluate(test)
			must(t, err)
			if want := hitShare(predicted(t, latest(t, 4), test), test); math.Abs(scoreOf(s)-want) > 1e-12 || want < 0.75 {
				t.Errorf("the last four have the accuracy %v, counted are %v", scoreOf(s), want)
			}
		}},
		{"ch26-reverse-members", func(t *testing.T) {
			e, err := ensembles.Horizontal{Members: 10, Seed: 1}.Fit(ctx, recipe(25, 500), train)
			must(t, err)
			for i, m := range latestFirst(t) { // one call keeps what the loop saves, in this order
				if !slices.Equal(weightsOf(t, e.Members[i]), weightsOf(t, m)) {
					t.Errorf("member %d is not the model of epoch %d", i+1, 499-i)
				}
			}
		}},
		{"ch26-size-sweep", func(t *testing.T) {
			e := ensembles.New(nil, latestFirst(t)...)
			_, single := accuracy(t, e, test)
			for n := 1; n <= 10; n++ {
				s, err := latest(t, n).Evaluate(test)
				must(t, err)
				// The means lie among models that differ on a few rows of a thousand.
				if lo, hi := slices.Min(single), slices.Max(single); scoreOf(s) < lo-0.01 || scoreOf(s) > hi+0.01 {
					t.Errorf("the mean of the last %d has the accuracy %v, single ones %v to %v", n, scoreOf(s), lo, hi)
				}
				if n == 1 && scoreOf(s) != single[0] {
					t.Errorf("the mean of one model has the accuracy %v, the model %v", scoreOf(s), single[0])
				}
			}
			// One call trains and averages; the bits are those of the files.
			one, err := ensembles.WeightAverage{Members: 10, Seed: 1}.Fit(ctx, recipe(25, 500), train)
			must(t, err)
			if !slices.Equal(weightsOf(t, one.Members[0]), weightsOf(t, latest(t, 10))) {
				t.Error("WeightAverage gives other weights than the mean of the files")
			}
		}},
		{"ch26-size-sweep-plot", func(t *testing.T) {
			_, single := accuracy(t, ensembles.New(nil, latestFirst(t)...), test)
			var means []float64
			for n := 1; n <= 10; n++ {
				means = append(means, hitShare(predicted(t, latest(t, n), test), test))
			}
			drawn(t, plots.Lines{X: "epochs", Y: "test accuracy", Lines: []plots.Line{{Name: "single", Y: single, DotsOnly: true},
				{Name: "averaged weights", Y: means, Markers: true}}}, "epochs", "test accuracy", "single", "averaged weights")
		}},
		{"ch26-linear-weights", func(t *testing.T) {
			checkCoefficients(t, ensembles.WeightAverage{Decay: ensembles.LinearDecay}, 3, 1e-15, 1, 2.0/3, 1.0/3)
			c, err := ensembles.WeightAverage{Decay: ensembles.LinearDecay}.Coefficients(10)
			must(t, err)
			for i, f := range ensembles.Normalized(c) { // they sum to 5.5
				if want := float64(10-i) / 55; math.Abs(f-want) > 1e-15 {
					t.Errorf("coefficient %d is %v, want %v", i+1, f, want)
				}
			}
		}},
		{"ch26-exponential-weights", func(t *testing.T) {
			checkCoefficients(t, ensembles.WeightAverage{Decay: ensembles.ExponentialDecay}, 4, 5e-5, 0.6065, 0.3679, 0.2231, 0.1353)
			c, err := ensembles.WeightAverage{Decay: ensembles.ExponentialDecay, Alpha: 2}.Coefficients(10)
			must(t, err)
			for i, want := range []float64{0.3961, 0.2403, 0.1457, 0.0884, 0.0536, 0.0325, 0.0197, 0.0120, 0.0073, 0.0044} {
				if f := ensembles.Normalized(c)[i]; math.Abs(f-want) > 5e-5 {
					t.Errorf("coefficient %d is %v, want %v", i+1, f, want)
				}
			}
		}},
	})
}

// checkCoefficients compares to so much, the last epoch first.
func checkCoefficients(t *testing.T, w ensembles.WeightAverage, n int, tolerance float64, want ...float64) {
	t.Helper()
	got, err := w.Coefficients(n)
	must(t, err)
	if len(got) != len(want) {
		t.Fatalf("%d coefficients, want %d", len(got), len(want))
	}
	for i := range want {
		if math.Abs(got[i]-want[i]) > tolerance {
			t.Errorf("coefficient %d is %v, want %v", i+1, got[i], want[i])
		}
	}
}

// checkAverage compares with Σ c·w / Σ c, up to the rounding of float32; one model
// averaged is that model, and models of another structure are refused.
func checkAverage(t *testing.T, models []*goodfit.Model) {
	t.Helper()
	coefficients := []float64{3, 2, 1}
	m, err := ensembles.AverageWeights(coefficients, models[:3]...)
	must(t, err)
	for i, got := range weightsOf(t, m) {
		want := 0.0
		for k, c := range coefficients {
			want += c * weightsOf(t, models[k])[i] / 6
		}
		if math.Abs(got-want) > math.Abs(want)/(1<<23) {
			t.Errorf("weight %d is %v, want %v", i, got, want)
		}
	}
	one, err := ensembles.AverageWeights([]float64{0.1}, models[0])
	must(t, err)
	if !slices.Equal(weightsOf(t, one), weightsOf(t, models[0])) {
		t.Error("one model averaged is another model")
	}
	quarter, err := ensembles.AverageWeights([]float64{1, 3}, constant(t, 0, 8), constant(t, 4, 0))
	must(t, err)
	y, err := quarter.Predict(mat.NewDense(1, 1, []float64{0}))
	must(t, err)
	same(t, "a quarter of one and three of the other", y, mat.NewDense(1, 2, []float64{3, 2}))
	if _, err := ensembles.AverageWeights(nil, models[0], constant(t, 1)); err == nil {
		t.Error("models of different structure are averaged")
	}
}
