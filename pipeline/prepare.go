package pipeline

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Training is a training made ready: the rows are divided, encoding and scaling
// are learned, the model has its initial weights. [Training.Run] trains it, once.
type Training struct {
	// Pipeline is what is trained; before Run it predicts from initial weights.
	Pipeline *Pipeline
	// Model is the model; of an ensemble it is one like those that the members are
	// trained from, and stays untrained.
	Model *goodfit.Model
	// Options are those given, with every default filled in, and Recipe what they mean.
	Options Options
	Recipe  goodfit.Recipe
	// Train, Validation and Test are the parts of the table. They have their scores
	// after Run.
	Train, Validation, Test *Part
	// Schema describes the columns of all rows that have a target.
	Schema datasets.Schema
	// Dropped is the number of rows without a target, which were left out.
	Dropped int
	Seed    uint64
}

// TargetSkewness returns the skewness (third standardized moment) of the targets of the
// training rows, as they come: 0 of a symmetric one, 2 of an exponential one. It is 0
// for classes.
func (t *Training) TargetSkewness() float64 {
	if t.Pipeline.classification() {
		return 0
	}
	return fmath.Skewness(mat.Col(nil, 0, t.Train.data.Y))
}

// Part is a part of a table and what the pipeline made of it.
type Part struct {
	Name  string // "train", "validation" or "test"
	Table *datasets.Table
	Evaluation

	data *datasets.Dataset // encoded, not scaled
}

// Parts returns the parts in the order train, validation, test.
func (t *Training) Parts() []*Part { return []*Part{t.Train, t.Validation, t.Test} }

// Prepare divides a table into rows to train, to validate and to test (in equal
// proportions of the classes), learns encoding and scaling from the training rows
// alone, and builds the model. The same options give the same bits.
//
// It fails if an option is out of range, and if the target is missing or cannot be
// predicted: one class only, too few rows of a class.
func Prepare(t *datasets.Table, target string, o Options) (*Training, error) {
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
	if err := enough(t, target, task, len(rows)); err != nil {
		return nil, err
	}
	training := &Training{Dropped: t.Rows() - len(rows), Seed: o.Seed}
	if training.Dropped > 0 {
		t = t.Take(rows)
	}
	training.Schema = t.Schema(nil)
	o.Encode.Task = task
	if err := training.divide(t, target, o); err != nil {
		return nil, err
	}
	if err := training.scale(o.Scaling, o.TargetScaling); err != nil {
		return nil, err
	}
	return training, training.build(o)
}

// enough reports that a target has too few values to train, to validate and to test.
func enough(t *datasets.Table, target string, task datasets.Task, rows int) error {
	if rows >= 3 {
		return wideEnough(t, target, task)
	}
	what := "have a class"
	if task == datasets.TaskRegression {
		what = "are numbers"
	}
	return fmt.Errorf("%s: column %q: %d of %d cells %s, want at least 3, to train, to validate and to test", t.Name(), target, rows, t.Rows(), what)
}

// The variance of targets between these widths is a float64.
const narrowest, widest = 1e-150, 1e150

// wideEnough reports numbers to predict that are all alike, or too close to each other
// or too far apart to be scaled.
func wideEnough(t *datasets.Table, target string, task datasets.Task) error {
	column, err := t.Column(target)
	if err != nil || task != datasets.TaskRegression || column.Kind() != datasets.Number {
		return err
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range column.Numbers() {
		if v == v {
			low, high = min(low, v), max(high, v)
		}
	}
	switch width := high - low; {
	case width == 0:
		return fmt.Errorf("%s: column %q: the target is %g in every row, but regression needs numbers that differ", t.Name(), target, low)
	case width < narrowest || width > widest:
		return fmt.Errorf("%s: column %q: the target goes from %g to %g, want a width from %g to %g; give it in another unit",
			t.Name(), target, low, high, narrowest, widest)
	}
	return nil
}

// enoughOfEach reports a class with too few rows.
func enoughOfEach(t *datasets.Table, target string, d *datasets.Dataset) error {
	counts := make([]int, len(d.Classes))
	for i := range d.Rows() {
		counts[int(d.Y.At(i, 0))]++
	}
	for k, n := range counts {
		if n < 3 {
			return fmt.Errorf("%s: column %q: class %q has %s, want at least 3, to train, to validate and to test", t.Name(), target, d.Classes[k], plural(n, "row"))
		}
	}
	return nil
}

// plural counts things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// taskOf returns the task that was asked for, or the one that the cells suggest.
func taskOf(t *datasets.Table, target string, asked datasets.Task) (datasets.Task, error) {
	if asked != datasets.TaskAuto {
		_, err := t.Column(target)
		return asked, err
	}
	return t.InferTask(target)
}

// divide draws the parts and encodes them as the training rows teach.
func (t *Training) divide(table *datasets.Table, target string, o Options) error {
	all, err := o.Encode.Fit(table, target, nil)
	if err != nil {
		return err
	}
	whole, err := all.Apply(table)
	if err != nil {
		return err
	}
	if all.Task() == datasets.TaskClassification {
		if err := enoughOfEach(table, target, whole); err != nil {
			return err
		}
	}
	division := datasets.ThreeWay{Test: o.Test.Or(0.2), Validation: o.Validation.Or(0.2),
		Stratify: all.Task() == datasets.TaskClassification, Seed: o.Seed}
	train, validation, test, err := division.Rows(whole)
	if err != nil {
		return fmt.Errorf("%s: %w", table.Name(), err)
	}
	encoder, err := o.Encode.Fit(table, target, train)
	if err != nil {
		return err
	}
	t.Pipeline = &Pipeline{Encoder: encoder}
	t.Train, t.Validation, t.Test = &Part{Name: "train"}, &Part{Name: "validation"}, &Part{Name: "test"}
	for k, rows := range [][]int{train, validation, test} {
		p := t.Parts()[k]
		p.Table = table.Take(rows)
		if p.data, err = encoder.Apply(p.Table); err != nil {
			return err
		}
	}
	return nil
}

// scale learns the scalers from the training rows.
func (t *Training) scale(scaling, target datasets.Scaling) (err error) {
	p := t.Pipeline
	if scaling != nil {
		p.Features, err = scaling.Fit(t.Train.data)
	} else if p.Features, err = (datasets.Standardize{}).Fit(t.Train.data); err == nil {
		leaveBinary(p.Features, p.Encoder.Columns())
	}
	if err != nil || p.classification() {
		return err
	}
	if target == nil {
		target = datasets.Standardize{}
	}
	if p.Target, err = target.FitTarget(t.Train.data); err != nil {
		return fmt.Errorf("pipeline: the target's scaling: %w", err)
	}
	return nil
}

// leaveBinary makes a standardizing scaler leave columns of 0 and 1 as they are: a
// rare level would otherwise become a number far from the others.
func leaveBinary(s *datasets.Scaler, columns []datasets.EncodedColumn) {
	for j, c := range columns {
		if c.Binary {
			s.Center[j], s.Scale[j] = 0, 1
		}
	}
}

// build makes the model.
func (t *Training) build(o Options) (err error) {
	e := t.Pipeline.Encoder
	t.Options = o.withDefaults(e.Task(), t.Train.data.Rows())
	if t.Recipe, err = o.Recipe(e.Task(), len(e.Classes()), t.Train.data.Rows()); err != nil {
		return err
	}
	if t.Recipe, err = t.Recipe.For(t.Train.data); err != nil {
		return err
	}
	if t.Model, err = t.Recipe.Build(o.Seed); err != nil {
		return err
	}
	t.Pipeline.Model = t.Model
	return nil
}
