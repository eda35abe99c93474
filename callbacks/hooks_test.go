package callbacks_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
)

// logbook writes down every moment at which it is called.
func logbook(log *[]string) callbacks.Hooks {
	note := func(format string, args ...any) { *log = append(*log, fmt.Sprintf(format, args...)) }
	return callbacks.Hooks{
		OnFitBegin:   func(r *goodfit.Run) error { note("fit begins"); return nil },
		OnEpochBegin: func(r *goodfit.Run) error { note("epoch %d/%d begins", r.Epoch, r.Epochs); return nil },
		OnBatchBegin: func(r *goodfit.Run) error {
			note("batch %d/%d begins, step %d", r.Batch, r.Batches, r.Step())
			return nil
		},
		OnBatchEnd: func(r *goodfit.Run) error {
			note("batch %d ends, step %d, loss %v", r.Batch, r.Step(), r.BatchLoss > 0)
			return nil
		},
		OnEpochEnd: func(r *goodfit.Run) error {
			note("epoch %d ends, %d recorded", r.Epoch, r.History().Epochs())
			return nil
		},
		OnFitEnd: func(r *goodfit.Run) error { note("fit ends, epoch %d", r.Epoch); return nil },
	}
}

func TestMoments(t *testing.T) {
	var log []string
	m := small(t, nil)
	if _, err := m.Fit(t.Context(), line(t), plan(2, logbook(&log))); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fit(t.Context(), line(t), plan(1, logbook(&log))); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"fit begins",
		"epoch 0/2 begins", "batch 0/2 begins, step 0", "batch 0 ends, step 1, loss true",
		"batch 1/2 begins, step 1", "batch 1 ends, step 2, loss true", "epoch 0 ends, 1 recorded",
		"epoch 1/2 begins", "batch 0/2 begins, step 2", "batch 0 ends, step 3, loss true",
		"batch 1/2 begins, step 3", "batch 1 ends, step 4, loss true", "epoch 1 ends, 2 recorded",
		"fit ends, epoch 1",
		"fit begins",
		"epoch 2/3 begins", "batch 0/2 begins, step 4", "batch 0 ends, step 5, loss true",
		"batch 1/2 begins, step 5", "batch 1 ends, step 6, loss true", "epoch 2 ends, 1 recorded",
		"fit ends, epoch 2",
	}
	if !slices.Equal(log, want) {
		t.Errorf("moments\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
	}
}

// TestHookFails returns an error at each moment, and wants it from Fit, with the
// history so far, the end of the fit told, and the model usable.
func TestHookFails(t *testing.T) {
	fail := failing(func(r *goodfit.Run) bool { return r.Epoch == 1 })
	for _, c := range []struct {
		name   string
		hooks  callbacks.Hooks
		epochs int
	}{
		{"fit begins", callbacks.Hooks{OnFitBegin: failing(func(*goodfit.Run) bool { return true })}, 0},
		{"epoch begins", callbacks.Hooks{OnEpochBegin: fail}, 1},
		{"batch begins", callbacks.Hooks{OnBatchBegin: fail}, 1},
		{"batch ends", callbacks.Hooks{OnBatchEnd: fail}, 1},
		{"epoch ends", callbacks.Hooks{OnEpochEnd: fail}, 2},
		{"fit ends", callbacks.Hooks{OnFitEnd: failing(func(*goodfit.Run) bool { return true })}, 4},
	} {
		ended := 0
		m := small(t, nil)
		h, err := m.Fit(t.Context(), line(t), plan(4, callbacks.Hooks{OnFitEnd: func(*goodfit.Run) error { ended++; return nil }}, c.hooks))
		if !errors.Is(err, errStop) || h.Epochs() != c.epochs || ended != 1 {
			t.Errorf("%s: %v, %d epochs, ended %d times; want %d epochs", c.name, err, h.Epochs(), ended, c.epochs)
		}
		if _, err := m.Fit(t.Context(), line(t), plan(1)); err != nil {
			t.Errorf("%s: the model after it: %v", c.name, err)
		}
	}
}

// TestHooksAct sets rate and weights, records a series and stops the fit.
func TestHooksAct(t *testing.T) {
	m := small(t, optim.SGD{Rate: 0.1})
	var start goodfit.Snapshot
	h, err := m.Fit(t.Context(), line(t), plan(9, callbacks.Hooks{
		OnFitBegin: func(r *goodfit.Run) error {
			r.History().Record("twice", curves.Minimize, 0)
			start = r.Model().Snapshot()
			return nil
		},
		OnBatchBegin: func(r *goodfit.Run) error {
			r.SetRate(float64(r.Step()))
			return nil
		},
		OnEpochBegin: func(r *goodfit.Run) error {
			return r.Model().Restore(start)
		},
		OnBatchEnd: func(r *goodfit.Run) error {
			r.SetRate(0)
			if r.Epoch == 2 && r.Batch == 0 {
				r.Stop("in the middle")
			}
			return nil
		},
		OnEpochEnd: func(r *goodfit.Run) error {
			loss, _ := r.Value("loss")
			r.History().Record("twice", curves.Minimize, 2*loss)
			return nil
		},
		OnFitEnd: func(r *goodfit.Run) error {
			if r.Stopped() != "in the middle" {
				return fmt.Errorf("stopped: %q", r.Stopped())
			}
			return nil
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	rates, _ := h.Get("rate")
	if !slices.Equal(rates, []float64{1, 3, 4}) {
		t.Errorf("rates %v, want those of the last batch of each epoch, 1 3 4", rates)
	}
	losses, _ := h.Get("loss")
	twice, _ := h.Get("twice")
	for e := range losses {
		if twice[e] != 2*losses[e] {
			t.Errorf("twice %v, losses %v", twice, losses)
		}
	}
	if !slices.Equal(weightsOf(t, m), lastStep(t, start)) {
		t.Errorf("weights %v, want those of one step from the start", weightsOf(t, m))
	}
}

// lastStep returns the weights of the model of TestHooksAct after the one batch of
// its last epoch.
func lastStep(t *testing.T, start goodfit.Snapshot) (weights []float32) {
	t.Helper()
	m := small(t, optim.SGD{Rate: 0.1})
	_, err := m.Fit(t.Context(), line(t), plan(3, callbacks.Hooks{
		OnEpochBegin: func(r *goodfit.Run) error { return r.Model().Restore(start) },
		OnBatchBegin: func(r *goodfit.Run) error { r.SetRate(4); return nil },
		OnBatchEnd: func(r *goodfit.Run) error {
			if r.Epoch == 2 && r.Batch == 0 {
				r.Stop("as there")
			}
			return nil
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return weightsOf(t, m)
}

func TestRateSchedule(t *testing.T) {
	half := callbacks.RateSchedule(func(epoch int, rate float64) float64 {
		if epoch == 0 {
			return rate
		}
		return rate / 2
	})
	h, err := small(t, optim.SGD{Rate: 0.1}).Fit(t.Context(), line(t), plan(4, half))
	if err != nil {
		t.Fatal(err)
	}
	if rates, _ := h.Get("rate"); !slices.Equal(rates, []float64{0.1, 0.05, 0.025, 0.0125}) {
		t.Errorf("rates %v", rates)
	}
	for _, bad := range []float64{-1, math.NaN(), math.Inf(1)} {
		s := callbacks.RateSchedule(func(epoch int, rate float64) float64 {
			if epoch == 2 {
				return bad
			}
			return rate
		})
		h, err := small(t, nil).Fit(t.Context(), line(t), plan(4, s))
		if want := fmt.Sprintf("the rate schedule returned %g for epoch 3", bad); err == nil || !strings.Contains(err.Error(), want) || h.Epochs() != 2 {
			t.Errorf("%v after %d epochs, want %q", err, h.Epochs(), want)
		}
	}
}
