package generalization_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/opt"
)

// recorded is a series of given values, one for each epoch.
func recorded(name string, direction curves.Direction, values ...float64) goodfit.Callback {
	return series{callbacks.Hooks{}, name, direction, values}
}

type series struct {
	goodfit.Callback
	name      string
	direction curves.Direction
	values    []float64
}

func (s series) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	run.History().Record(s.name, s.direction, 0)
	return callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		run.History().Record(s.name, s.direction, s.values[run.Epoch])
		return nil
	}}.Start(run)
}

// small trains a small network with callbacks.
func small(t *testing.T, epochs int, list ...goodfit.Callback) (*goodfit.Model, *curves.History) {
	t.Helper()
	train, test := moons()
	m := goodfit.Sequential(train.InputShape(), nn.Dense{Units: 5}, sigmoid())
	must(t, m.Compile(binary()))
	h, err := m.Fit(ctx, train, goodfit.Plan{Epochs: epochs, Validation: test, Callbacks: list})
	must(t, err)
	return m, h
}

// stops checks after how many epochs early stopping ends a fit in which a series
// takes the given values.
func stops(t *testing.T, want int, e callbacks.EarlyStopping, direction curves.Direction, values ...float64) {
	t.Helper()
	e.Monitor = "score"
	if _, h := small(t, len(values), recorded("score", direction, values...), e); h.Epochs() != want {
		t.Errorf("%+v on %v stops after %d epochs, want %d", e, values, h.Epochs(), want)
	}
}

// TestCallbackRows are the API rows of chapter 18 on callbacks and validation.
func TestCallbackRows(t *testing.T) {
	count := func(n *int) goodfit.Callback { return countUpdates(n) }
	train, test := moons()
	runRows(t, []row{
		{"ch18-callback-instantiate", func(t *testing.T) {
			a, b := callbacks.EarlyStopping{Patience: 3}, callbacks.EarlyStopping{Patience: 3}
			if a != b {
				t.Error("two callbacks of the same fields differ: a callback is a plain value")
			}
		}},
		{"ch18-callback-list", func(t *testing.T) {
			var first, second int
			small(t, 4, count(&first), count(&second))
			if first != 4 || second != 4 {
				t.Errorf("two callbacks of a list saw %d and %d batches, want 4 each", first, second)
			}
		}},
		{"ch18-callback-fit", func(t *testing.T) {
			var moments []string
			note := func(what string) func(*goodfit.Run) error {
				return func(*goodfit.Run) error { moments = append(moments, what); return nil }
			}
			small(t, 1, callbacks.Hooks{OnFitBegin: note("fit begins"), OnEpochBegin: note("epoch begins"), OnBatchBegin: note("batch begins"),
				OnBatchEnd: note("batch ends"), OnEpochEnd: note("epoch ends"), OnFitEnd: note("fit ends")})
			want := []string{"fit begins", "epoch begins", "batch begins", "batch ends", "epoch ends", "fit ends"}
			if !slices.Equal(moments, want) {
				t.Errorf("called when %q, want %q", moments, want)
			}
		}},
		{"ch18-validation-data", func(t *testing.T) {
			with, h := small(t, 5)
			without := goodfit.Sequential(train.InputShape(), nn.Dense{Units: 5}, sigmoid())
			must(t, without.Compile(binary()))
			_, err := without.Fit(ctx, train, goodfit.Plan{Epochs: 5})
			must(t, err)
			if !slices.Equal(weights(t, with, 1, "kernel").Data(), weights(t, without, 1, "kernel").Data()) {
				t.Error("validation data change the weights")
			}
			s, err := with.Evaluate(test)
			must(t, err)
			equal(t, "last validation loss", h.Last("val_loss"), s.Loss)
		}},
		{"ch18-validation-split", func(t *testing.T) {
			kept, held := train.Split(21)
			fit := func(p goodfit.Plan, byHand bool) (*goodfit.Model, *curves.History) {
				data := train
				if byHand {
					data, p.Validation = kept, held
				}
				m := goodfit.Sequential(train.InputShape(), nn.Dense{Units: 5}, sigmoid())
				must(t, m.Compile(binary()))
				h, err := m.Fit(ctx, data, p)
				must(t, err)
				return m, h
			}
			a, ha := fit(goodfit.Plan{Epochs: 3, ValidationFraction: 0.3}, false)
			b, hb := fit(goodfit.Plan{Epochs: 3}, true)
			if !slices.Equal(weights(t, a, 1, "kernel").Data(), weights(t, b, 1, "kernel").Data()) || ha.Last("val_loss") != hb.Last("val_loss") {
				t.Error("a fraction of 0.3 is not the last 9 of 30 rows")
			}
		}},
		{"ch18-metrics-names", func(t *testing.T) {
			m := goodfit.Sequential(train.InputShape(), sigmoid())
			c := binary()
			c.Metrics = []metrics.Metric{metrics.Accuracy{}}
			must(t, m.Compile(c))
			h, err := m.Fit(ctx, train, goodfit.Plan{Validation: test})
			must(t, err)
			if want := []string{"loss", "accuracy", "val_loss", "val_accuracy", "rate"}; !slices.Equal(h.Names(), want) {
				t.Errorf("recorded are %q, want %q", h.Names(), want)
			}
			h, err = m.Fit(ctx, train, goodfit.Plan{})
			must(t, err)
			if slices.Contains(h.Names(), "val_loss") {
				t.Error("val_loss is recorded without validation data")
			}
		}},
	})
}

// TestEarlyStoppingRows are the API rows of chapter 18 on early stopping.
func TestEarlyStoppingRows(t *testing.T) {
	runRows(t, []row{
		{"ch18-es-monitor", func(t *testing.T) {
			a, b := recorded("a", curves.Minimize, 4, 3, 3, 2, 1), recorded("b", curves.Minimize, 4, 3, 2, 2, 1)
			for monitor, want := range map[string]int{"a": 3, "b": 4} {
				if _, h := small(t, 5, a, b, callbacks.EarlyStopping{Monitor: monitor}); h.Epochs() != want {
					t.Errorf("monitor %s stops after %d epochs, want %d", monitor, h.Epochs(), want)
				}
			}
			_, by := small(t, 300, callbacks.EarlyStopping{Monitor: "val_loss"})
			if _, h := small(t, 300, callbacks.EarlyStopping{}); h.Epochs() != by.Epochs() {
				t.Errorf("by default it stops after %d epochs, by val_loss after %d", h.Epochs(), by.Epochs())
			}
		}},
		{"ch18-es-mode", func(t *testing.T) {
			stops(t, 2, callbacks.EarlyStopping{}, curves.Minimize, 1, 2, 3, 4)
			stops(t, 4, callbacks.EarlyStopping{}, curves.Maximize, 1, 2, 3, 4) // the direction is the series'
			train, test := moons()
			_, h := trained(t, train, test, 1, sigmoid())
			for name, want := range map[string]curves.Direction{"val_loss": curves.Minimize, "val_accuracy": curves.Maximize} {
				if h.Direction(name) != want {
					t.Errorf("the direction of %s is %v, want %v", name, h.Direction(name), want)
				}
			}
		}},
		{"ch18-es-verbose", func(t *testing.T) {
			var out bytes.Buffer
			small(t, 9, recorded("score", curves.Minimize, 5, 4, 4, 4, 4, 4, 4, 4, 4), callbacks.EarlyStopping{Monitor: "score", Patience: 2},
				callbacks.Progress{Out: &out, Style: callbacks.Lines})
			if !strings.Contains(out.String(), "score did not improve for 2 epochs; best 4 at epoch 2") {
				t.Errorf("printed is %q, want why and when the fit stopped", out.String())
			}
		}},
		{"ch18-es-patience", func(t *testing.T) {
			values := make([]float64, 120) // better at the start and at epoch 41, then no more
			values[0], values[40] = -1, -2
			stops(t, 91, callbacks.EarlyStopping{Patience: 50}, curves.Minimize, values...)
		}},
		{"ch18-es-min-delta", func(t *testing.T) {
			accuracy := []float64{0.5, 0.9, 0.905, 0.93, 0.935}
			stops(t, 2, callbacks.EarlyStopping{MinDelta: 1}, curves.Maximize, accuracy...) // the listing's: no accuracy is better by 1
			stops(t, 3, callbacks.EarlyStopping{MinDelta: 0.01}, curves.Maximize, accuracy...)
			stops(t, 5, callbacks.EarlyStopping{}, curves.Maximize, accuracy...)
		}},
		{"ch18-es-baseline", func(t *testing.T) {
			e := callbacks.EarlyStopping{Baseline: opt.Float(0.4), Patience: 2}
			stops(t, 3, e, curves.Minimize, 0.9, 0.6, 0.6, 0.1) // not below 0.4 in time
			stops(t, 5, e, curves.Minimize, 0.9, 0.3, 0.3, 0.2, 0.1)
			// What the book's text wants, to stop when a loss is reached, is StopAt.
			_, h := small(t, 4, recorded("score", curves.Minimize, 0.9, 0.5, 0.4, 0.3), callbacks.StopAt{Monitor: "score", Value: 0.4})
			if h.Epochs() != 3 {
				t.Errorf("StopAt 0.4 stops after %d epochs, want 3", h.Epochs())
			}
		}},
	})
}

// TestCheckpointRows are the API rows of chapter 18 on files.
func TestCheckpointRows(t *testing.T) {
	// saves counts the epochs after which a checkpoint has written its file, in a fit
	// in which a series takes the given values.
	saves := func(t *testing.T, c callbacks.Checkpoint, direction curves.Direction, values ...float64) (epochs []int) {
		t.Helper()
		c.Path = filepath.Join(t.TempDir(), "best_model")
		watch := callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
			if os.Remove(c.Path) == nil {
				epochs = append(epochs, run.Epoch+1)
			}
			return nil
		}}
		small(t, len(values), recorded("score", direction, values...), c, watch)
		return epochs
	}
	wantSaves := func(t *testing.T, got []int, want ...int) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("saved after epochs %v, want %v", got, want)
		}
	}
	runRows(t, []row{
		{"ch18-install-h5py", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "model")
			m, _ := small(t, 1)
			must(t, m.Save(path)) // with nothing installed for it
			text, err := os.ReadFile(path)
			must(t, err)
			if bytes.HasPrefix(text, []byte("\x89HDF")) {
				t.Error("the file is HDF5, which needs a library of its own")
			}
		}},
		{"ch18-mc-file", func(t *testing.T) {
			wantSaves(t, saves(t, callbacks.Checkpoint{}, curves.Minimize, 1, 2, 3), 1, 2, 3)
		}},
		{"ch18-mc-monitor", func(t *testing.T) {
			wantSaves(t, saves(t, callbacks.Checkpoint{BestOnly: true, Monitor: "score"}, curves.Minimize, 3, 2, 4, 1), 1, 2, 4)
			a, b := saves(t, callbacks.Checkpoint{BestOnly: true}, curves.Minimize, 1, 2, 3),
				saves(t, callbacks.Checkpoint{BestOnly: true, Monitor: "val_loss"}, curves.Minimize, 1, 2, 3)
			if !slices.Equal(a, b) {
				t.Errorf("by default it saves after %v, by val_loss after %v", a, b)
			}
		}},
		{"ch18-mc-mode", func(t *testing.T) {
			best := callbacks.Checkpoint{BestOnly: true, Monitor: "score"}
			wantSaves(t, saves(t, best, curves.Minimize, 1, 2, 3, 0), 1, 4)
			wantSaves(t, saves(t, best, curves.Maximize, 1, 2, 3, 0), 1, 2, 3)
		}},
		{"ch18-mc-best-only", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "best_model")
			var atBest []float32
			small(t, 5, recorded("score", curves.Minimize, 5, 4, 2, 3, 2), callbacks.Checkpoint{Path: path, BestOnly: true, Monitor: "score"},
				callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
					if run.Epoch == 2 {
						atBest = slices.Clone(weights(t, run.Model(), 1, "kernel").Data())
					}
					return nil
				}})
			m, err := goodfit.Load(path)
			must(t, err)
			if !slices.Equal(weights(t, m, 1, "kernel").Data(), atBest) {
				t.Error("the file does not hold the best epoch; one as good, two epochs on, is no better")
			}
		}},
		{"ch18-mc-verbose", func(t *testing.T) {
			folder := t.TempDir()
			_, h := small(t, 2, callbacks.Checkpoint{Path: filepath.Join(folder, "model-{epoch:02}-{val_loss:.5}")})
			losses, _ := h.Get("val_loss")
			for i, v := range losses { // the names say at which epoch and value
				if _, err := os.Stat(filepath.Join(folder, fmt.Sprintf("model-%02d-%.5f", i+1, v))); err != nil {
					t.Error(err)
				}
			}
		}},
		{"ch18-load-model", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "best_model")
			m, _ := small(t, 3, callbacks.Checkpoint{Path: path})
			loaded, err := goodfit.Load(path)
			must(t, err)
			train, test := moons()
			a, err := m.Evaluate(test)
			must(t, err)
			b, err := loaded.Evaluate(test) // compiled as it was saved
			must(t, err)
			if a.Loss != b.Loss || math.IsNaN(b.Loss) {
				t.Errorf("the loaded model scores %v, want %v", b.Loss, a.Loss)
			}
			_, err = loaded.Fit(ctx, train, goodfit.Plan{})
			must(t, err)
		}},
	})
}
