package coach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// Improve looks for a better training of a table: see the package. The rows are
// divided as [pipeline.PrepareRecipe] divides them by the same seed: those to train
// and to validate with are the coach's, those for the test are looked at once, at
// the end, by the start recipe and the one found. The result's Recipe, with its
// seed, repeats its Final to the bit by PrepareRecipe.
//
// It fails as PrepareRecipe does, and if a class has too few rows for folds. When
// ctx ends during the search, the result is that of the best recipe until then.
func Improve(ctx context.Context, t *datasets.Table, target string, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s, err := newSearch(t, target, &o)
	if err != nil {
		return nil, err
	}
	start := s.best
	limited, cancel := withLimit(ctx, o.Limit)
	defer cancel()
	r := &Result{Start: start.recipe, Metric: s.metric.Name(), Direction: s.metric.Direction(), Facts: s.facts, Budget: s.budget}
	err = s.run(limited)
	if saved := s.journal.save(); saved != nil {
		return nil, saved
	}
	switch {
	case limited.Err() != nil && s.complete(start):
		r.ByClock = true
	case err != nil:
		return nil, err
	}
	r.Stopped = s.stopped(r.ByClock)
	r.fill(s, start)
	if !r.ByClock && s.best != start {
		if err := r.confirm(limited, s, start); err != nil && limited.Err() == nil {
			return nil, err
		}
	}
	return r, r.finish(context.WithoutCancel(ctx), t, target, o)
}

// complete reports whether a trial has all its fits.
func (s *search) complete(t *trial) bool {
	for _, k := range s.all {
		if t.fits[k] == nil {
			return false
		}
	}
	return true
}

func withLimit(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// newSearch divides the rows and makes the folds.
func newSearch(t *datasets.Table, target string, o *Options) (*search, error) {
	if o.Budget == 0 {
		o.Budget = defaultBudget
	}
	prep := o.Start.Prepare
	train, validation, _, err := prep.Divide(t, target, o.Seed)
	if err != nil {
		return nil, err
	}
	dev := t.Take(append(append([]int{}, train...), validation...))
	encoder, encoded, err := encode(prep, dev, target)
	if err != nil {
		return nil, err
	}
	s := &search{options: *o, facts: factsOf(encoded, encoder.Task()), budget: o.Budget.Seconds(), tried: map[string]outcome{}, seen: map[string]bool{}}
	s.table, s.target, s.counted = dev, target, map[string]bool{}
	if s.metric, err = o.metric(s.facts); err != nil {
		return nil, err
	}
	if s.techniques = o.Techniques; s.techniques == nil {
		s.techniques = Techniques()
	}
	if err := s.begin(encoder, encoded); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name(), err)
	}
	return s, s.open(t)
}

// encode encodes the coach's rows, to look at them; every fit learns its own encoding.
func encode(prep pipeline.Preparation, dev *datasets.Table, target string) (*datasets.Encoder, *datasets.Dataset, error) {
	prep.Encode.Task = prep.Task
	encoder, err := prep.Encode.Fit(dev, target, nil)
	if err != nil {
		return nil, nil, err
	}
	d, err := encoder.Apply(dev)
	return encoder, d, err
}

// begin makes the folds and the first trial.
func (s *search) begin(encoder *datasets.Encoder, encoded *datasets.Dataset) (err error) {
	o := s.options
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Repeats == 0 {
		o.Repeats = defaultRepeats(s.facts.Rows)
	}
	classes := encoder.Task() == datasets.TaskClassification
	if s.folds, err = makeFolds(encoded, classes, o.Folds, o.Repeats, o.Seed); err != nil {
		return err
	}
	for k := range s.folds {
		s.all = append(s.all, k)
	}
	s.parts = max(len(s.folds)/o.Repeats, 1)
	s.first = s.all[:firstOf(len(s.all))]
	if err := s.naiveScores(encoded, encoder.Task()); err != nil {
		return err
	}
	recipe := o.Start
	if len(recipe.Train.Layers) == 0 {
		defaults, err := pipeline.Options{Test: recipe.Prepare.Test, Validation: recipe.Prepare.Validation, Encode: recipe.Prepare.Encode,
			Scaling: recipe.Prepare.Scaling}.TableRecipe(encoder.Task(), len(encoder.Classes()), len(s.folds[0].train))
		if err != nil {
			return err
		}
		defaults.Prepare.TargetScaling, defaults.Ensemble = recipe.Prepare.TargetScaling, recipe.Ensemble
		recipe = defaults
	}
	recipe.Prepare.Task = encoder.Task()
	recipe.Train.Config.Seed = o.Seed
	if s.baseline, err = guessLoss(encoder.Task(), encoded); err != nil {
		return err
	}
	s.best, err = newTrial(recipe, len(s.folds))
	s.single = s.best
	return err
}

// guessLoss returns the loss of a guess: log loss, or 1 of a standardized target.
func guessLoss(task datasets.Task, d *datasets.Dataset) (float64, error) {
	if task != datasets.TaskClassification {
		return 1, nil
	}
	scores, err := pipeline.GuessScores(task, d, d)
	loss, _ := scores.Get("log_loss")
	return loss, err
}

func defaultRepeats(rows int) int {
	switch {
	case rows < 300:
		return 3
	case rows < 1000:
		return 2
	}
	return 1
}

// open opens the journal.
func (s *search) open(t *datasets.Table) error {
	table, err := digestTable(t)
	if err != nil {
		return err
	}
	of, err := digest(goodfit.Version, table, s.target, s.best.id, s.options.Seed, len(s.folds), s.metric.Name())
	if err != nil {
		return err
	}
	s.journal, err = openJournal(s.options.Journal, of)
	return err
}

// stopped says why the search ended.
func (s *search) stopped(byClock bool) string {
	switch {
	case byClock:
		return fmt.Sprintf("ended by the clock after %.3g of %.3g nominal seconds; on another machine it may get further", s.spent, s.budget)
	case s.options.Fits > 0 && s.fits*10 >= s.options.Fits*9, s.spent >= 0.9*s.budget:
		return "the budget was spent"
	}
	return "no technique was left that could help or be paid"
}

// fill takes over what the search found.
func (r *Result) fill(s *search, start *trial) {
	r.Recipe, r.Steps, r.Spent, r.Fits = s.best.recipe, s.steps, s.spent, s.fits
	r.StartScores, r.Scores = s.scores(start, s.all), s.scores(s.best, s.all)
	r.Diagnosis, r.After = s.diagnose(start), s.diagnose(s.single)
}

// worse is by how many standard errors the recipe that was found must be worse than
// the first one, on fresh folds, to be given up.
const worse = 0.5

// confirm compares the first recipe and the last on folds that nothing was chosen by.
func (r *Result) confirm(ctx context.Context, s *search, start *trial) error {
	fresh := *s
	_, encoded, err := encode(start.recipe.Prepare, s.table, s.target)
	if err != nil {
		return err
	}
	if fresh.folds, err = makeFolds(encoded, s.facts.Task == datasets.TaskClassification, 5, 2, random.Derive(s.options.Seed, seedConfirm)); err != nil {
		return err
	}
	if err := fresh.naiveScores(encoded, s.facts.Task); err != nil {
		return err
	}
	pair := [2]*trial{}
	for k, t := range []*trial{start, s.best} {
		pair[k] = &trial{recipe: t.recipe, id: t.id + "-fresh", fits: make([]*fit, len(fresh.folds))}
	}
	var all []int
	for k := range fresh.folds {
		all = append(all, k)
	}
	if err := fresh.score(ctx, pair[:], all); err != nil {
		return err
	}
	before, after := fresh.scores(pair[0], all), fresh.scores(pair[1], all)
	r.Confirmation = compare(before, after, scoreShare(fresh.folds))
	r.Spent, r.Fits = fresh.spent, fresh.fits
	if sign(s.metric.Direction())*r.Confirmation.T > worse {
		r.Reverted, r.Recipe = true, r.Start
	}
	return fresh.journal.save()
}

// finish trains the first recipe and the last on all rows but those for the test,
// and scores them there.
func (r *Result) finish(ctx context.Context, t *datasets.Table, target string, o Options) error {
	var err error
	if r.Final, err = train(ctx, t, target, r.Recipe, o.Seed); err != nil {
		var diverged *goodfit.DivergedError
		if !errors.As(err, &diverged) {
			return err
		}
		return fmt.Errorf("no recipe was found that can be trained: %w", err)
	}
	if r.Baseline, err = train(ctx, t, target, r.Start, o.Seed); err != nil {
		r.Baseline, r.BaselineFault = nil, err.Error()
	}
	r.TestLow, r.TestHigh, err = r.interval(o.Seed)
	return err
}

func train(ctx context.Context, t *datasets.Table, target string, r pipeline.Recipe, seed uint64) (*pipeline.Result, error) {
	training, err := pipeline.PrepareRecipe(t, target, r, seed)
	if err != nil {
		return nil, err
	}
	return training.Run(ctx)
}
