package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// learningRates are the studies of chapter 5.
func learningRates() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch05-learning-rate-sweep",
			Title:    "Learning rates from 1 to 1e-7",
			Chapter:  5,
			Question: "Which learning rates learn at all, and how fast?",
			Cases:    []string{"ch05-learning-rate-sweep"},
			Run:      rateSweep,
		},
		{
			Name:     "ch05-momentum-sweep",
			Title:    "Momentum from 0 to 0.99",
			Chapter:  5,
			Question: "Does momentum make training faster and steadier?",
			Cases:    []string{"ch05-momentum-sweep"},
			Run:      momentumSweep,
		},
		{
			Name:     "ch05-decay-curve",
			Title:    "What time-based decay does to the rate",
			Chapter:  5,
			Question: "How fast does the rate shrink for four values of decay?",
			Cases:    []string{"ch05-decay-curve"},
			Run:      decayCurve,
		},
		{
			Name:     "ch05-decay-sweep",
			Title:    "Training under four values of decay",
			Chapter:  5,
			Question: "How much decay can training bear?",
			Cases:    []string{"ch05-decay-sweep"},
			Run:      decaySweep,
		},
		{
			Name:     "ch05-plateau-patience-sweep",
			Title:    "Lowering the rate on a plateau",
			Chapter:  5,
			Question: "How patient should a schedule be that lowers the rate on a plateau?",
			Cases:    []string{"ch05-plateau-patience-sweep"},
			Run:      plateauSweep,
		},
		{
			Name:     "ch05-optimizer-sweep",
			Title:    "Plain gradient descent against three adaptive optimizers",
			Chapter:  5,
			Question: "Are adaptive optimizers faster and steadier with their defaults?",
			Cases:    []string{"ch05-optimizer-sweep"},
			Run:      optimizerSweep,
		},
	}
}

// swept is the outcome of a sweep over settings of the chapter's network.
type swept struct {
	points experiments.Points
	// final is the mean training accuracy after training, by point.
	final []float64
}

// sweepBlobs trains the chapter's network with every change, records test accuracy
// and draws a panel of accuracy for each.
func sweepBlobs(ctx context.Context, env *studies.Env, title string, changes []experiments.Change) (swept, error) {
	train, test := halves(threeBlobs())
	sweep := experiments.Sweep{Changes: changes, Repeated: env.Repeats("", 30)}
	points, err := sweep.Evaluate(ctx, studies.Watched(blobsNet(optim.SGD{Rate: 0.01}, 200), test), train, test)
	s := swept{points: points}
	grid := plots.Grid{Title: title, Columns: 2, ShareX: true, ShareY: true}
	for _, p := range points {
		s.final = append(s.final, studies.Mean(p.Runs.TrainScore(metrics.Accuracy{})))
		env.Record(studies.Measured("train accuracy, "+p.Name, p.Runs.TrainScore(metrics.Accuracy{})),
			studies.Measured("test accuracy, "+p.Name, p.Runs.TestScore(metrics.Accuracy{})))
		grid.Figures = append(grid.Figures, studies.Panel(p.Name, "accuracy", p.Runs))
	}
	if err != nil {
		return s, err
	}
	return s, env.Figure("", "Training and test accuracy over the epochs, one run each.", grid)
}

// by lists the mean over the runs of a number of the history, for every point.
func (s swept) by(of func(h *history) float64) []float64 {
	var values []float64
	for _, p := range s.points {
		values = append(values, studies.Mean(studies.Each(p.Runs, of)))
	}
	return values
}

func rateSweep(ctx context.Context, env *studies.Env) error {
	s, err := sweepBlobs(ctx, env, "Accuracy by learning rate",
		experiments.Field("Config.Optimizer.Rate", 1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7))
	if err != nil {
		return err
	}
	env.Claim("Rates of 0.1 and 0.01 learn the problem: mean training accuracy above 0.78", min(s.final[1], s.final[2]) > 0.78,
		"rates from 1 to 1e-7: %s", studies.Listed("%.3f", s.final))
	env.Claim("A rate of 1 is too large: at least 0.1 worse than 0.1", s.final[0] < s.final[1]-0.1, "%.3f against %.3f", s.final[0], s.final[1])
	swings := s.by(studies.LateSpread("accuracy", 50))
	env.Claim("A rate of 1 makes training accuracy swing over three times as much as 0.1", swings[0] > 3*swings[1],
		"standard deviation over the last 50 epochs %.3f against %.3f", swings[0], swings[1])
	reached := s.by(studies.FirstAbove("accuracy", 0.75))
	env.Claim("From 0.1 to 0.001 each rate learns more slowly than the one before", reached[1] < reached[2] && reached[2] < reached[3],
		"first epoch with training accuracy of 0.75: %s", studies.Listed("%.0f", reached[1:4]))
	gain := s.by(func(h *history) float64 { return studies.At("accuracy", 200)(h) - studies.At("accuracy", 1)(h) })
	env.Claim("A rate of 1e-7 learns nothing in 200 epochs: accuracy moves by less than 0.02", gain[7] < 0.02 && gain[7] > -0.02,
		"gain over 200 epochs, rates from 1 to 1e-7: %s", studies.Listed("%.3f", gain))
	return findRate(ctx, env)
}

// findRate asks a range test for a rate.
func findRate(ctx context.Context, env *studies.Env) error {
	train, _ := halves(threeBlobs())
	recipe := blobsNet(optim.SGD{}, 1)
	repeats := env.Repeats("range test", 30)
	var first *experiments.RateTest
	suggested, err := repeats.Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
		test, err := experiments.RateFinder{}.Run(ctx, recipe, train, seed)
		if err != nil {
			return 0, err
		}
		return test.Suggestion, nil
	})
	if err != nil {
		return err
	}
	if first, err = (experiments.RateFinder{}).Run(ctx, recipe, train, repeats.BaseSeed); err != nil {
		return err
	}
	inside := studies.Share(suggested, 0.0005) - studies.Share(suggested, 0.5)
	env.Record(studies.Measured("rate suggested by a range test", suggested))
	env.Claim("A range test of 300 updates suggests a rate that learns, 0.0005 to 0.5, in at least 80 % of runs", inside >= 0.8,
		"%.0f %%, median %.2g", 100*inside, experiments.Summarize(suggested).Median)
	return env.Figure("range-test", "A range test: the loss while the rate grows with each update.", first.Figure())
}

func momentumSweep(ctx context.Context, env *studies.Env) error {
	s, err := sweepBlobs(ctx, env, "Accuracy by momentum", experiments.Field("Config.Optimizer.Momentum", 0, 0.5, 0.9, 0.99))
	if err != nil {
		return err
	}
	at50 := s.by(studies.At("val_accuracy", 50))
	env.Claim("Momentum of 0.9 is ahead after 50 epochs: at least 0.02 more test accuracy than without", at50[2] > at50[0]+0.02,
		"test accuracy at epoch 50 for 0, 0.5, 0.9, 0.99: %s", studies.Listed("%.3f", at50))
	spread := s.by(studies.LateSpread("val_accuracy", 100))
	env.Claim("Any momentum makes test accuracy steadier than none", max(spread[1], spread[2], spread[3]) < spread[0],
		"standard deviation over the last 100 epochs: %s", studies.Listed("%.4f", spread))
	env.Claim("0.99 is less steady than 0.9", spread[3] > spread[2], "%.4f against %.4f", spread[3], spread[2])
	return nil
}
