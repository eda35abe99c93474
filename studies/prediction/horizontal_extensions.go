package prediction

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// horizontalExtensions are the experiments that chapter 23 proposes.
func horizontalExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch23-extension-data-sizes",
			Title:    "Fewer and more rows to train with",
			Chapter:  23,
			Question: "Is voting over epochs worth less where there are more rows to train with?",
			Cases:    []string{"ch23-extension-data-sizes"},
			Run:      dataSizes,
		},
		{
			Name:     "ch23-extension-hundreds",
			Title:    "Up to five hundred of the last epochs",
			Chapter:  23,
			Question: "What do hundreds of late models bring?",
			Cases:    []string{"ch23-extension-hundreds"},
			Run:      hundreds,
		},
		{
			Name:     "ch23-extension-random-epochs",
			Title:    "Epochs drawn by lot in place of the last",
			Chapter:  23,
			Question: "Must the epochs be the last ones in a row?",
			Cases:    []string{"ch23-extension-random-epochs"},
			Run:      randomEpochs,
		},
	}
}

// dataSizes keeps the ratio of one row to train with to ten to test, and the epochs.
func dataSizes(ctx context.Context, env *studies.Env) error {
	var x, apart, gains []float64
	var differ, ahead [][]float64
	for _, rows := range []int{50, 100, 200, 400} {
		difference, gain, err := fiftyOf(ctx, env, rows)
		if err != nil {
			return err
		}
		env.Record(studies.Measured(fmt.Sprintf("%d rows: share of test rows on which just one of two epochs is right", rows), difference),
			studies.Measured(fmt.Sprintf("%d rows: gain of the last 50 together", rows), gain))
		x, differ, ahead = append(x, float64(rows)), append(differ, difference), append(ahead, gain)
		apart, gains = append(apart, studies.Mean(difference)), append(gains, studies.Mean(gain))
	}
	env.Claim("From 100 rows to 400 late epochs become more alike: they differ on less than three quarters as many rows", apart[3] < 0.75*apart[1], "50, 100, 200 and 400 rows: on %s of the test rows", studies.Listed("%.4f", apart))
	env.Claim("With none of the sizes 50 together gain or lose more than 0.0015 on average", maxAbs(gains) < 0.0015, "%s", studies.Listed("%+.4f", gains))
	return env.Figure("", "Mean of the repeats, and their spread.", plots.Grid{Figures: []plots.Figure{
		plots.Lines{X: "rows to train with", Y: "rows on which two epochs differ", LogX: true, Lines: []plots.Line{plots.MeanLine("", x, differ)}},
		plots.Lines{X: "rows to train with", Y: "gain of 50 together", LogX: true, Lines: []plots.Line{plots.MeanLine("", x, ahead)}},
	}})
}

// fiftyOf votes over the last 50 epochs of networks that were trained with so many
// rows: on which share of the test rows two of them differ, and what they gain
// together over their mean.
func fiftyOf(ctx context.Context, env *studies.Env, rows int) (difference, gain []float64, err error) {
	train, test := threeBlobs(11 * rows).Split(rows)
	difference, gain = make([]float64, env.Count(30)), make([]float64, env.Count(30))
	err = env.Repeats(fmt.Sprint(rows), 30).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Horizontal{Members: 50, Seed: seed}.Fit(ctx, classifier(25, 1000, optim.Adam{}), train)
		if err != nil {
			return err
		}
		d, err := e.Diversity(test)
		if err != nil {
			return err
		}
		difference[i] = ensembles.MeanOf(d.Disagreement)
		v, err := e.Evaluate(test, metrics.Accuracy{})
		gain[i] = accuracyOf(v.Ensemble)
		for _, m := range v.Members {
			gain[i] -= accuracyOf(m) / float64(len(v.Members))
		}
		return err
	})
	return difference, gain, err
}

// hundreds scores some of the sizes up to 500, and the epoch that each size reaches
// back to.
func hundreds(ctx context.Context, env *studies.Env) error {
	counts := []int{1, 2, 5, 10, 20, 50, 100, 200, 300, 400, 500}
	all := sweep{alone: make([][]float64, env.Count(100)), together: make([][]float64, env.Count(100))}
	err := lateModels(ctx, env, 100, 500, func(i int, _ uint64, p *ensembles.Predictions) error {
		for _, n := range counts {
			together, err := accuracyOfSome(p, firstRows(n))
			if err != nil {
				return err
			}
			alone, err := accuracyOfSome(p, []int{n - 1})
			if err != nil {
				return err
			}
			all.together[i], all.alone[i] = append(all.together[i], together), append(all.alone[i], alone)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var x, means, single []float64
	var together [][]float64
	for k, n := range counts {
		x, together, single = append(x, float64(n)), append(together, all.size(k+1)), append(single, studies.Mean(all.position(k+1)))
		means = append(means, studies.Mean(together[k]))
		env.Record(studies.Measured(fmt.Sprintf("test accuracy of the last %d together", n), together[k]))
	}
	last, one := studies.SD(together[len(counts)-1]), meanSD(all.alone)
	env.Claim("From one epoch to 500 the mean accuracy changes by less than 0.002", maxOf(means)-minOf(means) < 0.002, "from %.4f to %.4f", minOf(means), maxOf(means))
	env.Claim("From run to run the last 500 together spread less than a single epoch", last < one, "±%.4f against ±%.4f", last, one)
	return env.Figure("", "Test accuracy of the last epochs together, mean of the repeats and their spread, and the mean of the epoch alone that they reach back to.",
		plots.Lines{X: "epochs", Y: "test accuracy", LogX: true, Lines: []plots.Line{{Name: "single epoch", X: x, Y: single, DotsOnly: true}, plots.MeanLine("the last together", x, together)}})
}

// lateModels trains networks and hands on what so many of the last epochs predict
// for the test rows, from the last back.
func lateModels(ctx context.Context, env *studies.Env, full, members int, score func(i int, seed uint64, p *ensembles.Predictions) error) error {
	recipe, train, test := long()
	return env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Horizontal{Members: members, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		p, err := e.Predictions(test)
		if err != nil {
			return err
		}
		return score(i, seed, p)
	})
}

// accuracyOfSome is the accuracy of the mean of some members.
func accuracyOfSome(p *ensembles.Predictions, members []int) (float64, error) {
	some := *p
	some.Members = nil
	for _, m := range members {
		some.Members = append(some.Members, p.Members[m])
	}
	s, err := some.Scores(ensembles.Mean{}, metrics.Accuracy{})
	return accuracyOf(s), err
}

// randomEpochs draws from the last 200 epochs, the method's own example.
func randomEpochs(ctx context.Context, env *studies.Env) error {
	const saved = 200
	counts := []int{2, 5, 10, 20, 50, 100}
	last, drawn := make([][]float64, len(counts)), make([][]float64, len(counts))
	for k := range counts {
		last[k], drawn[k] = make([]float64, env.Count(100)), make([]float64, env.Count(100))
	}
	err := lateModels(ctx, env, 100, saved, func(i int, seed uint64, p *ensembles.Predictions) (err error) {
		r := random.New(seed)
		for k, n := range counts {
			if last[k][i], err = accuracyOfSome(p, firstRows(n)); err != nil {
				return err
			}
			if drawn[k][i], err = accuracyOfSome(p, r.Perm(saved)[:n]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var x, gains []float64
	for k, n := range counts {
		x, gains = append(x, float64(n)), append(gains, studies.Mean(drawn[k])-studies.Mean(last[k]))
		env.Record(studies.Measured(fmt.Sprintf("test accuracy of the last %d", n), last[k]),
			studies.Measured(fmt.Sprintf("of %d drawn from the last 200", n), drawn[k]))
	}
	env.Claim("Epochs drawn from the last 200 are as good as the last in a row, to 0.002 with any number", maxAbs(gains) < 0.002, "%s", studies.Listed("%+.4f", gains))
	return env.Figure("", "Test accuracy by the number of epochs: the mean of the repeats, and their spread.", plots.Lines{X: "epochs", Y: "test accuracy", LogX: true,
		Lines: []plots.Line{plots.MeanLine("the last", x, last), plots.MeanLine("drawn from the last 200", x, drawn)}})
}
