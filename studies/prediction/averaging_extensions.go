package prediction

import (
	"context"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// averagingExtensions are the experiments that chapter 20 proposes.
func averagingExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch20-extension-votes",
			Title:    "Votes in place of probabilities",
			Chapter:  20,
			Question: "What is lost when members only vote for a class?",
			Cases:    []string{"ch20-extension-votes"},
			Run:      votes,
		},
		{
			Name:     "ch20-extension-spread-by-size",
			Title:    "Spread against the number of members",
			Chapter:  20,
			Question: "From which size on do more members hardly steady the average any more?",
			Cases:    []string{"ch20-extension-spread-by-size"},
			Run:      spreadBySize,
		},
	}
}

// bySize trains ensembles of so many members and returns the accuracies of the
// first 1, 2, 3 … under each of the combiners: [combiner][size][repeat].
func bySize(ctx context.Context, env *studies.Env, full, most int, combiners ...ensembles.Combiner) ([][][]float64, error) {
	recipe, train, test := small()
	n := env.Count(full)
	scores := make([][][]float64, len(combiners))
	for c := range combiners {
		scores[c] = make([][]float64, most)
		for k := range most {
			scores[c][k] = make([]float64, n)
		}
	}
	err := env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Average{Members: most, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		p, err := e.Predictions(test)
		if err != nil {
			return err
		}
		for c, combiner := range combiners {
			for k := range most {
				first := *p
				first.Members = p.Members[:k+1]
				s, err := first.Scores(combiner, metrics.Accuracy{})
				if err != nil {
					return err
				}
				scores[c][k][i] = accuracyOf(s)
			}
		}
		return nil
	})
	return scores, err
}

func votes(ctx context.Context, env *studies.Env) error {
	const most = 10
	scores, err := bySize(ctx, env, 30, most, ensembles.Mean{}, ensembles.Vote{})
	if err != nil {
		return err
	}
	soft, hard := scores[0], scores[1]
	env.Record(studies.Measured("probabilities of 5 averaged", soft[4]), studies.Measured("votes of 5", hard[4]),
		studies.Measured("probabilities of 10 averaged", soft[9]), studies.Measured("votes of 10", hard[9]))
	both := studies.Mean(hard[1]) - studies.Mean(hard[0])
	env.Claim("Two members that vote gain less than 0.01 over one: where they differ the tie decides", both < 0.01, "%+.4f", both)
	lost := studies.Mean(soft[4]) - studies.Mean(hard[4])
	env.Claim("With five members votes do as well as probabilities to 0.01", lost < 0.01 && lost > -0.01, "probabilities are ahead by %+.4f", lost)
	return env.Figure("", "Test accuracy of the first members: the mean of the repeats, and their spread.",
		plots.Lines{X: "members", Y: "test accuracy", Lines: []plots.Line{
			plots.MeanLine("probabilities", sizes(most), soft), plots.MeanLine("votes", sizes(most), hard)}})
}

func spreadBySize(ctx context.Context, env *studies.Env) error {
	const most = 30
	scores, err := bySize(ctx, env, 60, most, ensembles.Mean{})
	if err != nil {
		return err
	}
	var spread []float64
	for _, s := range scores[0] {
		spread = append(spread, studies.SD(s))
	}
	for _, k := range []int{1, 2, 5, 10, 20, 30} {
		env.Record(studies.Exact("standard deviation of averages of "+studies.Listed("%.0f", []float64{float64(k)}), spread[k-1]))
	}
	env.Claim("The first four members that are added take away more than a third of the spread", spread[4] < spread[0]*2/3, "±%.4f, then ±%.4f", spread[0], spread[4])
	env.Claim("From 10 to 30 members less goes away than from 1 to 10", spread[9]-spread[29] < spread[0]-spread[9],
		"±%.4f with 1, ±%.4f with 10, ±%.4f with 30", spread[0], spread[9], spread[29])
	return env.Figure("", "Standard deviation of the test accuracy over the repeats.",
		plots.Lines{X: "members", Y: "standard deviation", Lines: []plots.Line{{X: sizes(most), Y: spread, Markers: true}}})
}
