package prediction

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// resampling are the studies of chapter 22.
func resampling() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch22-mlp-baseline",
			Title:    "One network tested on a hundred rows",
			Chapter:  22,
			Question: "How far can a score on 100 rows be trusted?",
			Cases:    []string{"ch22-mlp-baseline", "ch22-blobs-scatter"},
			Run:      testedOnFew,
		},
		{
			Name:     "ch22-random-splits-ensemble",
			Title:    "Members from random splits",
			Chapter:  22,
			Question: "How good are the estimate and the ensemble that ten random splits give?",
			Cases:    []string{"ch22-random-splits-ensemble"},
			Run: resampledBy(func(seed uint64) ensembles.Method { return ensembles.Splits{Seed: seed} },
				resampledBook{0.832, 0.019, 0.820, 0.821}),
		},
		{
			Name:     "ch22-cross-validation-ensemble",
			Title:    "Members from the folds of a cross-validation",
			Chapter:  22,
			Question: "How good are the estimate and the ensemble that ten folds give?",
			Cases:    []string{"ch22-cross-validation-ensemble"},
			Run: resampledBy(func(seed uint64) ensembles.Method { return ensembles.KFold{Seed: seed} },
				resampledBook{0.827, 0.018, 0.820, 0.821}),
		},
		{
			Name:     "ch22-bagging-ensemble",
			Title:    "Members from bootstrap samples",
			Chapter:  22,
			Question: "How good are the estimate and the ensemble that ten bootstrap samples give?",
			Cases:    []string{"ch22-bagging-ensemble"},
			Run: resampledBy(func(seed uint64) ensembles.Method { return ensembles.Bagging{Rows: 4500, Seed: seed} },
				resampledBook{0.825, 0.006, 0.819, 0.820}),
		},
	}, resamplingExtensions()...)
}

// plenty is the network and the data of the chapter: 5,000 rows to resample, and
// 50,000 that stand for all others.
func plenty() (r goodfit.Recipe, train, others *datasets.Dataset) {
	train, others = threeBlobs(55000).Split(5000)
	return classifier(50, 50, optim.Adam{}), train, others
}

func testedOnFew(ctx context.Context, env *studies.Env) error {
	c := studies.Single{What: "accuracy", Score: metrics.Accuracy{}, BookTrain: 0.832, BookTest: 0.850, Repeats: 30,
		Why: "The book's text says 88%; its output, 0.850, is what the network reaches."}
	all := threeBlobs(1000)
	c.Recipe, _, _ = plenty()
	c.Train, c.Test = all.Split(900)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	train, test := runs.TrainScore(metrics.Accuracy{}), runs.TestScore(metrics.Accuracy{})
	env.Claim("The 100 rows flatter: test accuracy is above training accuracy on average", gap(train, test) < 0,
		"%.3f on 900 training rows, %.3f on 100 test rows", studies.Mean(train), studies.Mean(test))
	return env.Figure("rows", "All 1000 rows, by class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

// resampledBook are the book's numbers for an ensemble of resampled members: mean
// and deviation of the members' scores on the rows that they left out, the mean
// score of members on the 50,000 other rows, and that of all ten together.
type resampledBook struct{ estimate, spread, members, ensemble float64 }

// resampledRun is one repeat.
type resampledRun struct {
	estimates, members, bySize []float64
	outOfBag                   float64 // estimate for the ensemble, from rows that members left out
}

// resampledBy repeats a method and compares what it estimates with what holds.
func resampledBy(method func(seed uint64) ensembles.Method, book resampledBook) func(context.Context, *studies.Env) error {
	return func(ctx context.Context, env *studies.Env) error {
		runs, err := resampled(ctx, env, 10, method)
		if err != nil {
			return err
		}
		var estimate, spread, members, all, ahead, off []float64
		for _, r := range runs {
			estimate, spread = append(estimate, studies.Mean(r.estimates)), append(spread, studies.SD(r.estimates))
			members, all = append(members, r.members...), append(all, r.bySize[len(r.bySize)-1])
			ahead = append(ahead, all[len(all)-1]-studies.Mean(r.members))
			off = append(off, r.outOfBag-all[len(all)-1])
		}
		env.Record(studies.Measured("estimate: accuracy of members on the rows they left out", estimate).Beside(book.estimate),
			studies.Measured("its standard deviation over the ten members", spread).Beside(book.spread),
			studies.Measured("accuracy of members on 50,000 other rows", members).Beside(book.members),
			studies.Measured("accuracy of all ten together on them", all).Beside(book.ensemble),
			studies.Measured("out-of-sample estimate for the ensemble less what holds", off))
		env.Claim("All ten together are better than a member drawn by lot, by a little: less than 0.003 on average", studies.Mean(ahead) > 0 && studies.Mean(ahead) < 0.003,
			"by %.4f ± %.4f", studies.Mean(ahead), studies.SD(ahead))
		env.Claim("Single members differ by less than a point on so many rows", studies.SD(members) < 0.01, "%.4f ± %.4f", studies.Mean(members), studies.SD(members))
		env.Claim("The estimate is off by less than 0.02", studies.Mean(estimate)-studies.Mean(members) < 0.02 && studies.Mean(estimate)-studies.Mean(members) > -0.02,
			"%.3f estimated, %.3f on the other rows", studies.Mean(estimate), studies.Mean(members))
		n := len(runs[0].bySize)
		return env.Figure("", "One repeat, on 50,000 other rows: the first members together, and each alone.", plots.Lines{X: "members", Y: "accuracy",
			Lines: []plots.Line{{Name: "single member", X: sizes(n), Y: runs[0].members, DotsOnly: true},
				{Name: "the first together", X: sizes(n), Y: runs[0].bySize, Markers: true}}})
	}
}

// resampled trains ensembles and scores them on the rows that they left out and on
// the others.
func resampled(ctx context.Context, env *studies.Env, full int, method func(seed uint64) ensembles.Method) ([]resampledRun, error) {
	recipe, train, others := plenty()
	runs := make([]resampledRun, env.Count(full))
	err := env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := method(seed).Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		runs[i], err = scoresOf(e, train, others)
		return err
	})
	return runs, err
}

func scoresOf(e *ensembles.Ensemble, train, others *datasets.Dataset) (r resampledRun, err error) {
	bag, err := e.OutOfBag(train, metrics.Accuracy{})
	if err != nil {
		return r, err
	}
	r.outOfBag = accuracyOf(bag.Scores)
	v, err := e.Evaluate(others, metrics.Accuracy{})
	if err != nil {
		return r, err
	}
	for i := range e.Members {
		r.estimates, r.members = append(r.estimates, accuracyOf(bag.Members[i])), append(r.members, accuracyOf(v.Members[i]))
	}
	r.bySize, err = nested(e, others)
	return r, err
}
