package ensembles

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// job is the training of one member.
type job struct {
	seed  uint64
	train []int // rows; nil: all
	// leftOut are the rows that the member does not see; nil: none.
	leftOut []int
	// validate makes the left-out rows the member's validation data.
	validate bool
}

// run trains the members, side by side, and returns those that were finished, in
// the order of the jobs. It is nil if there are none.
func run(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, jobs []job) (*Ensemble, error) {
	models, histories, err := trainAll(ctx, recipe, train, jobs)
	return collect(jobs, models, histories), err
}

// trainAll trains a model for each job, side by side. Those that were not finished
// are nil.
func trainAll(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, jobs []job) ([]*goodfit.Model, []*curves.History, error) {
	if err := checkTrain(train); err != nil {
		return nil, nil, err
	}
	models := make([]*goodfit.Model, len(jobs))
	histories := make([]*curves.History, len(jobs))
	err := pool.Each(ctx, len(jobs), func(ctx context.Context, i int) error {
		j := jobs[i]
		data, validation := train, datasets.Source(nil)
		if j.train != nil {
			data = train.Take(j.train)
		}
		if j.validate && len(j.leftOut) > 0 {
			validation = train.Take(j.leftOut)
		}
		m, h, err := recipe.Fit(ctx, data, validation, j.seed)
		if err != nil {
			return fmt.Errorf("ensembles: member %d: %w", i, err)
		}
		models[i], histories[i] = m, h
		return nil
	})
	return models, histories, err
}

// collect makes an ensemble of the members that are there.
func collect(jobs []job, models []*goodfit.Model, histories []*curves.History) *Ensemble {
	e := &Ensemble{Combiner: Mean{}}
	for i, m := range models {
		if m == nil {
			continue
		}
		e.Members = append(e.Members, m)
		e.Histories = append(e.Histories, histories[i])
		if jobs[i].leftOut != nil {
			e.LeftOut = append(e.LeftOut, jobs[i].leftOut)
		}
	}
	if len(e.Members) == 0 {
		return nil
	}
	return e
}

// with sets the combiner of an ensemble and checks it; both may be nil.
func (e *Ensemble) with(c Combiner) *Ensemble {
	if e != nil && c != nil {
		e.Combiner = c
	}
	return e
}

// checkTrain reports data that no method can train with.
func checkTrain(d *datasets.Dataset) error {
	if d == nil || d.Rows() == 0 {
		return errors.New("ensembles: no training rows")
	}
	if d.Y == nil {
		return errors.New("ensembles: the training rows have no targets")
	}
	return nil
}

// count returns n, or def for 0, and fails below least.
func count(field string, n, def, least int) (int, error) {
	if n == 0 {
		n = def
	}
	if n < least {
		return 0, fmt.Errorf("ensembles: %s is %d, want at least %d", field, n, least)
	}
	return n, nil
}

// checkCombiner fails if c is not for that many members; nil is for all.
func checkCombiner(method string, c Combiner, members int) error {
	if c == nil {
		return nil
	}
	if err := c.Check(members); err != nil {
		return fmt.Errorf("ensembles: %s.Combiner: %w", method, err)
	}
	return nil
}

// seedsOf returns a job for each member, on all rows.
func seedsOf(n int, seed uint64) []job {
	jobs := make([]job, n)
	for i := range jobs {
		jobs[i].seed = random.Derive(seed, uint64(i))
	}
	return jobs
}
