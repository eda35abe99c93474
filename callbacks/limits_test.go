package callbacks_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/optim"
)

func TestTimeLimit(t *testing.T) {
	var reason string
	end := callbacks.Hooks{OnFitEnd: func(r *goodfit.Run) error { reason = r.Stopped(); return nil }}
	h, err := small(t, nil).Fit(t.Context(), line(t), plan(1000, callbacks.TimeLimit{Limit: 1}, end))
	if err != nil || h.Epochs() != 1 || reason != "the time limit of 1ns was reached" {
		t.Errorf("%v, %d epochs, %q", err, h.Epochs(), reason)
	}
	h, err = small(t, nil).Fit(t.Context(), line(t), plan(10, callbacks.TimeLimit{Limit: time.Hour}, end))
	if err != nil || h.Epochs() != 10 || reason != "" {
		t.Errorf("%v, %d epochs, %q", err, h.Epochs(), reason)
	}
}

// TestTerminateOnNaN trains at a rate at which the weights leave the numbers within
// an epoch.
func TestTerminateOnNaN(t *testing.T) {
	var reason string
	end := callbacks.Hooks{OnFitEnd: func(r *goodfit.Run) error { reason = r.Stopped(); return nil }}
	p := plan(100, callbacks.TerminateOnNaN{}, end)
	p.GoThroughNaN = true
	h, err := small(t, optim.SGD{Rate: 1e30}).Fit(t.Context(), line(t), p)
	if err != nil {
		t.Fatal(err)
	}
	// The first update leads to weights near 1e30, whose errors have no square.
	if losses, _ := h.Get("loss"); !slices.Equal(losses, []float64{math.Inf(1)}) || reason != "the loss became +Inf in epoch 1, batch 2" {
		t.Errorf("losses %g, %q", losses, reason)
	}
	var diverged *goodfit.DivergedError
	if _, err := small(t, optim.SGD{Rate: 1e30}).Fit(t.Context(), line(t), plan(100, callbacks.TerminateOnNaN{})); !errors.As(err, &diverged) {
		t.Errorf("error %v", err)
	}
}
