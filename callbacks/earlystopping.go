package callbacks

import (
	"encoding/json"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/opt"
)

// EarlyStopping ends a fit when a monitored series has not improved for Patience
// epochs on the best value so far.
type EarlyStopping struct {
	// Monitor is the series; default val_loss, or loss without validation. Its
	// direction comes from the loss or metric.
	Monitor string
	// Patience is the number of epochs without improvement that are allowed; 0
	// ends the fit at the first.
	Patience int
	// MinDelta is how much better than the best a value must be to count.
	MinDelta float64
	// Baseline is a value that must be bettered within Patience epochs. Unset: none.
	Baseline opt.Float
	// StartFrom is the number of epochs before the first that is looked at.
	StartFrom int
	// RestoreBest puts the weights of the best epoch back at the end of the fit,
	// whether or not patience was reached.
	RestoreBest bool
}

// Start implements goodfit.Callback. It fails if the monitor is not recorded or a
// number is below 0.
func (e EarlyStopping) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if e.Patience < 0 || e.StartFrom < 0 {
		return nil, fmt.Errorf("Patience is %d and StartFrom %d, want at least 0", e.Patience, e.StartFrom)
	}
	m, err := newMonitor(run, e.Monitor, e.MinDelta)
	if err != nil {
		return nil, err
	}
	w := &earlyStopping{desc: e, first: run.Epoch, Monitor: m, Reference: m.worst()}
	if e.Baseline.IsSet() {
		w.Reference = e.Baseline.Or(0)
	}
	return w, nil
}

type earlyStopping struct {
	desc    EarlyStopping
	first   int // the epoch at which the fit began
	Monitor monitor
	// Reference is what a value must improve on for the count to start again: the
	// best so far, and the baseline before that.
	Reference float64
	Waited    int
	best      goodfit.Snapshot
}

// EpochEnd implements goodfit.EpochEnder.
func (w *earlyStopping) EpochEnd(run *goodfit.Run) error {
	if run.Epoch-w.first < w.desc.StartFrom {
		return nil
	}
	measured, improved := w.Monitor.look(run)
	if !measured {
		return nil
	}
	w.Waited++
	if improved {
		if w.desc.RestoreBest {
			w.best = run.Model().Snapshot()
		}
		if w.Monitor.better(w.Monitor.Best, w.Reference) {
			w.Waited, w.Reference = 0, w.Monitor.Best
		}
		return nil
	}
	if w.Waited >= max(w.desc.Patience, 1) {
		run.Stop(fmt.Sprintf("early stopping: %s did not improve for %d epochs; best %.6g at epoch %d",
			w.Monitor.Name, w.Waited, w.Monitor.Best, w.Monitor.BestEpoch+1))
	}
	return nil
}

// FitEnd implements goodfit.FitEnder.
func (w *earlyStopping) FitEnd(run *goodfit.Run) error {
	if !w.desc.RestoreBest || w.Monitor.BestEpoch < 0 {
		return nil
	}
	return run.Model().Restore(w.best)
}

// SaveState implements goodfit.Stateful.
func (w *earlyStopping) SaveState() ([]byte, error) {
	return json.Marshal(stoppingState{w.Monitor, w.Reference, w.Waited, w.best})
}

// RestoreState implements goodfit.Stateful.
func (w *earlyStopping) RestoreState(b []byte) error {
	s := stoppingState{Monitor: w.Monitor}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.Monitor.Best, w.Monitor.BestEpoch = s.Monitor.Best, s.Monitor.BestEpoch
	w.Reference, w.Waited, w.best = s.Reference, s.Waited, s.Best
	return nil
}

type stoppingState struct {
	Monitor   monitor
	Reference float64
	Waited    int
	Best      goodfit.Snapshot
}
