package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Refit trains a model on all rows after early stopping has said for how long:
// early stopping itself needs rows for validation, which training then lacks.
// [Refit.Retrain] and [Refit.Continue] are the two ways of Goodfellow, Bengio and
// Courville (2016, algorithms 7.2 and 7.3).
//
// The recipe's plan says how many epochs are tried at most. Its validation data are
// not used, and it must have no early stopping of its own; its other callbacks
// watch every fit.
type Refit struct {
	// Stop ends the fits that hold rows out; its RestoreBest does not matter.
	Stop callbacks.EarlyStopping
	// Split holds out the rows that Stop watches. Nil: datasets.Holdout{Fraction:
	// 0.3}, drawn by the seed of the call.
	Split datasets.Splitter
	// CountUpdates carries the number of updates over to all rows, in place of the
	// number of epochs: fewer epochs then, as an epoch of all rows has more updates.
	CountUpdates bool
	// Limit is the number of epochs that Continue makes at most; 0: the recipe's.
	Limit int
}

// Refitted is a model that was trained on all rows.
type Refitted struct {
	Model *goodfit.Model
	// History is that of the training on all rows; nil where none was needed.
	History *curves.History
	// BestEpochs are the best epochs, from 1, of the fits that held rows out.
	BestEpochs []int
	// Epochs and Updates are the averages of the best epochs, and of the updates
	// until their ends, rounded: what [Refit.Retrain] carried over.
	Epochs, Updates int
	// Target is the training loss that [Refit.Continue] wanted to reach on the rows
	// held out, and Reached says whether it did.
	Target  float64
	Reached bool
}

// Retrain stops early once for every fold of the split, and then trains a new model
// from the start on all rows, for as many epochs, or updates, as were best on
// average. Schedules run as they do in the fits that were stopped. It fails as the
// recipe's fit does, and if a fit has no best epoch.
func (r Refit) Retrain(ctx context.Context, recipe goodfit.Recipe, data *datasets.Dataset, seed uint64) (*Refitted, error) {
	folds, err := r.folds(data, seed)
	if err != nil {
		return nil, err
	}
	r.Stop.RestoreBest = false
	best := make([]stoppedFit, len(folds))
	err = pool.Each(ctx, len(folds), func(ctx context.Context, i int) (err error) {
		best[i], err = r.stopped(ctx, recipe, data, folds[i], random.Derive(seed, uint64(i)))
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &Refitted{}
	epochs, updates := 0.0, 0.0
	for _, b := range best {
		out.BestEpochs = append(out.BestEpochs, b.epoch)
		epochs, updates = epochs+float64(b.epoch), updates+float64(b.updates)
	}
	n := float64(len(best))
	out.Epochs, out.Updates = int(math.Round(epochs/n)), int(math.Round(updates/n))
	recipe = holdingNothingOut(recipe, callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		if !r.CountUpdates && run.Epoch+1 == out.Epochs {
			run.Stop("refit: the number of epochs that were best is reached")
		}
		return nil
	}, OnBatchEnd: func(run *goodfit.Run) error {
		if r.CountUpdates && run.Step() == out.Updates {
			run.Stop("refit: the number of updates that were best is reached")
		}
		return nil
	}})
	out.Model, out.History, err = recipe.Fit(ctx, data, nil, seed)
	return out, err
}

// Continue stops early once, by the first fold of the split, and puts the best
// weights back. Then it trains the model on, on all rows, until the loss on the rows
// held out, which were new to it, is as low as the loss on the others was when it
// stopped, or until Limit. There is no promise that it gets there.
func (r Refit) Continue(ctx context.Context, recipe goodfit.Recipe, data *datasets.Dataset, seed uint64) (*Refitted, error) {
	folds, err := r.folds(data, seed)
	if err != nil {
		return nil, err
	}
	r.Stop.RestoreBest = true
	b, err := r.stopped(ctx, recipe, data, folds[0], seed)
	if err != nil {
		return nil, err
	}
	out := &Refitted{Model: b.model, BestEpochs: []int{b.epoch}, Epochs: b.epoch, Updates: b.updates}
	train, held := folds[0].Take(data)
	known, err := b.model.EvaluateContext(ctx, train)
	if err != nil {
		return nil, err
	}
	unknown, err := b.model.EvaluateContext(ctx, held)
	if err != nil {
		return nil, err
	}
	out.Target, out.Reached = known.Loss, unknown.Loss <= known.Loss
	if out.Reached {
		return out, nil
	}
	p := holdingNothingOut(recipe, callbacks.StopAt{Monitor: "val_loss", Value: out.Target}).Plan
	p.Validation = held
	if r.Limit > 0 {
		p.Epochs = r.Limit
	}
	out.History, err = b.model.Fit(ctx, data, p)
	if err == nil {
		out.Reached = out.History.Last("val_loss") <= out.Target
	}
	return out, err
}

// folds are the divisions into rows to train with and rows held out.
func (r Refit) folds(data *datasets.Dataset, seed uint64) ([]datasets.Fold, error) {
	if r.Limit < 0 {
		return nil, fmt.Errorf("experiments: refit: Limit is %d, want at least 1", r.Limit)
	}
	split := r.Split
	if split == nil {
		split = datasets.Holdout{Fraction: 0.3, Seed: seed}
	}
	folds, err := split.Folds(data)
	if err == nil && len(folds) == 0 {
		err = errors.New("experiments: refit: the split has no folds")
	}
	return folds, err
}

// stoppedFit is a fit that was stopped early: its model, the best epoch from 1, and
// the updates until its end.
type stoppedFit struct {
	model          *goodfit.Model
	epoch, updates int
}

// stopped trains on the one part of a fold until the other says that it is enough.
func (r Refit) stopped(ctx context.Context, recipe goodfit.Recipe, data *datasets.Dataset, f datasets.Fold, seed uint64) (b stoppedFit, err error) {
	var watcher goodfit.Watcher
	var updates []int
	recipe = holdingNothingOut(recipe, kept{r.Stop, &watcher}, callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		updates = append(updates, run.Step())
		return nil
	}})
	train, held := f.Take(data)
	if b.model, _, err = recipe.Fit(ctx, train, held, seed); err != nil {
		return b, err
	}
	best, _ := watcher.(interface{ Best() (int, float64) }).Best()
	if best < 0 {
		return b, errors.New("experiments: refit: early stopping saw no finite value")
	}
	b.epoch, b.updates = best+1, updates[best]
	return b, nil
}

// holdingNothingOut returns the recipe without validation, and with more callbacks.
func holdingNothingOut(r goodfit.Recipe, more ...goodfit.Callback) goodfit.Recipe {
	r = own(r)
	r.Plan.Validation, r.Plan.ValidationFraction = nil, 0
	r.Plan.Callbacks = append(r.Plan.Callbacks, more...)
	return r
}

// kept is a callback whose watcher is looked at after the fit.
type kept struct {
	goodfit.Callback
	watcher *goodfit.Watcher
}

// Start implements goodfit.Callback.
func (k kept) Start(run *goodfit.Run) (w goodfit.Watcher, err error) {
	w, err = k.Callback.Start(run)
	*k.watcher = w
	return w, err
}
