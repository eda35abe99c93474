package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// batchSizes are the studies of chapter 3.
func batchSizes() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch03-batch-gradient-descent",
			Title:    "Batch gradient descent on three blobs",
			Chapter:  3,
			Question: "How does a network learn when each update sees all 500 training rows?",
			Cases:    []string{"ch03-batch-gradient-descent"},
			Run:      batchDescent,
		},
		{
			Name:     "ch03-sgd-batch-1-lr-0.01",
			Title:    "Stochastic gradient descent, one row per update, rate 0.01",
			Chapter:  3,
			Question: "Does the same learning rate work when each update sees a single row?",
			Cases:    []string{"ch03-sgd-batch-1-lr-0.01"},
			Run:      onlineTooFast,
		},
		{
			Name:     "ch03-sgd-batch-1-lr-0.001",
			Title:    "Stochastic gradient descent, one row per update, rate 0.001",
			Chapter:  3,
			Question: "Does a tenth of the learning rate make updates by single rows work?",
			Cases:    []string{"ch03-sgd-batch-1-lr-0.001"},
			Run:      online,
		},
		{
			Name:     "ch03-update-count-arithmetic",
			Title:    "How many updates an epoch has",
			Chapter:  3,
			Question: "How many more updates does stochastic gradient descent make?",
			Cases:    []string{"ch03-update-count-arithmetic"},
			Run:      updateCounts,
		},
		{
			Name:     "ch03-minibatch-32",
			Title:    "Minibatch gradient descent, 32 rows per update",
			Chapter:  3,
			Question: "Do small batches join the pace of single rows and the calm of all rows?",
			Cases:    []string{"ch03-minibatch-32"},
			Run:      minibatch,
		},
		{
			Name:     "ch03-batch-size-sweep",
			Title:    "Batch sizes from 4 to 450 at one learning rate",
			Chapter:  3,
			Question: "What does the batch size change: pace, steadiness, result?",
			Cases:    []string{"ch03-batch-size-sweep"},
			Run:      batchSweep,
		},
	}
}

// sized is the case of the chapter for one batch size and rate.
func sized(rows int, rate float64) studies.Single {
	c := studies.Single{What: "accuracy", Score: metrics.Accuracy{}, Repeats: 30}
	c.Train, c.Test = halves(threeBlobs())
	c.Recipe = blobsNet(optim.SGD{Rate: rate, Momentum: 0.9}, 200)
	c.Recipe.Plan.BatchSize = rows
	return c
}

func batchDescent(ctx context.Context, env *studies.Env) error {
	c := sized(-1, 0.01)
	c.BookTrain, c.BookTest = 0.814, 0.834
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	reached := studies.Each(runs, studies.FirstAbove("val_accuracy", 0.8))
	env.Record(studies.Measured("first epoch with test accuracy of 0.8", reached).Beside(100).
		Because("The book reads convergence from the figure; 0.8 is reached earlier and refined until about epoch 100."))
	env.Claim("Test accuracy first reaches 0.8 between epochs 40 and 110", studies.Mean(reached) > 40 && studies.Mean(reached) < 110,
		"epoch %.0f ± %.0f", studies.Mean(reached), studies.SD(reached))
	above := studies.Each(runs, func(h *history) float64 {
		return studies.LateMean("val_accuracy", 100)(h) - studies.LateMean("accuracy", 100)(h)
	})
	env.Claim("Test accuracy lies above training accuracy over the last 100 epochs in every run", studies.Share(above, 0) == 1,
		"difference %.3f ± %.3f", studies.Mean(above), studies.SD(above))
	return nil
}

func onlineTooFast(ctx context.Context, env *studies.Env) error {
	c := sized(1, 0.01)
	c.BookTrain, c.BookTest = 0.508, 0.530
	c.Why = "Training is unstable, so a single run lands anywhere; that it fails is reproducible, its level is not."
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Mean test accuracy stays at least 0.1 below that of larger batches (0.83)", studies.Mean(test) < 0.73,
		"%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	spread := studies.Mean(studies.Each(runs, studies.LateSpread("val_accuracy", 50)))
	env.Claim("Test accuracy swings by more than 0.03 (standard deviation over the last 50 epochs)", spread > 0.03, "%.3f", spread)
	return nil
}

func online(ctx context.Context, env *studies.Env) error {
	c := sized(1, 0.001)
	c.BookTrain, c.BookTest = 0.830, 0.824
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Test accuracy is on a par with batch gradient descent: at least 0.80 on average", studies.Mean(test) > 0.8,
		"%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	reached := studies.Each(runs, studies.FirstAbove("val_accuracy", 0.8))
	env.Record(studies.Measured("first epoch with test accuracy of 0.8", reached).Beside(25).
		Because("The book's 25 epochs are a generous reading of the figure."))
	env.Claim("Test accuracy reaches 0.8 within 25 epochs", studies.Share(studies.Negated(reached), -25) > 0.9,
		"epoch %.0f ± %.0f", studies.Mean(reached), studies.SD(reached))
	all := sized(-1, 0.01)
	calm, err := env.Evaluate(ctx, "all rows", 30, studies.Watched(all.Recipe, all.Test), all.Train, all.Test)
	if err != nil {
		return err
	}
	noise := [2]float64{studies.Mean(studies.Each(runs, studies.LateSpread("val_accuracy", 50))), studies.Mean(studies.Each(calm, studies.LateSpread("val_accuracy", 50)))}
	env.Claim("Late test accuracy is at least twice as noisy as under batch gradient descent", noise[0] > 2*noise[1],
		"standard deviation over the last 50 epochs %.4f against %.4f", noise[0], noise[1])
	return nil
}

func updateCounts(_ context.Context, env *studies.Env) error {
	updates := func(rows, batch, epochs int) int { return epochs * ((rows + batch - 1) / batch) }
	batch, stochastic := updates(500, 500, 100), updates(500, 1, 25)
	env.Record(studies.Exact("updates of batch gradient descent in 100 epochs", float64(batch)).Beside(100),
		studies.Exact("updates of stochastic gradient descent in 25 epochs", float64(stochastic)).Beside(12500),
		studies.Exact("ratio", float64(stochastic)/float64(batch)).Beside(10).
			Because("The book says more than 10 times; it is 125 times."))
	env.Claim("Stochastic gradient descent makes over 100 times as many updates", stochastic > 100*batch,
		"%d against %d", stochastic, batch)
	return nil
}

func minibatch(ctx context.Context, env *studies.Env) error {
	c := sized(32, 0.01)
	c.BookTrain, c.BookTest = 0.808, 0.826
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Mean test accuracy is at least 0.80", studies.Mean(test) > 0.8, "%.3f ± %.3f", studies.Mean(test), studies.SD(test))
	reached := studies.Each(runs, studies.FirstAbove("val_accuracy", 0.8))
	env.Claim("Test accuracy reaches 0.8 sooner than under batch gradient descent: before epoch 40 on average", studies.Mean(reached) < 40,
		"epoch %.0f ± %.0f", studies.Mean(reached), studies.SD(reached))
	return nil
}

func batchSweep(ctx context.Context, env *studies.Env) error {
	sizes := []any{4, 8, 16, 32, 64, 128, 256, 450}
	c := sized(0, 0.01)
	sweep := experiments.Sweep{Changes: experiments.Field("Plan.BatchSize", sizes...), Repeated: env.Repeats("", 30)}
	points, err := sweep.Evaluate(ctx, studies.Watched(c.Recipe, c.Test), c.Train, c.Test)
	if err != nil {
		return err
	}
	grid := plots.Grid{Title: "Accuracy by batch size", Columns: 2, ShareX: true, ShareY: true}
	var reached, spread []float64
	for _, p := range points {
		grid.Figures = append(grid.Figures, studies.Panel(p.Name, "accuracy", p.Runs))
		first, late := studies.Each(p.Runs, studies.FirstAbove("val_accuracy", 0.78)), studies.Each(p.Runs, studies.LateSpread("val_accuracy", 50))
		reached, spread = append(reached, studies.Mean(first)), append(spread, studies.Mean(late))
		env.Record(studies.Measured("test accuracy, batch size "+p.Name, p.Runs.TestScore(metrics.Accuracy{})),
			studies.Measured("first epoch with test accuracy of 0.78, batch size "+p.Name, first),
			studies.Measured("spread of test accuracy over the last 50 epochs, batch size "+p.Name, late))
	}
	env.Claim("Small batches learn in fewer epochs: batches of 4 within 5, batches of 450 after 20", reached[0] < 5 && reached[7] > 20,
		"first epoch with test accuracy of 0.78, from 4 to 450 rows: %s", studies.Listed("%.0f", reached))
	env.Claim("Large batches are calmer at the end: 256 rows swing less than half as much as 4", spread[6] < 0.5*spread[0],
		"standard deviation of test accuracy over the last 50 epochs, from 4 to 450 rows: %s", studies.Listed("%.4f", spread))
	env.Claim("Batches of 450 are no calmer than of 256: each epoch ends with a batch of the 50 rows that are left",
		spread[7] > spread[6], "%.4f against %.4f", spread[7], spread[6])
	return env.Figure("", "Training and test accuracy over 200 epochs, one run for each batch size.", grid)
}
