package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const fitHelp = `Train on a CSV file and see how well it went.

The table is read and its columns typed; rows are split into training, validation
and test parts (in equal proportions of the classes); text becomes columns, gaps
are filled, numbers are scaled, all as the training rows teach; a network trains
with early stopping; the test part scores it beside a naive baseline; and the
learning curves are diagnosed.

Files in DIR: model.goodfit, for predict, evaluate and inspect; history.csv;
curves.png; report.html. The same seed gives the same files.`

func newFitCommand() *cobra.Command {
	f := &fitFlags{}
	c := &cobra.Command{
		Use:   "fit DATA.csv --target COLUMN",
		Short: "Train on a table, score, diagnose and report",
		Long:  fitHelp,
		Args:  exactly("DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f.add(c.Flags())
	return c
}

// run is the main job.
func (f *fitFlags) run(ctx context.Context, path string, stdout, stderr io.Writer) error {
	job, err := f.prepare(path, stdout, stderr)
	if err != nil {
		return err
	}
	result, err := job.training.Run(ctx)
	if err != nil {
		return job.keep(result, err)
	}
	if err := job.finish(ctx, result); err != nil {
		return err
	}
	if result.Interrupted {
		return failure{exitInterrupted, fmt.Errorf("interrupted after epoch %d; the model of the best epoch so far and its history are in %s",
			result.History.Epochs(), f.out)}
	}
	return nil
}

// fitJob is one run of fit.
type fitJob struct {
	flags    *fitFlags
	path     string
	text     io.Writer // what a person reads
	stdout   io.Writer
	start    time.Time
	training *pipeline.Training
}

// prepare reads the table and makes the training ready: what is wrong with the
// input shows here.
func (f *fitFlags) prepare(path string, stdout, stderr io.Writer) (*fitJob, error) {
	j := &fitJob{flags: f, path: path, stdout: stdout, start: time.Now(), text: stdout}
	if f.json || f.quiet {
		j.text = io.Discard
	}
	options, err := f.options(stderr)
	if err != nil {
		return nil, err
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{Separator: f.separatorRune()})
	if err != nil {
		return nil, err
	}
	if err := checkTarget(table, f.target); err != nil {
		return nil, err
	}
	if j.training, err = pipeline.Prepare(table, f.target, options); err != nil {
		return nil, err
	}
	if err := makeFolder(f.out); err != nil {
		return nil, err
	}
	j.printData()
	return j, nil
}

// checkTarget says which columns there are if the target is none of them.
func checkTarget(t *datasets.Table, target string) error {
	if target == "" {
		return fmt.Errorf("no target: name the column to predict by --target; columns are %s", columnNames(t))
	}
	if _, err := t.Column(target); err != nil {
		return fmt.Errorf("%s: no column is named %q; columns are %s", t.Name(), target, columnNames(t))
	}
	return nil
}

func columnNames(t *datasets.Table) string {
	var names []string
	for _, c := range t.Columns() {
		names = append(names, fmt.Sprintf("%q", c.Name()))
	}
	const most = 30
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(names, ", ")
}

// makeFolder makes the output folder and sees that files can be written there.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".goodfit-*")
	if err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// keep writes what a failed fit leaves: its history and curves.
func (j *fitJob) keep(r *pipeline.Result, err error) error {
	var diverged *goodfit.DivergedError
	if r != nil && r.History.Epochs() > 0 {
		err = errors.Join(err, j.writeHistory(r.History))
	}
	if errors.As(err, &diverged) {
		return failed(err)
	}
	return err
}

// finish writes all files and says what was found.
func (j *fitJob) finish(ctx context.Context, r *pipeline.Result) error {
	d := diagnose(r)
	files, err := j.write(context.WithoutCancel(ctx), r, d)
	if err != nil {
		return failed(err)
	}
	if j.flags.json {
		return j.printJSON(r, d, files)
	}
	j.printResult(r, d, files)
	return nil
}

// diagnose reads the learning curves, knowing what the baseline scores.
func diagnose(r *pipeline.Result) curves.Diagnosis {
	o := curves.Options{}
	if loss, ok := r.Baseline.Get("loss"); ok {
		o.Baseline = loss
	}
	for _, l := range r.Recipe.Layers {
		if strings.Contains(fmt.Sprintf("%T", l), "Dropout") {
			o.Stochastic = true
		}
	}
	return curves.Diagnose(r.History, o)
}

// path returns the place of a file in the output folder.
func (f *fitFlags) path(name string) string { return filepath.Join(f.out, name) }

// progress returns the callbacks that show the fit and keep its history.
func (f *fitFlags) progress(stderr io.Writer) []goodfit.Callback {
	style := callbacks.Auto
	if f.quiet || f.json {
		style = callbacks.Silent
	}
	return []goodfit.Callback{callbacks.Progress{Out: stderr, Style: style, Every: 10}}
}
