package ensembles

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// WeightedAverage trains members by another method and combines them by weights
// that a search finds on rows that they are not trained on: recipe.Plan.Validation,
// a share of the training rows, or all of these out of fold. Members of weight 0 are
// left out.
type WeightedAverage struct {
	// Base trains the members; default Average{Members, Seed}.
	Base    Method
	Members int    // of the default Base; default 5
	Seed    uint64 // draws the members' seeds and the rows held out
	// Search finds the weights; default LeastSquares{} without a Metric, else
	// Simplex{}.
	Search Search
	// Metric says which weights are better; nil means the recipe's loss, for
	// searches that go by one.
	Metric metrics.Metric
	// Share of the training rows that is held out where the recipe has no
	// validation data; default 0.2.
	Share float64
	// Folds, at least 2, finds the weights on predictions out of fold for all
	// training rows, as [Stacking] does, (Folds+1)·Members trainings in all; 0: on
	// rows held out. It is for the default Base.
	Folds int
}

// Fit implements [Method].
func (w WeightedAverage) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	base, err := baseOr("WeightedAverage", w.Base, w.Members, w.Seed)
	if err != nil {
		return nil, err
	}
	if w.Folds != 0 {
		return w.outOfFold(ctx, recipe, train)
	}
	recipe, rest, held, err := holdout(recipe, train, w.Share, w.Seed)
	if err != nil {
		return nil, err
	}
	e, err := base.Fit(ctx, recipe, rest)
	if err != nil {
		return e, err
	}
	weighed, err := e.Weigh(ctx, w.search(), w.Metric, held)
	if err != nil {
		return e, err
	}
	return weighed.Trim(), nil
}

// outOfFold finds the weights on predictions out of fold.
func (w WeightedAverage) outOfFold(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("WeightedAverage.Members", w.Members, 5, 1)
	if err != nil {
		return nil, err
	}
	if w.Base != nil || w.Share != 0 {
		return nil, errors.New("ensembles: WeightedAverage.Folds is for the default Base, and not for a Share held out")
	}
	e, p, err := crossFit(ctx, "WeightedAverage", recipe, train, crossing{n, w.Folds, w.Seed})
	if err != nil {
		return e, err
	}
	weights, err := w.search().Weights(ctx, p, w.Metric)
	if err != nil {
		return e, err
	}
	return e.with(Weighted{Weights: weights}).Trim(), nil
}

func (w WeightedAverage) search() Search {
	switch {
	case w.Search != nil:
		return w.Search
	case w.Metric == nil:
		return LeastSquares{}
	}
	return Simplex{Seed: foldSeed(w.Seed)}
}

// baseOr returns the base method, or an Average of so many members.
func baseOr(method string, base Method, members int, seed uint64) (Method, error) {
	if base == nil {
		return Average{Members: members, Seed: seed}, nil
	}
	if members != 0 {
		return nil, fmt.Errorf("ensembles: %s has both a Base and Members; give one", method)
	}
	return base, nil
}

func init() { Register("WeightedAverage", WeightedAverage{}) }
