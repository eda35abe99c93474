package callbacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/goodfit-ml/goodfit"
)

// Checkpoint saves the model at the end of epochs. A file is written whole or not
// at all.
type Checkpoint struct {
	// Path is the file to write; a folder that is not there is made. {epoch} stands
	// for the epoch's number from 1, {epoch:03} for three digits of it, the name of a
	// recorded series in braces for its value, and {val_loss:.2} for two decimals of
	// it (default 4): "epoch{epoch:03}-{val_loss:.2}.goodfit".
	Path string
	// Every is the number of epochs from one save to the next; default 1.
	Every int
	// BestOnly saves only when the monitor is better than at all epochs before that
	// could have been saved.
	BestOnly bool
	// Monitor is the series for BestOnly; default val_loss, or loss without
	// validation.
	Monitor string
	// MinDelta is how much better than the best a value must be, for BestOnly.
	MinDelta float64
	// KeepLast is how many of the saved files to keep, the newest; 0: all.
	KeepLast int
	// WeightsOnly saves weights alone, as a safetensors file.
	WeightsOnly bool
	// Optimizer adds the optimizer's state, to train on after loading.
	Optimizer bool
}

// Start implements goodfit.Callback. It fails if Path is empty or not a template
// of series that are recorded, a number is out of range, or a field is set that
// the others make meaningless.
func (c Checkpoint) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	switch {
	case c.Every < 0 || c.KeepLast < 0:
		return nil, fmt.Errorf("Every is %d and KeepLast %d, want at least 0", c.Every, c.KeepLast)
	case !c.BestOnly && (c.Monitor != "" || c.MinDelta != 0):
		return nil, errors.New("Monitor and MinDelta are for BestOnly, which is not set")
	case c.WeightsOnly && c.Optimizer:
		return nil, errors.New("WeightsOnly and Optimizer exclude each other")
	}
	w := &checkpoint{desc: c}
	var err error
	if w.path, err = parseTemplate(c.Path, run); err != nil {
		return nil, fmt.Errorf("Path %q: %w", c.Path, err)
	}
	if folder := filepath.Dir(c.Path); !fields.MatchString(folder) {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return nil, err
		}
	}
	if c.BestOnly {
		w.monitor, err = newMonitor(run, c.Monitor, c.MinDelta)
	}
	return w, err
}

type checkpoint struct {
	desc    Checkpoint
	path    template
	monitor *monitor // nil without BestOnly
	saved   []string // the files that are there, oldest first
}

// EpochEnd implements goodfit.EpochEnder.
func (w *checkpoint) EpochEnd(run *goodfit.Run) error {
	if (run.Epoch+1)%max(w.desc.Every, 1) != 0 {
		return nil
	}
	if w.monitor != nil {
		if _, improved := w.monitor.look(run); !improved {
			return nil
		}
	}
	path := w.path.fill(run)
	if err := w.save(run.Model(), path); err != nil {
		return err
	}
	return w.keepLast(path)
}

func (w *checkpoint) save(m *goodfit.Model, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return fmt.Errorf("callbacks: checkpoint: %w", err)
	}
	if w.desc.WeightsOnly {
		return m.SaveWeights(path)
	}
	return m.SaveWith(path, goodfit.SaveOptions{Optimizer: w.desc.Optimizer})
}

// keepLast removes the oldest file when there are more than KeepLast.
func (w *checkpoint) keepLast(path string) error {
	if w.desc.KeepLast == 0 {
		return nil
	}
	w.saved = append(slices.DeleteFunc(w.saved, func(s string) bool { return s == path }), path)
	for len(w.saved) > w.desc.KeepLast {
		if err := os.Remove(w.saved[0]); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("callbacks: checkpoint: %w", err)
		}
		w.saved = w.saved[1:]
	}
	return nil
}

// checkpointState is what a resumed fit goes on with.
type checkpointState struct {
	Best  *best    `json:",omitempty"`
	Saved []string `json:",omitempty"`
}

// SaveState implements goodfit.Stateful.
func (w *checkpoint) SaveState() ([]byte, error) {
	s := checkpointState{Saved: w.saved}
	if w.monitor != nil {
		s.Best = &w.monitor.best
	}
	return json.Marshal(s)
}

// RestoreState implements goodfit.Stateful.
func (w *checkpoint) RestoreState(b []byte) error {
	s, err := decode[checkpointState](b)
	if err != nil {
		return err
	}
	w.saved = s.Saved
	if w.monitor != nil && s.Best != nil {
		return w.monitor.restore(*s.Best)
	}
	return nil
}
