package generalization

import (
	"context"

	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/studies"
)

// noises are the studies of chapter 17.
func noises() []studies.Study {
	cases := []studies.Study{
		{
			Name:     "ch17-circles-input-noise",
			Title:    "Noise on inputs",
			Question: "Does noise of a standard deviation of 0.01 on the inputs reduce the overfitting?",
			Run:      inputNoise,
		},
		{
			Name:     "ch17-circles-hidden-noise-pre-activation",
			Title:    "Noise before the activation",
			Question: "Does noise of a standard deviation of 0.1 on what the hidden ReLU is given reduce the overfitting?",
			Run:      noiseBefore,
		},
		{
			Name:     "ch17-circles-hidden-noise-post-activation",
			Title:    "Noise after the activation",
			Question: "Does noise of a standard deviation of 0.1 on what the hidden ReLU gives reduce the overfitting?",
			Run:      noiseAfter,
		},
	}
	return chapter(17, append(cases, noiseExtensions()...))
}

// noisyInputs is the book's network with noise on the inputs.
func noisyInputs(std float64) []nn.Layer {
	return []nn.Layer{nn.GaussianNoise{Std: std}, hidden(), output()}
}

// noisyBefore is the book's network with noise between the hidden layer's weighted
// sums and ReLU.
func noisyBefore(std float64) []nn.Layer {
	return []nn.Layer{nn.Dense{Units: 500}, nn.GaussianNoise{Std: std}, nn.Activation{Func: act.ReLU}, output()}
}

// noisyAfter is the book's network with noise on what ReLU gives.
func noisyAfter(std float64) []nn.Layer {
	return []nn.Layer{hidden(), nn.GaussianNoise{Std: std}, output()}
}

// noiseCase is a case of the chapter and its network without noise, trained from the
// same seeds.
type noiseCase struct {
	runs, base experiments.Runs
}

func measureNoise(ctx context.Context, env *studies.Env, bookTrain, bookTest float64, layers []nn.Layer) (n noiseCase, err error) {
	c := single(circles, bookTrain, bookTest, layers...)
	if n.runs, err = c.Measure(ctx, env); err != nil {
		return n, err
	}
	n.base, err = env.Evaluate(ctx, "", c.Repeats, studies.Watched(binary(hidden(), output()), c.Test), c.Train, c.Test)
	return n, err
}

// gains are the differences of test accuracy to the network without noise.
func (n noiseCase) gains() []float64 {
	return differences(n.runs.TestScore(metrics.Accuracy{}), n.base.TestScore(metrics.Accuracy{}))
}

// rises are how far the test loss rises after its least, with noise and without.
func (n noiseCase) rises(env *studies.Env) (with, without float64) {
	rise := func(runs experiments.Runs) []float64 {
		_, least, final := turningPoints(runs)
		return differences(final, least)
	}
	a, b := rise(n.runs), rise(n.base)
	env.Record(studies.Measured("rise of the test loss after its least", a), studies.Measured("rise of the test loss after its least, without noise", b))
	return studies.Mean(a), studies.Mean(b)
}

// fall is how far test accuracy falls from its best to the mean over the last 100
// epochs.
func fall(runs experiments.Runs) float64 {
	return studies.Mean(differences(studies.Each(runs, bestAccuracy), studies.Each(runs, studies.LateMean("val_accuracy", 100))))
}

func inputNoise(ctx context.Context, env *studies.Env) error {
	n, err := measureNoise(ctx, env, 1, 0.786, noisyInputs(0.01))
	if err != nil {
		return err
	}
	gains := n.gains()
	env.Claim("The book's gain of one test row, 0.015, does not stand repeats: the mean gain is below 0.01 and below the difference between runs",
		studies.Mean(gains) < 0.01 && studies.Mean(gains) < studies.SD(gains), "%+.4f ± %.4f", studies.Mean(gains), studies.SD(gains))
	train := n.runs.TrainScore(metrics.Accuracy{})
	env.Claim("It costs nothing in training: all rows are right", studies.Share(train, 1) == 1, "train accuracy %.3f", studies.Mean(train))
	spread := studies.Mean(studies.Each(n.runs, studies.LateSpread("val_accuracy", 500)))
	calm := studies.Mean(studies.Each(n.base, studies.LateSpread("val_accuracy", 500)))
	env.Claim("Test accuracy jumps about: over the last 500 epochs its standard deviation is more than twice that without noise", spread > 2*calm, "%.4f against %.4f", spread, calm)
	with, without := n.rises(env)
	env.Claim("The network still overfits: test loss rises after its least by over 0.5", with > 0.5, "%.2f, without noise %.2f", with, without)
	return nil
}

func noiseBefore(ctx context.Context, env *studies.Env) error {
	n, err := measureNoise(ctx, env, 0.933, 0.814, noisyBefore(0.1))
	if err != nil {
		return err
	}
	gains := n.gains()
	env.Claim("Noise before ReLU gains in at least 90 % of runs, two rows of 70 or more on average", studies.Share(gains, 0.001) >= 0.9 && studies.Mean(gains) > 0.0275,
		"%+.4f ± %.4f", studies.Mean(gains), studies.SD(gains))
	train := n.runs.TrainScore(metrics.Accuracy{})
	env.Claim("It costs one or two training rows in every run", studies.Share(train, 0.93) == 1 && studies.Share(train, 0.99) == 0, "train accuracy %.3f", studies.Mean(train))
	with, without := n.rises(env)
	env.Claim("Test loss rises less than a quarter as far after its least as without noise, but it still rises", with < without/4 && with > 0.02, "%.3f against %.3f", with, without)
	lost, before := fall(n.runs), fall(n.base)
	env.Claim("Test accuracy falls less than half as far from its best", lost < before/2, "%.3f against %.3f", lost, before)
	return nil
}

func noiseAfter(ctx context.Context, env *studies.Env) error {
	n, err := measureNoise(ctx, env, 1, 0.829, noisyAfter(0.1))
	if err != nil {
		return err
	}
	gains := n.gains()
	env.Claim("Noise after ReLU gains in at least 90 % of runs, two rows of 70 or more on average", studies.Share(gains, 0.001) >= 0.9 && studies.Mean(gains) > 0.0275,
		"%+.4f ± %.4f", studies.Mean(gains), studies.SD(gains))
	c := single(circles, 0, 0, noisyBefore(0.1)...)
	before, err := env.Evaluate(ctx, "", c.Repeats, c.Recipe, c.Train, c.Test)
	if err != nil {
		return err
	}
	more := differences(n.runs.TestScore(metrics.Accuracy{}), before.TestScore(metrics.Accuracy{}))
	env.Claim("It is a little better than noise before ReLU on average, by less than the difference between runs", studies.Mean(more) > 0 && studies.Mean(more) < studies.SD(more),
		"%+.4f ± %.4f", studies.Mean(more), studies.SD(more))
	with, without := n.rises(env)
	env.Claim("Test loss rises less than half as far after its least as without noise", with < without/2, "%.3f against %.3f", with, without)
	return nil
}
