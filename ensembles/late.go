package ensembles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
)

// keeper is a callback that keeps the weights at the end of epochs of one fit.
type keeper struct {
	most int // of the newest that are kept
	// at says whether an epoch, from 0 in this fit, is one; end whether the last
	// epoch is, when the fit was stopped before.
	at   func(epoch int) bool
	kept *[]goodfit.Snapshot // where they are kept, oldest first
}

// Start implements goodfit.Callback.
func (k keeper) Start(run *goodfit.Run) (goodfit.Watcher, error) {
	return &keeping{keeper: k, first: run.Epoch}, nil
}

type keeping struct {
	keeper
	first int
}

// EpochEnd implements goodfit.EpochEnder.
func (k *keeping) EpochEnd(run *goodfit.Run) error {
	if !k.at(run.Epoch - k.first) {
		return nil
	}
	if len(*k.kept) == k.most {
		*k.kept = slices.Delete(*k.kept, 0, 1)
	}
	*k.kept = append(*k.kept, run.Model().Snapshot())
	return nil
}

// SaveState implements goodfit.Stateful.
func (k *keeping) SaveState() ([]byte, error) { return json.Marshal(*k.kept) }

// RestoreState implements goodfit.Stateful.
func (k *keeping) RestoreState(b []byte) error { return json.Unmarshal(b, k.kept) }

// fitKeeping trains one model with a keeper and others, in that order, and returns
// the models that it kept, the newest first. When the training fails they come with
// the error.
func fitKeeping(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, seed uint64, k keeper, more ...goodfit.Callback) (*Ensemble, error) {
	if err := checkTrain(train); err != nil {
		return nil, err
	}
	k.kept = &[]goodfit.Snapshot{}
	recipe.Plan.Callbacks = slices.Concat(recipe.Plan.Callbacks, []goodfit.Callback{k}, more)
	m, h, err := recipe.Fit(ctx, train, nil, seed)
	if err != nil {
		err = fmt.Errorf("ensembles: %w", err)
	}
	if len(*k.kept) == 0 {
		if err == nil {
			err = errors.New("ensembles: the fit ended before an epoch whose weights were to be kept")
		}
		return nil, err
	}
	e, restoreErr := restored(m, *k.kept)
	if err == nil {
		err = restoreErr
	}
	if e != nil {
		e.Histories = []*curves.History{h}
	}
	return e, err
}

// restored returns copies of a model with the weights of snapshots, the last first.
func restored(m *goodfit.Model, snapshots []goodfit.Snapshot) (*Ensemble, error) {
	e := &Ensemble{Combiner: Mean{}}
	for _, s := range slices.Backward(snapshots) {
		c := m.Clone(true)
		if err := c.Compile(m.Config()); err != nil {
			return nil, err
		}
		if err := c.Restore(s); err != nil {
			return nil, err
		}
		e.Members = append(e.Members, c)
	}
	return e, nil
}

// Horizontal trains one model and averages the predictions of its last epochs
// (Chen, Xing and Chen 2013, horizontal voting): for models that need many epochs
// and whose predictions go on changing. Members are in the order from the last
// epoch back.
type Horizontal struct {
	// Members is the number of epochs whose models are kept; default 10.
	Members int
	// Every is the number of epochs from one to the one kept before; default 1.
	Every    int
	Seed     uint64
	Combiner Combiner // default Mean{}; Vote{} is the paper's
}

// Fit implements [Method]. It fails before training if the recipe has too few
// epochs. A fit that is stopped early by a callback gives the members that there
// are.
func (z Horizontal) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	k, err := lateEpochs("Horizontal", z.Members, z.Every, recipe.Plan)
	if err != nil {
		return nil, err
	}
	if err := checkCombiner("Horizontal", z.Combiner, k.most); err != nil {
		return nil, err
	}
	e, err := fitKeeping(ctx, recipe, train, z.Seed, k)
	return e.with(z.Combiner), err
}

// lateEpochs returns a keeper of the last epochs, every so many of them counted back
// from the plan's last.
func lateEpochs(method string, members, every int, plan goodfit.Plan) (keeper, error) {
	n, err := count(method+".Members", members, 10, 1)
	if err != nil {
		return keeper{}, err
	}
	every, err = count(method+".Every", every, 1, 1)
	if err != nil {
		return keeper{}, err
	}
	epochs := max(plan.Epochs, 1)
	if (n-1)*every >= epochs {
		return keeper{}, fmt.Errorf("ensembles: %s wants %d of the last epochs, each %d apart, and the plan has %d epochs", method, n, every, epochs)
	}
	return keeper{most: n, at: func(epoch int) bool { return (epochs-1-epoch)%every == 0 }}, nil
}

func init() { Register("Horizontal", Horizontal{}) }
