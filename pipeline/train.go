package pipeline

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Result is what a training on a table found.
type Result struct {
	Pipeline *Pipeline
	Model    *goodfit.Model
	Recipe   goodfit.Recipe
	History  *curves.History
	// Train, Validation and Test are the parts of the table.
	Train, Validation, Test *Part
	// Baseline are the scores, on the test rows, of predicting the share of each
	// class, or the mean, of the training rows.
	Baseline Scores
	// Dropped is the number of rows without a target, which were left out.
	Dropped int
	// Stopped says why the fit ended before its last epoch; "" if it did not.
	Stopped string
	// Interrupted is set if the context ended during the fit; the pipeline is then
	// that of the best epoch so far.
	Interrupted bool
}

// Part is a part of a table and what the pipeline made of it.
type Part struct {
	Name   string
	Table  *datasets.Table
	Scores Scores
	// Actual and Predicted are targets and outputs in the target's unit: class
	// indices and probabilities in a classification.
	Actual, Predicted *mat.Dense
	Confusion         *metrics.Confusion // of a classification
}

// Parts returns the parts in the order train, validation, test.
func (r *Result) Parts() []*Part { return []*Part{r.Train, r.Validation, r.Test} }

// Train splits a table into rows to train, to validate and to test (in equal
// proportions of the classes), learns encoding and scaling from the training rows
// alone, trains, and scores the result on all three. The same options give the
// same bits.
//
// It fails if the target is missing or cannot be predicted: one class only, too
// few rows of a class. When the loss diverges it returns the history so far in
// the Result with the error. When ctx ends during the fit, the Result is that of
// the best epoch so far, without an error.
func Train(ctx context.Context, t *datasets.Table, target string, o Options) (*Result, error) {
	job, err := newJob(t, target, o)
	if err != nil {
		return nil, err
	}
	r := &Result{Recipe: job.recipe, Dropped: job.dropped, Pipeline: job.pipeline}
	m, err := job.build()
	if err != nil {
		return nil, err
	}
	r.Model, r.Pipeline.Model = m, m
	reason := &stopReason{}
	plan := job.recipe.Plan
	plan.Validation = job.scaled(job.data[1])
	plan.Callbacks = append(plan.Callbacks, reason)
	r.History, err = m.Fit(ctx, job.scaled(job.data[0]), plan)
	r.Stopped = reason.text
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if r.History.Epochs() == 0 {
			return r, err
		}
		r.Interrupted, err = true, nil
	}
	if err != nil {
		return r, err
	}
	return r, job.score(r)
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

// job is a training made ready.
type job struct {
	pipeline *Pipeline
	recipe   goodfit.Recipe
	seed     uint64
	dropped  int
	tables   [3]*datasets.Table
	data     [3]*datasets.Dataset // encoded, not scaled
}

func newJob(t *datasets.Table, target string, o Options) (*job, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("pipeline: %w", err)
	}
	task, err := taskOf(t, target, o.Task)
	if err != nil {
		return nil, err
	}
	rows, err := t.TargetRows(target, task)
	if err != nil {
		return nil, err
	}
	j := &job{seed: o.Seed, dropped: t.Rows() - len(rows)}
	if j.dropped > 0 {
		t = t.Take(rows)
	}
	o.Encode.Task = task
	if err := j.split(t, target, o); err != nil {
		return nil, err
	}
	return j, j.fit(o)
}

func taskOf(t *datasets.Table, target string, asked datasets.Task) (datasets.Task, error) {
	if asked != datasets.TaskAuto {
		_, err := t.Column(target)
		return asked, err
	}
	return t.InferTask(target)
}

// split divides the rows and encodes the parts as the training rows teach.
func (j *job) split(t *datasets.Table, target string, o Options) error {
	all, err := o.Encode.Fit(t, target, nil)
	if err != nil {
		return err
	}
	whole, err := all.Apply(t)
	if err != nil {
		return err
	}
	parts, err := splitRows(whole, all.Task() == datasets.TaskClassification, o)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name(), err)
	}
	encoder, err := o.Encode.Fit(t, target, parts[0])
	if err != nil {
		return err
	}
	j.pipeline = &Pipeline{Encoder: encoder}
	for k, rows := range parts {
		j.tables[k] = t.Take(rows)
		if j.data[k], err = encoder.Apply(j.tables[k]); err != nil {
			return err
		}
	}
	return nil
}

// splitRows draws the rows for training, validation and test.
func splitRows(d *datasets.Dataset, stratify bool, o Options) (parts [3][]int, err error) {
	test, validation := o.Test.Or(0.2), o.Validation.Or(0.2)
	first, err := datasets.Holdout{Fraction: test, Stratify: stratify, Seed: random.Derive(o.Seed, 1)}.Folds(d)
	if err != nil {
		return parts, err
	}
	rest := first[0].Train
	second, err := datasets.Holdout{Fraction: validation / (1 - test), Stratify: stratify,
		Seed: random.Derive(o.Seed, 2)}.Folds(d.Take(rest))
	if err != nil {
		return parts, err
	}
	pick := func(rows []int) []int {
		out := make([]int, len(rows))
		for i, r := range rows {
			out[i] = rest[r]
		}
		return out
	}
	return [3][]int{pick(second[0].Train), pick(second[0].Test), first[0].Test}, nil
}

// fit learns the scalers and makes the recipe.
func (j *job) fit(o Options) (err error) {
	var scaling datasets.Scaling = datasets.Standardize{}
	if o.Scaling != nil {
		scaling = o.Scaling
	}
	p := j.pipeline
	if p.Features, err = scaling.Fit(j.data[0]); err != nil {
		return err
	}
	if p.Encoder.Task() != datasets.TaskClassification {
		if p.Target, err = (datasets.Standardize{}).FitTarget(j.data[0]); err != nil {
			return err
		}
	}
	j.recipe, err = o.Recipe(p.Encoder.Task(), len(p.Encoder.Classes()), j.data[0].Rows())
	return err
}

// scaled returns a part as the model takes it.
func (j *job) scaled(d *datasets.Dataset) *datasets.Dataset {
	d = j.pipeline.Features.Apply(d)
	if j.pipeline.Target != nil {
		d = j.pipeline.Target.ApplyTarget(d)
	}
	return d
}

// build makes the model.
func (j *job) build() (*goodfit.Model, error) {
	r, err := j.recipe.For(j.data[0])
	if err != nil {
		return nil, err
	}
	j.recipe = r
	return r.Build(j.seed)
}

// score scores the three parts and the baseline.
func (j *job) score(r *Result) error {
	names := []string{"train", "validation", "test"}
	for k, place := range []**Part{&r.Train, &r.Validation, &r.Test} {
		part, err := j.part(names[k], k)
		if err != nil {
			return err
		}
		*place = part
	}
	task, classes := j.pipeline.Encoder.Task(), len(j.pipeline.Encoder.Classes())
	var err error
	r.Baseline, err = scoresFor(task, baseline(task, classes, j.data[0].Y, j.data[2].Rows()), j.data[2].Y)
	return err
}

func (j *job) part(name string, k int) (*Part, error) {
	p := &Part{Name: name, Table: j.tables[k], Actual: j.data[k].Y}
	var err error
	if p.Predicted, err = j.pipeline.outputs(j.data[k].X); err != nil {
		return nil, err
	}
	if p.Scores, err = j.pipeline.scoresOf(p.Predicted, p.Actual); err != nil {
		return nil, err
	}
	if j.pipeline.Encoder.Task() == datasets.TaskClassification {
		p.Confusion, err = metrics.NewConfusion(p.Predicted, p.Actual, 0.5, j.pipeline.Encoder.Classes())
	}
	return p, err
}
