package prediction

import (
	"context"

	"github.com/goodfit-ml/goodfit/studies"
)

// weightAverages are the studies of chapter 26.
func weightAverages() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch26-mlp-baseline",
			Title:    "One network with momentum for five hundred epochs",
			Chapter:  26,
			Question: "Does accuracy go on changing from epoch to epoch when the training should be over?",
			Cases:    []string{"ch26-mlp-baseline", "ch26-blobs-scatter"},
			Run:      unsettledNetwork,
		},
	}, weightExtensions()...)
}

func unsettledNetwork(ctx context.Context, env *studies.Env) error {
	runs, err := baseline(ctx, env, classifier(25, 500, momentum()), 0.850, 0.804)
	if err != nil {
		return err
	}
	late := func(series string) []float64 { return studies.Each(runs, studies.LateSpread(series, 100)) }
	train, test := late("accuracy"), late("val_accuracy")
	env.Record(studies.Measured("standard deviation of training accuracy over the last 100 epochs", train),
		studies.Measured("of test accuracy", test))
	env.Claim("Over the last 100 epochs both still swing: test accuracy by more than 0.006, training accuracy by more than that",
		studies.Mean(test) > 0.006 && studies.Mean(train) > studies.Mean(test), "standard deviation %.4f and %.4f", studies.Mean(test), studies.Mean(train))
	return nil
}
