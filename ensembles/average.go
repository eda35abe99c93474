package ensembles

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
)

// Average trains each member on all rows and averages their predictions. Members
// differ by their seed: initial weights, order of the rows, noise.
type Average struct {
	Members  int      // default 5
	Seed     uint64   // draws the members' seeds
	Combiner Combiner // default Mean{}
}

// Fit implements [Method].
func (a Average) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("Average.Members", a.Members, 5, 1)
	if err != nil {
		return nil, err
	}
	if err := checkCombiner("Average", a.Combiner, n); err != nil {
		return nil, err
	}
	e, err := run(ctx, recipe, train, seedsOf(n, a.Seed))
	return e.with(a.Combiner), err
}

func init() { Register("Average", Average{}) }
