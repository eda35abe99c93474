package prediction

import (
	"context"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// snapshots are the studies of chapter 24.
func snapshots() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch24-mlp-baseline",
			Title:    "One network with gradient descent and momentum",
			Chapter:  24,
			Question: "How well does the network do at a fixed rate that the chapter then anneals?",
			Cases:    []string{"ch24-mlp-baseline", "ch24-blobs-scatter"},
			Run:      fixedRate,
		},
		{
			Name:     "ch24-cosine-schedule-plot",
			Title:    "Cosine annealing of the learning rate",
			Chapter:  24,
			Question: "Which rates does cosine annealing with five cycles give to a hundred epochs?",
			Cases:    []string{"ch24-cosine-schedule-plot"},
			Run:      cosineRates,
		},
		{
			Name:     "ch24-cosine-annealing-mlp",
			Title:    "The network under cosine annealing",
			Chapter:  24,
			Question: "What does cosine annealing change in a training of as many epochs?",
			Cases:    []string{"ch24-cosine-annealing-mlp"},
			Run:      annealedNetwork,
		},
		{
			Name:     "ch24-save-snapshots",
			Title:    "Ten snapshots of one training",
			Chapter:  24,
			Question: "Do the cycles lead to networks that differ?",
			Cases:    []string{"ch24-save-snapshots"},
			Run:      tenSnapshots,
		},
		{
			Name:     "ch24-snapshot-ensemble",
			Title:    "Averages of the last one to ten snapshots",
			Chapter:  24,
			Question: "How many of the last snapshots are worth averaging?",
			Cases:    []string{"ch24-snapshot-ensemble"},
			Run:      snapshotEnsemble,
		},
	}, snapshotExtensions()...)
}

// momentum is gradient descent as in chapters 24 and 26.
func momentum() optim.SGD { return optim.SGD{Rate: 0.01, Momentum: 0.9} }

// annealing is momentum with a rate that falls along a cosine in cycles of so many
// epochs.
func annealing(cycle int) optim.SGD {
	o := momentum()
	o.Schedule = optim.CosineRestarts{First: cycle, PerEpoch: true}
	return o
}

// snapshotting is the chapter's ensemble: cycles of 50 epochs at a rate of at most
// 0.01 that is set from epoch to epoch. Members are from the last back.
func snapshotting(members int) ensembles.Snapshot {
	return ensembles.Snapshot{Members: members, Rate: 0.01, PerEpoch: true}
}

func fixedRate(ctx context.Context, env *studies.Env) error {
	_, err := baseline(ctx, env, classifier(25, 200, momentum()), 0.820, 0.791)
	return err
}

// resets counts the epochs at which the rate is above that before, and lists the
// epochs before them and the last: where cycles end.
func resets(rates []float64) (ends []float64) {
	for i := range rates {
		if i+1 == len(rates) || rates[i+1] > rates[i] {
			ends = append(ends, float64(i))
		}
	}
	return ends
}

func cosineRates(_ context.Context, env *studies.Env) error {
	schedule := optim.CosineRestarts{First: 20, PerEpoch: true}
	epochs, rates := make([]float64, 100), make([]float64, 100)
	for i := range rates {
		epochs[i], rates[i] = float64(i), schedule.Rate(0.01, optim.Time{Epoch: i, Epochs: 100})
	}
	ends := resets(rates)
	env.Record(studies.Exact("maximum rate", rates[0]).Beside(0.010), studies.Exact("epochs of a cycle", ends[1]-ends[0]).Beside(20),
		studies.Exact("end of the first descent", ends[0]).Beside(19), studies.Exact("epoch of the first reset", ends[0]+1).Beside(20),
		studies.Exact("cycles", float64(len(ends))).Beside(5))
	var off float64
	for i, r := range rates {
		off = max(off, math.Abs(r-0.005*(math.Cos(math.Pi*float64(i%20)/20)+1)))
	}
	env.Claim("Every rate is 0.01/2·(cos(π·(t mod 20)/20) + 1) for epoch t, from 0", off < 1e-15, "at most %.0e off", off)
	env.Claim("A cycle's last rate is near 0 and not 0: 0.6 % of the first", rates[19] > 0 && math.Abs(rates[19]/rates[0]-0.00615583) < 1e-8, "%.10f", rates[19])
	return env.Figure("", "The rate of each of 100 epochs.", plots.Lines{X: "epoch", Y: "learning rate", Lines: []plots.Line{{X: epochs, Y: rates}}})
}

func annealedNetwork(ctx context.Context, env *studies.Env) error {
	c := studies.Single{Recipe: classifier(25, 400, annealing(50)), What: "accuracy", Score: metrics.Accuracy{}, BookTrain: 0.860, BookTest: 0.819, Repeats: 30}
	c.Train, c.Test = threeBlobs(1100).Split(100)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	rates, _ := runs[0].History.Get("rate")
	ends := resets(rates)
	env.Record(studies.Exact("cycles in the logged rates", float64(len(ends))).Beside(8), studies.Exact("epochs of a cycle", ends[1]-ends[0]).Beside(50))
	fixed, err := env.Evaluate(ctx, "", 30, studies.Watched(classifier(25, 400, momentum()), c.Test), c.Train, c.Test)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("test accuracy at a fixed rate, 400 epochs", fixed.TestScore(metrics.Accuracy{})))
	more := minus(runs.TestScore(metrics.Accuracy{}), fixed.TestScore(metrics.Accuracy{}))
	env.Claim("Annealed or at a fixed rate, 400 epochs give the same test accuracy to 0.01", within(more, 0.01), "%+.4f ± %.4f", studies.Mean(more), studies.SD(more))
	late := studies.LateSpread("val_accuracy", 10)
	calm, restless := studies.Each(runs, late), studies.Each(fixed, late)
	env.Claim("At the end of a cycle test accuracy has come to rest: over the last ten epochs it moves less than a third of what it does at a fixed rate",
		studies.Mean(calm) < studies.Mean(restless)/3, "±%.4f against ±%.4f", studies.Mean(calm), studies.Mean(restless))
	return nil
}

// unlike is the mean share of the rows on which one of two of the first five members
// is right and the other wrong.
func unlike(e *ensembles.Ensemble, rows *datasets.Dataset) (float64, error) {
	five, err := e.Take(0, 1, 2, 3, 4)
	if err != nil {
		return 0, err
	}
	d, err := five.Diversity(rows)
	return ensembles.MeanOf(d.Disagreement), err
}

func tenSnapshots(ctx context.Context, env *studies.Env) error {
	train, test := threeBlobs(1100).Split(100)
	recipe := classifier(50, 500, momentum())
	first, err := snapshotting(10).Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	rates, _ := first.Histories[0].Get("rate")
	ends := resets(rates)
	env.Record(studies.Exact("snapshots", float64(len(first.Members))).Beside(10),
		studies.Exact("epoch of the first", ends[0]).Beside(49), studies.Exact("epoch of the last", ends[len(ends)-1]).Beside(499))
	ways := []struct {
		name   string
		recipe goodfit.Recipe
		method func(seed uint64) ensembles.Method
	}{
		{"epochs 495 to 499", recipe, func(seed uint64) ensembles.Method { return ensembles.Horizontal{Members: 5, Seed: seed} }},
		{"snapshots", recipe, func(seed uint64) ensembles.Method {
			s := snapshotting(10)
			s.Seed = seed
			return s
		}},
		{"seeds", classifier(50, 500, annealing(50)), func(seed uint64) ensembles.Method { return ensembles.Average{Members: 5, Seed: seed} }},
	}
	means, samples := make([]float64, len(ways)), make([]plots.Sample, len(ways))
	for k, w := range ways {
		values, err := env.Repeats("", 30).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			e, err := w.method(seed).Fit(ctx, w.recipe, train)
			if err != nil {
				return 0, err
			}
			return unlike(e, test)
		})
		if err != nil {
			return err
		}
		means[k], samples[k] = studies.Mean(values), plots.Sample{Name: w.name, Values: values}
		env.Record(studies.Measured("share of rows on which one of two is right, "+w.name, values))
	}
	evidence := "epochs, snapshots, seeds: " + studies.Listed("%.4f", means)
	env.Claim("Snapshots differ about as much as networks of different seeds, each trained as long under the same cycles: by two thirds to one and a half of that",
		means[1] > means[2]*2/3 && means[1] < means[2]*3/2, "%s", evidence)
	env.Claim("The last epochs at a fixed rate differ more than either: they are still on the move", means[0] > max(means[1], means[2]), "%s", evidence)
	return env.Figure("", "Share of the test rows on which one of two members is right and the other wrong.", plots.Box{Y: "share of rows", Samples: samples})
}

func snapshotEnsemble(ctx context.Context, env *studies.Env) error {
	train, test := threeBlobs(1100).Split(100)
	recipe := classifier(50, 500, momentum())
	here, elsewhere := halves(test)
	n := env.Count(60)
	chosen, optimistic := make([]float64, n), make([]float64, n)
	s := sweep{make([][]float64, n), make([][]float64, n)}
	err := env.Repeats("", 60).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		method := snapshotting(10)
		method.Seed = seed
		e, err := method.Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		if s.alone[i], err = alone(e, test); err != nil {
			return err
		}
		if s.together[i], err = nested(e, test); err != nil {
			return err
		}
		chosen[i], optimistic[i], err = sizeChosen(e, here, elsewhere)
		return err
	})
	if err != nil {
		return err
	}
	env.Record(studies.Measured("test accuracy of single snapshots", s.members()).Beside(0.809),
		studies.Measured("test accuracy of the last snapshot", s.position(1)).Beside(0.813),
		studies.Measured("test accuracy of the first snapshot", s.position(10)).Beside(0.790),
		studies.Measured("test accuracy of the last 3", s.size(3)).Beside(0.822).Because("The book's is one draw: of sixty ensembles of three none or few are that good."),
		studies.Measured("test accuracy of the last 5", s.size(5)).Beside(0.818),
		studies.Measured("test accuracy of all 10", s.size(10)).Beside(0.813),
		studies.Measured("gain over the last snapshot, size chosen on the rows that score it", optimistic),
		studies.Measured("gain over the last snapshot, size chosen on other rows", chosen))
	youth := minus(s.position(1), s.position(10))
	env.Claim("Earlier snapshots are worse: the last is ahead of the first by more than 0.002 on average", studies.Mean(youth) > 0.002, "by %+.4f ± %.4f", studies.Mean(youth), studies.SD(youth))
	back := minus(s.size(10), s.position(1))
	env.Claim("All ten do as well as the last snapshot alone, to 0.005", within(back, 0.005), "%+.4f ± %.4f", studies.Mean(back), studies.SD(back))
	few := minus(s.size(3), s.position(1))
	env.Claim("The book's gain of a point by three snapshots is its draw: the last three do as well as the last alone, to 0.004", within(few, 0.004), "%+.4f ± %.4f", studies.Mean(few), studies.SD(few))
	env.Claim("The best size on the scored rows looks better than the last snapshot; chosen on other rows, less than three quarters of that is left", studies.Mean(optimistic) > 0 && studies.Mean(chosen) < 0.75*studies.Mean(optimistic),
		"%+.4f, and %+.4f", studies.Mean(optimistic), studies.Mean(chosen))
	return env.Figure("", "Means of the repeats: the k-th snapshot from the last alone, and the last k averaged with their spread.",
		plots.Lines{X: "snapshots", Y: "test accuracy", Lines: s.lines("single snapshot", "average of the last")})
}

// sizeChosen returns what the best number of the first members gains over the first
// alone on the rows elsewhere: chosen on the rows here, and chosen there itself.
func sizeChosen(e *ensembles.Ensemble, here, elsewhere *datasets.Dataset) (chosen, optimistic float64, err error) {
	a, err := nested(e, here)
	if err != nil {
		return 0, 0, err
	}
	b, err := nested(e, elsewhere)
	if err != nil {
		return 0, 0, err
	}
	return b[slices.Index(a, slices.Max(a))] - b[0], slices.Max(b) - b[0], nil
}
