package goodfit_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// noisyCase is a training of testdata/noise.py: Path has the weights after every
// epoch, parameter by parameter.
type noisyCase struct {
	Seed               uint64
	Epochs, Accumulate int
	Rate, Momentum     float64
	Weights, Gradients float64
	Annealing          *float64
	L2                 float64
	GlobalNorm         float64 `json:"global_norm"`
	Adam, Frozen       bool
	Path               [][][]float64
}

func (c noisyCase) config() goodfit.Config {
	clip := optim.Clip{GlobalNorm: c.GlobalNorm}
	config := goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: c.Rate, Momentum: c.Momentum, Clip: clip},
		Accumulate: c.Accumulate, Noise: optim.Noise{Weights: c.Weights, Gradients: c.Gradients}, Seed: c.Seed}
	if c.Adam {
		config.Optimizer = optim.Adam{Rate: c.Rate, Clip: clip}
	}
	if c.Annealing != nil {
		config.Noise.Annealing = opt.Of(*c.Annealing)
	}
	return config
}

// TestNoiseIsThatOfTheOracle compares every epoch's weights with float64
// arithmetic. The normal numbers differ by up to 2e-6, and float32 rounds.
func TestNoiseIsThatOfTheOracle(t *testing.T) {
	var fixture struct {
		X     [][]float64
		Y     []float64
		Start [][]float64
		Cases []noisyCase
	}
	b, err := os.ReadFile(filepath.Join("testdata", "noise.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &fixture); err != nil {
		t.Fatal(err)
	}
	data, err := datasets.FromSlices(fixture.X, fixture.Y)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range fixture.Cases {
		m := goodfit.Sequential(tensor.Shape{2}, nn.As("hidden", nn.Dense{Units: 3, Activation: act.Tanh, Penalty: nn.Penalty{L2: c.L2}}),
			nn.As("out", nn.Dense{Units: 1}))
		if err := m.Compile(c.config()); err != nil {
			t.Fatal(err)
		}
		start(t, m, "hidden", fixture.Start[0], fixture.Start[1])
		start(t, m, "out", fixture.Start[2], fixture.Start[3])
		if c.Frozen {
			if err := m.Freeze("hidden"); err != nil {
				t.Fatal(err)
			}
		}
		for epoch, want := range c.Path {
			if _, err := m.Fit(ctx, data, goodfit.Plan{BatchSize: 4, InOrder: true}); err != nil {
				t.Fatal(err)
			}
			got := slices.Concat(parameters(t, m, "hidden"), parameters(t, m, "out"))
			for i, w := range slices.Concat(want...) {
				if math.Abs(float64(got[i])-w) > 1e-5*max(1, math.Abs(w)) {
					t.Fatalf("case %d, epoch %d: weight %d is %v, want %v", k, epoch+1, i, got[i], w)
				}
			}
		}
	}
}

// start sets a layer's kernel and bias.
func start(t *testing.T, m *goodfit.Model, layer string, kernel, bias []float64) {
	t.Helper()
	w, err := m.Weights(layer)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range kernel {
		w["kernel"].Data()[i] = float32(v)
	}
	for i, v := range bias {
		w["bias"].Data()[i] = float32(v)
	}
	if err := m.SetWeights(layer, w); err != nil {
		t.Fatal(err)
	}
}

func parameters(t *testing.T, m *goodfit.Model, layer string) []float32 {
	t.Helper()
	w, err := m.Weights(layer)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(w["kernel"].Data(), w["bias"].Data())
}

// noisy is a training with both kinds of noise.
func noisy(o optim.Optimizer) goodfit.Config {
	c := crossEntropy(o)
	c.Noise = optim.Noise{Weights: 0.05, Gradients: 0.01}
	return c
}

// TestNoiseIsOfTrainingOnly wants predictions between two batches to be those of
// the weights themselves.
func TestNoiseIsOfTrainingOnly(t *testing.T) {
	layers := []nn.Layer{nn.Dense{Units: 8, Activation: act.ReLU, BiasInit: nn.Ones}, nn.Dense{Units: 3, Activation: act.Softmax, BiasInit: nn.Ones}}
	m := compiled(t, noisy(optim.SGD{Rate: 1e-30}), 2, layers...) // updates that change nothing
	m2 := compiled(t, crossEntropy(optim.SGD{}), 2, layers...)
	before := weightsOf(t, m)
	h, err := m.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 2, Validation: blobs(100, 1)})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(weightsOf(t, m), before) || !slices.Equal(weightsOf(t, m2), before) {
		t.Fatal("the weights still have noise")
	}
	scores, err := m2.Evaluate(blobs(100, 1))
	if err != nil {
		t.Fatal(err)
	}
	loss, _ := h.Get("loss")
	if val := h.Last("val_loss"); val != scores.Loss || loss[0] == loss[1] || loss[0] == val {
		t.Errorf("validation loss %v, want %v; training losses %v, want others, each of its noise", val, scores.Loss, loss)
	}
}

// TestNoiseIsTheSameForAnyThreads trains a network with a kernel that is shared
// out over threads.
func TestNoiseIsTheSameForAnyThreads(t *testing.T) {
	train := func() []float32 {
		m := compiled(t, noisy(optim.Adam{Clip: optim.Clip{GlobalNorm: 1}}), 2, nn.Dense{Units: 200, Activation: act.ReLU},
			nn.Dense{Units: 200, Activation: act.ReLU}, nn.Dense{Units: 3, Activation: act.Softmax})
		if _, err := m.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
		return weightsOf(t, m)
	}
	want := train()
	old := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(old)
	for _, n := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(n)
		if !slices.Equal(train(), want) {
			t.Errorf("GOMAXPROCS %d gives other weights", n)
		}
	}
}

// TestNoiseResumes interrupts a training, and trains a saved one on.
func TestNoiseResumes(t *testing.T) {
	c := noisy(optim.SGD{Rate: 0.05, Momentum: 0.9})
	c.Accumulate = 3
	p := goodfit.Plan{Epochs: 6, BatchSize: 16}
	whole := compiled(t, c, 2, classifier()...)
	if _, err := whole.Fit(ctx, blobs(100, 1), p); err != nil {
		t.Fatal(err)
	}
	errStop := errors.New("stopped by the test")
	stop := callbacks.Hooks{OnEpochBegin: func(run *goodfit.Run) error {
		if run.Epoch == 3 {
			return errStop
		}
		return nil
	}}
	p.Callbacks = []goodfit.Callback{stop, callbacks.Backup{Path: filepath.Join(t.TempDir(), "state")}}
	if _, err := compiled(t, c, 2, classifier()...).Fit(ctx, blobs(100, 1), p); !errors.Is(err, errStop) {
		t.Fatal(err)
	}
	p.Callbacks[0] = callbacks.Hooks{}
	resumed := compiled(t, c, 2, classifier()...)
	if _, err := resumed.Fit(ctx, blobs(100, 1), p); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(weightsOf(t, resumed), weightsOf(t, whole)) {
		t.Error("the resumed training ends with other weights")
	}
	half := compiled(t, c, 2, classifier()...)
	if _, err := half.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 3, BatchSize: 16}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model")
	if err := half.SaveWith(path, goodfit.SaveOptions{Optimizer: true}); err != nil {
		t.Fatal(err)
	}
	loaded, err := goodfit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Fit(ctx, blobs(100, 1), goodfit.Plan{Epochs: 3, BatchSize: 16}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(weightsOf(t, loaded), weightsOf(t, whole)) {
		t.Error("the loaded training ends with other weights")
	}
}

func TestNoiseRefused(t *testing.T) {
	for _, c := range []struct {
		noise optim.Noise
		want  string
	}{
		{optim.Noise{Weights: -1}, "Noise.Weights is -1, want a number of at least 0"},
		{optim.Noise{Gradients: math.NaN()}, "Noise.Gradients is NaN"},
		{optim.Noise{Gradients: 1, Annealing: -1}, "Noise.Annealing is -1"},
	} {
		config := crossEntropy(nil)
		config.Noise = c.noise
		m := goodfit.Sequential(tensor.Shape{2}, classifier()...)
		if err := m.Compile(config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.noise, err, c.want)
		}
	}
}
