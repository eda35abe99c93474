package prediction

import (
	"context"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightedAverages are the studies of chapter 21.
func weightedAverages() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch21-mlp-baseline",
			Title:    "One network, few rows to train with",
			Chapter:  21,
			Question: "How well does the network do that the chapter puts into ensembles?",
			Cases:    []string{"ch21-mlp-baseline", "ch21-blobs-scatter"},
			Run:      candidate,
		},
		{
			Name:     "ch21-model-averaging-ensemble",
			Title:    "Averages of one to ten networks beside their members",
			Chapter:  21,
			Question: "Is an average better than the members that it is made of?",
			Cases:    []string{"ch21-model-averaging-ensemble"},
			Run:      averagesBesideMembers,
		},
		{
			Name:     "ch21-grid-search-weighted-ensemble",
			Title:    "Weights from a grid",
			Chapter:  21,
			Question: "What do weights gain that are the best of 161,040 on the test rows, and what on other rows?",
			Cases:    []string{"ch21-grid-search-weighted-ensemble"},
			Run:      gridWeights,
		},
		{
			Name:     "ch21-de-weighted-ensemble",
			Title:    "Weights from differential evolution",
			Chapter:  21,
			Question: "What do weights gain that evolved on the test rows, and what on other rows?",
			Cases:    []string{"ch21-de-weighted-ensemble"},
			Run:      evolvedWeights,
		},
	}, weightedExtensions()...)
}

// scarce is the network and the data of chapters 21 and others: 100 rows to train
// with, 1,000 to test.
func scarce() (r goodfit.Recipe, train, test *datasets.Dataset) {
	train, test = threeBlobs(1100).Split(100)
	return classifier(25, 500, optim.Adam{}), train, test
}

func candidate(ctx context.Context, env *studies.Env) error {
	c := studies.Single{What: "accuracy", Score: metrics.Accuracy{}, BookTrain: 0.850, BookTest: 0.816, Repeats: 30}
	c.Recipe, c.Train, c.Test = scarce()
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	train, test := runs.TrainScore(metrics.Accuracy{}), runs.TestScore(metrics.Accuracy{})
	env.Claim("Training accuracy is above test accuracy by 0.01 to 0.08 on average", gap(train, test) > 0.01 && gap(train, test) < 0.08,
		"%.3f on the training rows, %.3f on the test rows", studies.Mean(train), studies.Mean(test))
	return env.Figure("rows", "The 100 rows to train with, by class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(c.Train)})
}

func averagesBesideMembers(ctx context.Context, env *studies.Env) error {
	const most = 10
	recipe, train, test := scarce()
	n := env.Count(30)
	single, bySize := make([][]float64, n), make([][]float64, n)
	err := env.Repeats("", 30).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Average{Members: most, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		if bySize[i], err = nested(e, test); err != nil {
			return err
		}
		v, err := e.Evaluate(test, metrics.Accuracy{})
		for _, m := range v.Members {
			single[i] = append(single[i], accuracyOf(m))
		}
		return err
	})
	if err != nil {
		return err
	}
	all, five := slices.Concat(single...), column(bySize, 4)
	var ahead []float64
	for i := range n {
		ahead = append(ahead, five[i]-studies.Mean(single[i]))
	}
	env.Record(studies.Measured("test accuracy of single networks", all).Beside(0.804),
		studies.Measured("test accuracy of 5 averaged", five).Beside(0.811),
		studies.Measured("test accuracy of 10 averaged", column(bySize, 9)).Beside(0.808))
	env.Claim("Five averaged are better than their members are on average, in more than half of the repeats", studies.Mean(ahead) > 0 && studies.Share(ahead, 1e-9) > 0.5,
		"by %.4f ± %.4f, in %.0f%% of %d repeats", studies.Mean(ahead), studies.SD(ahead), 100*studies.Share(ahead, 1e-9), n)
	env.Claim("The spread of averages of ten is at most 0.7 of that of single networks", studies.SD(column(bySize, 9)) < 0.7*studies.SD(all),
		"±%.4f against ±%.4f", studies.SD(column(bySize, 9)), studies.SD(all))
	return env.Figure("", "One repeat: averages of the first members, and each member alone.", plots.Lines{X: "members", Y: "test accuracy",
		Lines: []plots.Line{{Name: "single network", X: sizes(most), Y: single[0], DotsOnly: true},
			{Name: "average of the first", X: sizes(most), Y: bySize[0], Markers: true}}})
}

// column returns the k-th value of each row.
func column(rows [][]float64, k int) (values []float64) {
	for _, r := range rows {
		values = append(values, r[k])
	}
	return values
}

// weighed is what a search for weights brought in one repeat: accuracies of equal
// weights and of those found, on the rows of the search and on others.
type weighed struct {
	best                           float64   // of the single members, on all test rows
	equal, found                   float64   // the book's way: searched and scored on all test rows
	equalHere, foundHere           float64   // searched and scored on the first half of them
	equalElsewhere, foundElsewhere float64   // weights of the first half, scored on the second
	weights                        []float64 // found on all test rows
}

// search trains five members and looks for weights in both ways.
func search(ctx context.Context, seed uint64, s ensembles.Search) (w weighed, err error) {
	recipe, train, test := scarce()
	e, err := ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
	if err != nil {
		return w, err
	}
	here, elsewhere := test.Split(500)
	v, err := e.Evaluate(test, metrics.Accuracy{})
	if err != nil {
		return w, err
	}
	w.equal = accuracyOf(v.Ensemble)
	for _, m := range v.Members {
		w.best = max(w.best, accuracyOf(m))
	}
	var sought metrics.Metric = metrics.Accuracy{}
	if s == (ensembles.LeastSquares{}) { // these seek what their name says
		sought = nil
	}
	all, err := e.Weigh(ctx, s, sought, test)
	if err != nil {
		return w, err
	}
	w.weights = ensembles.Normalized(all.Combiner.(ensembles.Weighted).Weights)
	half, err := e.Weigh(ctx, s, sought, here)
	if err != nil {
		return w, err
	}
	for _, m := range []struct {
		e    *ensembles.Ensemble
		rows *datasets.Dataset
		to   *float64
	}{{all, test, &w.found}, {e, here, &w.equalHere}, {half, here, &w.foundHere}, {e, elsewhere, &w.equalElsewhere}, {half, elsewhere, &w.foundElsewhere}} {
		v, err := m.e.Evaluate(m.rows, metrics.Accuracy{})
		if err != nil {
			return w, err
		}
		*m.to = accuracyOf(v.Ensemble)
	}
	return w, nil
}

// searches repeats a search.
func searches(ctx context.Context, env *studies.Env, full int, s func(seed uint64) ensembles.Search) ([]weighed, error) {
	all := make([]weighed, env.Count(full))
	err := env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		all[i], err = search(ctx, seed, s(seed))
		return err
	})
	return all, err
}

// of lists one number of all repeats.
func of(all []weighed, f func(weighed) float64) (values []float64) {
	for _, w := range all {
		values = append(values, f(w))
	}
	return values
}

// compareSearch records the book's way beside the honest one.
func compareSearch(env *studies.Env, all []weighed, bookEqual, bookFound float64) error {
	mean := func(f func(weighed) float64) float64 { return studies.Mean(of(all, f)) }
	gainHere := of(all, func(w weighed) float64 { return w.foundHere - w.equalHere })
	gainElsewhere := of(all, func(w weighed) float64 { return w.foundElsewhere - w.equalElsewhere })
	env.Record(studies.Measured("equal weights, all test rows", of(all, func(w weighed) float64 { return w.equal })).Beside(bookEqual),
		studies.Measured("weights found on all test rows, scored on the same", of(all, func(w weighed) float64 { return w.found })).Beside(bookFound),
		studies.Measured("gain over equal weights on the half that was searched", gainHere),
		studies.Measured("gain over equal weights on the other half", gainElsewhere))
	env.Claim("On the rows that were searched the weights beat equal ones and the best member", mean(func(w weighed) float64 { return w.found - max(w.equal, w.best) }) > 0,
		"%.3f against %.3f with equal weights and %.3f of the best member", mean(func(w weighed) float64 { return w.found }),
		mean(func(w weighed) float64 { return w.equal }), mean(func(w weighed) float64 { return w.best }))
	env.Claim("On other rows less than three quarters of that gain is left", studies.Mean(gainElsewhere) < 0.75*studies.Mean(gainHere),
		"%+.4f where they were searched, %+.4f elsewhere", studies.Mean(gainHere), studies.Mean(gainElsewhere))
	return env.Figure("", "What the weights gain over equal ones.", plots.Box{Y: "gain in accuracy", Samples: []plots.Sample{
		{Name: "rows searched", Values: gainHere}, {Name: "other rows", Values: gainElsewhere}}})
}

func gridWeights(ctx context.Context, env *studies.Env) error {
	all, err := searches(ctx, env, 12, func(uint64) ensembles.Search { return ensembles.Grid{} })
	if err != nil {
		return err
	}
	zeros := of(all, func(w weighed) float64 {
		n := 0.0
		for _, v := range w.weights {
			if v == 0 {
				n++
			}
		}
		return n
	})
	env.Record(studies.Measured("members without weight", zeros).Beside(3).Because("One draw: of many best vectors the book's search kept the first."))
	return compareSearch(env, all, 0.807, 0.818)
}

func evolvedWeights(ctx context.Context, env *studies.Env) error {
	all, err := searches(ctx, env, 12, func(seed uint64) ensembles.Search { return ensembles.DifferentialEvolution{Tol: 1e-7, Seed: seed} })
	if err != nil {
		return err
	}
	sums := of(all, func(w weighed) float64 {
		sum := 0.0
		for _, v := range w.weights {
			sum += v
		}
		return sum
	})
	env.Claim("The weights that are reported sum to 1", slices.Max(sums) < 1+1e-12 && slices.Min(sums) > 1-1e-12, "%.15f to %.15f", slices.Min(sums), slices.Max(sums))
	return compareSearch(env, all, 0.818, 0.824)
}
