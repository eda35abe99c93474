package generalization

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/studies"
)

// activityPenalties are the studies of chapter 14.
func activityPenalties() []studies.Study {
	cases := []studies.Study{
		{
			Name:     "ch14-circles-scatter",
			Title:    "Two circles",
			Question: "What do 100 rows of two circles look like, and does a line separate them?",
			Run:      lookAtCircles,
		},
		{
			Name:     "ch14-overfit-mlp",
			Title:    "A network too large for 30 rows of circles",
			Question: "Does a network of 500 nodes overfit 30 rows of the circles?",
			Run:      overfitCircles,
		},
		{
			Name:     "ch14-l1-activity-before",
			Title:    "L1 activity regularization before ReLU",
			Question: "Does an L1 penalty on the hidden layer's outputs before ReLU reduce the overfitting?",
			Run:      penaltyBeforeReLU,
		},
		{
			Name:     "ch14-l1-activity-after",
			Title:    "L1 activity regularization after ReLU",
			Question: "Does an L1 penalty on the hidden layer's outputs after ReLU reduce the overfitting, and which of the two makes outputs sparse?",
			Run:      penaltyAfterReLU,
		},
	}
	return chapter(14, append(cases, activityPenaltyExtensions()...))
}

// batchSum is the penalty of Keras 2.2.4, the sum over the batch.
func batchSum(l1 float64) nn.ActivityPenalty { return nn.ActivityPenalty{L1: l1, BatchSum: true} }

// beforeReLU is the book's network with a penalty on what ReLU is given.
func beforeReLU(p nn.ActivityPenalty) []nn.Layer {
	return []nn.Layer{nn.Dense{Units: 500, Activity: p}, nn.Activation{Func: act.ReLU}, output()}
}

// afterReLU is the book's network with a penalty on what ReLU gives.
func afterReLU(p nn.ActivityPenalty) []nn.Layer {
	layer := hidden()
	layer.Activity = p
	return []nn.Layer{layer, output()}
}

func zeros(s scores) float64      { return s.zeros }
func activation(s scores) float64 { return s.activation }

func lookAtCircles(ctx context.Context, env *studies.Env) error {
	return lookAt(ctx, env, allCircles(), 16, 34, 0.75)
}

func overfitCircles(ctx context.Context, env *studies.Env) error {
	c := single(circles, 1, 0.757, hidden(), output())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	claimOverfit(env, runs)
	best := studies.Each(runs, bestAccuracy)
	test := runs.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("best test accuracy on the way", best))
	env.Claim("Test accuracy was at least 0.03 better on the way, on average", studies.Mean(best) > studies.Mean(test)+0.03,
		"best %.3f, final %.3f", studies.Mean(best), studies.Mean(test))
	return nil
}

func penaltyBeforeReLU(ctx context.Context, env *studies.Env) error {
	c := single(circles, 0.967, 0.814, beforeReLU(batchSum(0.0001))...)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	p := freshCircles()
	all, err := p.compare(ctx, env, 10, compared("no penalty", hidden(), output()),
		compared("L1 0.0001, mean over the rows", beforeReLU(nn.ActivityPenalty{L1: 0.0001})...),
		compared("L1 0.003, mean over the rows", beforeReLU(nn.ActivityPenalty{L1: 0.003})...))
	if err != nil {
		return err
	}
	test := studies.Mean(runs.TestScore(metrics.Accuracy{}))
	plain := studies.Mean(all[0].of(onTest))
	env.Claim("The penalty gains at least 0.025 of test accuracy and costs less than 0.05 in training",
		test > plain+0.025 && studies.Mean(runs.TrainScore(metrics.Accuracy{})) > 0.95,
		"test %.3f against %.3f, training %.3f", test, plain, studies.Mean(runs.TrainScore(metrics.Accuracy{})))
	late := studies.Mean(studies.Each(runs, studies.LateMean("val_accuracy", 100)))
	best := studies.Mean(studies.Each(runs, bestAccuracy))
	env.Claim("Test accuracy stays within 0.03 of its best, without the later fall", late > best-0.03, "mean over the last 100 epochs %.3f, best on the way %.3f", late, best)
	weak, equal := studies.Mean(all[1].of(onTest)), studies.Mean(all[2].of(onTest))
	env.Claim("The book's coefficient is for the sum over a batch of 30 rows, as Keras 2.2.4 has it: as a mean over rows 0.0001 gains nothing, and 30 times as much is the same as the book's",
		weak < plain+0.01 && math.Abs(equal-test) < 0.015, "test accuracy %.3f without, %.3f with the mean, %.3f with 30 times the mean, %.3f with the sum", plain, weak, equal, test)
	return nil
}

// bestAccuracy is the best validation accuracy of a run.
func bestAccuracy(h *history) float64 {
	_, v := h.Best("val_accuracy")
	return v
}

func penaltyAfterReLU(ctx context.Context, env *studies.Env) error {
	c := single(circles, 1, 0.757, afterReLU(batchSum(0.0001))...)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	all, err := sparsities(ctx, env, compared("no penalty", hidden(), output()),
		compared("L1 before ReLU", beforeReLU(batchSum(0.0001))...), compared("L1 after ReLU", afterReLU(batchSum(0.0001))...))
	if err != nil {
		return err
	}
	test, plain := studies.Mean(runs.TestScore(metrics.Accuracy{})), studies.Mean(all[0].of(onTest))
	env.Claim("After ReLU the penalty gains nothing: test accuracy is not above that without penalty", test <= plain, "%.3f against %.3f", test, plain)
	claimTurn(env, runs)
	before, after, none := studies.Mean(all[1].of(zeros)), studies.Mean(all[2].of(zeros)), studies.Mean(all[0].of(zeros))
	env.Claim("Yet it is the penalty after ReLU that makes the layer sparse, to over 85 % zeros; that before ReLU leaves the share of zeros within 0.1 of what it is without, against the book's reason to prefer it",
		after > 0.85 && math.Abs(before-none) < 0.1, "%.0f %% zeros after, %.0f %% before, %.0f %% without", 100*after, 100*before, 100*none)
	small := studies.Mean(all[1].of(activation)) / studies.Mean(all[0].of(activation))
	env.Claim("What the penalty before ReLU does is to make outputs small: their mean is less than a fifth", small < 0.2,
		"mean output %.3f against %.3f", studies.Mean(all[1].of(activation)), studies.Mean(all[0].of(activation)))
	return nil
}

// claimTurn claims that the test loss rises again after its least.
func claimTurn(env *studies.Env, runs experiments.Runs) {
	epoch, least, final := turningPoints(runs)
	rise := studies.Mean(final) / studies.Mean(least)
	env.Claim("The test loss still falls and rises again, to over 1.2 times its least", rise > 1.2,
		"least %.3f at epoch %.0f, final %.3f", studies.Mean(least), studies.Mean(epoch), studies.Mean(final))
}

// sparsities compares networks on the circles, and records how many of the hidden
// outputs are zero and how large they are.
func sparsities(ctx context.Context, env *studies.Env, variants ...variant) ([]trainings, error) {
	all, err := freshCircles().compare(ctx, env, 10, variants...)
	for k, t := range all {
		env.Record(studies.Measured("share of hidden outputs that are zero, "+variants[k].name, t.of(zeros)),
			studies.Measured("mean hidden output, "+variants[k].name, t.of(activation)))
	}
	return all, err
}
