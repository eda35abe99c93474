package goodfit

// Callback watches a fit. It is a plain value, such as
// callbacks.EarlyStopping{Patience: 20}; what it counts is kept by the Watcher
// that each fit makes from it.
type Callback interface {
	// Start is called before training, when the series that will be recorded are
	// known; an error ends the fit before it began.
	Start(run *Run) (Watcher, error)
}

// Watcher is a [Callback] at work in one fit. It implements one or more of
// FitBeginner, EpochBeginner, BatchBeginner, BatchEnder, EpochEnder, FitEnder, and
// Stateful if it counts anything that a resumed fit must go on with. Methods are
// called in the order of the callbacks. An error ends the fit, which returns it.
type Watcher any

// FitBeginner is called once before the first epoch.
type FitBeginner interface{ FitBegin(run *Run) error }

// EpochBeginner is called before each epoch, when run.Epoch is its number.
type EpochBeginner interface{ EpochBegin(run *Run) error }

// BatchBeginner is called before each batch.
type BatchBeginner interface{ BatchBegin(run *Run) error }

// BatchEnder is called after each batch; run.BatchLoss is its loss.
type BatchEnder interface{ BatchEnd(run *Run) error }

// EpochEnder is called after each epoch, when its values are in the history.
type EpochEnder interface{ EpochEnd(run *Run) error }

// FitEnder is called once at the end, also of a fit that was cancelled or failed.
type FitEnder interface{ FitEnd(run *Run) error }

// Stateful is a [Watcher] whose counts are saved with the state of a fit.
type Stateful interface {
	// SaveState returns what RestoreState needs, as JSON.
	SaveState() ([]byte, error)
	RestoreState(state []byte) error
}

// watchers are the watchers of a fit, by what they want to see.
type watchers struct {
	all        []Watcher
	fitBegin   []FitBeginner
	epochBegin []EpochBeginner
	batchBegin []BatchBeginner
	batchEnd   []BatchEnder
	epochEnd   []EpochEnder
	fitEnd     []FitEnder
}

// add sorts a watcher in.
func (w *watchers) add(x Watcher) {
	w.all = append(w.all, x)
	w.fitBegin = sorted(w.fitBegin, x)
	w.epochBegin = sorted(w.epochBegin, x)
	w.batchBegin = sorted(w.batchBegin, x)
	w.batchEnd = sorted(w.batchEnd, x)
	w.epochEnd = sorted(w.epochEnd, x)
	w.fitEnd = sorted(w.fitEnd, x)
}

// sorted appends x to the list if it is of the list's kind.
func sorted[T any](list []T, x Watcher) []T {
	if t, ok := x.(T); ok {
		return append(list, t)
	}
	return list
}

// each calls f for the watchers of a list until one fails.
func each[T any](list []T, f func(T) error) error {
	for _, t := range list {
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
}
