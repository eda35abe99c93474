package coach_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/coach"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// sums is a table of a number that follows from two inputs, in some units.
func sums(rows int, seed uint64, unit, noise float64) *datasets.Table {
	r := random.New(seed)
	a, b, y := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	for i := range rows {
		a[i], b[i] = unit*r.Normal(), r.Normal()
		y[i] = unit * (a[i]/unit + math.Abs(b[i]) + noise*r.Normal())
	}
	t, err := datasets.NewTable(datasets.NumberColumn("a", a), datasets.NumberColumn("b", b), datasets.NumberColumn("y", y))
	if err != nil {
		panic(err)
	}
	return t
}

// rings is a table of two classes, one around the other.
func rings(rows int, seed uint64) *datasets.Table {
	r := random.New(seed)
	x, y, class := make([]float64, rows), make([]float64, rows), make([]string, rows)
	for i := range rows {
		angle, radius := 2*math.Pi*r.Float64(), 0.5+0.5*float64(i%2)
		x[i], y[i] = radius*math.Cos(angle)+0.1*r.Normal(), radius*math.Sin(angle)+0.1*r.Normal()
		class[i] = []string{"in", "out"}[i%2]
	}
	t, err := datasets.NewTable(datasets.NumberColumn("x", x), datasets.NumberColumn("y", y), datasets.CategoryColumn("class", class))
	if err != nil {
		panic(err)
	}
	return t
}

// small is a recipe whose trainings take some milliseconds.
func small(_ testing.TB, task datasets.Task, classes int, change func(*pipeline.Recipe)) pipeline.Recipe {
	r, err := pipeline.Options{Hidden: []int{16}, Epochs: 60, Patience: 15, BatchSize: 16}.TableRecipe(task, classes, 100)
	if err != nil {
		panic(err)
	}
	if change != nil {
		change(&r)
	}
	return r
}

func improve(t testing.TB, table *datasets.Table, target string, o coach.Options) *coach.Result {
	t.Helper()
	r, err := coach.Improve(context.Background(), table, target, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// few are techniques that make a short search.
func few(t testing.TB, names ...string) []coach.Technique {
	t.Helper()
	var out []coach.Technique
	for _, technique := range coach.Techniques() {
		if slices.Contains(names, technique.Name) {
			out = append(out, technique)
		}
	}
	if len(out) != len(names) {
		t.Fatalf("%d techniques of %q", len(out), names)
	}
	return out
}

// planted are starts with a trouble, and the techniques that must be among those that
// mend it. The result's score is at most share of the start's.
var planted = []struct {
	name   string
	table  func(seed uint64) *datasets.Table
	target string
	task   datasets.Task
	change func(*pipeline.Recipe)
	mends  []string
	share  float64
}{
	{"rate too high", func(seed uint64) *datasets.Table { return rings(120, seed) }, "class", datasets.TaskClassification,
		func(r *pipeline.Recipe) { r.Train.Config.Optimizer = optim.SGD{Rate: 30, Momentum: 0.9} }, []string{"rate", "optimizer", "clipping"}, 0.7},
	{"dead units", func(seed uint64) *datasets.Table { return rings(120, seed) }, "class", datasets.TaskClassification,
		func(r *pipeline.Recipe) {
			r.Train.Layers[0] = nn.Dense{Units: 16, Activation: act.ReLU, Init: nn.HeNormal, BiasInit: nn.Constant(-9)}
		}, []string{"relu"}, 0.7},
	{"unscaled", func(seed uint64) *datasets.Table { return sums(120, seed, 1000, 0.1) }, "y", datasets.TaskRegression,
		func(r *pipeline.Recipe) {
			asIs := datasets.Standardize{NoCenter: true, NoScale: true}
			r.Prepare.Scaling, r.Prepare.TargetScaling = asIs, asIs
		}, []string{"scaling", "target-scaling"}, 0.7},
	{"too small", func(seed uint64) *datasets.Table { return rings(120, seed) }, "class", datasets.TaskClassification,
		func(r *pipeline.Recipe) { r.Train.Layers = r.Train.Layers[1:] }, []string{"capacity"}, 0.7},
	{"no early stopping", func(seed uint64) *datasets.Table { return sums(40, seed, 1, 1.5) }, "y", datasets.TaskRegression,
		func(r *pipeline.Recipe) {
			r.Train.Layers = []nn.Layer{nn.Dense{Units: 64, Activation: act.ReLU, Init: nn.HeNormal}, nn.Dense{Units: 1}}
			r.Train.Plan.Callbacks, r.Train.Plan.Epochs, r.Train.Config.Optimizer = nil, 150, optim.Adam{Rate: 0.01}
		}, []string{"early-stopping", "less-capacity", "weight-decay"}, 0.95},
}

// A planted fault is mended, by a technique that addresses it, whatever the seed.
func TestPlantedTroubleIsMended(t *testing.T) {
	for _, p := range planted {
		seeds := uint64(3)
		if testing.Short() {
			seeds = 1
		}
		for seed := range seeds {
			r := improve(t, p.table(seed+1), p.target, coach.Options{Start: small(t, p.task, classesOf(p.task), p.change), Seed: seed, Repeats: 1, Fits: 90})
			var kept []string
			for _, s := range r.Kept() {
				kept = append(kept, s.Technique)
			}
			if !slices.ContainsFunc(kept, func(name string) bool { return slices.Contains(p.mends, name) }) {
				t.Errorf("%s, seed %d: kept %q, want one of %q", p.name, seed, kept, p.mends)
			}
			if before, after := meanOf(r.StartScores), meanOf(r.Scores); after > p.share*before {
				t.Errorf("%s, seed %d: %s %.4g became %.4g, want at most %g times it", p.name, seed, r.Metric, before, after, p.share)
			}
		}
	}
}

func meanOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v / float64(len(values))
	}
	return sum
}

// story is what must be the same wherever a run is made.
func story(t testing.TB, r *coach.Result) string {
	t.Helper()
	text, err := json.Marshal(struct {
		Recipe  pipeline.Recipe
		Steps   []coach.Step
		Confirm coach.Difference
		Scores  pipeline.Scores
		Low     float64
		Spent   float64
		Fits    int
		Summary string
		Weights [][]float64
	}{r.Recipe, r.Steps, r.Confirmation, r.Final.Test.Scores, r.TestLow, r.Spent, r.Fits, r.Summary(), rowsOf(r.Final.Test.Predicted)})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func rowsOf(m *mat.Dense) (rows [][]float64) {
	n, _ := m.Dims()
	for i := range n {
		rows = append(rows, m.RawRowView(i))
	}
	return rows
}

func shortOptions(t testing.TB) coach.Options {
	return coach.Options{Start: small(t, datasets.TaskClassification, 2, nil), Seed: 4, Repeats: 1, Fits: 80,
		Techniques: few(t, "rate", "capacity", "dropout", "activation", "averaging")}
}

// The same seed gives the same story on one thread and on several; another seed does not.
func TestSameOnAnyNumberOfCores(t *testing.T) {
	table, o := rings(90, 1), shortOptions(t)
	want := story(t, improve(t, table, "class", o))
	old := runtime.GOMAXPROCS(1)
	one := story(t, improve(t, table, "class", o))
	runtime.GOMAXPROCS(5)
	five := story(t, improve(t, table, "class", o))
	runtime.GOMAXPROCS(old)
	if want != one || want != five {
		t.Errorf("%d threads: %s\n1 thread: %s\n5 threads: %s", old, want, one, five)
	}
	o.Seed++
	if story(t, improve(t, table, "class", o)) == want {
		t.Error("another seed made no difference")
	}
}

// A run that is ended anywhere goes on from its journal to the same result, without
// making again what the journal has.
func TestGoesOnAfterItWasEnded(t *testing.T) {
	table, o := rings(90, 1), shortOptions(t)
	want := story(t, improve(t, table, "class", o))
	for _, steps := range []int{1, 3} {
		o := o
		o.Journal = filepath.Join(t.TempDir(), "journal.json")
		ctx, cancel := context.WithCancel(context.Background())
		seen := 0
		o.Watch = func(e coach.Event) {
			if e.Kind == "step" {
				if seen++; seen == steps {
					cancel()
				}
			}
		}
		ended, err := coach.Improve(ctx, table, "class", o)
		if err != nil || !ended.ByClock {
			t.Fatalf("ended after %d steps: error %v", steps, err)
		}
		if story(t, ended) == want {
			t.Fatal("the run was not ended")
		}
		o.Watch = nil
		if got := story(t, improve(t, table, "class", o)); got != want {
			t.Errorf("ended after %d steps, it went on to\n%s\nwant\n%s", steps, got, want)
		}
	}
}

func TestJournalOfAnotherRunIsRefused(t *testing.T) {
	table, o := rings(90, 1), shortOptions(t)
	o.Journal, o.Fits = filepath.Join(t.TempDir(), "journal.json"), 10
	improve(t, table, "class", o)
	for name, change := range map[string]func(*coach.Options){
		"seed":   func(o *coach.Options) { o.Seed++ },
		"recipe": func(o *coach.Options) { o.Start.Train.Plan.Epochs++ },
		"metric": func(o *coach.Options) { o.Metric = "accuracy" },
	} {
		other := o
		change(&other)
		if _, err := coach.Improve(context.Background(), table, "class", other); err == nil || !strings.Contains(err.Error(), "another table") {
			t.Errorf("another %s: error %v", name, err)
		}
	}
	for _, text := range []string{"", "[]", `{"format":"x"}`, `{"format":"goodfit-coach","version":1,"of":1}`} {
		if err := os.WriteFile(o.Journal, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := coach.Improve(context.Background(), table, "class", o); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

// The budget bounds the work, and the number of trainings where that is given.
func TestBudget(t *testing.T) {
	table, o := rings(90, 1), shortOptions(t)
	o.Fits = 30
	r := improve(t, table, "class", o)
	confirmation := 20
	if r.Fits > o.Fits+confirmation {
		t.Errorf("%d fits, want at most %d and %d to confirm", r.Fits, o.Fits, confirmation)
	}
	o.Fits, o.Budget = 0, 60*time.Millisecond
	few := improve(t, table, "class", o)
	o.Budget = 20 * time.Second
	many := improve(t, table, "class", o)
	if few.Fits >= many.Fits || few.Spent > 0.3 { // one step, and the confirmation, may go over it
		t.Errorf("%d fits of %.3g s by a budget of 0.06 s, %d by 20 s", few.Fits, few.Spent, many.Fits)
	}
	if len(few.Steps) >= len(many.Steps) {
		t.Errorf("%d steps by the small budget, %d by the large", len(few.Steps), len(many.Steps))
	}
}

// The clock ends a search, and the result says so.
func TestLimit(t *testing.T) {
	o := shortOptions(t)
	o.Fits, o.Budget, o.Techniques = 0, time.Hour, []coach.Technique{{Name: "rate", Title: "sleep", Propose: func(s *coach.Situation) (string, []coach.Change) {
		time.Sleep(3 * time.Second)
		return "", nil
	}}}
	o.Limit = 2 * time.Second
	r := improve(t, rings(90, 1), "class", o)
	if !r.ByClock || !strings.Contains(r.Summary(), "another machine") {
		t.Errorf("by clock %v: %s", r.ByClock, r.Summary())
	}
}

// The recipe that is handed back trains to the same bits.
func TestRecipeRepeatsTheResult(t *testing.T) {
	table, o := rings(90, 1), shortOptions(t)
	r := improve(t, table, "class", o)
	path := filepath.Join(t.TempDir(), "recipe.json")
	if err := pipeline.WriteRecipe(path, r.Recipe); err != nil {
		t.Fatal(err)
	}
	recipe, err := pipeline.ReadRecipe(path)
	if err != nil {
		t.Fatal(err)
	}
	training, err := pipeline.PrepareRecipe(table, "class", recipe, recipe.Seed())
	if err != nil {
		t.Fatal(err)
	}
	again, err := training.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(rowsOf(r.Final.Test.Predicted), rowsOf(again.Test.Predicted)) {
		t.Error("the recipe gives other predictions")
	}
}

// Rows for the test reach no training before the end: with other targets there, all
// steps are the same.
func TestTestRowsAreNotLookedAt(t *testing.T) {
	table, o := sums(120, 3, 1, 0.2), coach.Options{Seed: 2, Repeats: 1, Fits: 40, Techniques: few(t, "rate", "capacity")}
	o.Start = small(t, datasets.TaskRegression, 0, nil)
	_, _, test, err := o.Start.Prepare.Divide(table, "y", o.Seed)
	if err != nil {
		t.Fatal(err)
	}
	var columns []*datasets.Column
	for _, c := range table.Columns() {
		values := slices.Clone(c.Numbers())
		for _, i := range test {
			values[i] = 1e6 + float64(i)
		}
		columns = append(columns, datasets.NumberColumn(c.Name(), values))
	}
	spoilt, err := datasets.NewTable(columns...)
	if err != nil {
		t.Fatal(err)
	}
	a, b := improve(t, table, "y", o), improve(t, spoilt, "y", o)
	if x, y := fmt.Sprint(a.Steps[0].Variants, a.Scores), fmt.Sprint(b.Steps[0].Variants, b.Scores); x != y || len(a.Steps) != len(b.Steps) {
		t.Errorf("%s\nbecame\n%s", x, y)
	}
}

func TestRefusals(t *testing.T) {
	table := rings(60, 1)
	tiny, err := datasets.NewTable(datasets.NumberColumn("x", []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}),
		datasets.CategoryColumn("class", []string{"a", "a", "a", "b", "b", "b", "b", "b", "b"}))
	if err != nil {
		t.Fatal(err)
	}
	wrong := small(t, datasets.TaskClassification, 3, nil)
	for want, c := range map[string]struct {
		table  *datasets.Table
		target string
		o      coach.Options
	}{
		"no column":         {table, "z", coach.Options{}},
		"the budget is -1":  {table, "class", coach.Options{Budget: -1}},
		"1 folds":           {table, "class", coach.Options{Folds: 1}},
		"no score \"rmse\"": {table, "class", coach.Options{Metric: "rmse"}},
		"needs a Name":      {table, "class", coach.Options{Techniques: []coach.Technique{{Title: "x"}}}},
		"a class has 2":     {tiny, "class", coach.Options{}},
		"cannot be trained": {table, "class", coach.Options{Start: wrong}},
	} {
		if _, err := coach.Improve(context.Background(), c.table, c.target, c.o); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want %q in one line", err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := coach.Improve(ctx, table, "class", coach.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("ended before the start: error %v", err)
	}
}

// A start that diverges on all folds is worth a guess, and is mended.
func TestStartThatDiverges(t *testing.T) {
	start := small(t, datasets.TaskRegression, 0, func(r *pipeline.Recipe) {
		r.Train.Config.Optimizer = optim.SGD{Rate: 1e6}
	})
	r := improve(t, sums(100, 1, 1, 0.2), "y", coach.Options{Start: start, Seed: 1, Repeats: 1, Fits: 60})
	if r.Diagnosis.Verdict != "diverged" || len(r.Kept()) == 0 || r.Baseline != nil || r.BaselineFault == "" {
		t.Errorf("verdict %s, %d kept, fault %q", r.Diagnosis.Verdict, len(r.Kept()), r.BaselineFault)
	}
	if !strings.Contains(r.Summary(), "could not be trained") {
		t.Error(r.Summary())
	}
}

// Random search makes as many trainings as it is given, and not a worse result than
// the start's on the folds.
func TestRandomSearch(t *testing.T) {
	o := shortOptions(t)
	o.Techniques = nil
	r, err := coach.RandomSearch(context.Background(), rings(90, 1), "class", o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Fits > o.Fits || r.Fits < o.Fits-10 || meanOf(r.Scores) > meanOf(r.StartScores) {
		t.Errorf("%d fits of %d, %g from %g", r.Fits, o.Fits, meanOf(r.Scores), meanOf(r.StartScores))
	}
	o.Fits = 0
	if _, err := coach.RandomSearch(context.Background(), rings(90, 1), "class", o); err == nil {
		t.Error("no number of fits was taken")
	}
}

func classesOf(task datasets.Task) int {
	if task == datasets.TaskClassification {
		return 2
	}
	return 0
}

// The difference of a step is the corrected t interval of its scores, and decides.
func TestDifferenceIsTheCorrectedInterval(t *testing.T) {
	o := shortOptions(t)
	o.Repeats, o.Fits = 2, 150
	r := improve(t, rings(90, 1), "class", o)
	// Of 72 rows in 5 folds, 14.4 score for 57.6 that train: q is near 1/4, and its mean
	// over folds of 14 and 15 rows is what the coach takes.
	q := (2*(15.0/57) + 3*(14.0/58)) / 5
	compared := 0
	for _, s := range r.Steps {
		if s.Chosen < 0 {
			continue
		}
		compared++
		want, err := experiments.CorrectedT(s.Before, s.Variants[s.Chosen].Scores, q, coach.Level)
		if err != nil {
			t.Fatal(err)
		}
		d := s.Difference
		near := func(a, b float64) bool { return math.Abs(a-b) <= 2e-3*(want.High-want.Low) } // folds may differ by a row; quantiles have 4 decimals
		if d.Mean != want.Mean || !near(d.Low, want.Low) || !near(d.High, want.High) {
			t.Errorf("%s: %+v, want %v", s.Technique, d, want)
		}
		if s.Area != coach.Prediction && s.Kept != (d.High < 0) {
			t.Errorf("%s: kept is %v by %+v", s.Technique, s.Kept, d)
		}
	}
	if compared == 0 {
		t.Error("no step was compared on all folds")
	}
}
