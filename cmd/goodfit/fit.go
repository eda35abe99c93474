package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const fitHelp = `Train on a CSV file and see how well it went.

The table is read and its columns typed; rows are split into training, validation
and test parts (in equal proportions of the classes); text becomes columns, gaps
are filled, numbers are scaled, all as the training rows teach; a network trains
with early stopping; the test part scores it beside a naive baseline; and the
learning curves are diagnosed. "-" reads the table from standard input.

Files in the folder: model.goodfit, for predict, evaluate and inspect; history.csv;
curves.png; report.html. The same seed gives the same files. --recipe repeats a
training from the recipe.json that improve wrote, or another.

Scores are in the target's unit. "loss" is the model's own: with penalties, and of
the scaled target.

With --ensemble several models are trained, the members, and predict as one:
%s
The validation rows stop each training, but not one that all members come from; on
them weights and selections are found, a network of integrated is trained, and
intervals are measured. The test rows are seen by none. Each training has a history
file.

Ctrl-C keeps the model of the best epoch so far, or the members that are finished;
once more ends at once.`

func newFitCommand() *cobra.Command {
	f := &fitFlags{}
	c := &cobra.Command{
		Use:     "fit DATA.csv --target COLUMN",
		Short:   "Train on a table, score, diagnose and report",
		Long:    fmt.Sprintf(fitHelp, ensembleHelp()),
		Example: "  goodfit fit examples/iris/iris.csv --target species",
		Args:    exactly("DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			j := &fitJob{flags: f, path: args[0], stdout: c.OutOrStdout(), stderr: c.ErrOrStderr(), start: time.Now()}
			return j.run(c.Context(), c.InOrStdin())
		},
	}
	f.add(c.Flags())
	return c
}

// fitJob is one run of fit.
type fitJob struct {
	flags          *fitFlags
	path           string
	stdout, stderr io.Writer
	text           io.Writer // what a person reads
	start          time.Time
	kind           *ensembleKind // nil: a single model
	training       *pipeline.Training
}

// run is the main job.
func (j *fitJob) run(ctx context.Context, stdin io.Reader) error {
	j.text = j.stdout
	if j.flags.json || j.flags.quiet {
		j.text = io.Discard
	}
	if err := j.prepare(stdin); err != nil {
		return err
	}
	j.printData()
	result, err := j.training.Run(ctx)
	if err != nil {
		return j.keep(result, err)
	}
	return j.finish(ctx, result)
}

// prepare reads the table and makes the training ready: what is wrong with the
// input shows here, before the first file is made.
func (j *fitJob) prepare(stdin io.Reader) error {
	options, err := j.flags.options()
	if err != nil {
		return err
	}
	if j.kind, err = j.flags.kind(); err != nil {
		return err
	}
	options.Callbacks = j.callbacks()
	table, err := j.flags.table.read(j.path, stdin)
	if err != nil {
		return err
	}
	if err := checkTarget(table, j.flags.target); err != nil {
		return err
	}
	if err := j.addEnsemble(&options, table); err != nil {
		return err
	}
	if j.flags.recipe != "" {
		err = j.prepareRecipe(table)
	} else {
		j.training, err = pipeline.Prepare(table, j.flags.target, options)
	}
	if err != nil {
		return err
	}
	if options.TargetScaling != nil && j.training.Pipeline.Encoder.Task() == datasets.TaskClassification {
		return fmt.Errorf("--target-scale is for numbers, and column %q holds classes", j.flags.target)
	}
	if err := j.checkFolds(); err != nil {
		return err
	}
	return makeFolder(j.flags.out)
}

// callbacks returns those that show the fit and keep its history as it grows. With
// --json only a terminal sees progress. Trainings side by side have a line each.
func (j *fitJob) callbacks() []goodfit.Callback {
	style := callbacks.Auto
	if j.flags.quiet || j.flags.json && !isTerminal(j.stderr) {
		style = callbacks.Silent
	}
	if j.kind != nil && !j.kind.single {
		if style == callbacks.Silent {
			return nil
		}
		return []goodfit.Callback{memberProgress{&memberLog{out: j.stderr}}}
	}
	return []goodfit.Callback{callbacks.Progress{Out: j.stderr, Style: style}, callbacks.CSVLog{Path: j.file("history.csv")}}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// checkTarget says which columns there are if the target is none of them.
func checkTarget(t *datasets.Table, target string) error {
	var names []string
	for _, c := range t.Columns() {
		names = append(names, c.Name())
		if c.Name() == target {
			return nil
		}
	}
	if target == "" {
		return fmt.Errorf("name the column to predict by --target; columns are %s", listed(names))
	}
	hint := ""
	if name, ok := nearest(target, names); ok {
		hint = fmt.Sprintf("did you mean %q? ", name)
	}
	return fmt.Errorf("%s has no column %q; %scolumns are %s", t.Name(), target, hint, listed(names))
}

// listed quotes names, at most thirty.
func listed(names []string) string {
	const most = 30
	var quoted []string
	for _, name := range names[:min(len(names), most)] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	if len(names) > most {
		quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.Join(quoted, ", ")
}

// makeFolder makes the output folder and sees that files can be written there.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	f, err := os.CreateTemp(dir, ".goodfit-*.tmp")
	if err != nil {
		return fmt.Errorf("output folder %s: no file can be made there: %w", dir, err)
	}
	f.Close()
	return os.Remove(f.Name())
}

// file returns the place of a file in the output folder.
func (j *fitJob) file(name string) string { return filepath.Join(j.flags.out, name) }

// keep writes what a fit leaves that ended without a model: its history and curves
// if it diverged.
func (j *fitJob) keep(r *pipeline.Result, err error) error {
	var diverged *goodfit.DivergedError
	switch {
	case errors.Is(err, context.Canceled) && j.kind != nil:
		return failure{exitInterrupted, fmt.Errorf("interrupted before the ensemble had members; there is no model%s", j.older())}
	case errors.Is(err, context.Canceled):
		return failure{exitInterrupted, fmt.Errorf("interrupted before the first epoch ended; there is no model%s", j.older())}
	case !errors.As(err, &diverged) || r.History.Epochs() == 0:
		return failed(err)
	}
	if kept := j.writeHistories([]*curves.History{r.History}, curves.Diagnose(r.History)); kept != nil {
		return failed(errors.Join(err, kept))
	}
	return failed(fmt.Errorf("%w; history and curves until then are in %s%s", err, j.flags.out, j.older()))
}

// older says whose the model is that a fit without one finds in its folder; "" if
// there is none.
func (j *fitJob) older() string {
	path := j.file("model.goodfit")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return fmt.Sprintf("; %s is of an earlier fit", path)
}

// finish writes all files and says what was found.
func (j *fitJob) finish(ctx context.Context, r *pipeline.Result) error {
	d := diagnose(r)
	files, err := j.write(context.WithoutCancel(ctx), r, d)
	if err != nil {
		return failed(err)
	}
	if j.flags.json {
		err = j.printJSON(r, d, files)
	} else {
		err = j.printResult(r, d, files)
	}
	if err != nil || !r.Interrupted {
		return failed(err)
	}
	if j.kind != nil && j.kind.single {
		return failure{exitInterrupted, fmt.Errorf("interrupted after epoch %d; the %s of the epochs so far, the history and the report are in %s",
			r.History.Epochs(), j.ensembleText(len(r.Members)), j.flags.out)}
	}
	if j.kind != nil {
		return failure{exitInterrupted, fmt.Errorf("interrupted; the %s that were finished, their histories and the report are in %s",
			j.ensembleText(len(r.Members)), j.flags.out)}
	}
	return failure{exitInterrupted, fmt.Errorf("interrupted after epoch %d; the model of the best epoch so far, its history and report are in %s",
		r.History.Epochs(), j.flags.out)}
}

// diagnose reads the learning curves, knowing what the baseline scores and whether
// training ran with noise that validation is free of.
func diagnose(r *pipeline.Result) curves.Diagnosis {
	o := curves.Options{}
	o.Baseline, _ = r.Baseline.Get("loss")
	o.Stochastic = trainsOtherwise(r.Recipe)
	if r.Ensemble != nil && len(r.Ensemble.Histories) > 1 {
		return curves.DiagnoseRuns(r.Ensemble.Histories, o)
	}
	return curves.Diagnose(r.History, o)
}

// trainsOtherwise reports whether the training loss is that of another function than
// the validation loss: of noisy weights or weighted classes, or with a layer that
// computes something else in training than in use.
func trainsOtherwise(r goodfit.Recipe) bool {
	return r.Config.Noise.Weights > 0 || r.Plan.ClassWeights != nil || slices.ContainsFunc(r.Layers, layerTrainsOtherwise)
}

// layerTrainsOtherwise reports whether a layer has dropout, noise or the statistics of
// the batch in training.
func layerTrainsOtherwise(l nn.Layer) bool {
	switch l := l.(type) {
	case nn.Named:
		return layerTrainsOtherwise(l.Layer)
	case nn.TimeDistributed:
		return layerTrainsOtherwise(l.Layer)
	case nn.Dropout, nn.SpatialDropout1D, nn.SpatialDropout2D, nn.GaussianDropout, nn.AlphaDropout, nn.GaussianNoise, nn.BatchNorm:
		return true
	}
	return false
}
