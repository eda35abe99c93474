package callbacks_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
)

// scores fall to their best at epoch 4.
var scores = script{"score", curves.Minimize, []float64{0.9, 0.5, 0.7, 0.25, 0.3, 0.125}}

// files returns the names of the files below a folder, sorted.
func files(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(folder, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestCheckpointFiles looks at which files a fit of six epochs leaves.
func TestCheckpointFiles(t *testing.T) {
	for _, c := range []struct {
		c    callbacks.Checkpoint
		want []string
	}{
		{callbacks.Checkpoint{Path: "m.goodfit"}, []string{"m.goodfit"}},
		{callbacks.Checkpoint{Path: "e{epoch}.goodfit"}, []string{"e1.goodfit", "e2.goodfit", "e3.goodfit", "e4.goodfit", "e5.goodfit", "e6.goodfit"}},
		{callbacks.Checkpoint{Path: "e{epoch:03}.goodfit", Every: 3}, []string{"e003.goodfit", "e006.goodfit"}},
		{callbacks.Checkpoint{Path: "e{epoch:02d}-{score:.2f}", BestOnly: true, Monitor: "score"}, []string{"e01-0.90", "e02-0.50", "e04-0.25", "e06-0.12"}},
		{callbacks.Checkpoint{Path: "{score}", BestOnly: true, Monitor: "score", MinDelta: 0.3}, []string{"0.1250", "0.5000", "0.9000"}},
		{callbacks.Checkpoint{Path: "{score:.0}", Every: 2, KeepLast: 1}, []string{"0"}},
		{callbacks.Checkpoint{Path: "e{epoch}", KeepLast: 2}, []string{"e5", "e6"}},
		{callbacks.Checkpoint{Path: "e{epoch}", BestOnly: true, Monitor: "score", KeepLast: 3}, []string{"e2", "e4", "e6"}},
		{callbacks.Checkpoint{Path: "e{epoch}", BestOnly: true, Monitor: "score", Every: 3}, []string{"e3", "e6"}},
		{callbacks.Checkpoint{Path: "m", KeepLast: 1}, []string{"m"}},
		{callbacks.Checkpoint{Path: "new/deep/m"}, []string{"new/deep/m"}},
		{callbacks.Checkpoint{Path: "{epoch}/m", Every: 4}, []string{"4/m"}},
		{callbacks.Checkpoint{Path: "w{epoch}.safetensors", WeightsOnly: true, Every: 5}, []string{"w5.safetensors"}},
	} {
		folder := t.TempDir()
		want := c.c.Path
		c.c.Path = filepath.Join(folder, c.c.Path)
		if _, err := small(t, nil).Fit(t.Context(), line(t), plan(6, scores, c.c)); err != nil {
			t.Fatal(err)
		}
		if got := files(t, folder); !slices.Equal(got, c.want) {
			t.Errorf("%s: files %q, want %q", want, got, c.want)
		}
	}
}

// TestCheckpointWeights loads what was saved and wants the weights of its epoch.
func TestCheckpointWeights(t *testing.T) {
	folder := t.TempDir()
	var d diary
	m := small(t, nil)
	_, err := m.Fit(t.Context(), line(t), plan(6, scores,
		callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error { d.keep(t, run); return nil }},
		callbacks.Checkpoint{Path: filepath.Join(folder, "m{epoch}")},
		callbacks.Checkpoint{Path: filepath.Join(folder, "best"), BestOnly: true, Monitor: "score", MinDelta: 0.2},
		callbacks.Checkpoint{Path: filepath.Join(folder, "w{epoch}"), WeightsOnly: true}))
	if err != nil {
		t.Fatal(err)
	}
	for epoch, want := range d.weights {
		loaded, err := goodfit.Load(filepath.Join(folder, fmt.Sprint("m", epoch+1)))
		if err != nil {
			t.Fatal(err)
		}
		if got := weightsOf(t, loaded); !slices.Equal(got, want) {
			t.Errorf("epoch %d: weights %v, want %v", epoch+1, got, want)
		}
		other := small(t, nil)
		if err := other.LoadWeights(filepath.Join(folder, fmt.Sprint("w", epoch+1))); err != nil {
			t.Fatal(err)
		}
		if got := weightsOf(t, other); !slices.Equal(got, want) {
			t.Errorf("epoch %d: weights alone %v, want %v", epoch+1, got, want)
		}
	}
	loaded, err := goodfit.Load(filepath.Join(folder, "best"))
	if err != nil {
		t.Fatal(err)
	}
	if got := weightsOf(t, loaded); !slices.Equal(got, d.weights[3]) {
		t.Errorf("best: weights %v, want %v of epoch 4", got, d.weights[3])
	}
}

// TestCheckpointOptimizer trains on from a file with the optimizer's state, and
// wants the bits of a fit without a stop.
func TestCheckpointOptimizer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m")
	whole := small(t, optim.Adam{Rate: 0.1})
	if _, err := whole.Fit(t.Context(), line(t), plan(6)); err != nil {
		t.Fatal(err)
	}
	half := small(t, optim.Adam{Rate: 0.1})
	if _, err := half.Fit(t.Context(), line(t), plan(3, callbacks.Checkpoint{Path: path, Optimizer: true})); err != nil {
		t.Fatal(err)
	}
	loaded, err := goodfit.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := loaded.Fit(t.Context(), line(t), plan(3)); err != nil {
		t.Fatal(err)
	}
	if got, want := weightsOf(t, loaded), weightsOf(t, whole); !slices.Equal(got, want) {
		t.Errorf("weights %v, want %v", got, want)
	}
}

// TestCheckpointFails has a file where a folder should be, which shows during the
// fit only.
func TestCheckpointFails(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "1"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	h, err := small(t, nil).Fit(t.Context(), line(t), plan(3, callbacks.Checkpoint{Path: filepath.Join(folder, "{epoch}", "m")}))
	if err == nil || !strings.Contains(err.Error(), "callbacks: checkpoint: mkdir") {
		t.Errorf("error %v", err)
	}
	if h.Epochs() != 1 {
		t.Errorf("%d epochs in the history, want the one that was made", h.Epochs())
	}
}
