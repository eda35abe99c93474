package learning

import (
	"context"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/studies"
)

// clippings are the studies of chapter 8.
func clippings() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch08-mlp-exploding",
			Title:    "Exploding gradients",
			Chapter:  8,
			Question: "How large do gradients get on a raw target, and does the diagnosis see it?",
			Cases:    []string{"ch08-mlp-exploding"},
			Run:      exploding,
		},
		{
			Name:     "ch08-mlp-clipnorm",
			Title:    "Clipping the norm of the gradient",
			Chapter:  8,
			Question: "Does a gradient norm of at most 1 let the network learn the raw target?",
			Cases:    []string{"ch08-mlp-clipnorm"},
			Run:      clipNorm,
		},
		{
			Name:     "ch08-mlp-clipvalue",
			Title:    "Clipping every number of the gradient",
			Chapter:  8,
			Question: "Which limit for each number of the gradient gives the book's error?",
			Cases:    []string{"ch08-mlp-clipvalue"},
			Run:      clipValue,
		},
	}
}

func exploding(ctx context.Context, env *studies.Env) error {
	train, test := halves(linearTarget())
	recipe := regressor(losses.MSE{})
	recipe.Plan.GoThroughNaN = true
	runs, err := env.Evaluate(ctx, "", 30, recipe, train, test)
	if err != nil {
		return err
	}
	failed, _ := failures(runs)
	seen := studies.Each(runs, func(h *history) float64 {
		if curves.Diagnose(h).Verdict == curves.Diverged {
			return 1
		}
		return 0
	})
	norms, err := firstNorms(ctx, env, train)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("share of runs whose loss is no number at the end", failed).Beside(1),
		studies.Measured("norm of the gradient of the first batch of 32 rows", norms).Beside(1000).
			Because("The book says hundreds or even thousands."))
	env.Claim("Every run ends in a loss that is no number", studies.Mean(failed) == 1, "%.0f %% of %d", 100*studies.Mean(failed), len(failed))
	env.Claim("The first gradient has a norm of hundreds or thousands", studies.Share(norms, 100) == 1, "%.0f ± %.0f", studies.Mean(norms), studies.SD(norms))
	env.Claim("Diagnose calls every run diverged", studies.Mean(seen) == 1, "%.0f %%", 100*studies.Mean(seen))
	return nil
}

// firstNorms are the norms of the whole gradient on the first batch, before any
// update.
func firstNorms(ctx context.Context, env *studies.Env, train *datasets.Dataset) ([]float64, error) {
	return env.Repeats("", 30).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
		recipe, err := regressor(losses.MSE{}).For(train)
		if err != nil {
			return 0, err
		}
		model, err := recipe.Build(seed)
		if err != nil {
			return 0, err
		}
		for batch, err := range train.Batches(ctx, datasets.BatchPlan{Size: 32}) {
			if err != nil {
				return 0, err
			}
			layers, err := model.LayerStats(batch)
			var norms []float64
			for _, l := range layers {
				norms = append(norms, l.GradNorm)
			}
			return fmath.Norm2(norms), err
		}
		return 0, nil
	})
}

// clipped is the chapter's network under a clip.
func clipped(c optim.Clip) goodfit.Recipe {
	r := regressor(losses.MSE{})
	r.Config.Optimizer = optim.SGD{Rate: 0.01, Momentum: 0.9, Clip: c}
	return r
}

func clipNorm(ctx context.Context, env *studies.Env) error {
	c := studies.Single{Recipe: clipped(optim.Clip{GlobalNorm: 1}), What: "mean squared error, one norm over all parameters",
		BookTrain: 5.082, BookTest: 27.433, Repeats: 30}
	c.Train, c.Test = halves(linearTarget())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	each1, err := env.Evaluate(ctx, "", 30, studies.Watched(clipped(optim.Clip{Norm: 1}), c.Test), c.Train, c.Test)
	if err != nil {
		return err
	}
	start := studies.Each(runs, studies.At("loss", 1))
	global, single := studies.Each(runs, studies.FirstBelow("val_loss", 100)), studies.Each(each1, studies.FirstBelow("val_loss", 100))
	env.Record(studies.Measured("train mean squared error, a norm for each parameter", each1.TrainLoss()),
		studies.Measured("test mean squared error, a norm for each parameter", each1.TestLoss()),
		studies.Measured("training loss of the first epoch", start).Beside(20000).Because("The book says above 20,000."),
		studies.Measured("first epoch with test error below 100, one norm", global).Beside(20).
			Because("The book's 20 epochs are a loose reading of its figure; its final numbers speak for one norm over all parameters."),
		studies.Measured("first epoch with test error below 100, a norm for each parameter", single).Beside(20))
	env.Claim("Clipping makes every run learn: test error below 100 at the end, from above 10000", studies.Share(runs.TestLoss(), 100) == 0 && studies.Mean(start) > 10000,
		"%.1f ± %.1f, from %.0f", studies.Mean(runs.TestLoss()), studies.SD(runs.TestLoss()), studies.Mean(start))
	env.Claim("A norm for each parameter learns faster: test error is below 100 in half the epochs", studies.Mean(single) < studies.Mean(global)/2+5,
		"epoch %.0f against %.0f", studies.Mean(single), studies.Mean(global))
	return nil
}

func clipValue(ctx context.Context, env *studies.Env) error {
	c := studies.Single{Recipe: clipped(optim.Clip{Value: 5}), What: "mean squared error, limit 5", BookTrain: 9.487, BookTest: 9.985, Repeats: 30,
		Why: "The book's numbers are those of a limit of 0.5 to 1, as in its own API section; with 5 no run comes near."}
	c.Train, c.Test = halves(linearTarget())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	median := func(values []float64) float64 { return experiments.Summarize(values).Median }
	five := median(runs.TestLoss())
	env.Record(studies.Measured("first epoch with test error below 100, limit 5", studies.Each(runs, studies.FirstBelow("val_loss", 100))))
	low := map[float64]float64{}
	for _, limit := range []float64{1, 0.5} {
		r, err := env.Evaluate(ctx, "", 30, studies.Watched(clipped(optim.Clip{Value: limit}), c.Test), c.Train, c.Test)
		if err != nil {
			return err
		}
		low[limit] = median(r.TestLoss())
		name := map[float64]string{1: "1", 0.5: "0.5"}[limit]
		env.Record(studies.Measured("train mean squared error, limit "+name, r.TrainLoss()).Beside(9.487),
			studies.Measured("test mean squared error, limit "+name, r.TestLoss()).Beside(9.985),
			studies.Measured("first epoch with test error below 100, limit "+name, studies.Each(r, studies.FirstBelow("val_loss", 100))))
	}
	failed, _ := failures(runs)
	env.Claim("Clipping each number at 5 prevents the explosion in every run", studies.Mean(failed) == 0, "%.0f %% of %d runs fail", 100*studies.Mean(failed), len(failed))
	env.Claim("The book's error below 10 does not come from a limit of 5: no run tests below 10", studies.Share(studies.Negated(runs.TestLoss()), -10) == 0,
		"median %.0f, least %.0f", five, experiments.Summarize(runs.TestLoss()).Min)
	env.Claim("Limits of 0.5 and 1 give less than half of the test error of a limit of 5", max(low[0.5], low[1]) < five/2,
		"medians %.1f and %.1f against %.1f", low[0.5], low[1], five)
	return nil
}
