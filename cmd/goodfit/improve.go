package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/pipeline"
)

const improveHelp = `Look for a better training of a table, by the playbook's method: train, draw the
curves, name the problem, try the technique that addresses it, keep it only if it
helps, and repeat, until the budget ends or nothing helps any more.

Candidates are trained on the same folds with the same seeds and compared pairwise.
Rows for the test are laid aside first and looked at once, at the end.

The budget is counted in work, in seconds of a nominal processor: it follows from
rows, epochs and weights alone, so that the same table, options and seed give the
same result on any machine. It takes less time where several processors work.
--limit ends it by the clock.

Files in the folder: model.goodfit, for predict, evaluate and inspect; recipe.json,
which "goodfit fit --recipe" repeats; report.html, with a card for each step;
history.csv; curves.png. While it runs there is journal.json; a run that was ended
goes on from there with --resume, and comes to the same result.

Ctrl-C keeps the best so far; once more ends at once.`

func newImproveCommand() *cobra.Command {
	f := &improveFlags{}
	c := &cobra.Command{
		Use:     "improve DATA.csv --target COLUMN",
		Short:   "Diagnose, try techniques, keep what helps: find a better training of a table",
		Long:    improveHelp,
		Example: "  goodfit improve examples/iris/iris.csv --target species --budget 1m",
		Args:    exactly("DATA.csv"),
		RunE: func(c *cobra.Command, args []string) error {
			j := &improveJob{flags: f, path: args[0], stdout: c.OutOrStdout(), stderr: c.ErrOrStderr(), start: time.Now()}
			return j.run(c.Context(), c.InOrStdin())
		},
	}
	f.add(c.Flags())
	return c
}

// improveFlags are the flags of improve.
type improveFlags struct {
	table             tableFlags
	target, task, out string
	metric, recipe    string
	budget, limit     time.Duration
	test, validation  float64
	seed              uint64
	drop              []string
	resume            bool
	json, quiet       bool
	flags             *pflag.FlagSet
}

func (f *improveFlags) add(s *pflag.FlagSet) {
	f.flags = s
	s.SortFlags = false
	s.StringVarP(&f.target, "target", "t", "", "the column to predict")
	s.StringVar(&f.task, "task", "auto", "auto, classification or regression")
	s.StringVarP(&f.out, "out", "o", "goodfit-out", "the folder for the files")
	s.DurationVar(&f.budget, "budget", 2*time.Minute, "work for all trainings, in nominal seconds or minutes, as 90s")
	s.DurationVar(&f.limit, "limit", 0, "the most time by the clock (default: twice the budget)")
	s.Uint64Var(&f.seed, "seed", 1, "decides the split, the folds and all trainings")
	s.StringVar(&f.metric, "metric", "", "the score that decides: log_loss, accuracy, f1, auc; rmse, mae, r2 (default: log_loss, f1 where a class is rare, rmse)")
	s.StringVar(&f.recipe, "recipe", "", "a recipe.json to begin with (default: what goodfit fit does)")
	s.BoolVar(&f.resume, "resume", false, "go on with a run that was ended, in the same folder")
	s.StringSliceVar(&f.drop, "drop", nil, "columns that are not features")
	f.table.add(s)
	s.Float64Var(&f.validation, "validation", 0.2, "share of the rows for early stopping of the final training")
	s.Float64Var(&f.test, "test", 0.2, "share of the rows for the final scores")
	s.BoolVar(&f.json, "json", false, "print one JSON object on standard output, and no progress")
	s.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
}

// options returns what the flags mean; it fails on one that means nothing.
func (f *improveFlags) options() (o coach.Options, err error) {
	o = coach.Options{Metric: f.metric, Budget: f.budget, Limit: f.limit, Seed: f.seed}
	if f.budget <= 0 {
		return o, fmt.Errorf("--budget is %v, want a time above 0, as 90s or 2m", f.budget)
	}
	if f.flags.Changed("limit") && f.limit <= 0 {
		return o, fmt.Errorf("--limit is %v, want a time above 0, as 90s or 2m", f.limit)
	}
	if f.limit == 0 {
		o.Limit = 2 * f.budget
	}
	prep := pipeline.Preparation{Test: opt.Of(f.test), Validation: opt.Of(f.validation), Encode: datasets.Encode{Drop: f.drop}}
	if err := prep.Task.UnmarshalText([]byte(f.task)); err != nil {
		return o, fmt.Errorf("--task is %q, want auto, classification or regression", f.task)
	}
	if f.recipe == "" {
		o.Start.Prepare = prep
		return o, nil
	}
	for _, name := range []string{"task", "drop", "validation", "test"} {
		if f.flags.Changed(name) {
			return o, fmt.Errorf("--%s does not go with --recipe, which says it", name)
		}
	}
	o.Start, err = pipeline.ReadRecipe(f.recipe)
	return o, err
}

// improveJob is one run of improve.
type improveJob struct {
	flags          *improveFlags
	path           string
	stdout, stderr io.Writer
	start          time.Time
}

func (j *improveJob) run(ctx context.Context, stdin io.Reader) error {
	options, err := j.flags.options()
	if err != nil {
		return err
	}
	table, err := j.flags.table.read(j.path, stdin)
	if err != nil {
		return err
	}
	if err := checkTarget(table, j.flags.target); err != nil {
		return err
	}
	if err := makeFolder(j.flags.out); err != nil {
		return err
	}
	options.Journal, options.Watch = j.file("journal.json"), j.show
	if !j.flags.resume {
		if err := os.Remove(options.Journal); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	r, err := coach.Improve(ctx, table, j.flags.target, options)
	if err != nil {
		return err
	}
	return j.finish(ctx, r)
}

func (j *improveJob) file(name string) string { return filepath.Join(j.flags.out, name) }

// show prints what happens, a line for each try and for what came of it.
func (j *improveJob) show(e coach.Event) {
	if j.flags.quiet || j.flags.json && !isTerminal(j.stderr) {
		return
	}
	share := 100 * e.Spent / e.Budget
	switch e.Kind {
	case "try":
		fmt.Fprintf(j.stderr, "[%3.0f %%] %s\n", share, e.Text)
	case "step":
		fmt.Fprintf(j.stderr, "        %s: %s\n", e.Step.What(), e.Text)
	default:
		fmt.Fprintf(j.stderr, "%s\n", e.Text)
	}
}

// finish writes all files and says what was found.
func (j *improveJob) finish(ctx context.Context, r *coach.Result) error {
	files, err := j.write(context.WithoutCancel(ctx), r)
	if err != nil {
		return failed(err)
	}
	if j.flags.json {
		err = printJSON(j.stdout, j.result(r, files))
	} else if !j.flags.quiet {
		err = j.print(r, files)
	}
	if err != nil {
		return failed(err)
	}
	if ctx.Err() != nil {
		return failure{exitInterrupted, fmt.Errorf("interrupted after %d techniques; the best so far is in %s, and --resume goes on", len(r.Steps), j.flags.out)}
	}
	return nil
}

// print says what came of it.
func (j *improveJob) print(r *coach.Result, files improveFiles) error {
	_, err := fmt.Fprintf(j.stdout, "\n%s\n\nmodel    %s\nrecipe   %s\nreport   %s\n", r.Summary(), files.Model, files.Recipe, files.Report)
	return err
}

// improveJSON is what improve --json prints. Scores are those on the test rows, keyed
// by metric.
type improveJSON struct {
	Task         string             `json:"task"`
	Target       string             `json:"target"`
	Metric       string             `json:"metric"`
	Verdict      string             `json:"verdict"`
	Steps        []coach.Step       `json:"steps"`
	Kept         int                `json:"kept"`
	Confirmation *coach.Difference  `json:"confirmation,omitempty"`
	Reverted     bool               `json:"reverted,omitempty"`
	Start        map[string]float64 `json:"start,omitempty"`
	Final        map[string]float64 `json:"final"`
	Interval     [2]float64         `json:"interval"`
	Spent        float64            `json:"spent"`
	Budget       float64            `json:"budget"`
	Fits         int                `json:"fits"`
	Stopped      string             `json:"stopped"`
	ByClock      bool               `json:"by_clock,omitempty"`
	Seed         uint64             `json:"seed"`
	Recipe       json.RawMessage    `json:"recipe"`
	Seconds      float64            `json:"seconds"`
	Files        improveFiles       `json:"files"`
}

func (j *improveJob) result(r *coach.Result, files improveFiles) improveJSON {
	out := improveJSON{Task: r.Facts.Task.String(), Target: j.flags.target, Metric: r.Metric, Verdict: r.Diagnosis.Verdict,
		Steps: r.Steps, Kept: len(r.Kept()), Reverted: r.Reverted, Final: finite(r.Final.Test.Scores.Map()), Interval: [2]float64{r.TestLow, r.TestHigh},
		Spent: r.Spent, Budget: r.Budget, Fits: r.Fits, Stopped: r.Stopped, ByClock: r.ByClock, Seed: j.flags.seed,
		Recipe: described(json.Marshal(r.Recipe)), Seconds: seconds(j.start), Files: files}
	if r.Baseline != nil {
		out.Start = finite(r.Baseline.Test.Scores.Map())
	}
	if r.Confirmation.Folds > 0 {
		out.Confirmation = &r.Confirmation
	}
	return out
}
