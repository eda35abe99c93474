package prediction

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// resamplingExtensions are the experiments that chapter 22 proposes.
func resamplingExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch22-extension-single-model",
			Title:    "One network on all rows beside the ensembles",
			Chapter:  22,
			Question: "Is an ensemble of resampled members better than one network that sees every row?",
			Cases:    []string{"ch22-extension-single-model"},
			Run:      singleOnAll,
		},
		{
			Name:     "ch22-extension-folds",
			Title:    "Fewer and more folds",
			Chapter:  22,
			Question: "How many folds should a cross-validation ensemble have?",
			Cases:    []string{"ch22-extension-folds"},
			Run:      foldCounts,
		},
		{
			Name:     "ch22-extension-bagged-members",
			Title:    "Up to fifty bagged members",
			Chapter:  22,
			Question: "From which number on do more bagged members bring nothing?",
			Cases:    []string{"ch22-extension-bagged-members"},
			Run:      baggedMembers,
		},
	}
}

func singleOnAll(ctx context.Context, env *studies.Env) error {
	recipe, train, others := plenty()
	runs, err := env.Evaluate(ctx, "single", 10, recipe, train, others)
	if err != nil {
		return err
	}
	single := runs.TestScore(metrics.Accuracy{})
	samples := []plots.Sample{{Name: "one network", Values: single}}
	means := []float64{studies.Mean(single)}
	for _, m := range []struct {
		name   string
		method func(seed uint64) ensembles.Method
	}{
		{"averaging", func(seed uint64) ensembles.Method { return ensembles.Average{Members: 10, Seed: seed} }},
		{"splits", func(seed uint64) ensembles.Method { return ensembles.Splits{Seed: seed} }},
		{"folds", func(seed uint64) ensembles.Method { return ensembles.KFold{Seed: seed} }},
		{"bagging", func(seed uint64) ensembles.Method { return ensembles.Bagging{Seed: seed} }},
	} {
		values, err := env.Repeats(m.name, 10).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			e, err := m.method(seed).Fit(ctx, recipe, train)
			if err != nil {
				return 0, err
			}
			v, err := e.Evaluate(others, metrics.Accuracy{})
			return accuracyOf(v.Ensemble), err
		})
		if err != nil {
			return err
		}
		samples, means = append(samples, plots.Sample{Name: m.name, Values: values}), append(means, studies.Mean(values))
	}
	for _, s := range samples {
		env.Record(studies.Measured("accuracy of "+s.Name, s.Values))
	}
	env.Claim("None of the ensembles is ahead of one network on all rows by more than 0.003: there are rows enough", maxOf(means)-means[0] < 0.003,
		"one network, averaging, splits, folds, bagging: %s", studies.Listed("%.4f", means))
	env.Claim("None is behind it by more than 0.001", minOf(means)-means[0] > -0.001, "the least is %.4f, one network %.4f", minOf(means), means[0])
	return env.Figure("", "Accuracy on 50,000 other rows.", plots.Box{Y: "accuracy", Samples: samples})
}

func maxOf(values []float64) float64 {
	most := values[0]
	for _, v := range values {
		most = max(most, v)
	}
	return most
}

func minOf(values []float64) float64 {
	least := values[0]
	for _, v := range values {
		least = min(least, v)
	}
	return least
}

func foldCounts(ctx context.Context, env *studies.Env) error {
	counts := []int{2, 3, 5, 10, 20}
	var x, ends []float64
	var together [][]float64
	for _, k := range counts {
		recipe, train, others := plenty()
		values, err := env.Repeats(fmt.Sprint(k), 5).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			e, err := ensembles.KFold{Members: k, Seed: seed}.Fit(ctx, recipe, train)
			if err != nil {
				return 0, err
			}
			v, err := e.Evaluate(others, metrics.Accuracy{})
			return accuracyOf(v.Ensemble), err
		})
		if err != nil {
			return err
		}
		x, together, ends = append(x, float64(k)), append(together, values), append(ends, studies.Mean(values))
		env.Record(studies.Measured(fmt.Sprintf("accuracy of %d folds", k), values))
	}
	env.Claim("From 2 folds to 20 the accuracy changes by less than 0.004", maxOf(ends)-minOf(ends) < 0.004, "%s", studies.Listed("%.4f", ends))
	return env.Figure("", "Accuracy of the ensemble on 50,000 other rows.", plots.Lines{X: "folds", Y: "accuracy", LogX: true,
		Lines: []plots.Line{plots.MeanLine("", x, together)}})
}

func baggedMembers(ctx context.Context, env *studies.Env) error {
	const most = 50
	recipe, train, others := plenty()
	scores := make([][]float64, most)
	runs := make([][]float64, env.Count(4))
	err := env.Repeats("", 4).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Bagging{Members: most, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		runs[i], err = nested(e, others.Take(firstRows(5000)))
		return err
	})
	if err != nil {
		return err
	}
	for k := range most {
		scores[k] = column(runs, k)
	}
	for _, k := range []int{1, 5, 10, 20, 50} {
		env.Record(studies.Measured(fmt.Sprintf("accuracy of %d members", k), scores[k-1]))
	}
	late := studies.Mean(scores[most-1]) - studies.Mean(scores[9])
	env.Claim("From 10 members to 50 the accuracy changes by less than 0.003", late < 0.003 && late > -0.003, "%+.4f", late)
	return env.Figure("", "Accuracy of the first members together on 5,000 other rows.", plots.Lines{X: "members", Y: "accuracy",
		Lines: []plots.Line{plots.MeanLine("", sizes(most), scores)}})
}

// firstRows are the numbers of the first n rows.
func firstRows(n int) (rows []int) {
	for i := range n {
		rows = append(rows, i)
	}
	return rows
}
