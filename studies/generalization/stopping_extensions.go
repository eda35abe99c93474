package generalization

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// earlyStoppingExtensions are the studies that chapter 18 proposes at its end, and
// those of its advice on triggers and on training with all rows.
func earlyStoppingExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch18-extension-monitors",
			Title:    "Accuracy in place of loss, and all other monitors",
			Question: "Which monitor stops at the best epoch?",
			Run:      stopByMonitor,
		},
		{
			Name:     "ch18-extension-validation-set",
			Title:    "A validation set of its own",
			Question: "What does early stopping give where the test rows take no part in it?",
			Run:      stopByValidation,
		},
		{
			Name:     "ch18-extension-regression",
			Title:    "Early stopping of a regression",
			Question: "Does early stopping on the mean squared error end the overfitting of a regression?",
			Run:      stopRegression,
		},
		{
			Name:     "ch18-extension-triggers",
			Title:    "Triggers: patience, least change, warm-up, averages",
			Question: "Which triggers get past the first bumps of the validation loss, and what do they cost in epochs?",
			Run:      stopByTrigger,
		},
		{
			Name:     "ch18-extension-refit",
			Title:    "Training on all rows after early stopping",
			Question: "Which of the two ways to use the rows held out gives the better network?",
			Run:      refitOnAll,
		},
	}
}

// stoppedBy trains the book's network on the moons with early stopping on the test
// rows, and records where it stops and how it scores on fresh rows.
func stoppedBy(ctx context.Context, env *studies.Env, name string, stop callbacks.EarlyStopping) (stops, fresh []float64, runs experiments.Runs, err error) {
	p := freshMoons()
	r := studies.Watched(binary(hidden(), output()), p.test)
	r.Plan.Callbacks = []goodfit.Callback{stop}
	if runs, err = env.Evaluate(ctx, "", 10, r, p.train, p.fresh); err != nil {
		return nil, nil, nil, err
	}
	stops, fresh = lengths(runs), runs.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("epoch of the stop, "+name, stops), studies.Measured("accuracy on 2,000 fresh rows, "+name, fresh))
	return stops, fresh, runs, nil
}

func stopByMonitor(ctx context.Context, env *studies.Env) error {
	fresh, stops := map[string]float64{}, map[string]float64{}
	for _, monitor := range []string{"val_loss", "val_accuracy", "loss", "accuracy"} {
		at, scores, runs, err := stoppedBy(ctx, env, monitor, callbacks.EarlyStopping{Monitor: monitor, Patience: 200, RestoreBest: true})
		if err != nil {
			return err
		}
		fresh[monitor], stops[monitor] = studies.Mean(scores), studies.Mean(at)
		if monitor == "val_accuracy" {
			if err := env.Figure("", "Accuracy of one run that is stopped by the accuracy on the test rows.",
				plots.LearningCurve{History: runs[0].History, Quantities: []string{"accuracy"}}); err != nil {
				return err
			}
		}
	}
	all := fmt.Sprintf("val_loss %.4f, val_accuracy %.4f, loss %.4f, accuracy %.4f", fresh["val_loss"], fresh["val_accuracy"], fresh["loss"], fresh["accuracy"])
	env.Claim("Validation loss gives the best network on fresh rows, to within 0.005 of any other", fresh["val_loss"] > max(fresh["val_accuracy"], fresh["loss"], fresh["accuracy"])-0.005, "%s", all)
	env.Claim("Training loss never stops: it falls until the last epoch", stops["loss"] == epochs, "epoch %.0f", stops["loss"])
	env.Claim("Accuracies are coarse, of 30 or 70 rows: by training accuracy the fit ends 100 epochs or more before validation loss would end it", stops["accuracy"] < stops["val_loss"]-100,
		"epoch %.0f against %.0f", stops["accuracy"], stops["val_loss"])
	return nil
}

func stopByValidation(ctx context.Context, env *studies.Env) error {
	fresh := datasets.Moons{Samples: 2000, Noise: 0.2, Seed: 2}.Make()
	var samples []plots.Sample
	means := map[string][]float64{}
	for _, c := range []struct {
		name string
		stop bool
	}{{"with early stopping", true}, {"without", false}} {
		values, err := env.Repeats("", 30).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
			train, held, err := datasets.Holdout{Fraction: 0.3, Stratify: true, Seed: seed}.Split(allMoons())
			if err != nil {
				return 0, err
			}
			r := binary(hidden(), output())
			if c.stop {
				r.Plan.Callbacks = []goodfit.Callback{callbacks.EarlyStopping{Patience: 200, RestoreBest: true}}
			}
			m, _, err := r.Fit(ctx, train, held, seed)
			if err != nil {
				return 0, err
			}
			scores, err := m.Evaluate(fresh)
			accuracy, _ := scores.Get(metrics.Accuracy{})
			return accuracy, err
		})
		if err != nil {
			return err
		}
		env.Record(studies.Measured("accuracy on 2,000 fresh rows, 70 rows to train, 30 for validation, "+c.name, values))
		samples = append(samples, plots.Sample{Name: c.name, Values: values})
		means[c.name] = values
	}
	more := differences(means["with early stopping"], means["without"])
	env.Claim("With a validation set of 30 rows of its own, another in each run, early stopping is as good on fresh rows as all 4,000 epochs, to within 0.01 on average",
		math.Abs(studies.Mean(more)) < 0.01, "%+.4f ± %.4f", studies.Mean(more), studies.SD(more))
	env.Claim("It is a matter of luck with the split: from split to split the difference has a standard deviation of over 0.003", studies.SD(more) > 0.003, "%.4f", studies.SD(more))
	return env.Figure("", "Accuracy on fresh rows over the runs.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: samples})
}

// noisyLine is a regression problem with few rows and more features than matter.
func noisyLine() (train, validation, test *datasets.Dataset, err error) {
	d := datasets.Regression{Samples: 1100, Features: 20, Noise: 200, Seed: 1}.Make()
	scale, err := datasets.Standardize{}.FitTarget(d)
	if err != nil {
		return nil, nil, nil, err
	}
	d.Y = scale.ApplyMatrix(d.Y)
	train, rest := d.Split(50)
	validation, test = rest.Split(50)
	return train, validation, test, nil
}

func stopRegression(ctx context.Context, env *studies.Env) error {
	train, validation, test, err := noisyLine()
	if err != nil {
		return err
	}
	r := goodfit.Recipe{Layers: []nn.Layer{nn.Dense{Units: 100, Activation: act.ReLU}, nn.Dense{Units: 1}},
		Config: goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.Adam{}}, Plan: goodfit.Plan{Epochs: 2000, Validation: validation}}
	whole, err := env.Evaluate(ctx, "", 30, r, train, test)
	if err != nil {
		return err
	}
	r.Plan.Callbacks = []goodfit.Callback{callbacks.EarlyStopping{Patience: 50, RestoreBest: true}}
	stopped, err := env.Evaluate(ctx, "", 30, r, train, test)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("test mean squared error, 2,000 epochs", whole.TestLoss()), studies.Measured("test mean squared error, stopped early", stopped.TestLoss()),
		studies.Measured("epoch of the stop", lengths(stopped)), studies.Measured("train mean squared error, stopped early", stopped.TrainLoss()))
	less := differences(whole.TestLoss(), stopped.TestLoss())
	env.Claim("Early stopping on the mean squared error of 50 validation rows lowers that of the test rows in at least 90 % of runs", studies.Share(less, 1e-9) >= 0.9,
		"%.3f to %.3f", studies.Mean(whole.TestLoss()), studies.Mean(stopped.TestLoss()))
	env.Claim("It saves over nine tenths of the epochs", studies.Mean(lengths(stopped)) < 200, "%.0f of 2,000", studies.Mean(lengths(stopped)))
	return env.Figure("", "One run without early stopping.", plots.LearningCurve{History: whole[0].History, LogY: true})
}

func stopByTrigger(ctx context.Context, env *studies.Env) error {
	triggers := []struct {
		name string
		stop callbacks.EarlyStopping
	}{
		{"patience 1", callbacks.EarlyStopping{}},
		{"patience 10", callbacks.EarlyStopping{Patience: 10}},
		{"patience 50", callbacks.EarlyStopping{Patience: 50}},
		{"patience 200", callbacks.EarlyStopping{Patience: 200}},
		{"p. 50, change 0.001", callbacks.EarlyStopping{Patience: 50, MinDelta: 0.001}},
		{"warm-up of 500 epochs", callbacks.EarlyStopping{StartFrom: 500}},
		{"mean of 100 epochs", callbacks.EarlyStopping{Window: 100}},
		{"exponential average, 0.98", callbacks.EarlyStopping{Smoothing: 0.98}},
	}
	figure := plots.Box{Y: "epoch of the stop"}
	mean, spread, accuracy := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, c := range triggers {
		stops, fresh, _, err := stoppedBy(ctx, env, c.name, c.stop)
		if err != nil {
			return err
		}
		mean[c.name], spread[c.name], accuracy[c.name] = studies.Mean(stops), studies.SD(stops), studies.Mean(fresh)
		figure.Samples = append(figure.Samples, plots.Sample{Name: c.name, Values: stops})
	}
	env.Claim("Averages get past the first bumps that stop a fit without patience, and need none themselves: means of 100 epochs and an exponential average stop after epoch 400 on average",
		min(mean["mean of 100 epochs"], mean["exponential average, 0.98"]) > 400 && mean["patience 1"] < 400, "epochs %.0f and %.0f, without %.0f",
		mean["mean of 100 epochs"], mean["exponential average, 0.98"], mean["patience 1"])
	env.Claim("More patience stops later", mean["patience 1"] <= mean["patience 10"] && mean["patience 10"] <= mean["patience 50"] && mean["patience 50"] <= mean["patience 200"],
		"epochs %.0f, %.0f, %.0f and %.0f", mean["patience 1"], mean["patience 10"], mean["patience 50"], mean["patience 200"])
	late := []float64{accuracy["patience 200"], accuracy["warm-up of 500 epochs"], accuracy["exponential average, 0.98"]}
	env.Claim("Patience of 200, a warm-up and the exponential average are equally good on fresh rows, to within 0.01, and better by 0.03 than what stops at the first bump",
		slices.Max(late)-slices.Min(late) < 0.01 && slices.Min(late) > accuracy["patience 1"]+0.03, "%s; without patience %.3f", studies.Listed("%.3f", late), accuracy["patience 1"])
	env.Claim("Patience of 50 and means of 100 epochs are a lottery: some runs stop at the first bump and others after epoch 700, with a standard deviation of over 200 epochs",
		min(spread["patience 50"], spread["mean of 100 epochs"]) > 200, "%.0f and %.0f epochs", spread["patience 50"], spread["mean of 100 epochs"])
	env.Claim("A least change of 0.001 in one epoch asks too much: it stops before epoch 300 in spite of its patience", mean["p. 50, change 0.001"] < 300,
		"epoch %.0f", mean["p. 50, change 0.001"])
	return env.Figure("", "Epochs at which ten runs stop.", figure)
}

func refitOnAll(ctx context.Context, env *studies.Env) error {
	data := datasets.Moons{Samples: 100, Noise: 0.3, Seed: 1}.Make()
	fresh := datasets.Moons{Samples: 2000, Noise: 0.3, Seed: 2}.Make()
	recipe := binary(hidden(), output())
	stop := callbacks.EarlyStopping{Patience: 100, RestoreBest: true}
	ways := []string{"stopped early", "anew, epochs", "anew, updates", "trained on"}
	seeds := env.Repeats("", 20)
	accuracy := make([][]float64, len(ways))
	loss, reached := make([][]float64, len(ways)), make([]float64, seeds.Seeds)
	for k := range ways {
		accuracy[k], loss[k] = make([]float64, seeds.Seeds), make([]float64, seeds.Seeds)
	}
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		models, done, err := refitted(ctx, recipe, stop, data, seed)
		if err != nil {
			return err
		}
		if done {
			reached[i] = 1
		}
		for k, m := range models {
			scores, err := m.Evaluate(fresh)
			if err != nil {
				return err
			}
			loss[k][i] = scores.Loss
			accuracy[k][i], _ = scores.Get(metrics.Accuracy{})
		}
		return nil
	})
	if err != nil {
		return err
	}
	var samples []plots.Sample
	for k, name := range ways {
		env.Record(studies.Measured("accuracy on 2,000 fresh rows, "+name, accuracy[k]), studies.Measured("loss on 2,000 fresh rows, "+name, loss[k]))
		samples = append(samples, plots.Sample{Name: name, Values: accuracy[k]})
	}
	env.Record(studies.Measured("share of runs in which the loss on the rows held out became as low as was wanted", reached))
	var gains []float64
	for k := 1; k < len(ways); k++ {
		gains = append(gains, studies.Mean(differences(accuracy[k], accuracy[0])))
	}
	env.Claim("All rows are better on fresh rows than the part, each way by 0.005 or more on average", slices.Min(gains) > 0.005,
		"for as many epochs, as many updates, and trained on: %s", studies.Listed("%+.4f", gains))
	env.Claim("Which way matters little: they are within 0.005 of each other", slices.Max(gains)-slices.Min(gains) < 0.005, "%s", studies.Listed("%+.4f", gains))
	env.Claim("Training on reaches its target within 1,000 epochs in at least 70 % of runs, but what it reaches is rows it has learned by heart: the loss on fresh rows is higher than before",
		studies.Mean(reached) >= 0.7 && studies.Mean(loss[3]) > studies.Mean(loss[0]), "%.0f %%, loss %.3f after, %.3f before", 100*studies.Mean(reached),
		studies.Mean(loss[3]), studies.Mean(loss[0]))
	return env.Figure("", "Accuracy on fresh rows over the runs: stopped early on 70 rows; then on all 100, anew for as many epochs or updates, or trained on.",
		plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: samples})
}

// refitted trains a network with early stopping on 30 % of the rows, and in the ways
// of [experiments.Refit] on all; done says whether training on reached its target.
func refitted(ctx context.Context, recipe goodfit.Recipe, stop callbacks.EarlyStopping, data *datasets.Dataset, seed uint64) (models []*goodfit.Model, done bool, err error) {
	split := datasets.Holdout{Fraction: 0.3, Stratify: true, Seed: seed}
	train, held, err := split.Split(data)
	if err != nil {
		return nil, false, err
	}
	part := recipe
	part.Plan.Callbacks = []goodfit.Callback{stop}
	m, _, err := part.Fit(ctx, train, held, seed)
	if err != nil {
		return nil, false, err
	}
	refit := experiments.Refit{Stop: stop, Split: split, Limit: 1000}
	byEpochs, err := refit.Retrain(ctx, recipe, data, seed)
	if err != nil {
		return nil, false, err
	}
	further, err := refit.Continue(ctx, recipe, data, seed)
	if err != nil {
		return nil, false, err
	}
	refit.CountUpdates = true
	byUpdates, err := refit.Retrain(ctx, recipe, data, seed)
	if err != nil {
		return nil, false, err
	}
	return []*goodfit.Model{m, byEpochs.Model, byUpdates.Model, further.Model}, further.Reached, nil
}
