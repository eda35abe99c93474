package experiments

import (
	"context"
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Repeated evaluates a configuration with several seeds.
type Repeated struct {
	// Seeds is the number of runs, 0 means 30.
	Seeds int
	// BaseSeed is what the seeds of the runs are derived from.
	BaseSeed uint64
}

// Runs are the trainings of one recipe with several seeds, in order.
type Runs []Run

// Run is one training.
type Run struct {
	Seed uint64
	// Train and Test are the scores of the trained model. They are NaN, without
	// metrics, where the run diverged.
	Train, Test goodfit.Scores
	// History is what training recorded.
	History *curves.History
	// Diverged is the error of a run whose loss was no longer a finite number, nil
	// for others.
	Diverged *goodfit.DivergedError
}

// Each calls f for the runs 0 to Seeds−1, as many at a time as there are
// processors, with the number of the run and its seed. It returns the first
// error in the order of the runs.
func (r Repeated) Each(ctx context.Context, f func(ctx context.Context, i int, seed uint64) error) error {
	n, err := r.count()
	if err != nil {
		return err
	}
	return pool.Each(ctx, n, func(ctx context.Context, i int) error {
		return f(ctx, i, random.Derive(r.BaseSeed, uint64(i)))
	})
}

// Values calls f for every run, as [Repeated.Each] does, and returns its results
// in the order of the runs.
func (r Repeated) Values(ctx context.Context, f func(ctx context.Context, seed uint64) (float64, error)) ([]float64, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	values := make([]float64, n)
	err = r.Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		values[i], err = f(ctx, seed)
		return err
	})
	return values, err
}

// Evaluate trains the recipe's model once per seed, and scores it on both parts
// after training; test may be nil. A run that diverges counts, see [Run]; any
// other error ends the evaluation.
func (r Repeated) Evaluate(ctx context.Context, recipe goodfit.Recipe, train, test datasets.Source) (Runs, error) {
	n, err := r.count()
	if err != nil {
		return nil, err
	}
	runs := make(Runs, n)
	err = r.Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		runs[i], err = evaluate(ctx, recipe, train, test, seed)
		return err
	})
	if err != nil {
		return nil, err
	}
	return runs, nil
}

func (r Repeated) count() (int, error) {
	switch {
	case r.Seeds < 0:
		return 0, fmt.Errorf("experiments: Seeds is %d, want at least 1", r.Seeds)
	case r.Seeds == 0:
		return 30, nil
	}
	return r.Seeds, nil
}

func evaluate(ctx context.Context, recipe goodfit.Recipe, train, test datasets.Source, seed uint64) (Run, error) {
	run := Run{Seed: seed, Train: goodfit.Scores{Loss: nan}, Test: goodfit.Scores{Loss: nan}}
	model, history, err := recipe.Fit(ctx, train, nil, seed)
	run.History = history
	if errors.As(err, &run.Diverged) {
		return run, nil
	}
	if err != nil {
		return run, err
	}
	if run.Train, err = model.EvaluateContext(ctx, train); err != nil || test == nil {
		return run, err
	}
	run.Test, err = model.EvaluateContext(ctx, test)
	return run, err
}

// TrainScore and TestScore list a metric's value of every run, NaN for runs that
// have none.
func (r Runs) TrainScore(m metrics.Metric) []float64 {
	return r.values(func(run Run) float64 { return score(run.Train, m) })
}

// TestScore is like [Runs.TrainScore], on the test part.
func (r Runs) TestScore(m metrics.Metric) []float64 {
	return r.values(func(run Run) float64 { return score(run.Test, m) })
}

// TrainLoss and TestLoss list the loss of every run.
func (r Runs) TrainLoss() []float64 {
	return r.values(func(run Run) float64 { return run.Train.Loss })
}

// TestLoss is like [Runs.TrainLoss], on the test part.
func (r Runs) TestLoss() []float64 {
	return r.values(func(run Run) float64 { return run.Test.Loss })
}

// Histories lists what every run recorded.
func (r Runs) Histories() []*curves.History {
	all := make([]*curves.History, len(r))
	for i := range r {
		all[i] = r[i].History
	}
	return all
}

func (r Runs) values(of func(Run) float64) []float64 {
	values := make([]float64, len(r))
	for i := range r {
		values[i] = of(r[i])
	}
	return values
}

func score(s goodfit.Scores, m metrics.Metric) float64 {
	if v, ok := s.Get(m); ok {
		return v
	}
	return nan
}
