package ensembles

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// Bagging trains each member on a bootstrap sample of the rows, as many as there
// are, drawn with replacement (Breiman 1996), and averages their predictions. A
// member does not see about 37 in 100 of the rows: [Ensemble.OutOfBag] estimates
// from them how good the ensemble is.
type Bagging struct {
	Members int    // default 10
	Seed    uint64 // draws the samples and the members' weights
	// Rows is the size of a sample; 0: as many as there are.
	Rows int
	// Combiner is how the members are combined; default Mean{}.
	Combiner Combiner
	// ValidateLeftOut makes the rows that a member does not see its validation data,
	// in place of recipe.Plan.Validation: for early stopping. The out-of-bag
	// estimate is then a little too good.
	ValidateLeftOut bool
}

// Fit implements [Method].
func (b Bagging) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	n, err := count("Bagging.Members", b.Members, 10, 1)
	if err != nil {
		return nil, err
	}
	size, err := count("Bagging.Rows", b.Rows, max(train.Rows(), 1), 1)
	if err != nil {
		return nil, err
	}
	if err := checkCombiner("Bagging", b.Combiner, n); err != nil {
		return nil, err
	}
	jobs := seedsOf(n, b.Seed)
	for i := range jobs {
		jobs[i].train, jobs[i].leftOut = bootstrap(train.Rows(), size, jobs[i].seed)
		jobs[i].validate = b.ValidateLeftOut
	}
	e, err := run(ctx, recipe, train, jobs)
	return e.with(b.Combiner), err
}

// bootstrap draws size of n rows with replacement; the others are left out.
func bootstrap(n, size int, seed uint64) (rows, leftOut []int) {
	r := random.New(random.Derive(seed, 0))
	drawn := make([]bool, n)
	rows, leftOut = make([]int, size), []int{}
	for i := range rows {
		if n > 0 {
			rows[i] = r.IntN(n)
			drawn[rows[i]] = true
		}
	}
	for i, seen := range drawn {
		if !seen {
			leftOut = append(leftOut, i)
		}
	}
	return rows, leftOut
}

func init() { Register("Bagging", Bagging{}) }
