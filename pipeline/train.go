package pipeline

import (
	"context"
	"errors"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
)

// Result is what a training on a table found. Its parts have their scores, except
// when the training failed.
type Result struct {
	*Training
	// History is that of the fit, of an ensemble that of the first training. All are
	// in Ensemble.Histories.
	History *curves.History
	// Ensemble is what Options.Ensemble made, nil of a single model; Members are the
	// scores of its members, each by itself.
	Ensemble *ensembles.Ensemble
	Members  []MemberScores
	// Unaveraged are the scores of the last weights of the training, before they were
	// averaged, of an ensembles.WeightAverage, SWA or EMA; else nil.
	Unaveraged *MemberScores
	// OutOfBag are the scores that the training rows tell of, each predicted by those
	// members alone that did not learn from it; nil unless the members left rows out.
	OutOfBag Scores
	// Diversity is how differently the members predict the test rows, nil unless there
	// are two; its squares are in the model's unit.
	Diversity *ensembles.Diversity
	// BySize is the leading score, accuracy or RMSE in the target's unit, that ensembles
	// of 1, 2 … of the members reach on the test rows; nil where the members cannot be
	// combined without some of them.
	BySize []ensembles.SizeScore
	// Intervals are the scores of prediction intervals on the test rows, nil where the
	// pipeline has none.
	Intervals *IntervalScore
	// Baseline are the scores, on the test rows, of predicting the share of each
	// class among the training rows, or their mean. Its loss is free of penalties,
	// since there are no weights.
	Baseline Scores
	// Stopped says why the fit ended before its last epoch; "" if it did not.
	Stopped string
	// Interrupted is set if the context ended during the fit; the pipeline is then
	// that of the best epoch so far, or of the members that were finished.
	Interrupted bool
}

// Train is [Prepare] and [Training.Run].
func Train(ctx context.Context, t *datasets.Table, target string, o Options) (*Result, error) {
	training, err := Prepare(t, target, o)
	if err != nil {
		return nil, err
	}
	return training.Run(ctx)
}

// Run trains the model, or the ensemble, and scores the pipeline on the three parts.
//
// When the loss diverges the error is a [goodfit.DivergedError], and the Result has
// the history so far. When ctx ends during the fit, the Result is that of the best
// epoch so far, without an error; before the end of the first epoch the error is
// that of ctx. Of an ensemble the Result is then that of the members that were
// finished; the error is that of ctx if there are none, or the method cannot
// combine some without the others.
func (t *Training) Run(ctx context.Context) (*Result, error) {
	r := &Result{Training: t}
	if t.Options.Ensemble != nil {
		return r, r.runEnsemble(ctx)
	}
	return r, r.runModel(ctx)
}

// runModel trains a single model.
func (r *Result) runModel(ctx context.Context) error {
	t := r.Training
	reason := &stopReason{}
	plan := t.Recipe.Plan
	plan.Validation = t.Pipeline.scaled(t.Validation.data)
	plan.Callbacks = append(plan.Callbacks[:len(plan.Callbacks):len(plan.Callbacks)], reason)
	var err error
	r.History, err = t.Model.Fit(ctx, t.Pipeline.scaled(t.Train.data), plan)
	r.Stopped = reason.text
	if r.History.Epochs() > 0 && ended(err) {
		r.Interrupted, err = true, nil
	}
	if err != nil {
		return err
	}
	return r.score()
}

// ended reports whether an error is that of a context.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// stopReason keeps why a fit ended.
type stopReason struct{ text string }

// Start implements goodfit.Callback.
func (s *stopReason) Start(*goodfit.Run) (goodfit.Watcher, error) { return s, nil }

// FitEnd implements goodfit.FitEnder.
func (s *stopReason) FitEnd(run *goodfit.Run) error {
	s.text = run.Stopped()
	return nil
}

// score scores the three parts and the baseline.
func (r *Result) score() error {
	for _, part := range r.Parts() {
		e, err := r.Pipeline.evaluate(part.data)
		if err != nil {
			return err
		}
		part.Evaluation = *e
	}
	var err error
	r.Baseline, err = r.Pipeline.scoreBaseline(r.Train.data.Y, r.Test.data.Y)
	return err
}
