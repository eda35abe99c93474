package generalization

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
	"github.com/goodfit-ml/goodfit/tensor"
)

// dropouts are the studies of chapter 16.
func dropouts() []studies.Study {
	cases := []studies.Study{
		{
			Name:     "ch16-retention-to-rate",
			Title:    "Retention and rate",
			Question: "What rate does a paper's retention probability become?",
			Run:      retentionToRate,
		},
		{
			Name:     "ch16-width-compensation",
			Title:    "A wider layer in place of the units that are dropped",
			Question: "How wide must a layer with dropout be to have as many units at work as one without?",
			Run:      widthCompensation,
		},
		{
			Name:     "ch16-circles-scatter",
			Title:    "Two circles, as far as they can be told apart",
			Question: "How much of the two circles could any network know?",
			Cases:    []string{"ch17-circles-scatter"},
			Run:      ceilingOfCircles,
		},
		{
			Name:     "ch16-circles-overfit-mlp",
			Title:    "A network too large for 30 rows of circles, without dropout and noise",
			Question: "How much room does the overfit network leave for dropout and noise?",
			Cases:    []string{"ch17-circles-overfit-mlp"},
			Run:      roomOfCircles,
		},
		{
			Name:     "ch16-circles-dropout-mlp",
			Title:    "Dropout after the hidden layer",
			Question: "Does dropout of 40 % of the hidden outputs reduce the overfitting?",
			Run:      hiddenDropout,
		},
	}
	return chapter(16, append(cases, dropoutExtensions()...))
}

// keptBy are the share of values that a layer of dropout keeps in training, and the
// mean of what it makes of ones.
func keptBy(env *studies.Env, rate float64) (kept, mean float64, err error) {
	const n = 200000
	op, err := nn.Dropout{Rate: rate}.Build([]tensor.Shape{{n}})
	if err != nil {
		return 0, 0, err
	}
	ones := make([]float32, n)
	for i := range ones {
		ones[i] = 1
	}
	p := &nn.Pass{Rows: 1, Mode: nn.Train, In: [][]float32{ones}, Out: make([]float32, n), Key: kernel.Key{Seed: env.Seed("")}}
	op.Forward(p)
	for _, v := range p.Out {
		if v != 0 {
			kept++
		}
		mean += float64(v)
	}
	return kept / n, mean / n, nil
}

// rateOf is the drop rate for a retention probability.
func rateOf(retention float64) float64 { return 1 - retention }

// widthOf is the width that leaves n units at work under a retention probability.
func widthOf(n, retention float64) float64 { return n / retention }

func retentionToRate(_ context.Context, env *studies.Env) error {
	env.Record(studies.Exact("drop rate for a retention of 0.8", rateOf(0.8)).Beside(0.2))
	worst, off := 0.0, 0.0
	for _, retention := range []float64{0.9, 0.8, 0.75, 0.5, 0.2} {
		kept, mean, err := keptBy(env, rateOf(retention))
		if err != nil {
			return err
		}
		worst, off = max(worst, math.Abs(kept-retention)), max(off, math.Abs(mean-1))
	}
	// Of 200,000 values the share that is kept has a standard deviation of at most
	// 0.0011, and the mean at a retention of 0.2 one of 0.0045.
	env.Claim("A layer of the rate 1 − p keeps the part p of its values", worst < 0.005, "of 200,000 values at most %.4f more or less than for p of 0.9 to 0.2", worst)
	env.Claim("What is kept is multiplied by 1/p, so that the mean stays and nothing changes when dropout is off", off < 0.02,
		"the mean of ones stays 1 to within %.4f", off)
	wrong, _, err := keptBy(env, 0.8)
	if err != nil {
		return err
	}
	env.Record(studies.Exact("share kept where 0.8 of a paper is taken for the rate", wrong))
	env.Claim("A paper's 0.8 taken for the rate drops four fifths of the values in place of one", math.Abs(wrong-0.2) < 0.005, "%.3f are kept", wrong)
	return nil
}

func widthCompensation(ctx context.Context, env *studies.Env) error {
	env.Record(studies.Exact("nodes for 100 nodes and a rate of 0.5", widthOf(100, rateOf(0.5))).Beside(200),
		studies.Exact("nodes for 100 nodes and a rate of 0.2", widthOf(100, 1-0.2)),
		studies.Exact("nodes for 100 nodes and a rate of 0.2, divided by the rate as the book's text has it", 100/0.2))
	env.Claim("The divisor is the retention, not the rate: both agree at 0.5, the book's example, and at a rate of 0.2 they differ by a factor of 4",
		widthOf(100, 0.5) == 100/0.5 && 100/0.2 == 4*widthOf(100, 0.8), "125 against 500 nodes")
	layers := func(units int, rate float64) []nn.Layer {
		return []nn.Layer{nn.Dense{Units: units, Activation: act.ReLU}, nn.Dropout{Rate: rate}, output()}
	}
	rows, others := circles()
	var late, train, test [][]float64
	for _, c := range []struct {
		name  string
		units int
		rate  float64
	}{{"100 nodes without dropout", 100, 0}, {"100 nodes, rate 0.5", 100, 0.5}, {"200 nodes, rate 0.5", 200, 0.5}} {
		runs, err := env.Evaluate(ctx, "", 20, binary(layers(c.units, c.rate)...), rows, others)
		if err != nil {
			return err
		}
		k := len(late)
		late = append(late, studies.Each(runs, studies.LateMean("loss", 200)))
		train, test = append(train, runs.TrainScore(metrics.Accuracy{})), append(test, runs.TestScore(metrics.Accuracy{}))
		env.Record(studies.Measured("training loss with the units that are kept, last 200 epochs, "+c.name, late[k]),
			studies.Measured("train accuracy, "+c.name, train[k]), studies.Measured("test accuracy, "+c.name, test[k]))
	}
	none, narrow, wide := studies.Mean(late[0]), studies.Mean(late[1]), studies.Mean(late[2])
	env.Claim("Twice the width wins back over half of the accuracy that dropout costs 100 nodes, in training and on test rows, as the rule has it",
		regained(train) > 0.5 && regained(test) > 0.5, "%.0f %% in training, %.0f %% on test rows", 100*regained(train), 100*regained(test))
	env.Claim("It wins back less than half of the training loss: noise remains, however many units are at work", wide < narrow && narrow-wide < (narrow-none)/2,
		"%.3f with 100 nodes, %.3f with dropout, %.3f with 200 nodes and dropout", none, narrow, wide)
	return nil
}

// regained is the part of the way from the second mean back to the first that the
// third makes.
func regained(values [][]float64) float64 {
	from, to := studies.Mean(values[1]), studies.Mean(values[0])
	return (studies.Mean(values[2]) - from) / (to - from)
}

// nearerRing is the accuracy of the rule that knows how the data were made: a row is
// of the inner ring if it is nearer to its radius of 0.8 than to the outer's of 1.
func nearerRing(d *datasets.Dataset) float64 {
	right := 0
	for i := range d.Rows() {
		x, y := d.X.At(i, 0), d.X.At(i, 1)
		inner := float64(x*x)+float64(y*y) < 0.9*0.9
		if inner == (d.Y.At(i, 0) == 1) {
			right++
		}
	}
	return float64(right) / float64(d.Rows())
}

func ceilingOfCircles(_ context.Context, env *studies.Env) error {
	all := allCircles()
	_, test := circles()
	fresh := nearerRing(datasets.Circles{Samples: 20000, Noise: 0.1, Seed: 2}.Make())
	onTest := nearerRing(test)
	env.Record(studies.Exact("accuracy of the rule that knows the rings, 70 test rows", onTest),
		studies.Exact("accuracy of the rule that knows the rings, 20,000 fresh rows", fresh))
	env.Claim("The rings overlap: who knows their radii has about 84 % of fresh rows right, which is what there is to learn", math.Abs(fresh-0.84) < 0.015, "%.3f", fresh)
	env.Claim("The 70 test rows say it to within two standard errors only, 0.088", math.Abs(onTest-fresh) < 0.088, "%.3f against %.3f", onTest, fresh)
	return env.Figure("", "All rows, a colour for each class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

func roomOfCircles(ctx context.Context, env *studies.Env) error {
	runs, err := single(circles, 1, 0.771, hidden(), output()).Measure(ctx, env)
	if err != nil {
		return err
	}
	claimOverfit(env, runs)
	best, final := studies.Each(runs, bestAccuracy), runs.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("best test accuracy on the way", best))
	env.Claim("On the way every run has been better than at the end, by 0.03 or more", studies.Share(differences(best, final), 0.03) == 1,
		"best %.3f, final %.3f", studies.Mean(best), studies.Mean(final))
	return nil
}

// differences lists a − b.
func differences(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] - b[i]
	}
	return out
}

// dropped is the book's network with dropout after the hidden layer.
func dropped(rate float64) []nn.Layer { return []nn.Layer{hidden(), nn.Dropout{Rate: rate}, output()} }

func hiddenDropout(ctx context.Context, env *studies.Env) error {
	c := single(circles, 0.967, 0.814, dropped(0.4)...)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	base, err := env.Evaluate(ctx, "", c.Repeats, studies.Watched(binary(hidden(), output()), c.Test), c.Train, c.Test)
	if err != nil {
		return err
	}
	train, test, before := runs.TrainScore(metrics.Accuracy{}), runs.TestScore(metrics.Accuracy{}), base.TestScore(metrics.Accuracy{})
	more := differences(test, before)
	env.Claim("Dropout gives up one training row, 29 of 30 right, in at least 80 % of runs", studies.Share(train, 0.96)-studies.Share(train, 0.99) >= 0.8,
		"train accuracy %.3f ± %.3f", studies.Mean(train), studies.SD(train))
	env.Claim("It gains on average, but less than half of what the book's runs show (0.043), and in some pairs of runs with the same seed nothing",
		studies.Mean(more) > 0 && studies.Mean(more) < 0.043/2 && studies.Share(more, 0.001) < 1, "%+.3f ± %.3f, better in %.0f %%",
		studies.Mean(more), studies.SD(more), 100*studies.Share(more, 0.001))
	spread := func(what string) (with, without float64) {
		return studies.Mean(studies.Each(runs, studies.LateSpread(what, 500))), studies.Mean(studies.Each(base, studies.LateSpread(what, 500)))
	}
	with, without := spread("accuracy")
	env.Claim("The curves jitter: over the last 500 epochs training accuracy has a standard deviation of over 0.02, without dropout none", with > 0.02 && without < 1e-6,
		"%.4f against %.4f", with, without)
	_, leastBefore, finalBefore := turningPoints(base)
	_, least, final := turningPoints(runs)
	rise, plain := studies.Mean(differences(final, least)), studies.Mean(differences(finalBefore, leastBefore))
	env.Record(studies.Measured("rise of the test loss after its least", differences(final, least)),
		studies.Measured("rise of the test loss after its least, without dropout", differences(finalBefore, leastBefore)))
	env.Claim("Test loss still rises after its least, by less than half as much as without dropout", rise < plain/2, "%.3f against %.3f", rise, plain)
	return nil
}
