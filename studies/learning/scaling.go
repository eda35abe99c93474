package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// scalings are the studies of chapter 6.
func scalings() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch06-regression-histograms",
			Title:    "The regression problem of chapters 4, 6 and 8",
			Chapter:  6,
			Question: "How do inputs and target of the regression problem spread?",
			Cases:    []string{"ch06-regression-histograms", "ch08-target-histogram-boxplot"},
			Run:      lookAtRegression,
		},
		{
			Name:     "ch06-mlp-unscaled-nan",
			Title:    "Regression on a raw target",
			Chapter:  6,
			Question: "What happens when a target spreads over hundreds?",
			Cases:    []string{"ch06-mlp-unscaled-nan"},
			Run:      rawTarget,
		},
		{
			Name:     "ch06-mlp-standardized-target",
			Title:    "Regression on a standardized target",
			Chapter:  6,
			Question: "Is scaling the target enough to make the network train?",
			Cases:    []string{"ch06-mlp-standardized-target"},
			Run:      scaledTarget,
		},
		{
			Name:     "ch06-input-scaling-comparison",
			Title:    "Raw, normalized and standardized inputs",
			Chapter:  6,
			Question: "Which scaling of Gaussian inputs gives the lowest error?",
			Cases:    []string{"ch06-input-scaling-comparison"},
			Run:      inputScaling,
		},
	}
}

// column lists a column of the inputs, or of the targets where j is −1.
func column(d *datasets.Dataset, j int) []float64 {
	values := make([]float64, d.Rows())
	for i := range values {
		if values[i] = d.Y.At(i, 0); j >= 0 {
			values[i] = d.X.At(i, j)
		}
	}
	return values
}

func lookAtRegression(_ context.Context, env *studies.Env) error {
	all, coefficients := datasets.Regression{Samples: 1000, Features: 20, Noise: 0.1, Seed: 1}.MakeWithCoefficients()
	relevant := 0
	for j := range all.Features() {
		if coefficients.At(j, 0) != 0 {
			relevant++
		}
	}
	target := column(all, -1)
	s := experiments.Summarize(target)
	env.Record(studies.Exact("relevant features", float64(relevant)).Beside(10),
		studies.Exact("least target", s.Min).Beside(-400).Because("The book reads the whiskers of the box plot; single rows lie farther out."),
		studies.Exact("greatest target", s.Max).Beside(400).Because("The book reads the whiskers of the box plot; single rows lie farther out."),
		studies.Exact("mean of the target", s.Mean).Beside(0).Because("The book says about 0; a box plot shows the median."),
		studies.Exact("median of the target", s.Median))
	env.Claim("The target spreads over 50 times as far as an input", s.SD > 50*studies.SD(column(all, 0)), "standard deviation %.0f against %.2f", s.SD, studies.SD(column(all, 0)))
	histogram := func(title string, values []float64) plots.Figure {
		return plots.Histogram{Title: title, Samples: []plots.Sample{{Values: values}}}
	}
	return env.Figure("", "Two inputs, the target, and the target as a box plot.", plots.Grid{Columns: 2, Figures: []plots.Figure{
		histogram("input 0", column(all, 0)), histogram("input 1", column(all, 1)), histogram("target", target),
		plots.Box{Title: "target", Samples: []plots.Sample{{Name: "target", Values: target}}},
	}})
}

func rawTarget(ctx context.Context, env *studies.Env) error {
	train, test := halves(linearTarget())
	recipe := regressor(losses.MSE{})
	recipe.Plan.GoThroughNaN = true
	runs, err := env.Evaluate(ctx, "", 30, recipe, train, test)
	if err != nil {
		return err
	}
	failed, epoch := failures(runs)
	env.Record(studies.Measured("share of runs whose loss is no number at the end", failed).Beside(1),
		studies.Measured("epoch of the first such loss", epoch))
	env.Claim("Every run ends in a loss that is no number, within 5 epochs", studies.Mean(failed) == 1 && studies.Share(epoch, 6) == 0,
		"%.0f %% of %d runs, first at epoch %.1f", 100*studies.Mean(failed), len(failed), studies.Mean(epoch))
	stops := regressor(losses.MSE{})
	guarded, err := env.Evaluate(ctx, "", 30, stops, train, test)
	if err != nil {
		return err
	}
	told := 0
	for _, run := range guarded {
		if run.Diverged != nil {
			told++
		}
	}
	env.Claim("Unless asked to go on, training ends with an error that names epoch, batch and rate", told == len(guarded),
		"%d of %d runs, such as: %v", told, len(guarded), guarded[0].Diverged)
	return nil
}

// failures tells for each run whether the last loss is no finite number (1 or 0),
// and the first epoch, from 1, with such a loss.
func failures(runs experiments.Runs) (failed, epoch []float64) {
	for _, run := range runs {
		loss, _ := run.History.Get("loss")
		failed, epoch = append(failed, 0), append(epoch, float64(len(loss)+1))
		for i, v := range loss {
			if v-v != 0 {
				failed[len(failed)-1], epoch[len(epoch)-1] = 1, float64(i+1)
				break
			}
		}
	}
	return failed, epoch
}

// scaled is the regression problem with scalings that learn from the training half.
func scaled(inputs, target datasets.Scaling) (train, test *datasets.Dataset, err error) {
	train, test = halves(linearTarget())
	if inputs != nil {
		s, err := inputs.Fit(train)
		if err != nil {
			return nil, nil, err
		}
		train, test = s.Apply(train), s.Apply(test)
	}
	if target != nil {
		s, err := target.FitTarget(train)
		if err != nil {
			return nil, nil, err
		}
		train, test = s.ApplyTarget(train), s.ApplyTarget(test)
	}
	return train, test, nil
}

func scaledTarget(ctx context.Context, env *studies.Env) error {
	c := studies.Single{Recipe: regressor(losses.MSE{}), What: "mean squared error", BookTrain: 0.003, BookTest: 0.007, Repeats: 30}
	var err error
	if c.Train, c.Test, err = scaled(nil, datasets.Standardize{}); err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestLoss()
	env.Claim("With the target scaled every run trains, to a test error below 0.03", studies.Share(test, 0.03) == 0, "%.4f ± %.4f", studies.Mean(test), studies.SD(test))
	env.Claim("Training error is the lower one on average", studies.Mean(runs.TrainLoss()) < studies.Mean(test), "%.4f against %.4f", studies.Mean(runs.TrainLoss()), studies.Mean(test))
	return nil
}

func inputScaling(ctx context.Context, env *studies.Env) error {
	var test [4][]float64
	var box []plots.Sample
	for i, c := range []struct {
		name   string
		inputs datasets.Scaling
		book   float64
		why    string
	}{
		{"raw inputs", nil, 0.007, ""},
		{"inputs normalized to [0, 1]", datasets.MinMax{}, 0.001,
			"The book's listing builds this configuration with a standardizer by mistake; its number comes from a real min-max scaler, as here."},
		{"standardized inputs", datasets.Standardize{}, 0.008, ""},
		{"inputs normalized to [-1, 1]", datasets.MinMax{Low: -1}, 0, ""},
	} {
		train, held, err := scaled(c.inputs, datasets.Standardize{})
		if err != nil {
			return err
		}
		runs, err := env.Evaluate(ctx, "", 30, regressor(losses.MSE{}), train, held)
		if err != nil {
			return err
		}
		test[i] = runs.TestLoss()
		result := studies.Measured("test mean squared error, "+c.name, test[i]).Because(c.why)
		if i < 3 {
			result = result.Beside(c.book)
		}
		env.Record(result)
		box = append(box, plots.Sample{Name: c.name, Values: test[i]})
	}
	env.Claim("Inputs normalized to [0, 1] give less than a fifth of the error of raw ones", studies.Mean(test[1]) < studies.Mean(test[0])/5,
		"%.5f against %.4f", studies.Mean(test[1]), studies.Mean(test[0]))
	env.Claim("Standardizing changes little: its error is within a third of that of raw inputs", similar(studies.Mean(test[2]), studies.Mean(test[0])),
		"%.4f against %.4f", studies.Mean(test[2]), studies.Mean(test[0]))
	env.Claim("The gain is that of the range [0, 1], not of normalizing: [-1, 1] has over five times the error", studies.Mean(test[3]) > 5*studies.Mean(test[1]),
		"%.4f against %.5f", studies.Mean(test[3]), studies.Mean(test[1]))
	return env.Figure("", "Test error of repeated runs by scaling of the inputs; the target is standardized in all.",
		plots.Box{Y: "test mean squared error", Samples: box})
}

// similar reports whether a is within a third of b.
func similar(a, b float64) bool { return a > b*2/3 && a < b*4/3 }
