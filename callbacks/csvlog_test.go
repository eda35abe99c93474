package callbacks_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
)

// readLog reads a CSV file as a history.
func readLog(t *testing.T, path string) *curves.History {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := curves.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// sameSeries wants the first epochs of a history.
func sameSeries(t *testing.T, got, want *curves.History, epochs int) {
	t.Helper()
	if len(got.Series) != len(want.Series) {
		t.Errorf("series %q, want %q", got.Names(), want.Names())
	}
	for _, s := range want.Series {
		values, _ := got.Get(s.Name)
		if len(values) != epochs {
			t.Errorf("%s has %d epochs, want %d", s.Name, len(values), epochs)
			continue
		}
		for e, v := range values {
			if v != s.Values[e] && !(math.IsNaN(v) && math.IsNaN(s.Values[e])) {
				t.Errorf("%s in epoch %d is %v, want %v", s.Name, e+1, v, s.Values[e])
			}
		}
	}
}

// TestCSVLog wants the file to equal the history, bit for bit, with what callbacks
// recorded and validation skipped.
func TestCSVLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.csv")
	train, test := blobs(t)
	p := plan(5, script{"own score", curves.Maximize, []float64{0.1, math.NaN(), 1. / 3, 1e-300, -5}}, callbacks.CSVLog{Path: path})
	p.Validation, p.ValidateEvery = test, 2
	h, err := deep(t).Fit(t.Context(), train, p)
	if err != nil {
		t.Fatal(err)
	}
	sameSeries(t, readLog(t, path), h, 5)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(string(b), "\n"); head != "epoch,loss,own score,rate,val_loss" {
		t.Errorf("header %q", head)
	}
}

// TestCSVLogStopped wants the epochs that were made to be in the file when a fit is
// cancelled or fails, and something whole to be there from the first epoch on.
func TestCSVLogStopped(t *testing.T) {
	for _, want := range []error{context.Canceled, errStop} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		path := filepath.Join(t.TempDir(), "history.csv")
		h, err := small(t, nil).Fit(ctx, line(t), plan(9, callbacks.CSVLog{Path: path}, callbacks.Hooks{
			OnEpochBegin: func(r *goodfit.Run) error {
				if r.Epoch > 0 && readLog(t, path).Epochs() < 1 {
					t.Error("the file is empty after an epoch")
				}
				return nil
			},
			OnBatchEnd: func(r *goodfit.Run) error {
				if r.Epoch < 3 {
					return nil
				}
				cancel()
				if want == errStop {
					return errStop
				}
				return nil
			},
		}))
		if !errors.Is(err, want) || h.Epochs() != 3 {
			t.Fatalf("%v after %d epochs, want %v after 3", err, h.Epochs(), want)
		}
		sameSeries(t, readLog(t, path), h, 3)
	}
}

// TestCSVLogFails removes the folder during the fit.
func TestCSVLogFails(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := small(t, nil).Fit(t.Context(), line(t), plan(3, callbacks.CSVLog{Path: filepath.Join(folder, "history.csv")},
		callbacks.Hooks{OnEpochBegin: func(*goodfit.Run) error { return os.RemoveAll(folder) }}))
	if err == nil || !strings.Contains(err.Error(), "history.csv") {
		t.Errorf("error %v", err)
	}
}
