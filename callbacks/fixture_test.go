package callbacks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// plan is goodfit.Plan with the callbacks of a test.
func plan(epochs int, list ...goodfit.Callback) goodfit.Plan {
	return goodfit.Plan{Epochs: epochs, BatchSize: 4, Callbacks: list}
}

// line is a small regression problem.
func line(t testing.TB) *datasets.Dataset {
	t.Helper()
	d, err := datasets.FromSlices([][]float64{{-1}, {-0.5}, {0}, {0.5}, {1}, {1.5}}, []float64{-2, -1, 0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// small is a model of two weights for it.
func small(t testing.TB, o optim.Optimizer) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{1}, nn.As("out", nn.Dense{Units: 1, Init: nn.Zeros}))
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: o}); err != nil {
		t.Fatal(err)
	}
	return m
}

// weightsOf returns all weights of a model.
func weightsOf(t testing.TB, m *goodfit.Model) (all []float32) {
	t.Helper()
	for _, l := range m.Layers() {
		w, err := m.Weights(l.Name)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{}
		for name := range w {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			all = append(all, w[name].Data()...)
		}
	}
	return all
}

// script records a series of given values, one for each epoch.
type script struct {
	name      string
	direction curves.Direction
	values    []float64
}

func (s script) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	run.History().Record(s.name, s.direction, 0)
	return s, nil
}

func (s script) EpochEnd(run *goodfit.Run) error {
	run.History().Record(s.name, s.direction, s.values[run.Epoch])
	return nil
}

// diary keeps the weights at the end of each epoch.
type diary struct{ weights [][]float32 }

func (d *diary) keep(t testing.TB, run *goodfit.Run) {
	d.weights = append(d.weights, weightsOf(t, run.Model()))
}

// direction returns the direction of a fixture's "min" or "max".
func direction(name string) curves.Direction {
	if name == "max" {
		return curves.Maximize
	}
	return curves.Minimize
}

// readFixture reads a part of testdata/callbacks.json, which testdata/callbacks.py writes.
func readFixture[T any](t *testing.T, part string) (list []T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "callbacks.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[part], &list); err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatalf("no cases of %q", part)
	}
	return list
}

// blobs is a classification problem, deep a model for it that has everything which
// a resumed fit must go on with: noise, statistics, momentum.
func blobs(t testing.TB) (train, test *datasets.Dataset) {
	t.Helper()
	return datasets.Blobs{Samples: 60, Std: 3, Seed: 2}.Make().Split(40)
}

func deep(t testing.TB) *goodfit.Model {
	t.Helper()
	m := goodfit.Sequential(tensor.Shape{2},
		nn.Dense{Units: 8, Activation: act.ReLU}, nn.BatchNorm{}, nn.Dropout{Rate: 0.3}, nn.GaussianNoise{Std: 0.1},
		nn.Dense{Units: 3, Activation: act.Softmax})
	err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Seed: 5,
		Optimizer: optim.SGD{Rate: 0.05, Momentum: 0.9, Nesterov: true, Schedule: optim.WarmUp{Over: 7, Then: optim.Cosine{}}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
