package callbacks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
)

var errStop = errors.New("stopped by the test")

// resumable is a fit with all that counts something: plateau, early stopping with
// a baseline, checkpoints of which few are kept.
func resumable(t *testing.T, folder string, first ...goodfit.Callback) goodfit.Plan {
	p := plan(18, append(first,
		callbacks.ReduceOnPlateau{Patience: 2, Factor: 0.5, Cooldown: 2, MinDelta: 0.5},
		callbacks.EarlyStopping{Patience: 4, MinDelta: 0.005, RestoreBest: true, StartFrom: 1},
		callbacks.Checkpoint{Path: filepath.Join(folder, "m{epoch:02}"), BestOnly: true, KeepLast: 2},
		callbacks.Backup{Path: filepath.Join(folder, "state")})...)
	_, p.Validation = blobs(t)
	return p
}

// ending is what a fit leaves.
type ending struct {
	weights []float32
	history string
	files   []string
}

func endOf(t *testing.T, m *goodfit.Model, h *curves.History, folder string) ending {
	t.Helper()
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return ending{weightsOf(t, m), string(b), files(t, folder)}
}

func (e ending) check(t *testing.T, want ending) {
	t.Helper()
	if !slices.Equal(e.weights, want.weights) {
		t.Errorf("weights differ: %v, want %v", e.weights, want.weights)
	}
	if e.history != want.history {
		t.Errorf("histories differ:\n%s\nwant\n%s", e.history, want.history)
	}
	if !slices.Equal(e.files, want.files) {
		t.Errorf("files %q, want %q", e.files, want.files)
	}
}

// uninterrupted returns the end of the resumable fit when nothing stops it.
func uninterrupted(t *testing.T) (want ending, epochs int) {
	t.Helper()
	train, _ := blobs(t)
	folder := t.TempDir()
	m := deep(t)
	h, err := m.Fit(t.Context(), train, resumable(t, folder, callbacks.Hooks{}))
	if err != nil {
		t.Fatal(err)
	}
	if h.Epochs() == 18 {
		t.Fatal("early stopping did not act; choose other data")
	}
	rates, _ := h.Get("rate")
	schedule := deep(t).Config().Optimizer.Settings().Schedule
	last := optim.Time{Update: 10*h.Epochs() - 1, Epoch: h.Epochs() - 1, UpdatesPerEpoch: 10, Epochs: 18}
	if reduced := rates[len(rates)-1] / schedule.Rate(0.05, last); reduced > 0.26 {
		t.Fatalf("the rate was reduced to %g, want two reductions or more; choose other data", reduced)
	}
	return endOf(t, m, h, folder), h.Epochs()
}

// TestResume stops the fit in every epoch, by an error at several moments and by
// the end of its context, and resumes it in a new model.
func TestResume(t *testing.T) {
	train, _ := blobs(t)
	want, epochs := uninterrupted(t)
	for epoch := range epochs {
		for k, moment := range []string{"at the end", "at the beginning", "in the middle", "by the context"} {
			if testing.Short() && k != epoch%4 {
				continue
			}
			t.Run(fmt.Sprintf("epoch %d %s", epoch+1, moment), func(t *testing.T) {
				folder := t.TempDir()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				_, err := deep(t).Fit(ctx, train, resumable(t, folder, stopping(epoch, moment, cancel)))
				if !errors.Is(err, errStop) && !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				resumed := deep(t)
				h, err := resumed.Fit(t.Context(), train, resumable(t, folder, callbacks.Hooks{}))
				if err != nil {
					t.Fatal(err)
				}
				endOf(t, resumed, h, folder).check(t, want)
			})
		}
	}
}

// stopping returns hooks that stop a fit in an epoch.
func stopping(epoch int, moment string, cancel func()) callbacks.Hooks {
	at := func(r *goodfit.Run) bool { return r.Epoch == epoch }
	switch moment {
	case "at the end":
		return callbacks.Hooks{OnEpochEnd: failing(at)}
	case "at the beginning":
		return callbacks.Hooks{OnEpochBegin: failing(at)}
	case "in the middle":
		return callbacks.Hooks{OnBatchBegin: failing(func(r *goodfit.Run) bool { return at(r) && r.Batch == 3 })}
	}
	return callbacks.Hooks{OnBatchEnd: func(r *goodfit.Run) error {
		if at(r) && r.Batch == 2 {
			cancel()
		}
		return nil
	}}
}

func failing(at func(*goodfit.Run) bool) func(*goodfit.Run) error {
	return func(r *goodfit.Run) error {
		if at(r) {
			return errStop
		}
		return nil
	}
}

// TestResumeStopped resumes a fit that was killed between the save of its last
// epoch, after which early stopping ended it, and its end: no epoch is added.
func TestResumeStopped(t *testing.T) {
	train, _ := blobs(t)
	want, _ := uninterrupted(t)
	folder := t.TempDir()
	keep := func() goodfit.Plan {
		p := resumable(t, folder, callbacks.Hooks{})
		p.Callbacks[len(p.Callbacks)-1] = callbacks.Backup{Path: filepath.Join(folder, "state"), Every: 100, Keep: true}
		return p
	}
	for range 2 {
		m := deep(t)
		h, err := m.Fit(t.Context(), train, keep())
		if err != nil {
			t.Fatal(err)
		}
		got := endOf(t, m, h, folder)
		got.files = slices.DeleteFunc(got.files, func(s string) bool { return s == "state" })
		got.check(t, want)
	}
}

// TestBackupFile looks at when the file is there.
func TestBackupFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	there := func() bool { _, err := os.Stat(path); return err == nil }
	var seen []bool
	look := callbacks.Hooks{OnEpochBegin: func(*goodfit.Run) error { seen = append(seen, there()); return nil }}
	for _, c := range []struct {
		b    callbacks.Backup
		list []goodfit.Callback
		seen []bool
		end  bool
	}{
		{callbacks.Backup{Path: path}, nil, []bool{false, true, true, true, true}, false},
		{callbacks.Backup{Path: path, Every: 2}, nil, []bool{false, false, true, true, true}, false},
		{callbacks.Backup{Path: path, Every: 3, Keep: true}, nil, []bool{false, false, false, true, true}, true},
		{callbacks.Backup{Path: path, Every: 9, Keep: true}, nil, []bool{false, false, false, false, false}, true},
		{callbacks.Backup{Path: path}, []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(r *goodfit.Run) error {
			if r.Epoch == 2 {
				r.Stop("enough")
			}
			return nil
		}}}, []bool{false, true, true}, false},
		{callbacks.Backup{Path: path}, []goodfit.Callback{callbacks.Hooks{OnEpochBegin: func(r *goodfit.Run) error {
			if r.Epoch == 2 {
				r.Stop("enough")
			}
			return nil
		}}}, []bool{false, true, true}, false},
		// A callback that fails at the end of the last epoch leaves the state of the last but one.
		{callbacks.Backup{Path: path}, []goodfit.Callback{callbacks.Hooks{OnEpochEnd: failing(func(r *goodfit.Run) bool { return r.Epoch == 4 })}},
			[]bool{false, true, true, true, true}, true},
	} {
		seen = nil
		list := append(append([]goodfit.Callback{look}, c.list...), c.b)
		if _, err := small(t, nil).Fit(t.Context(), line(t), plan(5, list...)); err != nil && !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		if !slices.Equal(seen, c.seen) || there() != c.end {
			t.Errorf("%+v: there %v and at the end %v, want %v and %v", c.b, seen, there(), c.seen, c.end)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBackupCancelled cancels a fit between two saves, at the end of an epoch: the
// state is saved out of turn.
func TestBackupCancelled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	fit := func(stopAt int) (*goodfit.Model, int, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		epochs, m := 0, small(t, nil)
		_, err := m.Fit(ctx, line(t), plan(8, callbacks.Hooks{OnEpochEnd: func(r *goodfit.Run) error {
			if epochs++; r.Epoch == stopAt {
				cancel()
			}
			return nil
		}}, callbacks.Backup{Path: path, Every: 100}))
		return m, epochs, err
	}
	whole, _, err := fit(-1)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := fit(4); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	m, epochs, err := fit(-1)
	if err != nil || epochs != 3 || !slices.Equal(weightsOf(t, m), weightsOf(t, whole)) {
		t.Errorf("%v, %d epochs after 5, weights %v, want %v", err, epochs, weightsOf(t, m), weightsOf(t, whole))
	}
}

// TestBackupRefuses has files that a fit cannot go on from.
func TestBackupRefuses(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "state")
	early := callbacks.EarlyStopping{Patience: 3}
	fit := func(o optim.Optimizer, list ...goodfit.Callback) error {
		_, err := small(t, o).Fit(t.Context(), line(t), plan(2, append(list, callbacks.Backup{Path: path, Keep: true})...))
		return err
	}
	if err := fit(nil, early); err != nil {
		t.Fatal(err)
	}
	for want, err := range map[string]error{
		"of another model":          fit(optim.SGD{}, early),
		"the state has 2 callbacks": fit(nil),
		"callback 0 was a":          fit(nil, callbacks.ReduceOnPlateau{}),
	} {
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want %q of %s", err, want, path)
		}
	}
	for _, c := range []struct{ one, other goodfit.Callback }{
		{callbacks.EarlyStopping{Monitor: "score"}, callbacks.EarlyStopping{}},
		{callbacks.ReduceOnPlateau{Monitor: "score"}, callbacks.ReduceOnPlateau{}},
		{callbacks.Checkpoint{Path: filepath.Join(folder, "m"), BestOnly: true, Monitor: "score"}, callbacks.Checkpoint{Path: filepath.Join(folder, "m"), BestOnly: true}},
	} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		score := script{"score", curves.Maximize, []float64{1, 2}}
		if err := fit(nil, score, c.one); err != nil {
			t.Fatal(err)
		}
		if err := fit(nil, score, c.other); err == nil || !strings.Contains(err.Error(), `the state is of monitor "score", want "loss"`) {
			t.Errorf("%T: %v", c.one, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "text": "no state at all"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := fit(nil, early); err == nil {
			t.Errorf("%s file: no error", name)
		}
	}
}
