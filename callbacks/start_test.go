package callbacks_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/opt"
)

// TestRefusedBeforeTraining wants an error, and the weights as they were.
func TestRefusedBeforeTraining(t *testing.T) {
	folder := t.TempDir()
	missing, file := filepath.Join(folder, "none", "f"), filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	const recorded = `is not recorded; recorded are ["loss" "val_loss" "rate"]`
	for _, c := range []struct {
		c    goodfit.Callback
		want string
	}{
		{callbacks.EarlyStopping{Monitor: "val_los"}, `monitor "val_los" ` + recorded},
		{callbacks.EarlyStopping{Monitor: "rate"}, `monitor "rate" has no direction`},
		{callbacks.EarlyStopping{Patience: -1}, "Patience is -1 and StartFrom 0, want at least 0"},
		{callbacks.EarlyStopping{StartFrom: -1}, "Patience is 0 and StartFrom -1"},
		{callbacks.EarlyStopping{MinDelta: -1}, "MinDelta is -1, want a number of at least 0"},
		{callbacks.EarlyStopping{MinDelta: nan}, "MinDelta is NaN"},
		{callbacks.EarlyStopping{Baseline: opt.Float(nan)}, "Baseline is NaN, want a number"},
		{callbacks.EarlyStopping{Window: -1}, "Window is -1, want at least 0"},
		{callbacks.EarlyStopping{Smoothing: 1}, "Smoothing is 1, want from 0 to below 1"},
		{callbacks.EarlyStopping{Smoothing: nan}, "Smoothing is NaN"},
		{callbacks.EarlyStopping{Window: 2, Smoothing: 0.5}, "Window and Smoothing exclude each other"},
		{callbacks.StopAt{Value: nan}, "Value is NaN, want a number"},
		{callbacks.StopAt{Monitor: "rate"}, `monitor "rate" has no direction`},
		{callbacks.ReduceOnPlateau{Monitor: "accuracy"}, `monitor "accuracy" ` + recorded},
		{callbacks.ReduceOnPlateau{Factor: 1}, "Factor is 1, want above 0 and below 1"},
		{callbacks.ReduceOnPlateau{Factor: nan}, "Factor is NaN"},
		{callbacks.ReduceOnPlateau{Patience: -1}, "Patience is -1"},
		{callbacks.ReduceOnPlateau{Cooldown: -2}, "Cooldown -2"},
		{callbacks.ReduceOnPlateau{MinRate: -1}, "MinRate is -1"},
		{callbacks.ReduceOnPlateau{MinDelta: -1}, "MinDelta is -1"},
		{callbacks.Checkpoint{}, `Path "": it is empty`},
		{callbacks.Checkpoint{Path: "m", Every: -1}, "Every is -1 and KeepLast 0"},
		{callbacks.Checkpoint{Path: "m", KeepLast: -1}, "KeepLast -1"},
		{callbacks.Checkpoint{Path: "m", Monitor: "loss"}, "Monitor and MinDelta are for BestOnly"},
		{callbacks.Checkpoint{Path: "m", MinDelta: 1}, "Monitor and MinDelta are for BestOnly"},
		{callbacks.Checkpoint{Path: "m", WeightsOnly: true, Optimizer: true}, "exclude each other"},
		{callbacks.Checkpoint{Path: "m", BestOnly: true, Monitor: "f1"}, `monitor "f1" ` + recorded},
		{callbacks.Checkpoint{Path: "m{accuracy}"}, `Path "m{accuracy}": monitor "accuracy" ` + recorded},
		{callbacks.Checkpoint{Path: "m{epoch:3}"}, "its braces do not enclose"},
		{callbacks.Checkpoint{Path: "m{epoch:.3}"}, "{epoch:.3}: want digits as {epoch:03} or decimals as {loss:.2}"},
		{callbacks.Checkpoint{Path: "m{loss:03}"}, "{loss:03}: want digits"},
		{callbacks.Checkpoint{Path: "m{epoch"}, "its braces do not enclose"},
		{callbacks.Checkpoint{Path: "m}"}, "its braces do not enclose"},
		{callbacks.Checkpoint{Path: filepath.Join(file, "m")}, "not a directory"},
		{callbacks.CSVLog{}, "CSVLog needs a Path"},
		{callbacks.CSVLog{Path: missing}, "no such file"},
		{callbacks.Backup{}, `Path is "" and Every 0, want a path`},
		{callbacks.Backup{Path: file, Every: -1}, "Every -1"},
		{callbacks.Backup{Path: missing}, "no such file"},
		{callbacks.Progress{Every: -1}, "Every is -1, want at least 1"},
		{callbacks.Progress{Style: 9}, "Style is 9, want Auto, Bar, Lines or Silent"},
		{callbacks.TimeLimit{}, "Limit is 0s, want a time above 0"},
		{callbacks.RateSchedule(nil), "RateSchedule is nil"},
		{callbacks.LayerStats{}, "LayerStats needs Data"},
		{callbacks.LayerStats{Data: line(t), Rows: -1}, "Rows is -1"},
	} {
		m := small(t, nil)
		before := weightsOf(t, m)
		p := plan(3, c.c)
		p.Validation = line(t)
		h, err := m.Fit(t.Context(), line(t), p)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.c, err, c.want)
		}
		if h != nil || !slices.Equal(weightsOf(t, m), before) {
			t.Errorf("%+v: the model was trained", c.c)
		}
	}
	two := plan(3, callbacks.Backup{Path: file + "2"}, callbacks.CSVLog{Path: file})
	if _, err := small(t, nil).Fit(t.Context(), line(t), two); err == nil || !strings.Contains(err.Error(), "Backup must be the last") {
		t.Errorf("Backup before another callback: %v", err)
	}
}

// TestValuesServeManyFits uses the same callbacks in several fits at once, and wants
// the same result from each.
func TestValuesServeManyFits(t *testing.T) {
	train, test := blobs(t)
	list := []goodfit.Callback{
		callbacks.ReduceOnPlateau{Patience: 1, Factor: 0.5}, callbacks.EarlyStopping{Patience: 2, RestoreBest: true},
		callbacks.TimeLimit{Limit: time.Hour}, callbacks.TerminateOnNaN{}, callbacks.Progress{Style: callbacks.Silent},
		callbacks.RateSchedule(func(_ int, rate float64) float64 { return rate * 0.9 }),
		callbacks.LayerStats{Data: train},
	}
	var wait sync.WaitGroup
	var weights [6][]float32
	for k := range weights {
		wait.Go(func() {
			m := deep(t)
			p := plan(10, list...)
			p.Validation = test
			if _, err := m.Fit(t.Context(), train, p); err != nil {
				t.Error(err)
			}
			weights[k] = weightsOf(t, m)
		})
	}
	wait.Wait()
	for k, w := range weights {
		if !slices.Equal(w, weights[0]) {
			t.Errorf("fit %d ended with %v, fit 0 with %v", k, w, weights[0])
		}
	}
}
