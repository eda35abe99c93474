package ensembles

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Splits trains each member on a random part of the rows, drawn without
// replacement and anew for each, and averages their predictions. The rows left out
// score the member, and the ensemble by [Ensemble.OutOfBag].
type Splits struct {
	Members int // default 10
	// Fraction of the rows that a member does not see, rounded up; default 0.1.
	Fraction float64
	// Stratify keeps the proportions of the classes.
	Stratify bool
	Seed     uint64 // draws the splits and the members' weights
	// Combiner is how the members are combined; default Mean{}.
	Combiner Combiner
	// ValidateLeftOut is as in [Bagging].
	ValidateLeftOut bool
}

// KFold trains member i on the rows of all K folds but the i-th, and averages
// their predictions. Each row is left out once: the members' scores on their folds
// are a cross-validation of the recipe.
type KFold struct {
	// Members is the number of folds, K, at least 2; default 10.
	Members int
	// Stratify keeps the proportions of the classes.
	Stratify bool
	// InOrder makes the folds runs of rows, in place of rows drawn at random.
	InOrder bool
	Seed    uint64 // draws the folds and the members' weights
	// Combiner is how the members are combined; default Mean{}.
	Combiner Combiner
	// ValidateLeftOut is as in [Bagging].
	ValidateLeftOut bool
}

// Fit implements [Method].
func (s Splits) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("Splits.Members", s.Members, 10, 1)
	if err != nil {
		return nil, err
	}
	folds := datasets.ShuffleSplit{Splits: n, Fraction: s.Fraction, Stratify: s.Stratify, Seed: foldSeed(s.Seed)}
	return fitFolds(ctx, recipe, train, folded{"Splits", folds, s.Seed, s.Combiner, s.ValidateLeftOut})
}

// Fit implements [Method].
func (f KFold) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("KFold.Members", f.Members, 10, 2)
	if err != nil {
		return nil, err
	}
	folds := kFolds(n, f.Stratify, !f.InOrder, f.Seed)
	return fitFolds(ctx, recipe, train, folded{"KFold", folds, f.Seed, f.Combiner, f.ValidateLeftOut})
}

// kFolds returns a division into n folds.
func kFolds(n int, stratify, shuffle bool, seed uint64) datasets.Splitter {
	if stratify {
		return datasets.StratifiedKFold{K: n, Shuffle: shuffle, Seed: foldSeed(seed)}
	}
	return datasets.KFold{K: n, Shuffle: shuffle, Seed: foldSeed(seed)}
}

// foldSeed returns the seed that draws folds and held-out rows: apart from those of
// the members, which are numbered from 0.
func foldSeed(seed uint64) uint64 { return random.Derive(seed, 1<<32) }

// folded is a method that trains a member for each fold.
type folded struct {
	name     string
	splitter datasets.Splitter
	seed     uint64
	combiner Combiner
	validate bool
}

func fitFolds(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, f folded) (*Ensemble, error) {
	if err := checkTrain(train); err != nil {
		return nil, err
	}
	folds, err := f.splitter.Folds(train)
	if err != nil {
		return nil, err
	}
	if err := checkCombiner(f.name, f.combiner, len(folds)); err != nil {
		return nil, err
	}
	jobs := seedsOf(len(folds), f.seed)
	for i, fold := range folds {
		jobs[i].train, jobs[i].leftOut, jobs[i].validate = fold.Train, fold.Test, f.validate
	}
	e, err := run(ctx, recipe, train, jobs)
	return e.with(f.combiner), err
}

func init() {
	Register("Splits", Splits{})
	Register("KFold", KFold{})
}
