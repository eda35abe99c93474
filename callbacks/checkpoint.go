package callbacks

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit"
)

// Checkpoint saves the model during a fit.
type Checkpoint struct {
	// Path is the file to write. {epoch} stands for the epoch's number from 1, and
	// the name of a recorded series in braces for its value: "best-{epoch}-
	// {val_loss:.3}.goodfit" has three decimals.
	Path string
	// Monitor is the series for BestOnly; default val_loss, or loss without
	// validation.
	Monitor  string
	BestOnly bool    // save only when the monitor is the best so far
	MinDelta float64 // how much better than the best it must be
	Every    int     // epochs from one save to the next; default 1
	KeepLast int     // how many of the saved files to keep; 0: all
	// WeightsOnly saves weights alone, as a safetensors file.
	WeightsOnly bool
	// Optimizer adds the optimizer's state, to train on after loading.
	Optimizer bool
}

// Start implements goodfit.Callback. It fails if Path is empty or names a series
// that is not recorded, or a number is below 0.
func (c Checkpoint) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if c.Path == "" || c.Every < 0 || c.KeepLast < 0 {
		return nil, fmt.Errorf("Path is %q, Every %d and KeepLast %d, want a path and numbers of at least 0", c.Path, c.Every, c.KeepLast)
	}
	w := &checkpoint{desc: c}
	for _, field := range fieldPattern.FindAllStringSubmatch(c.Path, -1) {
		if field[1] == "epoch" {
			continue
		}
		if _, err := run.Series(field[1]); err != nil {
			return nil, fmt.Errorf("Path %q: %w", c.Path, err)
		}
	}
	var err error
	if c.BestOnly || c.Monitor != "" {
		w.Monitor, err = newMonitor(run, c.Monitor, c.MinDelta)
	}
	return w, err
}

var fieldPattern = regexp.MustCompile(`\{(\w+)(?::\.(\d+))?\}`)

type checkpoint struct {
	desc    Checkpoint
	Monitor monitor
	Saved   []string
}

// EpochEnd implements goodfit.EpochEnder.
func (w *checkpoint) EpochEnd(run *goodfit.Run) error {
	improved := true
	if w.desc.BestOnly {
		_, improved = w.Monitor.look(run)
	}
	if !improved || (run.Epoch+1)%max(w.desc.Every, 1) != 0 {
		return nil
	}
	path := w.path(run)
	if err := w.save(run.Model(), path); err != nil {
		return err
	}
	return w.keepLast(path)
}

func (w *checkpoint) save(m *goodfit.Model, path string) error {
	if w.desc.WeightsOnly {
		return m.SaveWeights(path)
	}
	return m.SaveWith(path, goodfit.SaveOptions{Optimizer: w.desc.Optimizer})
}

// path fills in the template.
func (w *checkpoint) path(run *goodfit.Run) string {
	return fieldPattern.ReplaceAllStringFunc(w.desc.Path, func(s string) string {
		f := fieldPattern.FindStringSubmatch(s)
		if f[1] == "epoch" {
			return fmt.Sprint(run.Epoch + 1)
		}
		v, _ := run.Value(f[1])
		decimals := "4"
		if f[2] != "" {
			decimals = f[2]
		}
		return fmt.Sprintf("%."+decimals+"f", v)
	})
}

// keepLast removes the oldest file when there are more than KeepLast.
func (w *checkpoint) keepLast(path string) error {
	w.Saved = append(slices.DeleteFunc(w.Saved, func(s string) bool { return s == path }), path)
	for w.desc.KeepLast > 0 && len(w.Saved) > w.desc.KeepLast {
		if err := os.Remove(w.Saved[0]); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("callbacks: %w", err)
		}
		w.Saved = w.Saved[1:]
	}
	return nil
}

// SaveState implements goodfit.Stateful.
func (w *checkpoint) SaveState() ([]byte, error) {
	return json.Marshal(checkpointState{w.Monitor, w.Saved})
}

// RestoreState implements goodfit.Stateful.
func (w *checkpoint) RestoreState(b []byte) error {
	s := checkpointState{Monitor: w.Monitor}
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	w.Monitor.Best, w.Monitor.BestEpoch, w.Saved = s.Monitor.Best, s.Monitor.BestEpoch, s.Saved
	return nil
}

type checkpointState struct {
	Monitor monitor
	Saved   []string
}

// Backup saves the state of the fit as it goes on, and makes a fit that finds the
// file go on from there, with the same bits as if it had not been interrupted. It
// must be the last of the callbacks, and is removed at the end of a whole fit.
type Backup struct {
	Path  string
	Every int  // epochs from one save to the next; default 1
	Keep  bool // keep the file at the end of the fit
}

// Start implements goodfit.Callback. It fails if Path is empty or its folder is
// not there, or Every is below 0.
func (b Backup) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if strings.TrimSpace(b.Path) == "" || b.Every < 0 {
		return nil, fmt.Errorf("Path is %q and Every %d, want a path and at least 0", b.Path, b.Every)
	}
	if n := len(run.Plan().Callbacks); run.Plan().Callbacks[n-1] != goodfit.Callback(b) {
		return nil, errors.New("Backup must be the last of Plan.Callbacks, so that it saves what the others counted")
	}
	if _, err := os.Stat(filepath.Dir(b.Path)); err != nil {
		return nil, err
	}
	return backup{b}, nil
}

type backup struct{ desc Backup }

// FitBegin implements goodfit.FitBeginner.
func (b backup) FitBegin(run *goodfit.Run) error {
	_, err := os.Stat(b.desc.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return run.RestoreState(b.desc.Path)
}

// EpochEnd implements goodfit.EpochEnder.
func (b backup) EpochEnd(run *goodfit.Run) error {
	if (run.Epoch+1)%max(b.desc.Every, 1) != 0 {
		return nil
	}
	return run.SaveState(b.desc.Path)
}

// FitEnd implements goodfit.FitEnder.
func (b backup) FitEnd(run *goodfit.Run) error {
	whole := run.Epoch+1 >= run.Epochs || run.Stopped() != ""
	if b.desc.Keep || !whole || run.Context().Err() != nil {
		return nil
	}
	if err := os.Remove(b.desc.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
