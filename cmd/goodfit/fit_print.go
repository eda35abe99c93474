package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// printData says what the table is, what was done to it, and what will be trained.
func (j *fitJob) printData() {
	t, w := j.training, j.text
	fmt.Fprintf(w, "%s: %s", j.path, t.Schema.Summary())
	for _, note := range dataNotes(t) {
		fmt.Fprintln(w, "note:", note)
	}
	fmt.Fprintf(w, "\n%s of %q: %d rows to train, %d to validate, %d to test, drawn by seed %d\n\n%s", taskText(t),
		j.flags.target, t.Train.Table.Rows(), t.Validation.Table.Rows(), t.Test.Table.Rows(), t.Seed, t.Model.Summary())
	if j.kind != nil {
		fmt.Fprintf(w, "An %s, networks like this.\n", j.ensembleText(j.flags.members))
	}
	fmt.Fprintf(w, "%s, in batches of %d rows, at most %d epochs\n\n", describeTraining(t), t.Recipe.Plan.BatchSize, t.Recipe.Plan.Epochs)
}

// describeTraining names loss, optimizer and rate.
func describeTraining(t *pipeline.Training) string {
	c := t.Recipe.Config
	return fmt.Sprintf("Loss %s, optimizer %s at rate %g", c.Loss.Name(), typeName(c.Optimizer), c.Optimizer.Settings().Rate)
}

// typeName returns the name of a value's type without its package.
func typeName(v any) string {
	name := fmt.Sprintf("%T", v)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// dataNotes are what one should know about the table: columns that were left out
// and why, warnings about the others, rows without a target.
func dataNotes(t *pipeline.Training) []string {
	var notes []string
	said := map[string]bool{}
	for _, d := range t.Pipeline.Encoder.Dropped() {
		said[d.Column] = true
		notes = append(notes, fmt.Sprintf("column %q is left out: %s", d.Column, d.Reason))
	}
	for _, w := range t.Schema.Warnings() {
		if !said[w.Column] {
			notes = append(notes, w.String())
		}
	}
	if t.Dropped > 0 {
		notes = append(notes, fmt.Sprintf("%d rows are left out, which have no target that suits", t.Dropped))
	}
	if note := skewNote(t); note != "" {
		notes = append(notes, note)
	}
	return notes
}

// strongSkew is the size of a skewness from which fit speaks of it: an exponential
// distribution has 2.
const strongSkew = 2

// skewNote says that a target is strongly skewed and scaled by a straight line; "" if not.
func skewNote(t *pipeline.Training) string {
	skew := t.TargetSkewness()
	if target := t.Pipeline.Target; !(math.Abs(skew) > strongSkew) || target == nil || target.Power != nil {
		return ""
	}
	return fmt.Sprintf("the target is strongly skewed (skewness %.1f of the training rows); --target-scale yeo-johnson may predict its middle better, though large values at times worse", skew)
}

// taskText names the task, as "classification into 3 classes".
func taskText(t *pipeline.Training) string {
	if e := t.Pipeline.Encoder; e.Task() == datasets.TaskClassification {
		return fmt.Sprintf("classification into %d classes", len(e.Classes()))
	}
	return "regression"
}

// printResult says how it went.
func (j *fitJob) printResult(r *pipeline.Result, d curves.Diagnosis, files fitFiles) error {
	var b strings.Builder
	b.WriteByte('\n')
	printScores(&b, r)
	j.printEnsemble(&b, r)
	if r.Test.Confusion != nil {
		fmt.Fprintf(&b, "\nTest rows, a line for each actual class:\n%v\n", r.Test.Confusion)
	}
	fmt.Fprintf(&b, "\nDiagnosis: %v\n\n", d)
	history := files.History
	if n := len(files.Histories); n > 1 {
		history += " to " + files.Histories[n-1]
	}
	fmt.Fprintf(&b, "model    %s\nhistory  %s\ncurves   %s\nreport   %s\n", files.Model, history, files.Curves, files.Report)
	_, err := io.WriteString(j.text, b.String())
	return err
}

// printScores prints the scores of the parts beside the baseline.
func printScores(w io.Writer, r *pipeline.Result) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "score\ttest\tbaseline\tvalidation\ttrain\t")
	for _, s := range r.Test.Scores {
		baseline, _ := r.Baseline.Get(s.Name)
		validation, _ := r.Validation.Scores.Get(s.Name)
		train, _ := r.Train.Scores.Get(s.Name)
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%.4f\t\n", s.Name, s.Value, baseline, validation, train)
	}
	t.Flush()
	fmt.Fprintf(w, "The baseline, scored on the test rows, predicts %s.\n", baselineText(r))
}

func baselineText(r *pipeline.Result) string {
	if r.Pipeline.Encoder.Task() == datasets.TaskClassification {
		return "each class by its share of the training rows, and so always the most frequent"
	}
	return "the mean of the training rows"
}
