package prediction

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// horizontalVoting are the studies of chapter 23.
func horizontalVoting() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch23-mlp-baseline",
			Title:    "One network trained for a thousand epochs",
			Chapter:  23,
			Question: "Is there an epoch at which the training should have ended?",
			Cases:    []string{"ch23-mlp-baseline", "ch23-blobs-scatter"},
			Run:      thousandEpochs,
		},
		{
			Name:     "ch23-save-horizontal-models",
			Title:    "The models of the last fifty epochs",
			Chapter:  23,
			Question: "How much do the models of one training differ that are fifty epochs apart at most?",
			Cases:    []string{"ch23-save-horizontal-models"},
			Run:      fiftyModels,
		},
		{
			Name:     "ch23-horizontal-voting-ensemble",
			Title:    "Averages of the last one to fifty epochs",
			Chapter:  23,
			Question: "Are the last epochs together better than one of them?",
			Cases:    []string{"ch23-horizontal-voting-ensemble"},
			Run:      lastEpochs,
		},
	}, horizontalExtensions()...)
}

// long is the chapter's network, and its data: 100 rows to train with, 1,000 to test.
func long() (r goodfit.Recipe, train, test *datasets.Dataset) {
	train, test = threeBlobs(1100).Split(100)
	return classifier(25, 1000, optim.Adam{}), train, test
}

func thousandEpochs(ctx context.Context, env *studies.Env) error {
	recipe, _, _ := long()
	runs, err := baseline(ctx, env, recipe, 0.860, 0.814)
	if err != nil {
		return err
	}
	late := func(series string) []float64 { return studies.Each(runs, studies.LateSpread(series, 600)) }
	train, test := late("accuracy"), late("val_accuracy")
	env.Claim("From epoch 400 on training accuracy swings more than test accuracy, in at least 90 % of runs; a row is 0.010 of the one and 0.001 of the other",
		studies.Share(minus(train, test), 0) >= 0.9, "standard deviation over the epochs %.4f and %.4f", studies.Mean(train), studies.Mean(test))
	above := studies.Each(runs, shareAbove("accuracy", "val_accuracy", 400))
	env.Claim("Training accuracy is above test accuracy in at least 95 % of these epochs", studies.Mean(above) > 0.95, "in %.1f%%", 100*studies.Mean(above))
	best := studies.Each(runs, bestFrom("val_accuracy", 400))
	env.Record(studies.Measured("epoch from 400 on with the best test accuracy", best),
		studies.Measured("standard deviation of test accuracy over the epochs from 400 on", test))
	env.Claim("No epoch from 400 on is the right one: from run to run the one with the best test accuracy differs, with a standard deviation of more than 90 epochs",
		studies.SD(best) > 90, "epoch %.0f ± %.0f", studies.Mean(best), studies.SD(best))
	return nil
}

// shareAbove is the share of the epochs after so many in which one series is above
// another.
func shareAbove(upper, lower string, after int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		a, _ := h.Get(upper)
		b, _ := h.Get(lower)
		return studies.Share(minus(a[after:], b[after:]), 1e-9)
	}
}

// bestFrom is the epoch from 1, after so many, with the greatest value of a series.
func bestFrom(series string, after int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		at := after
		for i := range values {
			if i > at && values[i] > values[at] {
				at = i
			}
		}
		return float64(at + 1)
	}
}

func fiftyModels(ctx context.Context, env *studies.Env) error {
	recipe, train, test := long()
	seed := env.Seed("files")
	files, err := throughFiles(ctx, recipe, train, seed)
	if err != nil {
		return err
	}
	kept, err := ensembles.Horizontal{Members: 50, Seed: seed}.Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	got, err := files.Predict(test.X)
	if err != nil {
		return err
	}
	want, err := kept.Predict(test.X)
	if err != nil {
		return err
	}
	env.Record(studies.Exact("saved models", float64(len(files.Members))).Beside(50))
	env.Claim("The files of the last 50 epochs, loaded, vote as the models do that were kept in memory, bit for bit", mat.Equal(got, want),
		"%d files; all predictions for 1,000 rows", len(files.Members))
	horizontal, err := disagreements(ctx, env, test, func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
		return ensembles.Horizontal{Members: 50, Seed: seed}.Fit(ctx, recipe, train)
	})
	if err != nil {
		return err
	}
	apart, err := disagreements(ctx, env, test, func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
		return ensembles.Average{Members: 5, Seed: seed}.Fit(ctx, recipe, train)
	})
	if err != nil {
		return err
	}
	env.Record(studies.Measured("share of test rows on which just one of two epochs is right", horizontal),
		studies.Measured("and of two networks with seeds of their own", apart))
	env.Claim("Two epochs of the last fifty differ less than two networks with seeds of their own", studies.Mean(horizontal) < studies.Mean(apart),
		"on %.4f of the rows, and on %.4f", studies.Mean(horizontal), studies.Mean(apart))
	return env.Figure("", "Share of the test rows on which just one of two models is right, mean over the pairs of a repeat.", plots.Box{Y: "share of rows",
		Samples: []plots.Sample{{Name: "epochs of one training", Values: horizontal}, {Name: "own seeds", Values: apart}}})
}

// throughFiles trains as the chapter does, with a file for each of the last 50
// epochs, numbered from 0, and loads them from the last back.
func throughFiles(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, seed uint64) (*ensembles.Ensemble, error) {
	folder, err := os.MkdirTemp("", "goodfit-study-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := func(epoch int) string { return filepath.Join(folder, fmt.Sprintf("model_%d.goodfit", epoch)) }
	recipe.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
		if run.Epoch < 950 {
			return nil
		}
		return run.Model().Save(path(run.Epoch))
	}}}
	if _, _, err := recipe.Fit(ctx, train, nil, seed); err != nil {
		return nil, err
	}
	saved, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var members []*goodfit.Model
	for k := range saved {
		m, err := goodfit.Load(path(999 - k))
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return ensembles.New(ensembles.Mean{}, members...), nil
}

// disagreements are, repeat by repeat, the means over the pairs of members of the
// share of rows on which one is right and the other wrong.
func disagreements(ctx context.Context, env *studies.Env, test *datasets.Dataset, fit func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error)) ([]float64, error) {
	return env.Repeats("disagreement", 30).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
		e, err := fit(ctx, seed)
		if err != nil {
			return 0, err
		}
		d, err := e.Diversity(test)
		if err != nil {
			return 0, err
		}
		return ensembles.MeanOf(d.Disagreement), nil
	})
}

// lateSweeps trains networks, keeps so many of the last epochs, and scores them
// from the last back on each of the parts.
func lateSweeps(ctx context.Context, env *studies.Env, full, members int, parts ...*datasets.Dataset) ([]sweep, error) {
	recipe, train, _ := long()
	n := env.Count(full)
	scores := make([]sweep, len(parts))
	for k := range parts {
		scores[k] = sweep{alone: make([][]float64, n), together: make([][]float64, n)}
	}
	err := env.Repeats("", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Horizontal{Members: members, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		for k, rows := range parts {
			if scores[k].alone[i], err = alone(e, rows); err != nil {
				return err
			}
			if scores[k].together[i], err = nested(e, rows); err != nil {
				return err
			}
		}
		return nil
	})
	return scores, err
}

func lastEpochs(ctx context.Context, env *studies.Env) error {
	const most = 50
	_, _, test := long()
	here, elsewhere := halves(test)
	scores, err := lateSweeps(ctx, env, 200, most, test, here, elsewhere)
	if err != nil {
		return err
	}
	all := scores[0]
	single, spread, ahead, beaten := againstMembers(all)
	env.Record(studies.Measured("test accuracy of single epochs, mean of a run", single).Beside(0.816),
		studies.Measured("their standard deviation in a run", spread).Beside(0.003),
		studies.Measured("test accuracy of the last epoch alone", all.size(1)).Beside(0.814),
		studies.Measured("test accuracy of the last 50 together", all.size(most)).Beside(0.818),
		studies.Measured("gain of the last 50 together over the mean of single epochs", ahead).Beside(0.002),
		studies.Measured("share of the single epochs that are better than all 50", beaten))
	env.Claim("The book's gain of 0.002 is its run's: over many runs 50 together are as good as a single epoch drawn by lot, to 0.001", within(ahead, 0.001),
		"%+.4f ± %.4f, above 0 in %.0f%% of runs", studies.Mean(ahead), studies.SD(ahead), 100*studies.Share(ahead, 1e-9))
	env.Claim("That no single epoch is better than all together, as the method's authors expect, does not hold: more than a fifth are", studies.Mean(beaten) > 0.2,
		"%.0f%% of the single epochs", 100*studies.Mean(beaten))
	one := meanSD(all.alone)
	env.Claim("What voting takes away is chance: from run to run 50 together spread less than a single epoch", studies.SD(all.size(most)) < one,
		"±%.4f against ±%.4f", studies.SD(all.size(most)), one)
	trend := minus(meanOver(all.alone, 0, 10), meanOver(all.alone, most-10, most))
	env.Claim("There is no trend: the last ten epochs are as good as the first ten of the fifty, to 0.002", within(trend, 0.002),
		"%+.4f ± %.4f", studies.Mean(trend), studies.SD(trend))
	bySize := make([]float64, most)
	for k := range most {
		bySize[k] = studies.Mean(all.size(k + 1))
	}
	env.Claim("The mean curve does not rise, so that no size is one where it becomes flat: the book's 23 to 33 are its run's", maxOf(bySize)-minOf(bySize) < 0.0015,
		"from %.4f to %.4f over all sizes", minOf(bySize), maxOf(bySize))
	chooseSize(env, scores[1], scores[2])
	return env.Figure("", "Test accuracy of the last epochs together and of each alone, from the last back: one run, and the mean of all with the spread of those together.",
		plots.Grid{ShareY: true, Figures: []plots.Figure{
			plots.Lines{Title: "one run", X: "epochs", Y: "test accuracy", Lines: []plots.Line{
				{Name: "single epoch", X: sizes(most), Y: all.alone[0], DotsOnly: true}, {Name: "the last together", X: sizes(most), Y: all.together[0], Markers: true}}},
			plots.Lines{Title: "mean of all runs", X: "epochs", Y: "test accuracy", Lines: all.lines("single epoch", "the last together")}}})
}

// againstMembers compares the whole with its members, repeat by repeat: the mean of
// the members' accuracies and their deviation, as NumPy has it, how far the whole is
// ahead of that mean, and the share of members that are better than the whole.
func againstMembers(s sweep) (single, spread, ahead, beaten []float64) {
	for i, alone := range s.alone {
		together := s.together[i][len(alone)-1]
		mean := studies.Mean(alone)
		n := float64(len(alone))
		single, spread = append(single, mean), append(spread, studies.SD(alone)*math.Sqrt((n-1)/n))
		ahead, beaten = append(ahead, together-mean), append(beaten, studies.Share(alone, together+1e-9))
	}
	return single, spread, ahead, beaten
}

// meanSD is the mean over the columns of their standard deviation.
func meanSD(rows [][]float64) float64 {
	var spread []float64
	for k := range rows[0] {
		spread = append(spread, studies.SD(column(rows, k)))
	}
	return studies.Mean(spread)
}

// meanOver returns the mean of the values from to below to of each row.
func meanOver(rows [][]float64, from, to int) (means []float64) {
	for _, r := range rows {
		means = append(means, studies.Mean(r[from:to]))
	}
	return means
}

// chooseSize shows what a size, or a single epoch, is worth that is chosen on test
// rows, as one does who reads it off the curve: here and on rows that did not choose.
func chooseSize(env *studies.Env, here, elsewhere sweep) {
	var sizeHere, sizeElsewhere, epochHere, epochElsewhere []float64
	for i, together := range here.together {
		last := len(together) - 1
		k := best(together)
		sizeHere, sizeElsewhere = append(sizeHere, together[k]-together[last]), append(sizeElsewhere, elsewhere.together[i][k]-elsewhere.together[i][last])
		k = best(here.alone[i])
		epochHere, epochElsewhere = append(epochHere, here.alone[i][k]-together[last]), append(epochElsewhere, elsewhere.alone[i][k]-elsewhere.together[i][last])
	}
	env.Record(studies.Measured("best size less all 50, on the half of the test rows that chose it", sizeHere),
		studies.Measured("the same size less all 50, on the other half", sizeElsewhere),
		studies.Measured("best single epoch less all 50, on the half that chose it", epochHere),
		studies.Measured("the same epoch less all 50, on the other half", epochElsewhere))
	env.Claim("A size that test rows choose is ahead of all 50 on these rows, and on others by less than half as much",
		studies.Mean(sizeHere) > 0 && studies.Mean(sizeElsewhere) < studies.Mean(sizeHere)/2, "%+.4f, and %+.4f", studies.Mean(sizeHere), studies.Mean(sizeElsewhere))
	env.Claim("Who has 500 rows to spare does better to choose one epoch by them: it is ahead of all 50 on other rows too, by less than two thirds of what the 500 rows say",
		studies.Mean(epochElsewhere) > 0 && studies.Mean(epochElsewhere) < studies.Mean(epochHere)*2/3, "%+.4f where it was chosen, %+.4f elsewhere", studies.Mean(epochHere), studies.Mean(epochElsewhere))
}

// best is the first index of the greatest value.
func best(values []float64) int { return slices.Index(values, slices.Max(values)) }
