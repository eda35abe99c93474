package callbacks_test

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

// TestEarlyStopping holds the number of epochs, and the epoch whose weights are put
// back, to Keras 3's.
func TestEarlyStopping(t *testing.T) {
	type stoppingCase struct {
		Values    []float64
		Direction string
		Patience  int
		MinDelta  float64 `json:"min_delta"`
		Baseline  opt.Float
		StartFrom int `json:"start_from"`
		Window    int
		Smoothing float64
		Epochs    int
		Best      *int
	}
	for n, c := range append(readFixture[stoppingCase](t, "early_stopping"), readFixture[stoppingCase](t, "smoothed")...) {
		for _, restore := range []bool{false, true} {
			var d diary
			m := small(t, nil)
			h, err := m.Fit(t.Context(), line(t), plan(len(c.Values), script{"score", direction(c.Direction), c.Values},
				callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error { d.keep(t, run); return nil }},
				callbacks.EarlyStopping{Monitor: "score", Patience: c.Patience, MinDelta: c.MinDelta, Baseline: c.Baseline,
					StartFrom: c.StartFrom, RestoreBest: restore, Window: c.Window, Smoothing: c.Smoothing}))
			if err != nil {
				t.Fatal(err)
			}
			if h.Epochs() != c.Epochs {
				t.Errorf("case %d: %d epochs, want %d: %+v", n, h.Epochs(), c.Epochs, c)
				continue
			}
			want := c.Epochs - 1
			if restore && c.Best != nil {
				want = *c.Best
			}
			if got := weightsOf(t, m); !slices.Equal(got, d.weights[want]) {
				t.Errorf("case %d, restore %v: weights %v, want %v of epoch %d", n, restore, got, d.weights[want], want+1)
			}
		}
	}
}

// stopReason runs a fit of scripted values and returns its number of epochs and why
// it stopped.
func stopReason(t *testing.T, values []float64, p goodfit.Plan, e callbacks.EarlyStopping) (epochs int, reason string) {
	t.Helper()
	e.Monitor = "score"
	p.Callbacks = []goodfit.Callback{script{"score", curves.Minimize, values}, e,
		callbacks.Hooks{OnFitEnd: func(run *goodfit.Run) error { reason = run.Stopped(); return nil }}}
	h, err := small(t, nil).Fit(t.Context(), line(t), p)
	if err != nil {
		t.Fatal(err)
	}
	return h.Epochs(), reason
}

func TestStopReason(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		values []float64
		e      callbacks.EarlyStopping
		epochs int
		reason string
	}{
		{[]float64{3, 2, 1}, callbacks.EarlyStopping{}, 3, ""},
		{[]float64{3, 2, 2, 2}, callbacks.EarlyStopping{}, 3, "early stopping: score did not improve for 1 epoch; best 2 at epoch 2"},
		{[]float64{3, 0.123456789, 2, 2}, callbacks.EarlyStopping{Patience: 2}, 4,
			"early stopping: score did not improve for 2 epochs; best 0.123457 at epoch 2"},
		{[]float64{3, 2, 2}, callbacks.EarlyStopping{Baseline: 1.5, Patience: 3}, 3,
			"early stopping: score did not get better than 1.5 in 3 epochs; best 2 at epoch 2"},
		{[]float64{3, 2, 2}, callbacks.EarlyStopping{Baseline: opt.Zero, Patience: 3}, 3,
			"early stopping: score did not get better than 0 in 3 epochs; best 2 at epoch 2"},
		{[]float64{nan, nan, nan}, callbacks.EarlyStopping{Patience: 2, RestoreBest: true}, 2,
			"early stopping: score was no finite number for 2 epochs"},
		{[]float64{inf, -inf, 1, nan, nan}, callbacks.EarlyStopping{Patience: 3}, 5, ""},
		{[]float64{3, 1, 5, 5}, callbacks.EarlyStopping{Window: 2}, 3, "early stopping: the mean of 2 values of score did not improve for 1 epoch; best 2 at epoch 2"},
		{[]float64{3, nan, 1, 5, 5}, callbacks.EarlyStopping{Window: 2, Patience: 2}, 5, "early stopping: the mean of 2 values of score did not improve for 2 epochs; best 2 at epoch 3"},
		{[]float64{2, 0.5, inf, 2}, callbacks.EarlyStopping{Smoothing: 0.5}, 3, "early stopping: smoothed score did not improve for 1 epoch; best 1 at epoch 2"},
		{[]float64{5, nan, 6, 4, nan}, callbacks.EarlyStopping{Patience: 2}, 3,
			"early stopping: score did not improve for 2 epochs; best 5 at epoch 1"},
	} {
		epochs, reason := stopReason(t, c.values, plan(len(c.values)), c.e)
		if epochs != c.epochs || reason != c.reason {
			t.Errorf("%v: %d epochs, %q; want %d, %q", c.values, epochs, reason, c.epochs, c.reason)
		}
	}
}

// TestSkippedValidation has values every third epoch only: those between do not
// count.
func TestSkippedValidation(t *testing.T) {
	nan := math.NaN()
	p := plan(12)
	p.ValidateEvery = 3
	epochs, reason := stopReason(t, []float64{nan, nan, 3, nan, nan, 2, nan, nan, 2, nan, nan, 1}, p, callbacks.EarlyStopping{Patience: 1})
	if epochs != 9 || !strings.Contains(reason, "for 1 epoch; best 2 at epoch 6") {
		t.Errorf("%d epochs, %q", epochs, reason)
	}
	p.Epochs = 10 // of which the last is validated whatever its number
	epochs, reason = stopReason(t, []float64{nan, nan, 3, nan, nan, 2, nan, nan, 1, nan}, p, callbacks.EarlyStopping{Patience: 1})
	if epochs != 10 || !strings.Contains(reason, "best 1 at epoch 9") {
		t.Errorf("%d epochs, %q", epochs, reason)
	}
}

// TestDefaultMonitor wants val_loss where there is validation and loss elsewhere,
// by training on data that validation data contradict.
func TestDefaultMonitor(t *testing.T) {
	train, other := line(t), line(t)
	other.Y.Scale(-1, other.Y)
	for _, c := range []struct {
		monitor    string
		validation bool
		epochs     int
	}{{"", false, 30}, {"", true, 2}, {"loss", true, 30}, {"val_loss", true, 2}} {
		p := plan(30, callbacks.EarlyStopping{Monitor: c.monitor})
		if c.validation {
			p.Validation = other
		}
		h, err := small(t, optim.SGD{Rate: 0.01}).Fit(t.Context(), train, p)
		if err != nil {
			t.Fatal(err)
		}
		if h.Epochs() != c.epochs {
			t.Errorf("monitor %q, validation %v: %d epochs, want %d", c.monitor, c.validation, h.Epochs(), c.epochs)
		}
	}
}

// TestSecondFit wants a second fit of the same model to count anew.
func TestSecondFit(t *testing.T) {
	m := small(t, nil)
	e := callbacks.EarlyStopping{Monitor: "score", Patience: 2, StartFrom: 1}
	values := []float64{0, 9, 8, 8, 8, 0, 50, 49, 48, 47, 47, 47}
	for _, want := range []int{5, 7} {
		h, err := m.Fit(t.Context(), line(t), plan(12, script{"score", curves.Minimize, append(values, values...)}, e))
		if err != nil {
			t.Fatal(err)
		}
		if h.Epochs() != want {
			t.Errorf("%d epochs, want %d", h.Epochs(), want)
		}
	}
}

// TestBestOfCancelledFit wants the best weights back also when a fit fails.
func TestBestOfCancelledFit(t *testing.T) {
	var d diary
	m := small(t, nil)
	_, err := m.Fit(t.Context(), line(t), plan(9, script{"score", curves.Minimize, []float64{5, 1, 3, 4}},
		callbacks.EarlyStopping{Monitor: "score", Patience: 9, RestoreBest: true},
		callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
			d.keep(t, run)
			if run.Epoch == 3 {
				return fmt.Errorf("enough")
			}
			return nil
		}}))
	if err == nil || err.Error() != "enough" {
		t.Errorf("error %v", err)
	}
	if got := weightsOf(t, m); !slices.Equal(got, d.weights[1]) {
		t.Errorf("weights %v, want %v", got, d.weights[1])
	}
}

// TestSmoothingResumes interrupts a fit in every epoch, and wants averages to go on
// from where they were.
func TestSmoothingResumes(t *testing.T) {
	values := []float64{9, 4, 7, 5, 6, 3, 8, 2.5, 9, 4, 6, 5, 7, 5}
	for _, e := range []callbacks.EarlyStopping{{Monitor: "score", Window: 3, Patience: 2}, {Monitor: "score", Smoothing: 0.7, Patience: 2}} {
		want, reason := stopReason(t, values, plan(len(values)), e)
		if want < 5 || want == len(values) {
			t.Fatalf("%+v stops after %d epochs; choose other values", e, want)
		}
		for last := range want {
			path := filepath.Join(t.TempDir(), "state")
			p := plan(len(values), script{"score", curves.Minimize, values}, e, nil, callbacks.Backup{Path: path})
			fail := callbacks.Hooks{OnEpochBegin: func(run *goodfit.Run) error {
				if run.Epoch > last {
					return errStop
				}
				return nil
			}}
			p.Callbacks[2] = fail
			if _, err := small(t, nil).Fit(t.Context(), line(t), p); last < want-1 && !errors.Is(err, errStop) {
				t.Fatalf("error %v, want the test's", err)
			}
			var got string
			p.Callbacks[2] = callbacks.Hooks{OnFitEnd: func(run *goodfit.Run) error { got = run.Stopped(); return nil }}
			h, err := small(t, nil).Fit(t.Context(), line(t), p)
			if err != nil || h.Epochs() != want || got != reason {
				t.Errorf("%+v resumed after epoch %d: %d epochs, %q, %v; want %d, %q", e, last+1, h.Epochs(), got, err, want, reason)
			}
		}
	}
}

// TestBest wants the watcher to say which epoch was best.
func TestBest(t *testing.T) {
	var watcher goodfit.Watcher
	e := started{callbacks.EarlyStopping{Monitor: "score", Patience: 2, Window: 2}, &watcher}
	if _, err := small(t, nil).Fit(t.Context(), line(t), plan(6, script{"score", curves.Maximize, []float64{1, 5, 4, 9, 1, 1}}, e)); err != nil {
		t.Fatal(err)
	}
	if epoch, value := watcher.(interface{ Best() (int, float64) }).Best(); epoch != 3 || value != 6.5 {
		t.Errorf("best epoch %d with %v, want 3 with the mean 6.5", epoch, value)
	}
}

// started keeps the watcher that a callback makes.
type started struct {
	goodfit.Callback
	watcher *goodfit.Watcher
}

func (s started) Start(run *goodfit.Run) (w goodfit.Watcher, err error) {
	w, err = s.Callback.Start(run)
	*s.watcher = w
	return w, err
}

func TestStopAt(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		direction curves.Direction
		values    []float64
		value     float64
		epochs    int
		reason    string
	}{
		{curves.Minimize, []float64{3, 2, 1, 0}, 1.5, 3, "stop at a value: score is 1, which reaches 1.5"},
		{curves.Minimize, []float64{3, 2, 1, 0}, 2, 2, "stop at a value: score is 2, which reaches 2"},
		{curves.Maximize, []float64{3, 2, 5, 0}, 4, 3, "stop at a value: score is 5, which reaches 4"},
		{curves.Maximize, []float64{nan, 2, 3}, 4, 3, ""},
		{curves.Minimize, []float64{nan, nan, -1}, 0, 3, "stop at a value: score is -1, which reaches 0"},
	} {
		var reason string
		h, err := small(t, nil).Fit(t.Context(), line(t), plan(len(c.values), script{"score", c.direction, c.values},
			callbacks.StopAt{Monitor: "score", Value: c.value},
			callbacks.Hooks{OnFitEnd: func(run *goodfit.Run) error { reason = run.Stopped(); return nil }}))
		if err != nil || h.Epochs() != c.epochs || reason != c.reason {
			t.Errorf("%+v: %d epochs, %q, %v", c, h.Epochs(), reason, err)
		}
	}
}
