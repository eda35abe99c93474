package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/studies"
)

// regressionLosses are the studies of chapter 4 on losses for numbers.
func regressionLosses() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch04-function-mse",
			Title:    "Three losses written out",
			Chapter:  4,
			Question: "Do the book's hand-written losses compute what their names say?",
			Cases:    []string{"ch04-function-mse", "ch04-function-binary-cross-entropy", "ch04-function-categorical-cross-entropy"},
			Run:      lossesByHand,
		},
		{
			Name:     "ch04-regression-mse",
			Title:    "Regression with mean squared error",
			Chapter:  4,
			Question: "How well does squared error train on a Gaussian target?",
			Cases:    []string{"ch04-regression-mse"},
			Run:      squaredError,
		},
		{
			Name:     "ch04-regression-msle",
			Title:    "Regression with mean squared logarithmic error",
			Chapter:  4,
			Question: "What does a logarithmic loss do with targets of which half are negative?",
			Cases:    []string{"ch04-regression-msle"},
			Run:      logarithmicError,
		},
		{
			Name:     "ch04-regression-mae",
			Title:    "Regression with mean absolute error",
			Chapter:  4,
			Question: "Is absolute error worse where the target has no outliers?",
			Cases:    []string{"ch04-regression-mae"},
			Run:      absoluteError,
		},
	}
}

// lossesByHand compares the formulas as the book prints them with ours.
func lossesByHand(_ context.Context, env *studies.Env) error {
	const tiny = 1e-15
	printed := func(actual, predicted []float64) float64 { // the book's binary cross-entropy
		sum := 0.0
		for i := range actual {
			sum -= actual[i] * fmath.Log(predicted[i]+tiny)
		}
		return sum / float64(len(actual))
	}
	ours := func(m metrics.Metric, outputs int, actual, predicted []float32) (float64, error) {
		meter, err := m.Meter(metrics.Spec{Outputs: outputs, Targets: outputs})
		if err != nil {
			return 0, err
		}
		meter.Add(predicted, actual, nil)
		return meter.Value(), nil
	}
	mse, err := ours(metrics.MSE{}, 1, []float32{1, 2, 3}, []float32{1, 2, 3})
	if err != nil {
		return err
	}
	binary, err := ours(metrics.LogLoss{}, 1, []float32{1, 0}, []float32{0.9, 0.1})
	if err != nil {
		return err
	}
	several, err := ours(metrics.LogLoss{}, 3, []float32{1, 0, 0, 0, 1, 0}, []float32{0.7, 0.2, 0.1, 0.3, 0.6, 0.1})
	if err != nil {
		return err
	}
	half := printed([]float64{1, 0}, []float64{0.9, 0.1})
	byHand := -(fmath.Log(0.7+tiny) + fmath.Log(0.6+tiny)) / 2
	perfect := printed([]float64{1}, []float64{1})
	env.Record(studies.Exact("mean squared error of perfect predictions", mse).Beside(0),
		studies.Exact("binary cross-entropy of 0.9 for class 1 and 0.1 for class 0", binary),
		studies.Exact("the same by the book's listing", half).
			Because("The listing leaves out the term of class 0, so that rows of that class never count."),
		studies.Exact("binary cross-entropy of a perfect prediction, by the listing", perfect).Beside(0).
			Because("The constant 1e-15 inside the logarithm makes it slightly negative."),
		studies.Exact("categorical cross-entropy of 0.7 and 0.6 for the classes", several))
	env.Claim("The book's binary cross-entropy gives half of the right value where both classes occur",
		half < 0.51*binary && half > 0.49*binary, "%.4f against %.4f", half, binary)
	env.Claim("The book's categorical cross-entropy is complete", several-byHand < 1e-6 && byHand-several < 1e-6, "%.6f against %.6f", byHand, several)
	return nil
}

// standardized is the regression problem with inputs and target standardized on
// all rows before the split, as chapter 4 does for brevity.
func standardized() (train, test *datasets.Dataset, err error) {
	all := linearTarget()
	inputs, err := datasets.Standardize{}.Fit(all)
	if err != nil {
		return nil, nil, err
	}
	target, err := datasets.Standardize{}.FitTarget(all)
	if err != nil {
		return nil, nil, err
	}
	train, test = halves(target.ApplyTarget(inputs.Apply(all)))
	return train, test, nil
}

// regressor is the network of chapters 4, 6 and 8. Under other losses it reports
// the squared error beside.
func regressor(loss losses.Loss) goodfit.Recipe {
	r := classifier(momentum, 100, relu(25), linear(1))
	r.Config.Loss, r.Config.Metrics = loss, nil
	if _, squared := loss.(losses.MSE); !squared {
		r.Config.Metrics = []metrics.Metric{metrics.MSE{}}
	}
	return r
}

// regression is a case of chapter 4, scored by squared error.
func regression(loss losses.Loss, bookTrain, bookTest float64) (c studies.Single, err error) {
	c = studies.Single{Recipe: regressor(loss), What: "mean squared error", Score: metrics.MSE{},
		BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Train, c.Test, err = standardized()
	return c, err
}

func squaredError(ctx context.Context, env *studies.Env) error {
	c, err := regression(losses.MSE{}, 0.001, 0.002)
	if err != nil {
		return err
	}
	c.Score = nil // the loss is the score
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestLoss()
	env.Claim("Squared error learns the target to a test error below 0.02 in every run", studies.Share(test, 0.02) == 0, "%.4f ± %.4f", studies.Mean(test), studies.SD(test))
	return nil
}

// clippedMSLE is [losses.MSLE] that takes negative targets, as Keras does: they
// count as 1e-7.
type clippedMSLE struct{ losses.MSLE }

// CheckTargets accepts any number.
func (clippedMSLE) CheckTargets([]float32, int, int) error { return nil }

func logarithmicError(ctx context.Context, env *studies.Env) error {
	c, err := regression(clippedMSLE{}, 0.206, 0.257)
	if err != nil {
		return err
	}
	c.Why = "Negative targets look like 0 to this loss and negative predictions get no gradient, so that half of the target is not learned and its error is left to chance."
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	negative := 0
	for i := range c.Train.Rows() {
		if c.Train.Y.At(i, 0) < 0 {
			negative++
		}
	}
	env.Record(studies.Exact("share of training targets below 0", float64(negative)/float64(c.Train.Rows())))
	test := runs.TestScore(metrics.MSE{})
	median := experiments.Summarize(test).Median
	env.Record(studies.Exact("median of the test mean squared error", median))
	env.Claim("The squared error is over ten times that of training on squared error (0.006), not slightly worse",
		median > 0.06, "median %.3f over %d runs", median, len(test))
	worse := studies.Each(runs, func(h *history) float64 { return studies.At("val_mse", 100)(h) - studies.At("val_mse", 20)(h) })
	env.Claim("A squared error that creeps up from epoch 20 on, as in the book's figure, is the exception", studies.Share(worse, 0) < 0.5,
		"%.0f %% of runs", 100*studies.Share(worse, 0))
	return nil
}

func absoluteError(ctx context.Context, env *studies.Env) error {
	c, err := regression(losses.MAE{}, 0.002, 0.002)
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	squared, err := env.Evaluate(ctx, "", 30, regressor(losses.MSE{}), c.Train, c.Test)
	if err != nil {
		return err
	}
	test, base := runs.TestScore(metrics.MSE{}), squared.TestLoss()
	env.Claim("Absolute error trains to a squared test error no worse than squared error itself does (by 0.002 at most)",
		studies.Mean(test) < studies.Mean(base)+0.002, "%.4f ± %.4f against %.4f ± %.4f", studies.Mean(test), studies.SD(test), studies.Mean(base), studies.SD(base))
	bumps := studies.Mean(studies.Each(runs, studies.LateSpread("loss", 50)))
	env.Claim("The curve of the absolute error is bumpier than that of the squared error of the same runs",
		bumps > studies.Mean(studies.Each(runs, studies.LateSpread("mse", 50))), "standard deviation over the last 50 epochs %.4f against %.4f",
		bumps, studies.Mean(studies.Each(runs, studies.LateSpread("mse", 50))))
	return nil
}
