package learning

import (
	"context"
	"math"

	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/studies"
)

// multiclassLosses are the studies of chapter 4 on losses for several classes.
func multiclassLosses() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch04-blobs-categorical-crossentropy",
			Title:    "Three blobs with cross-entropy on one-hot classes",
			Chapter:  4,
			Question: "How well does cross-entropy train a classifier of three classes?",
			Cases:    []string{"ch04-blobs-categorical-crossentropy"},
			Run:      oneHotClasses,
		},
		{
			Name:     "ch04-blobs-sparse-crossentropy",
			Title:    "Three blobs with cross-entropy on class indices",
			Chapter:  4,
			Question: "Do class indices train differently from one-hot columns?",
			Cases:    []string{"ch04-blobs-sparse-crossentropy"},
			Run:      indexClasses,
		},
		{
			Name:     "ch04-blobs-kl-divergence",
			Title:    "Three blobs with Kullback-Leibler divergence",
			Chapter:  4,
			Question: "Does KL divergence differ from cross-entropy where targets are one-hot?",
			Cases:    []string{"ch04-blobs-kl-divergence"},
			Run:      divergence,
		},
	}
}

// multiclass is a case of the study with one-hot targets.
func multiclass(loss losses.Loss, bookTrain, bookTest float64) (c studies.Single, err error) {
	c = studies.Single{Recipe: blobsNet(momentum, 100), What: "accuracy", Score: metrics.Accuracy{},
		BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Recipe.Config.Loss = loss
	all, err := threeBlobs().OneHotTargets()
	if err != nil {
		return c, err
	}
	c.Train, c.Test = halves(all)
	return c, nil
}

func oneHotClasses(ctx context.Context, env *studies.Env) error {
	c, err := multiclass(losses.CrossEntropy{}, 0.824, 0.820)
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	gap := studies.Mean(runs.TrainScore(metrics.Accuracy{})) - studies.Mean(runs.TestScore(metrics.Accuracy{}))
	env.Claim("Neither under- nor overfit: training and test accuracy differ by less than 0.02 on average", math.Abs(gap) < 0.02, "%.3f", gap)
	return nil
}

func indexClasses(ctx context.Context, env *studies.Env) error {
	c, err := multiclass(losses.CrossEntropy{}, 0.818, 0.828)
	if err != nil {
		return err
	}
	oneHot, err := env.Evaluate(ctx, "", 30, c.Recipe, c.Train, c.Test)
	if err != nil {
		return err
	}
	c.Train, c.Test = halves(threeBlobs())
	indices, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	env.Claim("With the same seed, indices and one-hot columns give the same loss to the last bit", same(oneHot.TestLoss(), indices.TestLoss(), 0),
		"test loss of the first run %v and %v", oneHot[0].Test.Loss, indices[0].Test.Loss)
	return nil
}

func divergence(ctx context.Context, env *studies.Env) error {
	c, err := multiclass(losses.KLDivergence{}, 0.826, 0.808)
	if err != nil {
		return err
	}
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	c.Recipe.Config.Loss = losses.CrossEntropy{}
	cross, err := env.Evaluate(ctx, "", 30, c.Recipe, c.Train, c.Test)
	if err != nil {
		return err
	}
	kl, ce := runs.TestScore(metrics.Accuracy{}), cross.TestScore(metrics.Accuracy{})
	var off []float64
	for i := range kl {
		off = append(off, math.Abs(kl[i]-ce[i]))
	}
	env.Record(studies.Measured("difference of test accuracy from cross-entropy with the same seed", off).
		Because("KL divergence works on probabilities clipped at 1e-7, so that a row whose class gets less has no gradient; cross-entropy works on the logits. Few runs start with such rows."))
	env.Claim("With the same seed at least 80 % of runs end within 0.02 test accuracy of cross-entropy", studies.Share(off, 0.02) <= 0.2,
		"%.0f %% do", 100*(1-studies.Share(off, 0.02)))
	return nil
}

// same reports whether the values agree within a tolerance.
func same(a, b []float64, tolerance float64) bool {
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= tolerance) {
			return false
		}
	}
	return len(a) == len(b)
}
