package prediction

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightedExtensions are the experiments that chapter 21 proposes.
func weightedExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch21-extension-other-searches",
			Title:    "Random, local and closed-form searches",
			Chapter:  21,
			Question: "Does a cheaper search find weights that are as good as those of the grid?",
			Cases:    []string{"ch21-extension-other-searches"},
			Run:      otherSearches,
		},
		{
			Name:     "ch21-extension-repeated-search",
			Title:    "The same members, searched again",
			Chapter:  21,
			Question: "Do two runs of differential evolution on the same members find the same weights?",
			Cases:    []string{"ch21-extension-repeated-search"},
			Run:      searchedAgain,
		},
	}
}

func otherSearches(ctx context.Context, env *studies.Env) error {
	kinds := []struct {
		name   string
		search func(seed uint64) ensembles.Search
	}{
		{"grid", func(uint64) ensembles.Search { return ensembles.Grid{} }},
		{"random and local", func(seed uint64) ensembles.Search { return ensembles.Simplex{Seed: seed} }},
		{"evolution", func(seed uint64) ensembles.Search { return ensembles.DifferentialEvolution{Seed: seed} }},
		{"least squares", func(uint64) ensembles.Search { return ensembles.LeastSquares{} }},
	}
	here, elsewhere := make([]float64, len(kinds)), make([]float64, len(kinds))
	samples := make([]plots.Sample, len(kinds))
	for i, k := range kinds {
		all, err := searches(ctx, env, 12, k.search)
		if err != nil {
			return err
		}
		gains := of(all, func(w weighed) float64 { return w.foundElsewhere - w.equalElsewhere })
		here[i], elsewhere[i] = studies.Mean(of(all, func(w weighed) float64 { return w.foundHere - w.equalHere })), studies.Mean(gains)
		samples[i] = plots.Sample{Name: k.name, Values: gains}
		env.Record(studies.Measured("gain elsewhere of "+k.name, gains))
	}
	env.Claim("500 random weights and steps from the best come to within 0.003 of the grid's 161,040 where both search", here[1] > here[0]-0.003,
		"%+.4f against %+.4f", here[1], here[0])
	env.Claim("Least squares, which fit probabilities and not the score, gain less where they search", here[3] < here[0], "%+.4f against %+.4f", here[3], here[0])
	env.Claim("On other rows none of them moves the mean accuracy by more than 0.006", maxAbs(elsewhere) < 0.006, "%s", studies.Listed("%+.4f", elsewhere))
	return env.Figure("", "Gain over equal weights on rows that were not searched.", plots.Box{Y: "gain in accuracy", Samples: samples})
}

func maxAbs(values []float64) (most float64) {
	for _, v := range values {
		most = max(most, math.Abs(v))
	}
	return most
}

// searchedAgain repeats the search on one set of members. Accuracy has steps, so
// that many weights are equally good.
func searchedAgain(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	e, err := ensembles.Average{Members: 5, Seed: env.Seed("members")}.Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	p, err := e.Predictions(test)
	if err != nil {
		return err
	}
	n := env.Count(10)
	weights, scores := make([][]float64, n), make([]float64, n)
	err = env.Repeats("", 10).Each(ctx, func(ctx context.Context, i int, seed uint64) (err error) {
		if weights[i], err = (ensembles.DifferentialEvolution{Tol: 1e-7, Seed: seed}).Weights(ctx, p, metrics.Accuracy{}); err != nil {
			return err
		}
		weights[i] = ensembles.Normalized(weights[i])
		s, err := p.Scores(ensembles.Weighted{Weights: weights[i]}, metrics.Accuracy{})
		scores[i] = accuracyOf(s)
		return err
	})
	if err != nil {
		return err
	}
	var spread []float64
	var samples []plots.Sample
	for k := range e.Members {
		of := column(weights, k)
		spread = append(spread, studies.SD(of))
		samples = append(samples, plots.Sample{Name: studies.Listed("member %.0f", []float64{float64(k + 1)}), Values: of})
	}
	env.Record(studies.Measured("accuracy of the weights found", scores), studies.Measured("standard deviation of a member's weight", spread))
	env.Claim("Searches end at the same accuracy to 0.002", studies.SD(scores) < 0.002, "%.4f ± %.4f", studies.Mean(scores), studies.SD(scores))
	env.Claim("Their weights differ: a member's spreads by more than 0.01", studies.Mean(spread) > 0.01, "%s", studies.Listed("±%.3f", spread))
	return env.Figure("", "Weights of ten searches on the same members.", plots.Box{Y: "weight", Samples: samples})
}
