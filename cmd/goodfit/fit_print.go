package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"text/tabwriter"
	"time"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// printData says what the table is, what was done to it, and what will be trained.
func (j *fitJob) printData() {
	t, w := j.training, j.text
	fmt.Fprintln(w, t.Schema.Summary())
	for _, warning := range t.Schema.Warnings() {
		fmt.Fprintln(w, "note:", warning)
	}
	if t.Dropped > 0 {
		fmt.Fprintf(w, "note: %d rows without a target are left out\n", t.Dropped)
	}
	for _, d := range t.Pipeline.Encoder.Dropped() {
		if d.Column != j.flags.target {
			fmt.Fprintf(w, "note: column %q is no feature: %s\n", d.Column, d.Reason)
		}
	}
	fmt.Fprintf(w, "\n%s of %q: %d rows to train, %d to validate, %d to test\n\n%s\n", taskText(t),
		j.flags.target, t.Train.Table.Rows(), t.Validation.Table.Rows(), t.Test.Table.Rows(), t.Model.Summary())
}

// taskText names the task, as "classification into 3 classes".
func taskText(t *pipeline.Training) string {
	if e := t.Pipeline.Encoder; e.Task() == datasets.TaskClassification {
		return fmt.Sprintf("classification into %d classes", len(e.Classes()))
	}
	return "regression"
}

// printResult says how it went.
func (j *fitJob) printResult(r *pipeline.Result, d curves.Diagnosis, files fitFiles) {
	w := j.text
	fmt.Fprintln(w)
	printScores(w, r)
	if r.Test.Confusion != nil {
		fmt.Fprintf(w, "\nTest rows by class, a row for each actual class:\n%v\n", r.Test.Confusion)
	}
	fmt.Fprintf(w, "\nDiagnosis: %v\n\n", d)
	fmt.Fprintf(w, "model    %s\nhistory  %s\ncurves   %s\nreport   %s\n", files.Model, files.History, files.Curves, files.Report)
}

// printScores prints the scores of the parts beside the baseline.
func printScores(w io.Writer, r *pipeline.Result) {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "score\ttest\tbaseline\tvalidation\ttrain\t")
	for _, s := range r.Test.Scores {
		base := math.NaN()
		if v, ok := r.Baseline.Get(s.Name); ok {
			base = v
		}
		validation, _ := r.Validation.Scores.Get(s.Name)
		train, _ := r.Train.Scores.Get(s.Name)
		fmt.Fprintf(t, "%s\t%.4f\t%.4f\t%.4f\t%.4f\t\n", s.Name, s.Value, base, validation, train)
	}
	t.Flush()
	if len(r.Baseline) > 0 {
		fmt.Fprintf(w, "The baseline predicts %s.\n", baselineText(r))
	}
}

func baselineText(r *pipeline.Result) string {
	if r.Pipeline.Encoder.Task() == datasets.TaskClassification {
		return "each class by its share of the training rows, so always the most frequent"
	}
	return "the mean of the training rows"
}

// fitJSON is what fit --json prints.
type fitJSON struct {
	Task        string                        `json:"task"`
	Target      string                        `json:"target"`
	Rows        map[string]int                `json:"rows"`
	Scores      map[string]map[string]float64 `json:"scores"`
	Baseline    map[string]float64            `json:"baseline"`
	Diagnosis   curves.Diagnosis              `json:"diagnosis"`
	Stopped     string                        `json:"stopped,omitempty"`
	Interrupted bool                          `json:"interrupted,omitempty"`
	Seed        uint64                        `json:"seed"`
	Seconds     float64                       `json:"seconds"`
	Files       fitFiles                      `json:"files"`
}

func (j *fitJob) printJSON(r *pipeline.Result, d curves.Diagnosis, files fitFiles) error {
	out := fitJSON{Task: r.Pipeline.Encoder.Task().String(), Target: j.flags.target, Rows: map[string]int{},
		Scores: map[string]map[string]float64{}, Baseline: finite(r.Baseline.Map()), Diagnosis: d, Stopped: r.Stopped,
		Interrupted: r.Interrupted, Seed: j.flags.seed, Seconds: math.Round(time.Since(j.start).Seconds()*1e3) / 1e3, Files: files}
	for _, p := range r.Parts() {
		out.Rows[p.Name] = p.Table.Rows()
		out.Scores[p.Name] = finite(p.Scores.Map())
	}
	return printJSON(j.stdout, out)
}

// finite leaves out scores that are undefined, as the AUC of a single class.
func finite(scores map[string]float64) map[string]float64 {
	for name, v := range scores {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			delete(scores, name)
		}
	}
	return scores
}

// printJSON writes one object, indented, without escaping what HTML would need.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return failed(e.Encode(v))
}
