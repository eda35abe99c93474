package ensembles

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Stacking trains members and a learner that combines them (Wolpert 1992). What
// the learner learns from are predictions out of fold: for each of Folds parts of
// the rows, those of models that were trained on the other parts; the members of
// the ensemble are then models trained on all rows, (Folds+1)·Members trainings in
// all.
//
// With Blend it learns from the members' predictions for recipe.Plan.Validation, or
// for a share of the rows that is held out: Members trainings.
type Stacking struct {
	Members int // default 5
	// Learner combines the members; default LogisticRegression{} where the loss is
	// a cross-entropy, else LinearRegression{}.
	Learner Learner
	// Folds is at least 2; default 5. They keep the proportions of the classes
	// where each class has rows enough.
	Folds int
	// Blend is for a hold-out in place of folds.
	Blend bool
	// Share of the training rows that Blend holds out where the recipe has no
	// validation data; default 0.2.
	Share float64
	Seed  uint64 // draws the members' seeds, the folds and the rows held out
}

// Fit implements [Method].
func (s Stacking) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("Stacking.Members", s.Members, 5, 1)
	if err != nil {
		return nil, err
	}
	if s.Blend {
		return s.blend(ctx, recipe, train, n)
	}
	if s.Share != 0 {
		return nil, fmt.Errorf("ensembles: Stacking.Share is for Blend, which is not set")
	}
	e, p, err := crossFit(ctx, "Stacking", recipe, train, crossing{n, s.Folds, s.Seed})
	if err != nil {
		return e, err
	}
	return orMembers(e)(e.stack(ctx, s.learner(recipe), p))
}

// orMembers returns the ensemble of a second level, or the members with the error
// that ended its training.
func orMembers(members *Ensemble) func(*Ensemble, error) (*Ensemble, error) {
	return func(e *Ensemble, err error) (*Ensemble, error) {
		if err != nil {
			return members, err
		}
		return e, nil
	}
}

func (s Stacking) blend(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, n int) (*Ensemble, error) {
	if s.Folds != 0 {
		return nil, fmt.Errorf("ensembles: Stacking has both Folds and Blend; give one")
	}
	recipe, rest, held, err := holdout(recipe, train, s.Share, s.Seed)
	if err != nil {
		return nil, err
	}
	e, err := run(ctx, recipe, rest, seedsOf(n, s.Seed))
	if err != nil {
		return e, err
	}
	return orMembers(e)(e.Stack(ctx, s.learner(recipe), held))
}

func (s Stacking) learner(recipe goodfit.Recipe) Learner {
	switch f, _ := outputActivation(lossOf(recipe.Config)); {
	case s.Learner != nil:
		return s.Learner
	case isProbability(f):
		return LogisticRegression{}
	}
	return LinearRegression{}
}

// crossing is how members are trained on all rows, and again without each fold.
type crossing struct {
	members, folds int
	seed           uint64
}

// crossFit trains members on all rows, and models without each fold that predict it
// in their place.
func crossFit(ctx context.Context, method string, recipe goodfit.Recipe, train *datasets.Dataset, c crossing) (*Ensemble, *Predictions, error) {
	folds, err := c.divide(method, recipe, train)
	if err != nil {
		return nil, nil, err
	}
	jobs, n := c.jobs(folds), c.members
	models, histories, err := trainAll(ctx, recipe, train, jobs)
	e := collect(jobs[:n], models[:n], histories)
	if err != nil {
		return e, nil, err
	}
	p, err := outOfFold(e, train, folds, models[n:])
	return e, p, err
}

// divide returns the folds, with the classes in proportion where each has rows
// enough.
func (c crossing) divide(method string, recipe goodfit.Recipe, train *datasets.Dataset) ([]datasets.Fold, error) {
	if err := checkTrain(train); err != nil {
		return nil, err
	}
	k, err := count(method+".Folds", c.folds, 5, 2)
	if err != nil {
		return nil, err
	}
	if classifies(lossOf(recipe.Config)) {
		if folds, err := kFolds(k, true, true, c.seed).Folds(train); err == nil {
			return folds, nil
		}
	}
	return kFolds(k, false, true, c.seed).Folds(train)
}

// jobs returns the trainings on all rows, then those of each member without each
// fold.
func (c crossing) jobs(folds []datasets.Fold) []job {
	jobs := seedsOf(c.members, c.seed)
	for i := range c.members {
		for k, f := range folds {
			jobs = append(jobs, job{seed: random.Derive(c.seed, uint64(i), uint64(k)), train: f.Train})
		}
	}
	return jobs
}

// outOfFold predicts each row by the models that were not trained on it.
func outOfFold(e *Ensemble, train *datasets.Dataset, folds []datasets.Fold, models []*goodfit.Model) (*Predictions, error) {
	_, outputs, err := sizes(models[0])
	if err != nil {
		return nil, err
	}
	members := make([]*mat.Dense, len(e.Members))
	for i := range members {
		members[i] = mat.NewDense(train.Rows(), outputs, nil)
		for k, f := range folds {
			y, err := New(nil, models[i*len(folds)+k]).Predict(train.Take(f.Test).X)
			if err != nil {
				return nil, err
			}
			for at, row := range f.Test {
				copy(members[i].RawRowView(row), y.RawRowView(at))
			}
		}
	}
	return newPredictions(e, train, members)
}

func init() { Register("Stacking", Stacking{}) }
