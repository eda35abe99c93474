package callbacks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goodfit-ml/goodfit"
)

// Backup saves the state of the fit as it goes on, and makes a fit that finds the
// file go on from there, with the same bits as if it had not been interrupted. It
// must be the last of the callbacks, so that it saves what the others counted. The
// file is removed at the end of a whole fit.
//
// An epoch that was interrupted begins anew. A file of another model,
// configuration or plan, or of other callbacks, is an error; of other data of the
// same size and of a changed function (a RateSchedule, a hook) it knows nothing.
type Backup struct {
	Path  string // the file, in a folder that is there
	Every int    // epochs from one save to the next; default 1
	Keep  bool   // keep the file at the end of the fit, in the state of the end
}

// Start implements goodfit.Callback. It fails if Path is empty or its folder is
// not there, Every is below 0, or other callbacks follow.
func (b Backup) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	if strings.TrimSpace(b.Path) == "" || b.Every < 0 {
		return nil, fmt.Errorf("Path is %q and Every %d, want a path and at least 0", b.Path, b.Every)
	}
	if list := run.Plan().Callbacks; list[len(list)-1] != goodfit.Callback(b) {
		return nil, errors.New("Backup must be the last of Plan.Callbacks, so that it saves what the others counted")
	}
	if _, err := os.Stat(filepath.Dir(b.Path)); err != nil {
		return nil, err
	}
	return &backup{desc: b}, nil
}

type backup struct {
	desc Backup
	open bool // an epoch has begun and not ended
}

// FitBegin implements goodfit.FitBeginner.
func (b *backup) FitBegin(run *goodfit.Run) error {
	_, err := os.Stat(b.desc.Path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return run.RestoreState(b.desc.Path)
}

// EpochBegin implements goodfit.EpochBeginner.
func (b *backup) EpochBegin(run *goodfit.Run) error {
	b.open = run.Stopped() == ""
	return nil
}

// EpochEnd implements goodfit.EpochEnder.
func (b *backup) EpochEnd(run *goodfit.Run) error {
	b.open = false
	due := (run.Epoch+1)%max(b.desc.Every, 1) == 0
	if due || b.desc.Keep && b.whole(run) || run.Context().Err() != nil {
		return run.SaveState(b.desc.Path)
	}
	return nil
}

// whole reports whether the fit has made its last epoch.
func (b *backup) whole(run *goodfit.Run) bool {
	return !b.open && (run.Epoch+1 >= run.Epochs || run.Stopped() != "")
}

// FitEnd implements goodfit.FitEnder.
func (b *backup) FitEnd(run *goodfit.Run) error {
	if b.desc.Keep || !b.whole(run) {
		return nil
	}
	if err := os.Remove(b.desc.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
