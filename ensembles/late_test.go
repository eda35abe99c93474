package ensembles_test

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// trained returns the recipe's model after so many epochs.
func trained(t *testing.T, r goodfit.Recipe, d *datasets.Dataset, epochs int, seed uint64) *goodfit.Model {
	t.Helper()
	r.Plan.Epochs = epochs
	m, _, err := r.Fit(context.Background(), d, nil, seed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sameModel wants the same predictions, to the bit.
func sameModel(t *testing.T, what string, a, b *goodfit.Model, x *mat.Dense) {
	t.Helper()
	if !mat.Equal(predict(t, a, x), predict(t, b, x)) {
		t.Errorf("%s: the models predict something else", what)
	}
}

// weights returns all weights of a model in float64.
func weights(t *testing.T, m *goodfit.Model) (all []float64) {
	t.Helper()
	for _, l := range m.Layers() {
		w, err := m.Weights(l.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range l.Params {
			for _, v := range w[p.Name].Data() {
				all = append(all, float64(v))
			}
		}
	}
	return all
}

// nearWeights compares the weights of a model, numbers of 32 bits below 8.
func nearWeights(t *testing.T, what string, m *goodfit.Model, want []float64) {
	t.Helper()
	got := weights(t, m)
	near(t, what, mat.NewDense(1, len(got), got), want, 5e-7)
}

// TestHorizontalKeepsTheLastEpochs compares members with models that were trained
// for fewer epochs.
func TestHorizontalKeepsTheLastEpochs(t *testing.T) {
	k := tasks()[0]
	e := fit(t, ensembles.Horizontal{Members: 3, Every: 2, Seed: 9}, k.recipe, k.data)
	for i, epochs := range []int{6, 4, 2} {
		sameModel(t, "member", e.Members[i], trained(t, k.recipe, k.data, epochs, 9), k.data.X)
	}
	// A fit that ends by itself gives those before its end.
	stopped := k.recipe
	stopped.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		if run.Epoch == 3 {
			run.Stop("enough")
		}
		return nil
	}}}
	e = fit(t, ensembles.Horizontal{Members: 2, Seed: 9}, stopped, k.data)
	for i, epochs := range []int{4, 3} {
		sameModel(t, "member of the stopped fit", e.Members[i], trained(t, k.recipe, k.data, epochs, 9), k.data.X)
	}
}

// TestSnapshotRates compares the rates with the formula, and a member with a
// training under optim's schedule of the same rates.
func TestSnapshotRates(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Epochs, k.recipe.Plan.BatchSize = 12, 40 // three updates an epoch
	var rates []float64
	k.recipe.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnBatchEnd: func(run *goodfit.Run) error {
		rates = append(rates, run.Rate())
		return nil
	}}}
	fit(t, ensembles.Snapshot{Members: 2, Cycles: 3, Rate: 0.1, Floor: 0.05, Seed: 1}, k.recipe, k.data)
	for i, got := range rates {
		x := float64(i%12) / 12
		want := 0.1 * (0.95*(1+math.Cos(math.Pi*x))/2 + 0.05)
		if math.Abs(got-want) > 1e-15 {
			t.Errorf("update %d has the rate %g, want %g", i, got, want)
		}
	}
	rates = nil
	fit(t, ensembles.Snapshot{Members: 2, Longer: 2, Rate: 0.1, PerEpoch: true}, k.recipe, k.data)
	for i, got := range rates { // cycles of 4 and 8 epochs
		x := float64(i/3) / 4
		if i >= 12 {
			x = float64(i/3-4) / 8
		}
		if want := 0.1 * (1 + math.Cos(math.Pi*x)) / 2; math.Abs(got-want) > 1e-15 {
			t.Errorf("update %d has the rate %g, want %g", i, got, want)
		}
	}
	k.recipe.Plan.Callbacks = nil
	k.recipe.Config.Optimizer = optim.SGD{Rate: 0.1}
	e := fit(t, ensembles.Snapshot{Members: 3, PerEpoch: true, Seed: 3}, k.recipe, k.data)
	k.recipe.Config.Optimizer = optim.SGD{Rate: 0.1, Schedule: optim.CosineRestarts{First: 4, PerEpoch: true}}
	for i, epochs := range []int{12, 8, 4} {
		sameModel(t, "snapshot", e.Members[i], trained(t, k.recipe, k.data, epochs, 3), k.data.X)
	}
}

func TestWeightAverageCoefficients(t *testing.T) {
	for _, c := range []struct {
		method ensembles.WeightAverage
		n      int
		want   []float64 // divided by their sum
		within float64   // of the decimals that are written here
	}{
		{ensembles.WeightAverage{}, 4, []float64{0.25, 0.25, 0.25, 0.25}, 1e-15},
		{ensembles.WeightAverage{Decay: ensembles.LinearDecay}, 3, []float64{3.0 / 6, 2.0 / 6, 1.0 / 6}, 1e-15},
		{ensembles.WeightAverage{Decay: ensembles.ExponentialDecay}, 10,
			[]float64{0.3961, 0.2403, 0.1457, 0.0884, 0.0536, 0.0325, 0.0197, 0.0120, 0.0073, 0.0044}, 5e-5},
		{ensembles.WeightAverage{Decay: ensembles.ExponentialDecay, Alpha: 1 / math.Ln2}, 2, []float64{2.0 / 3, 1.0 / 3}, 1e-15},
	} {
		got, err := c.method.Coefficients(c.n)
		if err != nil {
			t.Fatal(err)
		}
		got = ensembles.Normalized(got)
		near(t, string(c.method.Decay), mat.NewDense(1, c.n, got), c.want, c.within)
	}
}

// TestWeightAverageIsTheMeanOfEpochs averages by hand what Horizontal keeps.
func TestWeightAverageIsTheMeanOfEpochs(t *testing.T) {
	k := tasks()[2]
	last := fit(t, ensembles.Horizontal{Members: 3, Seed: 2}, k.recipe, k.data)
	var want []float64
	for i, m := range last.Members {
		for j, v := range weights(t, m) {
			if i == 0 {
				want = append(want, 0)
			}
			want[j] += v * []float64{3, 2, 1}[i] / 6
		}
	}
	e := fit(t, ensembles.WeightAverage{Members: 3, Decay: ensembles.LinearDecay, Seed: 2}, k.recipe, k.data)
	nearWeights(t, "linear", e.Members[0], want)
	coefficients, err := ensembles.WeightAverage{Decay: ensembles.LinearDecay}.Coefficients(3)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ensembles.AverageWeights(coefficients, last.Members...)
	if err != nil {
		t.Fatal(err)
	}
	sameModel(t, "AverageWeights", m, e.Members[0], k.data.X)
	one, err := ensembles.AverageWeights(nil, last.Members[1])
	if err != nil {
		t.Fatal(err)
	}
	sameModel(t, "of one", one, last.Members[1], k.data.X)

	other := fixed(t, 1, 1, k.recipe.Config.Loss, act.Linear)
	for want, call := range map[string]func() (*goodfit.Model, error){
		"no models":             func() (*goodfit.Model, error) { return ensembles.AverageWeights(nil) },
		"2 weights for 1":       func() (*goodfit.Model, error) { return ensembles.AverageWeights([]float64{1, 2}, m) },
		"model 1: it has 2 arr": func() (*goodfit.Model, error) { return ensembles.AverageWeights(nil, m, other) },
	} {
		_, err := call()
		checkError(t, want, err, want)
	}
}

// gather returns a callback that calls f with the weights as they are at a moment.
func gather(t *testing.T, f func(epoch int, w []float64)) callbacks.Hooks {
	return callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		f(run.Epoch, weights(t, run.Model()))
		return nil
	}}
}

// TestSWA compares the weights with a mean made by hand, and the rates with theirs.
func TestSWA(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Epochs, k.recipe.Plan.BatchSize = 8, 40
	for _, c := range []struct {
		swa   ensembles.SWA
		at    []int // epochs that are averaged
		rates []float64
	}{
		{ensembles.SWA{}, []int{6, 7}, nil},
		{ensembles.SWA{From: 0.5, Cycle: 2, Rate: 0.03}, []int{5, 7}, []float64{0.03, 0.03, 0.03, 0.03, 0.03, 0.03}},
		{ensembles.SWA{From: 0.5, Cycle: 2, Rate: 0.06, Low: 0.03}, []int{5, 7}, []float64{0.06, 0.055, 0.05, 0.045, 0.04, 0.035}},
		{ensembles.SWA{From: 0.5, Rate: 0.08, Anneal: 2}, []int{4, 5, 6, 7}, []float64{0.02, 0.03, 0.04, 0.05, 0.06, 0.07}},
	} {
		var mean, rates []float64
		hooks := gather(t, func(epoch int, w []float64) {
			for _, at := range c.at {
				if epoch != at {
					continue
				}
				if mean == nil {
					mean = make([]float64, len(w))
				}
				for i, v := range w {
					mean[i] += v / float64(len(c.at))
				}
			}
		})
		hooks.OnBatchEnd = func(run *goodfit.Run) error {
			if run.Epoch >= 4 {
				rates = append(rates, run.Rate())
			}
			return nil
		}
		r := k.recipe
		r.Plan.Callbacks = []goodfit.Callback{hooks}
		e := fit(t, c.swa, r, k.data)
		nearWeights(t, "SWA", e.Members[0], mean)
		if c.rates != nil {
			near(t, "rates", mat.NewDense(1, 6, rates[:6]), c.rates, 1e-15)
		}
		// The callback does what the method does.
		r.Plan.Callbacks = []goodfit.Callback{c.swa}
		m, _, err := r.Fit(context.Background(), k.data, nil, c.swa.Seed)
		if err != nil {
			t.Fatal(err)
		}
		sameModel(t, "callback", m, e.Members[0], k.data.X)
	}
}

// TestEMA compares the weights with a mean made by hand, update by update.
func TestEMA(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Epochs = 3
	for _, c := range []ensembles.EMA{{Decay: 0.9}, {Decay: 0.9, Every: 2}, {Decay: 0.9, WarmUp: true}, {}} {
		var mean []float64
		n := 0
		r := k.recipe
		begin, err := k.recipe.For(k.data)
		if err != nil {
			t.Fatal(err)
		}
		m, err := begin.Build(c.Seed)
		if err != nil {
			t.Fatal(err)
		}
		mean = weights(t, m)
		r.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnBatchEnd: func(run *goodfit.Run) error {
			if run.Step()%max(c.Every, 1) != 0 {
				return nil
			}
			n++
			decay := c.Decay
			if decay == 0 {
				decay = 0.999
			}
			if c.WarmUp {
				decay = min(decay, float64(1+n)/float64(10+n))
			}
			for i, w := range weights(t, run.Model()) {
				mean[i] = decay*mean[i] + (1-decay)*w
			}
			return nil
		}}}
		e := fit(t, c, r, k.data)
		nearWeights(t, "EMA", e.Members[0], mean)
		if n == 0 {
			t.Error("no updates")
		}
	}
}

// TestRefreshBatchNorm compares statistics with those of the layer's input made by
// hand, and wants SWA and EMA to end with them.
func TestRefreshBatchNorm(t *testing.T) {
	k := tasks()[0]
	k.recipe.Layers = []nn.Layer{nn.BatchNorm{}, nn.Dense{Units: 4, Activation: act.Tanh}, nn.BatchNorm{Momentum: opt.Of(0.5)}, nn.Dense{Units: 3, Activation: act.Softmax}}
	for _, method := range []ensembles.Method{ensembles.SWA{}, ensembles.EMA{Decay: 0.9}, ensembles.WeightAverage{Members: 2}} {
		m := fit(t, method, k.recipe, k.data).Members[0]
		for layer, before := range map[string]string{"batch_norm": "input", "batch_norm_2": "dense"} {
			inputs := []*tensor.Tensor{tensor.FromMatrix(k.data.X)}
			x, err := m.Activations(inputs, before)
			if err != nil {
				t.Fatal(err)
			}
			w, err := m.Weights(layer)
			if err != nil {
				t.Fatal(err)
			}
			rows, cols := x[0].Matrix().Dims()
			for j := range cols {
				mean, variance := 0.0, 0.0
				for i := range rows {
					mean += x[0].Matrix().At(i, j) / float64(rows)
				}
				for i := range rows {
					variance += math.Pow(x[0].Matrix().At(i, j)-mean, 2) / float64(rows)
				}
				gotMean, gotVariance := float64(w["moving_mean"].Data()[j]), float64(w["moving_variance"].Data()[j])
				// one rounding to 32 bits
				if math.Abs(gotMean-mean) > 1e-6*(1+math.Abs(mean)) || math.Abs(gotVariance-variance) > 1e-6*(1+variance) {
					t.Errorf("%T, %s: feature %d has mean %g and variance %g, want %g and %g", method, layer, j, gotMean, gotVariance, mean, variance)
				}
			}
		}
	}
	r := k.recipe
	r.Plan.Callbacks = []goodfit.Callback{ensembles.SWA{}}
	if _, _, err := r.Fit(context.Background(), k.data, nil, 1); err == nil || !strings.Contains(err.Error(), "set SWA.Data") {
		t.Errorf("SWA of a model with batch normalization and without data: %v", err)
	}
	r.Plan.Callbacks = []goodfit.Callback{ensembles.SWA{Data: k.data}}
	if _, _, err := r.Fit(context.Background(), k.data, nil, 1); err != nil {
		t.Error(err)
	}
}

// TestMeansAreResumed interrupts fits and wants the bits of those that were not.
func TestMeansAreResumed(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Epochs = 8
	for _, c := range []goodfit.Callback{ensembles.SWA{From: 0.4, Rate: 0.05, Anneal: 3}, ensembles.EMA{Decay: 0.8, WarmUp: true, Every: 3}} {
		r := k.recipe
		r.Plan.Callbacks = []goodfit.Callback{c, callbacks.Hooks{}, callbacks.Backup{Path: filepath.Join(t.TempDir(), "whole")}}
		whole := trained(t, r, k.data, 8, 1)
		errStop := errors.New("stop")
		path := filepath.Join(t.TempDir(), "state")
		r.Plan.Callbacks = []goodfit.Callback{c, callbacks.Hooks{OnEpochBegin: func(run *goodfit.Run) error {
			if run.Epoch == 5 {
				return errStop
			}
			return nil
		}}, callbacks.Backup{Path: path}}
		if _, _, err := r.Fit(context.Background(), k.data, nil, 1); !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		r.Plan.Callbacks[1] = callbacks.Hooks{}
		sameModel(t, "resumed", trained(t, r, k.data, 8, 1), whole, k.data.X)
	}
}

// TestSWAWithoutAnAverage says so.
func TestSWAWithoutAnAverage(t *testing.T) {
	k := tasks()[2]
	k.recipe.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		run.Stop("early")
		return nil
	}}}
	_, err := ensembles.SWA{}.Fit(context.Background(), k.recipe, k.data)
	checkError(t, "SWA", err, "before the first average")
	_, err = ensembles.Horizontal{Members: 2, Every: 2}.Fit(context.Background(), k.recipe, k.data)
	checkError(t, "Horizontal", err, "before an epoch whose weights were to be kept")
}
