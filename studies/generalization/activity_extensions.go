package generalization

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// activityPenaltyExtensions are the studies that chapter 14 proposes at its end.
func activityPenaltyExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch14-extension-activation-mean",
			Title:    "How active the hidden layer is",
			Question: "Are the outputs of the penalized layer smaller and sparser over all units?",
			Run:      activationMeans,
		},
		{
			Name:     "ch14-extension-grid-search",
			Title:    "L1 activity penalties over five orders of magnitude",
			Question: "How strong should the activity penalty be, before and after ReLU?",
			Run:      activitySweep,
		},
		{
			Name:     "ch14-extension-alternate-norms",
			Title:    "L2 and both norms on activity",
			Question: "Does L2, alone or with L1, do as well as L1 on the hidden layer's outputs?",
			Run:      activityNorms,
		},
		{
			Name:     "ch14-extension-repeats",
			Title:    "How sure the gain of the activity penalty is",
			Question: "Is the gain larger than the difference between runs, and is it there on fresh rows?",
			Run:      repeatedActivity,
		},
	}
}

func activationMeans(ctx context.Context, env *studies.Env) error {
	p := freshCircles()
	variants := []variant{compared("no penalty", hidden(), output()),
		compared("L1 before ReLU", beforeReLU(batchSum(0.0001))...), compared("L1 after ReLU", afterReLU(batchSum(0.0001))...)}
	var dead []float64
	figure := plots.Histogram{X: "mean output of a unit on the training rows"}
	for _, v := range variants {
		means, err := p.unitMeans(ctx, env, v)
		if err != nil {
			return err
		}
		silent := make([]float64, len(means))
		for i, units := range means {
			silent[i] = 1 - studies.Share(units, 1e-6)
		}
		dead = append(dead, studies.Mean(silent))
		env.Record(studies.Measured("share of units that are silent on all training rows, "+v.name, silent),
			studies.Measured("mean output of a unit, "+v.name, slices.Concat(means...)))
		figure.Samples = append(figure.Samples, plots.Sample{Name: v.name, Values: means[0]})
	}
	env.Claim("After ReLU the penalty silences over 40 % of the units on every training row; before ReLU it silences under 15 %", dead[2] > 0.4 && dead[1] < 0.15,
		"silent on every training row: %.0f %% after, %.0f %% before, %.0f %% without penalty", 100*dead[2], 100*dead[1], 100*dead[0])
	return env.Figure("", "Mean outputs of the 500 units in one run.", figure)
}

// unitMeans are, for each run of a variant, the mean outputs of the hidden units on
// the training rows.
func (p problem) unitMeans(ctx context.Context, env *studies.Env, v variant) ([][]float64, error) {
	seeds := env.Repeats("", 10)
	means := make([][]float64, seeds.Seeds)
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		m, _, err := v.recipe.Fit(ctx, p.train, nil, seed)
		if err != nil {
			return err
		}
		out, err := p.hiddenOutputs(m)
		if err != nil {
			return err
		}
		units := out.Shape().Last()
		means[i] = make([]float64, units)
		for k, y := range out.Data() {
			means[i][k%units] += float64(y) / float64(out.Rows())
		}
		return nil
	})
	return means, err
}

func activitySweep(ctx context.Context, env *studies.Env) error {
	values := []float64{1e-2, 1e-3, 1e-4, 1e-5, 1e-6}
	p := freshCircles()
	var lines []plots.Line
	best := [2]float64{}
	for k, place := range []string{"before", "after"} {
		layers := beforeReLU
		if k == 1 {
			layers = afterReLU
		}
		var variants []variant
		for _, l1 := range values {
			variants = append(variants, compared(fmt.Sprintf("L1 %g %s ReLU", l1, place), layers(batchSum(l1))...))
		}
		all, err := p.compare(ctx, env, 6, variants...)
		if err != nil {
			return err
		}
		var test [][]float64
		for _, t := range all {
			test = append(test, t.of(onTest))
			best[k] = max(best[k], studies.Mean(t.of(onFresh)))
		}
		lines = append(lines, plots.MeanLine(place+" ReLU", values, test))
	}
	env.Claim("The best coefficient before ReLU is better on fresh rows than the best after it, by 0.01 or more", best[0] > best[1]+0.01,
		"%.3f against %.3f", best[0], best[1])
	return env.Figure("", "Test accuracy by L1 coefficient: mean and standard deviation of the runs.",
		plots.Lines{X: "L1 coefficient, sum over the batch", Y: "test accuracy", LogX: true, Lines: lines})
}

func activityNorms(ctx context.Context, env *studies.Env) error {
	all, err := sparsities(ctx, env, compared("no penalty", hidden(), output()), compared("L1 0.0001", beforeReLU(batchSum(0.0001))...),
		compared("L2 0.0001", beforeReLU(nn.ActivityPenalty{L2: 0.0001, BatchSum: true})...),
		compared("L1 0.0001 and L2 0.0001", beforeReLU(nn.ActivityPenalty{L1: 0.0001, L2: 0.0001, BatchSum: true})...))
	if err != nil {
		return err
	}
	var fresh []float64
	for _, t := range all {
		fresh = append(fresh, studies.Mean(t.of(onFresh)))
	}
	env.Claim("Before ReLU any of the norms helps on fresh rows, by at least 0.01", slices.Min(fresh[1:]) > fresh[0]+0.01,
		"none, L1, L2, both: %s", studies.Listed("%.3f", fresh))
	return nil
}

func repeatedActivity(ctx context.Context, env *studies.Env) error {
	all, err := freshCircles().compare(ctx, env, 30, compared("no penalty", hidden(), output()),
		compared("L1 before ReLU", beforeReLU(batchSum(0.0001))...))
	if err != nil {
		return err
	}
	onBook, sd := gain(all[0], all[1], onTest)
	env.Claim("On the book's 70 rows the penalty gains over 2 standard deviations of the paired difference", onBook > 2*sd, "%+.4f ± %.4f", onBook, sd)
	fresh, freshSD := gain(all[0], all[1], onFresh)
	env.Claim("On fresh rows it gains too", fresh > 2*freshSD, "%+.4f ± %.4f", fresh, freshSD)
	return env.Figure("", "Accuracy on fresh rows over the runs.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: []plots.Sample{
		{Name: "no penalty", Values: all[0].of(onFresh)}, {Name: "L1 before ReLU", Values: all[1].of(onFresh)}}})
}
