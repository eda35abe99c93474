package experiments_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

var ctx = context.Background()

func blobs() (train, test *datasets.Dataset) {
	return datasets.Blobs{Samples: 200, Std: 2, Seed: 2}.Make().Split(100)
}

func classifier() goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{
			nn.As("hidden", nn.Dense{Units: 10, Activation: act.ReLU, Init: nn.HeUniform}),
			nn.Dense{Units: 3, Activation: act.Softmax},
		},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9},
			Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan: goodfit.Plan{Epochs: 20},
	}
}

func TestRepeatedIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	train, test := blobs()
	var results [][]float64
	for _, procs := range []int{1, 2, 5} {
		old := runtime.GOMAXPROCS(procs)
		runs, err := experiments.Repeated{Seeds: 6, BaseSeed: 3}.Evaluate(ctx, classifier(), train, test)
		runtime.GOMAXPROCS(old)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, append(runs.TestLoss(), runs.TrainLoss()...))
	}
	if !reflect.DeepEqual(results[0], results[1]) || !reflect.DeepEqual(results[0], results[2]) {
		t.Errorf("losses differ between numbers of processors: %v", results)
	}
	if results[0][0] == results[0][1] {
		t.Error("two seeds gave the same loss")
	}
}

func TestRepeatedEqualsSingleRuns(t *testing.T) {
	train, test := blobs()
	runs, err := experiments.Repeated{Seeds: 2}.Evaluate(ctx, classifier(), train, test)
	if err != nil {
		t.Fatal(err)
	}
	for i, run := range runs {
		model, _, err := classifier().Fit(ctx, train, nil, run.Seed)
		if err != nil {
			t.Fatal(err)
		}
		want, err := model.Evaluate(test)
		if err != nil {
			t.Fatal(err)
		}
		if run.Test.Loss != want.Loss || runs.TestScore(metrics.Accuracy{})[i] != want.Metrics[0].Value {
			t.Errorf("run %d: %v, alone %v", i, run.Test, want)
		}
		if runs.Histories()[i].Epochs() != 20 {
			t.Errorf("run %d recorded %d epochs, want 20", i, runs.Histories()[i].Epochs())
		}
	}
}

func TestRepeatedCountsRunsThatDiverge(t *testing.T) {
	raw := datasets.Regression{Samples: 200, Features: 20, Noise: 0.1, Seed: 1}.Make()
	r := goodfit.Recipe{
		Layers: []nn.Layer{nn.Dense{Units: 25, Activation: act.ReLU}, nn.Dense{Units: 1}},
		Config: goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9}},
		Plan:   goodfit.Plan{Epochs: 3},
	}
	runs, err := experiments.Repeated{Seeds: 2}.Evaluate(ctx, r, raw, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range runs {
		if run.Diverged == nil || !math.IsNaN(run.Train.Loss) {
			t.Errorf("run: diverged %v, loss %v; want an error and NaN", run.Diverged, run.Train.Loss)
		}
	}
}

func TestRepeatedValues(t *testing.T) {
	seen := map[float64]bool{}
	values, err := experiments.Repeated{BaseSeed: 1}.Values(ctx, func(_ context.Context, seed uint64) (float64, error) {
		return float64(seed % 1000003), nil
	})
	for _, v := range values {
		seen[v] = true
	}
	if err != nil || len(values) != 30 || len(seen) != 30 {
		t.Errorf("%d values, %d different, %v; want 30 of each by default", len(values), len(seen), err)
	}
	broken := errors.New("broken")
	if _, err := (experiments.Repeated{Seeds: 2}).Values(ctx, func(context.Context, uint64) (float64, error) { return 0, broken }); !errors.Is(err, broken) {
		t.Errorf("error = %v, want the run's", err)
	}
	if _, err := (experiments.Repeated{Seeds: -1}).Values(ctx, nil); err == nil {
		t.Error("−1 seeds were accepted")
	}
}

func TestSweepNamesWhatTookEffect(t *testing.T) {
	train, test := blobs()
	sweep := experiments.Sweep{Changes: experiments.Field("Config.Optimizer.Rate", 0, 0.1), Repeated: experiments.Repeated{Seeds: 2}}
	points, err := sweep.Evaluate(ctx, classifier(), train, test)
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	if err := points.Write(&table, metrics.Accuracy{}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(table.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(strings.TrimSpace(lines[1]), "0.01 ") || !strings.HasPrefix(strings.TrimSpace(lines[2]), "0.1 ") {
		t.Errorf("table:\n%s\nwant lines for 0.01, the default of a rate of 0, and 0.1", table.String())
	}
	if got := points[1].Recipe.Config.Optimizer.(optim.SGD); got.Rate != 0.1 || got.Momentum != 0.9 {
		t.Errorf("the second point trained with %+v", got)
	}
	box := experiments.Box("rates", "test accuracy", points.Samples(metrics.Accuracy{})...)
	if err := box.Save(filepath.Join(t.TempDir(), "rates.svg")); err != nil {
		t.Error(err)
	}
}

func TestFieldPaths(t *testing.T) {
	for _, c := range []struct {
		path  string
		value any
		want  string // the value in effect
	}{
		{"Layers[0].Units", 7, "7"},
		{"Layers[hidden].Units", 9, "9"},
		{"Layers[hidden].Activation", act.Tanh, "tanh"},
		{"Layers[1].Penalty.L2", 0.5, "0.5"},
		{"Layers[1].Penalty.L2", 1, "1"},
		{"Config.Optimizer.Clip.GlobalNorm", 2, "2"},
		{"Config.Optimizer.Schedule", nil, "default"},
		{"Plan.BatchSize", 0, "32"},
		{"Plan.BatchSize", -1, "all rows"},
		{"Plan.BatchSize", 8, "8"},
		{"Plan.Epochs", 0, "1"},
		{"Plan.InOrder", true, "true"},
		{"Input[0]", 5, "5"},
	} {
		r := classifier()
		r.Input = []int{2}
		shared, fresh := r, classifier() // shared has the lists of r
		fresh.Input = []int{2}
		change := experiments.Field(c.path, c.value)[0]
		if err := change.Apply(&r); err != nil {
			t.Errorf("%s = %v: %v", c.path, c.value, err)
			continue
		}
		got, err := experiments.Effective(r, c.path)
		if err != nil || got != c.want {
			t.Errorf("%s = %v takes effect as %q, %v; want %q", c.path, c.value, got, err, c.want)
		}
		if _, ok := r.Layers[0].(nn.Named); !ok {
			t.Errorf("%s: the first layer lost its name", c.path)
		}
		if !reflect.DeepEqual(shared, fresh) {
			t.Errorf("%s: a recipe that shares lists changed too", c.path)
		}
	}
}

func TestFieldOfOptFloat(t *testing.T) {
	r := classifier()
	r.Config.Optimizer = optim.Adam{}
	if got, _ := experiments.Effective(r, "Config.Optimizer.Beta1"); got != "default" {
		t.Errorf("an unset Beta1 takes effect as %q", got)
	}
	if err := experiments.Field("Config.Optimizer.Beta1", 0)[0].Apply(&r); err != nil {
		t.Fatal(err)
	}
	if got := r.Config.Optimizer.(optim.Adam).Beta1; got != opt.Zero {
		t.Errorf("Beta1 = %v, want a real zero", got)
	}
	if got, _ := experiments.Effective(r, "Config.Optimizer.Beta1"); got != "0" {
		t.Errorf("a Beta1 of zero takes effect as %q", got)
	}
}

func TestFieldFails(t *testing.T) {
	for _, c := range []struct {
		path  string
		value any
		want  string
	}{
		{"Plan.Batchsize", 1, "no field Batchsize; it has Epochs, BatchSize"},
		{"Config.Optimizer.Rat", 1, "optim.SGD has no field Rat"},
		{"Layers[2].Units", 1, "no element [2] among 2"},
		{"Layers[out].Units", 1, "no element [out] among 2"},
		{"Layers[0", 1, "want field[index]"},
		{"Layers[0]x", 1, "want field[index]"},
		{"Plan..Epochs", 1, "empty field name"},
		{"Plan.Epochs.X", 1, "a int has no field X"},
		{"Plan.Epochs[0]", 1, "a int has no element [0]"},
		{"Plan.Epochs", 1.5, "a int does not take 1.5 (float64)"},
		{"Plan.Epochs", "1", "a int does not take 1 (string)"},
		{"Config.Optimizer.Schedule.Decay", 1, "there is no value whose Decay could be changed"},
	} {
		sweep := experiments.Sweep{Changes: experiments.Field(c.path, c.value)}
		_, err := sweep.Evaluate(ctx, classifier(), nil, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s = %v: %v, want %q", c.path, c.value, err, c.want)
		}
	}
	if _, err := (experiments.Sweep{}).Evaluate(ctx, classifier(), nil, nil); err == nil {
		t.Error("a sweep without changes was accepted")
	}
}

func TestSweepLeavesTheRecipeAlone(t *testing.T) {
	train, _ := blobs()
	r := classifier()
	sweep := experiments.Sweep{Changes: experiments.Field("Layers[0].Units", 3), Repeated: experiments.Repeated{Seeds: 1}}
	if _, err := sweep.Evaluate(ctx, r, train, nil); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(r, classifier()) {
		t.Errorf("the sweep changed its recipe to %+v", r)
	}
}

func TestComparisonPairsFoldsAndSeeds(t *testing.T) {
	train, _ := blobs()
	c := experiments.Comparison{Splitter: datasets.KFold{K: 4}, Metric: metrics.Accuracy{}, Seed: 5}
	same, err := c.Run(ctx, classifier(), classifier(), train)
	if err != nil {
		t.Fatal(err)
	}
	if len(same.First) != 4 || same.Mean != 0 || same.P != 1 {
		t.Errorf("a recipe against itself: %v", same)
	}
	idle := classifier()
	idle.Config.Optimizer = optim.SGD{Rate: 1e-9}
	worse, err := c.Run(ctx, classifier(), idle, train)
	if err != nil {
		t.Fatal(err)
	}
	if worse.Mean > -0.1 || worse.Improves() || worse.Better != curves.Maximize {
		t.Errorf("a rate of 1e-9 against 0.01: %v", worse)
	}
	// With four folds, a test part is a third of the training part.
	again, err := experiments.CorrectedT(worse.First, worse.Second, 1.0/3, 0.95)
	if err != nil || math.Abs(again.StdErr-worse.StdErr) > 1e-12 {
		t.Errorf("standard error %v, want %v for three training rows to a test row", worse.StdErr, again.StdErr)
	}
}

func TestComparisonFails(t *testing.T) {
	train, _ := blobs()
	c := experiments.Comparison{Splitter: datasets.KFold{K: 2}, Metric: metrics.AUC{}}
	if _, err := c.Run(ctx, classifier(), classifier(), train); err == nil || !strings.Contains(err.Error(), "does not report auc") {
		t.Errorf("error = %v, want the metric that is not reported", err)
	}
	broken := errors.New("broken")
	c.Prepare = func(_, _ *datasets.Dataset) (*datasets.Dataset, *datasets.Dataset, error) { return nil, nil, broken }
	if _, err := c.Run(ctx, classifier(), classifier(), train); !errors.Is(err, broken) {
		t.Errorf("error = %v, want that of Prepare", err)
	}
}

func TestRateFinder(t *testing.T) {
	train, _ := blobs()
	r := classifier()
	r.Config.Optimizer = optim.SGD{}
	test, err := experiments.RateFinder{}.Run(ctx, r, train, 1)
	if err != nil {
		t.Fatal(err)
	}
	// Rates from 0.0005 to 0.3 are known to train this network.
	if !(test.Suggestion > 5e-4 && test.Suggestion < 0.3 && test.Suggestion < test.Limit) {
		t.Errorf("suggestion %v, limit %v", test.Suggestion, test.Limit)
	}
	if test.Rates[0] != 1e-6 || len(test.Rates) != len(test.Losses) || len(test.Rates) != len(test.Smoothed) {
		t.Errorf("%d rates from %v, %d losses", len(test.Rates), test.Rates[0], len(test.Losses))
	}
	for i := 1; i < len(test.Rates); i++ {
		if want := math.Pow(1e7, 1.0/299); math.Abs(test.Rates[i]/test.Rates[i-1]-want) > 1e-9 {
			t.Fatalf("rate %d grows by %v, want %v", i, test.Rates[i]/test.Rates[i-1], want)
		}
	}
	if err := test.Figure().Save(filepath.Join(t.TempDir(), "rates.svg")); err != nil {
		t.Error(err)
	}
}

func TestRateFinderStopsAtGrowth(t *testing.T) {
	train, _ := blobs()
	test, err := experiments.RateFinder{From: 1e-3, To: 1e6, Updates: 200, Smoothing: -1}.Run(ctx, classifier(), train, 1)
	if err != nil {
		t.Fatal(err)
	}
	if last := test.Rates[len(test.Rates)-1]; last > 1e3 {
		t.Errorf("the test went on to a rate of %v", last)
	}
	for i := range test.Losses {
		if test.Losses[i] != test.Smoothed[i] {
			t.Fatalf("without smoothing, update %d has %v and %v", i, test.Losses[i], test.Smoothed[i])
		}
	}
}

func TestRateFinderSuggestsNothingWhereNothingFalls(t *testing.T) {
	train, _ := blobs()
	r := classifier()
	r.Plan.BatchSize, r.Plan.InOrder, r.Config.Optimizer = -1, true, optim.SGD{}
	test, err := experiments.RateFinder{From: 1e-12, To: 1e-11}.Run(ctx, r, train, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(test.Suggestion) || !math.IsNaN(test.Limit) {
		t.Errorf("suggestion %v, limit %v where all losses are equal, want NaN", test.Suggestion, test.Limit)
	}
}

func TestRateFinderFails(t *testing.T) {
	train, _ := blobs()
	for want, f := range map[string]experiments.RateFinder{
		"From < To": {From: 2, To: 1},
		"Updates":   {Updates: 1},
		"Smoothing": {Smoothing: 1},
		"StopAt":    {StopAt: 0.5},
	} {
		if _, err := f.Run(ctx, classifier(), train, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want %q", err, want)
		}
	}
}
