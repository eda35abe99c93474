// Coachbench measures what goodfit's coach is worth: on tables with known trouble,
// it compares the recipe that the coach finds with the one that it begins with, and
// with what random search finds by as many trainings, on fresh rows. The tables, seeds
// and margins stand in docs/coach.md, and so do the figures.
//
//	go run ./examples/coachbench [-tables iris,unscaled] [-first 1] [-seeds 10] [-budget 20s]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func main() {
	names := flag.String("tables", "", "names of tables, with commas between; default all")
	first := flag.Uint64("first", 1, "the first seed")
	seeds := flag.Int("seeds", 10, "number of seeds")
	budget := flag.Duration("budget", 20*time.Second, "nominal seconds of each run")
	noRandom := flag.Bool("no-random", false, "leave random search out")
	verbose := flag.Bool("v", false, "show each step")
	flag.Parse()
	b := bench{first: *first, seeds: *seeds, budget: *budget, random: !*noRandom, verbose: *verbose, log: os.Stderr}
	if *names != "" {
		b.only = strings.Split(*names, ",")
	}
	if err := b.run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "coachbench:", err)
		os.Exit(1)
	}
}

// bench is what is to be measured.
type bench struct {
	only    []string
	first   uint64
	seeds   int
	budget  time.Duration
	random  bool
	verbose bool
	log     io.Writer
}

// outcome is what came of one table and seed, as scores that are minimized.
type outcome struct {
	start, coach, random float64
	fits, kept           int
}

// row is a table's outcomes.
type row struct {
	table
	outcomes []outcome
}

func (b bench) run(ctx context.Context, out io.Writer) error {
	var rows []row
	for _, t := range tables {
		if b.only != nil && !slices.Contains(b.only, t.name) {
			continue
		}
		r := row{table: t}
		for seed := range uint64(b.seeds) {
			o, err := b.measure(ctx, t, b.first+seed)
			if err != nil {
				return fmt.Errorf("%s, seed %d: %w", t.name, b.first+seed, err)
			}
			r.outcomes = append(r.outcomes, o)
			fmt.Fprintf(b.log, "%-13s seed %2d: %.4f to begin with, %.4f coach, %.4f random; %d fits, %d kept\n",
				t.name, b.first+seed, o.start, o.coach, o.random, o.fits, o.kept)
		}
		rows = append(rows, r)
	}
	return b.print(out, rows)
}

// measure runs the coach and random search on one table.
func (b bench) measure(ctx context.Context, t table, seed uint64) (outcome, error) {
	learn, fresh, err := t.make(seed)
	if err != nil {
		return outcome{}, err
	}
	o := coach.Options{Metric: t.metric, Budget: b.budget, Seed: seed}
	if b.verbose {
		o.Watch = func(e coach.Event) { fmt.Fprintf(b.log, "%5.1f %4d %s: %s\n", e.Spent, e.Fits, e.Kind, e.Text) }
	}
	if t.start != nil {
		if o.Start, err = startOf(t, learn, seed); err != nil {
			return outcome{}, err
		}
	}
	found, err := coach.Improve(ctx, learn, t.target, o)
	if err != nil {
		return outcome{}, err
	}
	var out outcome
	out.fits, out.kept = found.Fits, len(found.Kept())
	if out.coach, err = b.score(t, found.Final.Pipeline, found, fresh); err != nil {
		return out, err
	}
	if found.Baseline == nil {
		out.start, err = guess(t, learn, fresh, found)
	} else {
		out.start, err = b.score(t, found.Baseline.Pipeline, found, fresh)
	}
	if err != nil || !b.random {
		return out, err
	}
	o.Fits, o.Budget = found.Fits, time.Hour
	drawn, err := coach.RandomSearch(ctx, learn, t.target, o)
	if err != nil {
		return out, fmt.Errorf("random search: %w", err)
	}
	out.random, err = b.score(t, drawn.Final.Pipeline, drawn, fresh)
	return out, err
}

// startOf returns the default recipe of the table with its trouble planted.
func startOf(t table, learn *datasets.Table, seed uint64) (pipeline.Recipe, error) {
	training, err := pipeline.Prepare(learn, t.target, pipeline.Options{Seed: seed})
	if err != nil {
		return pipeline.Recipe{}, err
	}
	e := training.Pipeline.Encoder
	r, err := pipeline.Options{}.TableRecipe(e.Task(), len(e.Classes()), training.Train.Table.Rows())
	if err == nil {
		t.start(&r)
	}
	return r, err
}

// score returns the deciding score on fresh rows, turned so that less is better.
func (b bench) score(t table, p *pipeline.Pipeline, r *coach.Result, fresh *datasets.Table) (float64, error) {
	e, err := p.Evaluate(fresh)
	if err != nil {
		return 0, err
	}
	v, _ := e.Scores.Get(t.metric)
	return turned(v, r.Direction), nil
}

func turned(v float64, d curves.Direction) float64 {
	if d == curves.Maximize {
		return 1 - v
	}
	return v
}

// guess scores a prediction without features: what a recipe that cannot be trained
// is worth.
func guess(t table, learn, fresh *datasets.Table, r *coach.Result) (float64, error) {
	e := r.Final.Pipeline.Encoder
	a, err := e.Apply(learn)
	if err != nil {
		return 0, err
	}
	z, err := e.Apply(fresh)
	if err != nil {
		return 0, err
	}
	scores, err := pipeline.GuessScores(e.Task(), a, z)
	v, _ := scores.Get(t.metric)
	return turned(v, r.Direction), err
}

// print writes the table of docs/coach.md.
func (b bench) print(out io.Writer, rows []row) error {
	w := tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)
	fmt.Fprintln(w, "| table\t| score\t| to begin with\t| coach\t| better by\t| seeds better\t| random search\t| log(coach/random)\t| fits\t| margin\t|")
	fmt.Fprintln(w, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|---\t|")
	var logs []float64
	for _, r := range rows {
		start, found, drawn := r.mean(func(o outcome) float64 { return o.start }), r.mean(func(o outcome) float64 { return o.coach }), r.mean(func(o outcome) float64 { return o.random })
		wins := r.mean(func(o outcome) float64 {
			if o.coach < o.start {
				return 1
			}
			return 0
		}) * float64(len(r.outcomes))
		ratio := r.mean(func(o outcome) float64 { return math.Log(o.coach / o.random) })
		gain, verdict := 1-found/start, "missed"
		if gain >= margins[r.kind] {
			verdict = "met"
		}
		if b.random {
			logs = append(logs, ratio)
		}
		name := r.metric
		if name == "f1" {
			name = "1 − F1"
		}
		fmt.Fprintf(w, "| %s\t| %s\t| %.4g\t| %.4g\t| %.1f %%\t| %.0f of %d\t| %.4g\t| %+.3f\t| %.0f\t| %s: %s\t|\n", r.name, name, start, found, 100*gain,
			wins, len(r.outcomes), drawn, ratio, r.mean(func(o outcome) float64 { return float64(o.fits) }), r.kind, verdict)
	}
	if len(logs) > 0 {
		sum := 0.0
		for _, x := range logs {
			sum += x
		}
		fmt.Fprintf(w, "\nMean of log(coach/random) over the tables: %+.3f\n", sum/float64(len(logs)))
	}
	return w.Flush()
}

func (r row) mean(of func(outcome) float64) float64 {
	sum := 0.0
	for _, o := range r.outcomes {
		sum += of(o)
	}
	return sum / float64(len(r.outcomes))
}
