package pipeline

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/opt"
)

// Recipe is everything that makes a training on a table, as data: how columns
// become numbers, layers and how they are trained, and how several models become
// one. It is a plain value that a file can hold as JSON; [PrepareRecipe] repeats
// what it says to the bit. Its training is for one target: its output layer has as
// many units as the target needs.
type Recipe struct {
	Prepare Preparation
	// Train has the layers and how they are trained. Its Input is taken from the
	// data, its Plan.Validation and its Config.Seed are replaced.
	Train goodfit.Recipe
	// Ensemble trains several models in the place of one; nil: one. Members that a
	// method stops by the rows it leaves out (ValidateLeftOut) need no others for
	// that: the rows for validation are trained with as well, and only the scores on
	// the test rows are of rows not seen.
	Ensemble ensembles.Method
}

// Preparation says how a table is divided and how it becomes numbers. Its zero
// value is what the zero [Options] do.
type Preparation struct {
	// Task is what to predict; default: from the target's cells.
	Task datasets.Task
	// Test and Validation are the shares of all rows that are kept for the final
	// scores and for early stopping; default 0.2 each.
	Test, Validation opt.Float
	// Encode says how columns become numbers. Its Task is replaced.
	Encode datasets.Encode
	// Scaling brings the features to one scale, as [Options.Scaling] says.
	// datasets.Standardize{NoCenter: true, NoScale: true} leaves them as they are.
	Scaling datasets.Scaling
	// TargetScaling does so for the target of a regression, as [Options.TargetScaling]
	// says.
	TargetScaling datasets.Scaling
}

// TableRecipe returns the recipe that the options mean for a task with so many
// classes (0 in a regression) and training rows. It fails as [Options.Recipe] does.
func (o Options) TableRecipe(task datasets.Task, classes, rows int) (Recipe, error) {
	train, err := o.Recipe(task, classes, rows)
	if err != nil {
		return Recipe{}, err
	}
	return Recipe{Prepare: Preparation{Task: task, Test: o.Test, Validation: o.Validation, Encode: o.Encode, Scaling: o.Scaling, TargetScaling: o.TargetScaling}, Train: train}, nil
}

// options returns the options that divide and encode as the preparation says.
func (p Preparation) options(seed uint64) Options {
	return Options{Task: p.Task, Test: p.Test, Validation: p.Validation, Encode: p.Encode, Scaling: p.Scaling,
		TargetScaling: p.TargetScaling, Seed: seed}
}

// PrepareRecipe makes the training ready that a recipe says, as [Prepare] does for
// options: the rows are divided by the seed, which also draws the weights. It fails
// as Prepare does, and if the layers do not suit the target or each other.
func PrepareRecipe(t *datasets.Table, target string, r Recipe, seed uint64) (*Training, error) {
	training, err := Prepare(t, target, r.Prepare.options(seed))
	if err != nil {
		return nil, err
	}
	if stopsItself(r.Ensemble) {
		if err := training.join(t, target, r.Prepare, seed); err != nil {
			return nil, err
		}
	}
	p := training.Pipeline
	if err := p.learnScales(r.Prepare, training.Train.data); err != nil {
		return nil, err
	}
	if training.Recipe, err = r.Train.For(training.Train.data); err != nil {
		return nil, err
	}
	training.Recipe.Config.Seed = seed
	if training.Model, err = training.Recipe.Build(seed); err != nil {
		return nil, fmt.Errorf("pipeline: the recipe: %w", err)
	}
	p.Model = training.Model
	if err := checkModel(training.Model, len(p.Encoder.Columns()), p.outputCount()); err != nil {
		return nil, fmt.Errorf("pipeline: the recipe: %w", err)
	}
	training.Options.fromRecipe(r)
	return training, nil
}

// stopsItself reports whether the members of a method are stopped by rows that it
// leaves out.
func stopsItself(m ensembles.Method) bool {
	switch m := m.(type) {
	case ensembles.KFold:
		return m.ValidateLeftOut
	case ensembles.Splits:
		return m.ValidateLeftOut
	case ensembles.Bagging:
		return m.ValidateLeftOut
	}
	return false
}

// join makes the rows for validation a part of those to train with, from which the
// encoding is learned again.
func (t *Training) join(table *datasets.Table, target string, prep Preparation, seed uint64) error {
	train, validation, _, err := prep.Divide(table, target, seed)
	if err != nil {
		return err
	}
	prep.Encode.Task = t.Pipeline.Encoder.Task()
	rows := append(train, validation...)
	t.Train.Table = table.Take(rows)
	if t.Pipeline.Encoder, err = prep.Encode.Fit(table, target, rows); err != nil {
		return err
	}
	for _, part := range t.Parts() {
		if part.data, err = t.Pipeline.Encoder.Apply(part.Table); err != nil {
			return err
		}
	}
	return nil
}

// fromRecipe notes what of a recipe the options have words for.
func (o *Options) fromRecipe(r Recipe) {
	o.Epochs, o.BatchSize, o.Optimizer, o.Ensemble = r.Train.Plan.Epochs, r.Train.Plan.BatchSize, r.Train.Config.Optimizer, r.Ensemble
	o.L1, o.L2 = 0, 0
}

// Divide returns the rows of a table that [Prepare] would train, validate and test
// with, as row numbers of t, and the table's classes. It fails as Prepare does.
func (p Preparation) Divide(t *datasets.Table, target string, seed uint64) (train, validation, test []int, err error) {
	o := p.options(seed)
	if err := o.check(); err != nil {
		return nil, nil, nil, fmt.Errorf("pipeline: %w", err)
	}
	task, err := taskOf(t, target, o.Task)
	if err != nil {
		return nil, nil, nil, err
	}
	rows, err := t.TargetRows(target, task)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := enough(t, target, task, len(rows)); err != nil {
		return nil, nil, nil, err
	}
	o.Encode.Task = task
	part := t.Take(rows)
	encoder, err := o.Encode.Fit(part, target, nil)
	if err != nil {
		return nil, nil, nil, err
	}
	whole, err := encoder.Apply(part)
	if err != nil {
		return nil, nil, nil, err
	}
	division := datasets.ThreeWay{Test: o.Test.Or(0.2), Validation: o.Validation.Or(0.2),
		Stratify: encoder.Task() == datasets.TaskClassification, Seed: seed}
	parts := [3][]int{}
	if parts[0], parts[1], parts[2], err = division.Rows(whole); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", t.Name(), err)
	}
	for _, part := range parts {
		for i := range part {
			part[i] = rows[part[i]]
		}
	}
	return parts[0], parts[1], parts[2], nil
}

// Trained is a pipeline and what its training recorded.
type Trained struct {
	*Pipeline
	// Histories are those of the trainings: of one model, or of an ensemble's.
	Histories []*curves.History
}

// Fit trains a pipeline on some rows of a table, with others for early stopping,
// by a seed: encoding and scaling are learned from the rows to train with alone, and
// classes from all rows of the table. It does not divide the rows and does not score.
//
// It fails as [Prepare] does; when the loss diverges, with a
// [goodfit.DivergedError] and what was recorded until then.
func (r Recipe) Fit(ctx context.Context, t *datasets.Table, target string, train, validation []int, seed uint64) (*Trained, error) {
	if stopsItself(r.Ensemble) {
		train = append(append([]int{}, train...), validation...)
	}
	r.Prepare.Encode.Task = r.Prepare.Task
	encoder, err := r.Prepare.Encode.Fit(t, target, train)
	if err != nil {
		return nil, err
	}
	var parts [2]*datasets.Dataset
	for k, rows := range [][]int{train, validation} {
		if parts[k], err = encoder.Apply(t.Take(rows)); err != nil {
			return nil, err
		}
	}
	p := &Pipeline{Encoder: encoder}
	if err := p.learnScales(r.Prepare, parts[0]); err != nil {
		return nil, err
	}
	return p.train(ctx, r, p.scaled(parts[0]), p.scaled(parts[1]), seed)
}

// Scaled returns rows of a table as the recipe's models take them, with encoding and
// scaling learned from these rows. It fails as [Recipe.Fit] does.
func (r Recipe) Scaled(t *datasets.Table, target string, rows []int) (*datasets.Dataset, error) {
	r.Prepare.Encode.Task = r.Prepare.Task
	encoder, err := r.Prepare.Encode.Fit(t, target, rows)
	if err != nil {
		return nil, err
	}
	d, err := encoder.Apply(t.Take(rows))
	if err != nil {
		return nil, err
	}
	p := &Pipeline{Encoder: encoder}
	if err := p.learnScales(r.Prepare, d); err != nil {
		return nil, err
	}
	return p.scaled(d), nil
}

// GuessScores scores, on the targets of test, what is best without looking at the
// features: the share of each class among the targets of train, or their mean.
func GuessScores(task datasets.Task, train, test *datasets.Dataset) (Scores, error) {
	n := max(len(train.Classes), 1)
	guess := make([]float64, n)
	for i := range train.Rows() {
		if y := train.Y.At(i, 0); task == datasets.TaskClassification {
			guess[int(y)] += 1 / float64(train.Rows())
		} else {
			guess[0] += y / float64(train.Rows())
		}
	}
	out := mat.NewDense(test.Rows(), n, nil)
	for i := range test.Rows() {
		out.SetRow(i, guess)
	}
	return scoresFor(task, out, test.Y)
}

// learnScales learns the scalers from encoded training rows.
func (p *Pipeline) learnScales(prep Preparation, train *datasets.Dataset) error {
	t := Training{Pipeline: p, Train: &Part{data: train}}
	return t.scale(prep.Scaling, prep.TargetScaling)
}

// train trains one model or an ensemble on scaled rows.
func (p *Pipeline) train(ctx context.Context, r Recipe, train, validation *datasets.Dataset, seed uint64) (*Trained, error) {
	trained := &Trained{Pipeline: p}
	recipe, err := r.Train.For(train)
	if err != nil {
		return nil, err
	}
	if r.Ensemble == nil {
		m, h, err := recipe.Fit(ctx, train, validation, seed)
		if h != nil {
			trained.Histories = []*curves.History{h}
		}
		p.Model = m
		return trained, err
	}
	recipe.Plan.Validation, recipe.Config.Seed = validation, seed
	e, err := r.Ensemble.Fit(ctx, recipe, train)
	if e == nil && err == nil {
		err = errors.New("pipeline: the ensemble has no members")
	}
	if e != nil {
		p.Model, trained.Histories = e, e.Histories
	}
	return trained, err
}
