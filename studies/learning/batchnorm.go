package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/studies"
)

// batchNorms are the studies of chapter 9.
func batchNorms() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch09-mlp-baseline",
			Title:    "Two circles without batch normalization",
			Chapter:  9,
			Question: "How fast and how well does the plain network learn?",
			Cases:    []string{"ch09-mlp-baseline"},
			Run:      withoutBatchNorm,
		},
		{
			Name:     "ch09-mlp-batchnorm-after",
			Title:    "Batch normalization after the activation",
			Chapter:  9,
			Question: "Does batch normalization behind the ReLU make training faster?",
			Cases:    []string{"ch09-mlp-batchnorm-after"},
			Run:      batchNormAfter,
		},
		{
			Name:     "ch09-mlp-batchnorm-before",
			Title:    "Batch normalization before the activation",
			Chapter:  9,
			Question: "Does batch normalization work as well in front of the ReLU?",
			Cases:    []string{"ch09-mlp-batchnorm-before"},
			Run:      batchNormBefore,
		},
	}
}

// normalized is the chapter's case with the given hidden layers.
func normalized(bookTrain, bookTest float64, hidden ...nn.Layer) studies.Single {
	c := studies.Single{Recipe: classifier(momentum, 100, append(hidden, nn.Dense{Units: 1, Activation: act.Sigmoid})...),
		What: "accuracy", Score: metrics.Accuracy{}, BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Recipe.Config.Loss = losses.BinaryCrossEntropy{}
	c.Train, c.Test = halves(twoCircles())
	return c
}

var (
	plainHidden  = []nn.Layer{relu(50)}
	normAfter    = []nn.Layer{relu(50), nn.BatchNorm{}}
	normBefore   = []nn.Layer{nn.Dense{Units: 50, Init: nn.HeUniform}, nn.BatchNorm{}, nn.Activation{Func: act.ReLU}}
	reachedLimit = studies.FirstAbove("val_accuracy", 0.8)
)

func withoutBatchNorm(ctx context.Context, env *studies.Env) error {
	runs, err := normalized(0.826, 0.840, plainHidden...).Measure(ctx, env)
	if err != nil {
		return err
	}
	reached := studies.Each(runs, reachedLimit)
	env.Record(studies.Measured("first epoch with test accuracy of 0.8", reached).Beside(35).Because("The book says 30 to 40."))
	env.Claim("Test accuracy reaches 0.8 between epochs 15 and 45 on average", studies.Mean(reached) > 15 && studies.Mean(reached) < 45, "epoch %.0f ± %.0f", studies.Mean(reached), studies.SD(reached))
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Mean test accuracy is at least 0.83", studies.Mean(test) > 0.83, "%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	return nil
}

func batchNormAfter(ctx context.Context, env *studies.Env) error {
	runs, err := normalized(0.842, 0.846, normAfter...).Measure(ctx, env)
	if err != nil {
		return err
	}
	plain := normalized(0, 0, plainHidden...)
	base, err := env.Evaluate(ctx, "", 30, studies.Watched(plain.Recipe, plain.Test), plain.Train, plain.Test)
	if err != nil {
		return err
	}
	with, without := studies.Each(runs, reachedLimit), studies.Each(base, reachedLimit)
	env.Record(studies.Measured("first epoch with test accuracy of 0.8", with).Beside(20).Because("The book says within 20."))
	env.Claim("Batch normalization learns faster: test accuracy reaches 0.8 at least 3 epochs sooner on average", studies.Mean(with) < studies.Mean(without)-3,
		"epoch %.0f ± %.0f against %.0f ± %.0f", studies.Mean(with), studies.SD(with), studies.Mean(without), studies.SD(without))
	inTraining := studies.Each(runs, studies.LateMean("accuracy", 20))
	gap := studies.Mean(runs.TrainScore(metrics.Accuracy{})) - studies.Mean(inTraining)
	env.Record(studies.Measured("training accuracy in the curve, last 20 epochs", inTraining))
	env.Claim("The training curve lies below the accuracy of the trained network by 0.015, as it is taken with the statistics of single batches",
		gap > 0.015, "%.3f in the curve, %.3f after training", studies.Mean(inTraining), studies.Mean(runs.TrainScore(metrics.Accuracy{})))
	return nil
}

func batchNormBefore(ctx context.Context, env *studies.Env) error {
	c := normalized(0.832, 0.834, normBefore...)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	after := normalized(0, 0, normAfter...)
	behind, err := env.Evaluate(ctx, "", 30, after.Recipe, after.Train, after.Test)
	if err != nil {
		return err
	}
	inTraining := studies.Each(runs, studies.LateMean("accuracy", 20))
	env.Record(studies.Measured("training accuracy in the curve, last 20 epochs", inTraining).Beside(0.725).Because("The book says 0.70 to 0.75."))
	env.Claim("The training curve hovers far below the accuracy of the trained network, by more than 0.07",
		studies.Mean(runs.TrainScore(metrics.Accuracy{}))-studies.Mean(inTraining) > 0.07, "%.3f in the curve, %.3f after training",
		studies.Mean(inTraining), studies.Mean(runs.TrainScore(metrics.Accuracy{})))
	test, best := runs.TestScore(metrics.Accuracy{}), behind.TestScore(metrics.Accuracy{})
	env.Claim("On this problem batch normalization is better behind the ReLU: test accuracy higher by 0.002 on average", studies.Mean(best) > studies.Mean(test)+0.002,
		"%.3f ± %.3f against %.3f ± %.3f", studies.Mean(best), studies.SD(best), studies.Mean(test), studies.SD(test))
	return nil
}
