package callbacks

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/opt"
)

// EarlyStopping ends a fit when a monitored series has not improved for Patience
// epochs on the best value so far (Prechelt 1998). Any recorded series with a
// direction serves: losses, metrics, and what other callbacks record. Values that
// are not finite do not improve, and stay out of averages.
//
// Its watcher has a method Best, which says the epoch of the best value.
type EarlyStopping struct {
	// Monitor is the series; default val_loss, or loss without validation.
	Monitor string
	// Patience is the number of epochs without improvement after which the fit
	// ends; 0 is as 1.
	Patience int
	// MinDelta is how much better than the best a value must be to count.
	MinDelta float64
	// Baseline is a value that must be bettered within Patience epochs: until then
	// a best value alone does not start the count again. Unset: none.
	Baseline opt.Float
	// StartFrom is the number of epochs of the fit that are not looked at: a
	// warm-up.
	StartFrom int
	// Window smooths a noisy monitor: what is compared is the mean of its last
	// Window values, of as many as there are at first. 0 and 1: each value itself.
	Window int
	// Smoothing smooths it by an exponential average instead,
	// Σ βⁿ⁻ⁱ·vᵢ / Σ βⁿ⁻ⁱ over the values v₁ … vₙ so far, β being Smoothing: from 0,
	// each value itself, to below 1. It averages over some 1/(1−β) epochs.
	Smoothing float64
	// RestoreBest puts the weights of the best epoch back at the end of the fit,
	// whether or not patience was reached, the baseline bettered, or the fit ended by
	// itself. It keeps a copy of the weights. With Window or Smoothing the best epoch
	// is that of the best average, which comes some epochs after the best stretch.
	RestoreBest bool
}

// Start implements goodfit.Callback. It fails if the monitor is not recorded or
// has no direction, a number is out of range, or both Window and Smoothing are
// set.
func (e EarlyStopping) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if e.Patience < 0 || e.StartFrom < 0 {
		return nil, fmt.Errorf("Patience is %d and StartFrom %d, want at least 0", e.Patience, e.StartFrom)
	}
	average, err := newAverage(e.Window, e.Smoothing)
	if err != nil {
		return nil, err
	}
	if b := e.Baseline.Or(0); math.IsNaN(b) || math.IsInf(b, 0) {
		return nil, fmt.Errorf("Baseline is %g, want a number", b)
	}
	m, err := newMonitor(run, e.Monitor, e.MinDelta)
	if err != nil {
		return nil, err
	}
	return &earlyStopping{desc: e, monitor: m, average: average, first: run.Epoch}, nil
}

type earlyStopping struct {
	desc    EarlyStopping
	monitor *monitor
	average average
	first   int // the epoch at which the fit began
	waited  int
	reason  string // why the fit ends
	weights goodfit.Snapshot
}

// EpochBegin implements goodfit.EpochBeginner. It ends a fit that was resumed after
// its last epoch.
func (w *earlyStopping) EpochBegin(run *goodfit.Run) error {
	if w.reason != "" {
		run.Stop(w.reason)
	}
	return nil
}

// EpochEnd implements goodfit.EpochEnder.
func (w *earlyStopping) EpochEnd(run *goodfit.Run) error {
	if run.Epoch-w.first < w.desc.StartFrom {
		return nil
	}
	v, measured := w.monitor.value(run)
	if !measured {
		return nil
	}
	w.waited++
	if w.monitor.take(w.average.add(v), run.Epoch) {
		if w.desc.RestoreBest {
			w.weights = run.Model().Snapshot()
		}
		if !w.desc.Baseline.IsSet() || w.monitor.better(w.monitor.best.Value, w.desc.Baseline.Or(0)) {
			w.waited = 0
		}
		return nil
	}
	if w.waited >= max(w.desc.Patience, 1) {
		w.reason = w.explain()
		run.Stop(w.reason)
	}
	return nil
}

// explain says why the fit ends.
func (w *earlyStopping) explain() string {
	b, name := w.monitor.best, w.average.describe(w.monitor.best.Series)
	epochs := fmt.Sprintf("%d epochs", w.waited)
	if w.waited == 1 {
		epochs = "1 epoch"
	}
	switch {
	case b.Epoch < 0:
		return fmt.Sprintf("early stopping: %s was no finite number for %s", name, epochs)
	case w.desc.Baseline.IsSet() && !w.monitor.better(b.Value, w.desc.Baseline.Or(0)):
		return fmt.Sprintf("early stopping: %s did not get better than %v in %s; best %.6g at epoch %d",
			name, w.desc.Baseline, epochs, b.Value, b.Epoch+1)
	}
	return fmt.Sprintf("early stopping: %s did not improve for %s; best %.6g at epoch %d", name, epochs, b.Value, b.Epoch+1)
}

// Best returns the epoch with the best value, from 0, −1 if there was none, and
// the value, smoothed if the description says so.
func (w *earlyStopping) Best() (epoch int, value float64) {
	return w.monitor.best.Epoch, w.monitor.best.Value
}

// FitEnd implements goodfit.FitEnder.
func (w *earlyStopping) FitEnd(run *goodfit.Run) error {
	if !w.desc.RestoreBest || w.monitor.best.Epoch < 0 {
		return nil
	}
	return run.Model().Restore(w.weights)
}

// stoppingState is what a resumed fit goes on with.
type stoppingState struct {
	Best          best
	Average       average
	First, Waited int
	Reason        string
	Weights       goodfit.Snapshot
}

// SaveState implements goodfit.Stateful.
func (w *earlyStopping) SaveState() ([]byte, error) {
	return json.Marshal(stoppingState{w.monitor.best, w.average, w.first, w.waited, w.reason, w.weights})
}

// RestoreState implements goodfit.Stateful.
func (w *earlyStopping) RestoreState(b []byte) error {
	s, err := decode[stoppingState](b)
	if err != nil {
		return err
	}
	w.average.restore(s.Average)
	w.first, w.waited, w.reason, w.weights = s.First, s.Waited, s.Reason, s.Weights
	return w.monitor.restore(s.Best)
}
