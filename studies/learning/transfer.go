package learning

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// transferLearning are the studies of chapter 11.
func transferLearning() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch11-two-problems-scatter",
			Title:    "Two problems alike in kind",
			Chapter:  11,
			Question: "How much do the two blobs problems have in common?",
			Cases:    []string{"ch11-two-problems-scatter"},
			Run:      lookAtProblems,
		},
		{
			Name:     "ch11-mlp-problem1",
			Title:    "The source model, trained on problem 1",
			Chapter:  11,
			Question: "How well does the network learn the problem it will be transferred from?",
			Cases:    []string{"ch11-mlp-problem1"},
			Run: func(ctx context.Context, env *studies.Env) error {
				return alone(ctx, env, 1, 0.916, 0.920)
			},
		},
		{
			Name:     "ch11-mlp-problem2-standalone",
			Title:    "A model trained on problem 2 alone",
			Chapter:  11,
			Question: "How well does the network learn the second problem without help?",
			Cases:    []string{"ch11-mlp-problem2-standalone"},
			Run: func(ctx context.Context, env *studies.Env) error {
				return alone(ctx, env, 2, 0.794, 0.794)
			},
		},
		{
			Name:     "ch11-transfer-init-problem2",
			Title:    "Transferred weights as initialization",
			Chapter:  11,
			Question: "Does training on problem 2 go better from the weights of problem 1?",
			Cases:    []string{"ch11-transfer-init-problem2"},
			Run:      transferInit,
		},
		{
			Name:     "ch11-compare-transfer-30-repeats",
			Title:    "Transfer with 0, 1 and 2 frozen layers",
			Chapter:  11,
			Question: "How many transferred layers should stay frozen?",
			Cases:    []string{"ch11-compare-transfer-30-repeats"},
			Run:      compareTransfer,
		},
	}
}

// problem is the chapter's blobs problem 1 or 2.
func problem(seed uint64) *datasets.Dataset {
	return datasets.Blobs{Samples: 1000, Centers: 3, Std: 2, Seed: seed}.Make()
}

func lookAtProblems(_ context.Context, env *studies.Env) error {
	var figures []plots.Figure
	var spread []float64
	for seed := range uint64(2) {
		d := problem(seed + 1)
		figures = append(figures, plots.Scatter{Title: fmt.Sprint("problem ", seed+1), X: "feature 0", Y: "feature 1", Points: studies.Points(d)})
		for j := range 2 {
			spread = append(spread, studies.SD(column(d, j)))
			env.Record(studies.Exact(fmt.Sprintf("problem %d: standard deviation of feature %d", seed+1, j), spread[len(spread)-1]))
		}
	}
	env.Claim("The scales are alike only roughly: problem 1 spreads over 1.3 to 2 times as far", inRange(spread[0]/spread[2]) && inRange(spread[1]/spread[3]),
		"%.2f and %.2f against %.2f and %.2f", spread[0], spread[1], spread[2], spread[3])
	return env.Figure("", "Both problems by class.", plots.Grid{Columns: 1, Figures: figures})
}

func inRange(ratio float64) bool { return ratio > 1.3 && ratio < 2 }

// transferNet is the chapter's network. Plain gradient descent has no momentum.
func transferNet() goodfit.Recipe {
	r := classifier(optim.SGD{Rate: 0.01}, 100, nn.As("hidden1", relu(5)), nn.As("hidden2", relu(5)), nn.As(output, classes(3)))
	r.Input = []int{2}
	return r
}

func alone(ctx context.Context, env *studies.Env, seed uint64, bookTrain, bookTest float64) error {
	c := studies.Single{Recipe: transferNet(), What: "accuracy", Score: metrics.Accuracy{}, BookTrain: bookTrain, BookTest: bookTest, Repeats: 30,
		Why: "Now and then a network of five nodes per layer gets stuck far below the others, which pulls the mean down."}
	c.Train, c.Test = halves(problem(seed))
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	median := experiments.Summarize(runs.TestScore(metrics.Accuracy{})).Median
	env.Record(studies.Exact("median test accuracy", median))
	env.Claim(fmt.Sprintf("The median run comes within 0.04 of the book's test accuracy (%.3f)", bookTest), median > bookTest-0.04 && median < bookTest+0.04,
		"%.3f", median)
	return nil
}

// source trains a model on problem 1, again with another seed until it is as good
// as the book's: 0.9 on the test half.
func source(ctx context.Context, seeds experiments.Repeated) (*goodfit.Model, error) {
	train, test := halves(problem(1))
	for i := range uint64(20) {
		model, _, err := transferNet().Fit(ctx, train, nil, seeds.BaseSeed+i)
		if err != nil {
			return nil, err
		}
		_, accuracy, err := score(model, test)
		if err != nil {
			return nil, err
		}
		if accuracy > 0.9 {
			return model, nil
		}
	}
	return nil, fmt.Errorf("no model of 20 tests above 0.9 on problem 1")
}

// transferred trains a copy of the source on problem 2, with the first layers
// frozen, and returns its test accuracy.
func transferred(ctx context.Context, from *goodfit.Model, frozen int, seed uint64, plan goodfit.Plan, train, test *datasets.Dataset) (float64, *curves.History, error) {
	m := from.Clone(true)
	for i := range frozen {
		if err := m.Freeze(fmt.Sprint("hidden", i+1)); err != nil {
			return 0, nil, err
		}
	}
	config := from.Config()
	config.Seed = seed
	if err := m.Compile(config); err != nil {
		return 0, nil, err
	}
	h, err := m.Fit(ctx, train, plan)
	if err != nil {
		return 0, nil, err
	}
	_, accuracy, err := score(m, test)
	return accuracy, h, err
}

func transferInit(ctx context.Context, env *studies.Env) error {
	train, test := halves(problem(2))
	repeats := env.Repeats("", 30)
	from, err := source(ctx, env.Repeats("source", 1))
	if err != nil {
		return err
	}
	accuracy := make([]float64, repeats.Seeds)
	histories := make(experiments.Runs, repeats.Seeds)
	err = repeats.Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		plan := goodfit.Plan{Epochs: 100, Validation: test}
		accuracy[i], histories[i].History, err = transferred(ctx, from, 0, seed, plan, train, test)
		return err
	})
	if err != nil {
		return err
	}
	fresh, err := env.Evaluate(ctx, "", 30, studies.Watched(transferNet(), test), train, test)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("test accuracy with transfer", accuracy).Beside(0.810).
		Because("All runs start from one source model, here and in the book; another source gives another mean."),
		studies.Measured("test accuracy standalone", fresh.TestScore(metrics.Accuracy{})).Beside(0.794))
	early, earlyFresh := studies.Mean(studies.Each(histories, studies.At("val_accuracy", 10))), studies.Mean(studies.Each(fresh, studies.At("val_accuracy", 10)))
	env.Claim("Runs from transferred weights spread less than runs from random weights", studies.SD(accuracy) < studies.SD(fresh.TestScore(metrics.Accuracy{})),
		"standard deviation %.4f against %.4f; at epoch 10 test accuracy is %.3f against %.3f",
		studies.SD(accuracy), studies.SD(fresh.TestScore(metrics.Accuracy{})), early, earlyFresh)
	return env.Figure("", "One run from transferred weights.", plots.LearningCurve{History: histories[0].History})
}

func compareTransfer(ctx context.Context, env *studies.Env) error {
	train, test := halves(problem(2))
	fresh, err := env.Evaluate(ctx, "", 30, transferNet(), train, test)
	if err != nil {
		return err
	}
	standalone := fresh.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("test accuracy, standalone", standalone).Beside(0.787))
	samples := []plots.Sample{{Name: "standalone", Values: standalone}}
	from, err := source(ctx, env.Repeats("source", 1))
	if err != nil {
		return err
	}
	repeats := env.Repeats("", 30)
	var within []float64
	for frozen, book := range []float64{0.805, 0.817, 0.750} {
		values, err := repeats.Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			accuracy, _, err := transferred(ctx, from, frozen, seed, goodfit.Plan{Epochs: 100}, train, test)
			return accuracy, err
		})
		if err != nil {
			return err
		}
		within = append(within, studies.SD(values))
		name := fmt.Sprintf("%d frozen", frozen)
		samples = append(samples, plots.Sample{Name: name, Values: values})
		env.Record(studies.Measured("test accuracy, transfer with "+name+" layers", values).Beside(book).
			Because("All repeats start from one source model, here and in the book; another source gives other means."))
	}
	env.Claim("Standalone training now and then fails: its worst run is more than 0.1 below its median",
		experiments.Summarize(standalone).Min < experiments.Summarize(standalone).Median-0.1, "%.3f against %.3f",
		experiments.Summarize(standalone).Min, experiments.Summarize(standalone).Median)
	env.Claim("With one or two layers frozen, repeats from one source model spread less than half as much as standalone runs", max(within[1], within[2]) < studies.SD(standalone)/2,
		"standard deviations for 0, 1, 2 frozen layers %s against %.4f", studies.Listed("%.4f", within), studies.SD(standalone))
	if err := manySources(ctx, env, train, test); err != nil {
		return err
	}
	return env.Figure("", "Test accuracy of repeated runs: standalone, and from one source model with 0, 1 and 2 frozen layers.",
		plots.Box{Y: "test accuracy", Samples: samples})
}

// manySources asks whether the book's order of 0, 1 and 2 frozen layers belongs to
// the method or to its one source model.
func manySources(ctx context.Context, env *studies.Env, train, test *datasets.Dataset) error {
	repeats := env.Repeats("sources", 30)
	results := newTable(3, repeats.Seeds)
	err := repeats.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		from, err := source(ctx, experiments.Repeated{BaseSeed: seed})
		for frozen := 0; frozen < 3 && err == nil; frozen++ {
			results[frozen][i], _, err = transferred(ctx, from, frozen, seed, goodfit.Plan{Epochs: 100}, train, test)
		}
		return err
	})
	if err != nil {
		return err
	}
	best, worst := 0, 0
	for i := range repeats.Seeds {
		if results[1][i] > results[0][i] && results[1][i] > results[2][i] {
			best++
		}
		if results[2][i] < results[0][i] && results[2][i] < results[1][i] {
			worst++
		}
	}
	for frozen, book := range []float64{0.805, 0.817, 0.750} {
		what := fmt.Sprintf("test accuracy, %d frozen layers, another source model each time", frozen)
		env.Record(studies.Measured(what, results[frozen]).Beside(book))
	}
	n := repeats.Seeds
	env.Claim("One frozen layer is best, as in the book, for some source models only: less than 80 % of them", 10*best < 8*n, "%d of %d", best, n)
	env.Claim("Two frozen layers are too restrictive for most source models, but not all: lowest for 40 to 95 % of them", 10*worst >= 4*n && 20*worst <= 19*n,
		"%d of %d; means with 0, 1, 2 frozen layers %.3f, %.3f, %.3f", worst, n, studies.Mean(results[0]), studies.Mean(results[1]), studies.Mean(results[2]))
	return nil
}
