package ensembles

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// WeightedAverage trains members by another method and combines them by weights
// that a search finds on rows that they are not trained on: recipe.Plan.Validation,
// or a share of the training rows. Members of weight 0 are left out.
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
}

// Fit implements [Method].
func (w WeightedAverage) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	base, err := baseOr("WeightedAverage", w.Base, w.Members, w.Seed)
	if err != nil {
		return nil, err
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
