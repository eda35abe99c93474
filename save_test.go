package goodfit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

func TestSavedModelPredictsTheSameBits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.goodfit")
	m := trained(t)
	if err := m.Freeze("hidden"); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := goodfit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "weights", weightsOf(t, got), weightsOf(t, m))
	a, _ := m.Predict(blobs(20, 3).X)
	b, err := got.Predict(blobs(20, 3).X)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "predictions", tensor.FromMatrix(b).Data(), tensor.FromMatrix(a).Data())
	if l, _ := got.Layer("hidden"); !l.Frozen {
		t.Error("the layer is no longer frozen")
	}
	want, _ := m.Evaluate(blobs(20, 3))
	if s, err := got.Evaluate(blobs(20, 3)); err != nil || s.String() != want.String() {
		t.Errorf("scores %v, error %v; want %v", s, err, want)
	}
}

func TestSavedOptimizerTrainsOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.goodfit")
	fit := func(m *goodfit.Model) {
		if _, err := m.Fit(ctx, blobs(60, 1), goodfit.Plan{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
	}
	m := trained(t)
	if err := m.SaveWith(path, goodfit.SaveOptions{Optimizer: true}); err != nil {
		t.Fatal(err)
	}
	loaded, err := goodfit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	fit(m)
	fit(loaded)
	sameBits(t, "weights", weightsOf(t, loaded), weightsOf(t, m))
}

func TestGraphsAreSaved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "g.goodfit")
	m := twoByTwo()
	if err := m.Compile(twoLosses()); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := goodfit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range []*goodfit.Model{m, got} {
		if _, err := g.Fit(ctx, pairs(40), goodfit.Plan{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
	}
	sameBits(t, "weights after training on", weightsOf(t, got), weightsOf(t, m))
}

func TestWeightsAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.safetensors")
	m := trained(t)
	if err := m.SaveWeights(path); err != nil {
		t.Fatal(err)
	}
	other := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
	if err := other.LoadWeights(path); err != nil {
		t.Fatal(err)
	}
	sameBits(t, "weights", weightsOf(t, other), weightsOf(t, m))
	wrong := compiled(t, crossEntropy(optim.SGD{}), 2, nn.As("hidden", nn.Dense{Units: 3}))
	before := weightsOf(t, wrong)
	if wrong.LoadWeights(path) == nil {
		t.Error("weights of another model were taken")
	}
	sameBits(t, "weights after a refused file", weightsOf(t, wrong), before)
}

// own is a layer that is not registered.
type own struct{ nn.Dense }

func TestSaveErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.goodfit")
	m := compiled(t, crossEntropy(nil), 2, own{nn.Dense{Units: 3}})
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), "own") || !strings.Contains(err.Error(), "nn.Register") {
		t.Errorf("error %v, want the type and how to register it", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("a file was left")
	}
	if err := goodfit.Sequential(tensor.Shape{2}, classifier()...).Save(path); err == nil {
		t.Error("a model without weights was saved")
	}
	scheduled := compiled(t, crossEntropy(optim.SGD{Schedule: optim.ScheduleFunc(func(b float64, _ optim.Time) float64 { return b })}), 2, classifier()...)
	if err := scheduled.Save(path); err == nil {
		t.Error("a function was saved")
	}
	if err := scheduled.SaveWith(path, goodfit.SaveOptions{WithoutConfig: true}); err != nil {
		t.Error(err)
	}
	if _, err := goodfit.Load(path); err != nil {
		t.Error(err)
	}
}

func TestLoadErrors(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.goodfit")
	m := trained(t)
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	flipped := append([]byte(nil), whole...)
	flipped[len(flipped)/2] ^= 4
	for _, c := range []struct{ path, want string }{
		{filepath.Join(dir, "none"), "no such file"},
		{write("empty", nil), "empty"},
		{write("text", []byte("a,b\n1,2\n")), "not a goodfit file"},
		{write("short", whole[:len(whole)-30]), "truncated"},
		{write("flipped", flipped), "altered"},
	} {
		if _, err := goodfit.Load(c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", filepath.Base(c.path), err, c.want)
		}
	}
}
