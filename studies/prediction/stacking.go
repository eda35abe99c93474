package prediction

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// stacking are the studies of chapter 25.
func stacking() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch25-mlp-baseline",
			Title:    "One network, the candidate for stacking",
			Chapter:  25,
			Question: "How well does the network do that the chapter stacks?",
			Cases:    []string{"ch25-mlp-baseline", "ch25-blobs-scatter"},
			Run:      candidateForStacking,
		},
		{
			Name:     "ch25-save-submodels",
			Title:    "Five networks for the first level",
			Chapter:  25,
			Question: "How alike are five networks that differ by nothing but their seeds?",
			Cases:    []string{"ch25-save-submodels"},
			Run:      fiveSubmodels,
		},
		{
			Name:     "ch25-stacking-logistic",
			Title:    "Stacking by logistic regression",
			Chapter:  25,
			Question: "What does a logistic regression of five networks' probabilities gain on the rows that it learnt from, and what on others?",
			Cases:    []string{"ch25-stacking-logistic"},
			Run:      logisticStacking,
		},
		{
			Name:     "ch25-stacking-integrated-mlp",
			Title:    "Stacking by a network around the members",
			Chapter:  25,
			Question: "What does a network on top of five frozen ones gain on the rows that it learnt from, and what on others?",
			Cases:    []string{"ch25-stacking-integrated-mlp"},
			Run:      integratedStacking,
		},
	}, stackingExtensions()...)
}

func candidateForStacking(ctx context.Context, env *studies.Env) error {
	recipe, _, _ := scarce()
	runs, err := baseline(ctx, env, recipe, 0.830, 0.821)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Between chapters 21 and 25 the book's test accuracy of the same network changes from 0.816 to 0.821: by less than two standard deviations of repeats",
		2*studies.SD(test) > 0.821-0.816, "%.4f ± %.4f", studies.Mean(test), studies.SD(test))
	return nil
}

func fiveSubmodels(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	n := env.Count(30)
	each, differ, correlation, ranges := make([][]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	err := env.Repeats("", 30).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		if each[i], err = alone(e, test); err != nil {
			return err
		}
		d, err := e.Diversity(test)
		differ[i], correlation[i] = ensembles.MeanOf(d.Disagreement), ensembles.MeanOf(d.ErrorCorrelation)
		ranges[i] = slices.Max(each[i]) - slices.Min(each[i])
		return err
	})
	if err != nil {
		return err
	}
	all := slices.Concat(each...)
	env.Record(studies.Measured("test accuracy of a submodel", all).Beside(0.8074), studies.Measured("best of five less the worst", ranges).Beside(0.009),
		studies.Measured("share of rows on which one of two is right", differ), studies.Measured("correlation of their errors", correlation))
	env.Claim("Two submodels differ on fewer than 6 in 100 rows, and their errors correlate by more than 0.8: there is little for a meta-learner to choose from",
		studies.Mean(differ) < 0.06 && studies.Mean(correlation) > 0.8, "%.3f of the rows, correlation %.3f", studies.Mean(differ), studies.Mean(correlation))
	return env.Figure("", "Test accuracy of the five networks of the first eight repeats.", plots.Strip{Y: "test accuracy", Samples: samples(each[:min(n, 8)])})
}

func samples(rows [][]float64) (list []plots.Sample) {
	for i, r := range rows {
		list = append(list, plots.Sample{Name: studies.Listed("%.0f", []float64{float64(i + 1)}), Values: r})
	}
	return list
}

// secondLevel learns from rows how to combine the members, and returns what says
// how accurate that is on any rows.
type secondLevel func(ctx context.Context, e *ensembles.Ensemble, rows *datasets.Dataset, seed uint64) (accuracyOn, error)

type accuracyOn func(rows *datasets.Dataset) (float64, error)

func ofEnsemble(e *ensembles.Ensemble) accuracyOn {
	return func(rows *datasets.Dataset) (float64, error) {
		v, err := e.Evaluate(rows, metrics.Accuracy{})
		return accuracyOf(v.Ensemble), err
	}
}

func ofModel(m *goodfit.Model) accuracyOn {
	return func(rows *datasets.Dataset) (float64, error) {
		s, err := m.Evaluate(rows)
		return accuracyOf(s), err
	}
}

// by is a second level that is no network around the members.
func by(l ensembles.Learner) secondLevel {
	return func(ctx context.Context, e *ensembles.Ensemble, rows *datasets.Dataset, _ uint64) (accuracyOn, error) {
		stacked, err := e.Stack(ctx, l, rows)
		return ofEnsemble(stacked), err
	}
}

// integrated is the chapter's network: the members frozen, 10 hidden units, 300
// epochs.
func integrated(ctx context.Context, e *ensembles.Ensemble, rows *datasets.Dataset, seed uint64) (accuracyOn, error) {
	m, _, err := e.Integrate(ctx, ensembles.NetworkLearner{Epochs: 300, Seed: seed}, rows)
	return ofModel(m), err
}

// stacked is what stacking brought in one repeat, in accuracies. Each half of the
// test rows is learnt from once.
type stacked struct {
	best, average float64 // of the members, on all test rows
	same          float64 // the book's way: learnt from all test rows and scored on them
	here          float64 // learnt from one half and scored on it
	elsewhere     float64 // learnt from one half, scored on the other
	large         float64 // one network that trained on one half too, scored on the other
}

// stack trains five members and the second level in both ways.
func stack(ctx context.Context, level secondLevel, seed uint64) (s stacked, err error) {
	recipe, train, test := scarce()
	e, err := ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
	if err != nil {
		return s, err
	}
	each, err := alone(e, test)
	if err != nil {
		return s, err
	}
	s.best = slices.Max(each)
	if s.average, err = ofEnsemble(e)(test); err != nil {
		return s, err
	}
	all, err := level(ctx, e, test, seed)
	if err != nil {
		return s, err
	}
	if s.same, err = all(test); err != nil {
		return s, err
	}
	first, second := halves(test)
	for _, half := range [][2]*datasets.Dataset{{first, second}, {second, first}} {
		learnt, err := level(ctx, e, half[0], seed)
		if err != nil {
			return s, err
		}
		large, _, err := recipe.Fit(ctx, joined(train, half[0]), nil, seed)
		if err != nil {
			return s, err
		}
		for _, m := range []struct {
			to   *float64
			of   accuracyOn
			rows *datasets.Dataset
		}{{&s.here, learnt, half[0]}, {&s.elsewhere, learnt, half[1]}, {&s.large, ofModel(large), half[1]}} {
			accuracy, err := m.of(m.rows)
			if err != nil {
				return s, err
			}
			*m.to += accuracy / 2
		}
	}
	return s, nil
}

// joined are the rows of both.
func joined(a, b *datasets.Dataset) *datasets.Dataset {
	var x, y mat.Dense
	x.Stack(a.X, b.X)
	y.Stack(a.Y, b.Y)
	all := *a
	all.X, all.Y = &x, &y
	return &all
}

// stacks repeats stacking.
func stacks(ctx context.Context, env *studies.Env, level secondLevel) ([]stacked, error) {
	all := make([]stacked, env.Count(30))
	err := env.Repeats("", 30).Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		all[i], err = stack(ctx, level, seed)
		return err
	})
	return all, err
}

// accuraciesOf lists one number of all repeats.
func accuraciesOf(all []stacked, f func(s stacked) float64) (values []float64) {
	for _, s := range all {
		values = append(values, f(s))
	}
	return values
}

// compareStacks records the book's way beside the honest one.
func compareStacks(env *studies.Env, all []stacked, bookSame float64, why string) error {
	list := func(f func(s stacked) float64) []float64 { return accuraciesOf(all, f) }
	here, elsewhere := list(func(s stacked) float64 { return s.here - s.average }), list(func(s stacked) float64 { return s.elsewhere - s.average })
	large := list(func(s stacked) float64 { return s.large - s.average })
	env.Record(studies.Measured("best of five networks, all test rows", list(func(s stacked) float64 { return s.best })).Beside(0.813),
		studies.Measured("average of five, all test rows", list(func(s stacked) float64 { return s.average })),
		studies.Measured("stacked, learnt from all test rows and scored on them", list(func(s stacked) float64 { return s.same })).Beside(bookSame).Because(why),
		studies.Measured("stacked, learnt from one half and scored on the other", list(func(s stacked) float64 { return s.elsewhere })),
		studies.Measured("one network that trains on one half too, scored on the other", list(func(s stacked) float64 { return s.large })))
	ahead := list(func(s stacked) float64 { return s.same - s.best })
	env.Claim("On the rows that it learnt from the stack beats the best member, by more than 0.005 on average", studies.Mean(ahead) > 0.005, "by %.4f ± %.4f", studies.Mean(ahead), studies.SD(ahead))
	env.Claim("The gain over the average is not only that of scoring the rows learnt from: more than half is left on other rows", studies.Mean(elsewhere) > studies.Mean(here)/2,
		"%+.4f where it learnt, %+.4f elsewhere", studies.Mean(here), studies.Mean(elsewhere))
	env.Claim("It is the rows more than the stacking: one network that trains on them from the start does as well on other rows as the stack, to 0.006",
		within(minus(large, elsewhere), 0.006), "%+.4f against %+.4f over the average of five", studies.Mean(large), studies.Mean(elsewhere))
	return env.Figure("", "Gain in accuracy over the average of five networks with 100 rows, by stacking 500 rows more, and by one network that trains on all 600.", plots.Box{Y: "gain in accuracy", Samples: []plots.Sample{
		{Name: "stack, rows learnt from", Values: here}, {Name: "stack, other rows", Values: elsewhere}, {Name: "one network, other rows", Values: large}}})
}

func logisticStacking(ctx context.Context, env *studies.Env) error {
	all, err := stacks(ctx, env, by(ensembles.LogisticRegression{}))
	if err != nil {
		return err
	}
	return compareStacks(env, all, 0.824, "The book's is one set of five networks.")
}

func integratedStacking(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	e, err := ensembles.Average{Members: 5, Seed: env.Seed("frozen")}.Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	m, _, err := e.Integrate(ctx, ensembles.NetworkLearner{Epochs: 1}, test)
	if err != nil {
		return err
	}
	count := m.CountParams()
	env.Record(studies.Exact("parameters that train", float64(count.Trainable)).Beside(193), studies.Exact("parameters that are frozen", float64(count.Frozen)))
	all, err := stacks(ctx, env, integrated)
	if err != nil {
		return err
	}
	logistic, err := stacks(ctx, env, by(ensembles.LogisticRegression{}))
	if err != nil {
		return err
	}
	elsewhere := func(s stacked) float64 { return s.elsewhere }
	more := minus(accuraciesOf(all, elsewhere), accuraciesOf(logistic, elsewhere))
	env.Record(studies.Measured("lead over logistic regression of the same members, on other rows", more))
	env.Claim("The book's network is ahead of its logistic regression by 0.009; with the same members and on other rows it is not, to 0.004", studies.Mean(more) < 0.004, "%+.4f ± %.4f", studies.Mean(more), studies.SD(more))
	return compareStacks(env, all, 0.833, "")
}
