package prediction

import (
	"context"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightExtensions are the experiments that chapter 26 proposes, and averages that
// are kept while the training goes on.
func weightExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch26-extension-more-models",
			Title:    "Averages of up to 400 epochs",
			Chapter:  26,
			Question: "How many of the last epochs are worth averaging?",
			Cases:    []string{"ch26-extension-more-models"},
			Run:      moreModels,
		},
		{
			Name:     "ch26-extension-decay-rates",
			Title:    "Faster and slower exponential decay",
			Chapter:  26,
			Question: "How soon should older epochs be forgotten?",
			Cases:    []string{"ch26-extension-decay-rates"},
			Run:      decayRates,
		},
		{
			Name:     "ch26-extension-while-training",
			Title:    "Averages that are kept while the training goes on",
			Chapter:  26,
			Question: "Is one running average in memory worth less than models that are saved and averaged afterwards?",
			Cases:    []string{"ch26-extension-while-training"},
			Run:      averagedWhileTraining,
		},
	}
}

func moreModels(ctx context.Context, env *studies.Env) error {
	_, train, test := scarce()
	x := []float64{1, 2, 5, 10, 20, 50, 100, 200, 400}
	adam := late(ensembles.EqualDecay)
	adam.counts = nil
	for _, n := range x {
		adam.counts = append(adam.counts, int(n))
	}
	a, err := adam.score(ctx, env, 60, test, train)
	if err != nil {
		return err
	}
	m, err := adam.withMomentum().score(ctx, env, 60, test, train)
	if err != nil {
		return err
	}
	for k, n := range x {
		env.Record(studies.Measured(fmt.Sprintf("test accuracy of %.0f averaged, Adam", n), a[0].accuracy.size(k+1)), studies.Measured(fmt.Sprintf("of %.0f averaged, SGD with momentum", n), m[0].accuracy.size(k+1)))
	}
	hundred := minus(m[0].accuracy.size(7), m[0].accuracy.size(1))
	env.Claim("With momentum a hundred epochs are better than the last, on average over the runs", studies.Mean(hundred) > 0, "%+.4f ± %.4f", studies.Mean(hundred), studies.SD(hundred))
	env.Claim("and spread at most 0.7 as much from run to run, and less than ten do", studies.SD(m[0].accuracy.size(7)) < 0.7*studies.SD(m[0].accuracy.size(1)) && studies.SD(m[0].accuracy.size(7)) < studies.SD(m[0].accuracy.size(4)),
		"±%.4f against ±%.4f and ±%.4f", studies.SD(m[0].accuracy.size(7)), studies.SD(m[0].accuracy.size(1)), studies.SD(m[0].accuracy.size(4)))
	fitted := means(columns(a[1].loss.together))
	env.Claim("With Adam the network still learns in these epochs: averages that reach further back fit the training rows worse", fitted[8] > fitted[6] && fitted[6] > fitted[3], "training loss of 10, 100 and 400 averaged: %.4f, %.4f, %.4f", fitted[3], fitted[6], fitted[8])
	lost := minus(a[0].accuracy.size(9), a[0].accuracy.size(4))
	env.Claim("400 of the 500 are too many for it: on the test rows they lose more than 0.005 against ten", studies.Mean(lost) < -0.005, "%+.4f ± %.4f", studies.Mean(lost), studies.SD(lost))
	return env.Figure("", "The mean of the weights of the last epochs: mean of the repeats, and their spread.", plots.Grid{Figures: []plots.Figure{
		manyPath("Adam", "test accuracy", x, a[0].accuracy), manyPath("SGD with momentum", "test accuracy", x, m[0].accuracy),
		manyPath("Adam", "training loss", x, a[1].loss), manyPath("SGD with momentum", "training loss", x, m[1].loss)}})
}

// manyPath draws a sweep over the number of epochs.
func manyPath(title, score string, x []float64, s sweep) plots.Figure {
	return plots.Lines{Title: title, X: "epochs averaged", Y: score, LogX: true, Lines: []plots.Line{
		{Name: "single epoch", X: x, Y: means(columns(s.alone)), DotsOnly: true}, plots.MeanLine("averaged weights", x, columns(s.together))}}
}

// decayRates averages the last hundred epochs.
func decayRates(ctx context.Context, env *studies.Env) error {
	_, _, test := scarce()
	alphas := []float64{0.5, 1, 2, 5, 10, 20, 50, 100}
	var scores [][]float64
	var last []float64
	for _, alpha := range alphas {
		p := late(ensembles.ExponentialDecay).withMomentum()
		p.decay.Alpha, p.counts = alpha, []int{1, 100}
		s, err := p.score(ctx, env, 100, test)
		if err != nil {
			return err
		}
		scores, last = append(scores, s[0].accuracy.size(2)), s[0].accuracy.size(1)
		env.Record(studies.Measured(fmt.Sprintf("test accuracy, alpha %g", alpha), scores[len(scores)-1]))
	}
	env.Record(studies.Measured("test accuracy of the last epoch", last))
	fast, book, slow := scores[0], scores[2], scores[6]
	env.Claim("A greater alpha forgets more slowly; the chapter calls it the rate of the decay. Of 0.5 the last epoch has 86 % of the weight, and is matched to 0.003", within(minus(fast, last), 0.003), "%+.4f", studies.Mean(minus(fast, last)))
	env.Claim("An alpha of 50 is better than the chapter's 2 with momentum, on average over the runs", studies.Mean(minus(slow, book)) > 0, "%+.4f ± %.4f", studies.Mean(minus(slow, book)), studies.SD(minus(slow, book)))
	env.Claim("and spreads at most 0.85 as much from run to run", studies.SD(slow) < 0.85*studies.SD(book), "±%.4f against ±%.4f", studies.SD(slow), studies.SD(book))
	return env.Figure("", "The last hundred epochs averaged with exponential decay, SGD with momentum: mean of the repeats, and their spread.", plots.Lines{X: "alpha, in epochs", Y: "test accuracy", LogX: true,
		Lines: []plots.Line{{Name: "last epoch", X: alphas, Y: constantly(studies.Mean(last), len(alphas))}, plots.MeanLine("average", alphas, scores)}})
}

// constantly is a level line.
func constantly(value float64, n int) (values []float64) {
	for range n {
		values = append(values, value)
	}
	return values
}

// averagedWhileTraining compares averages over the last quarter of the training.
func averagedWhileTraining(ctx context.Context, env *studies.Env) error {
	train, test := threeBlobs(1100).Split(100)
	recipe := classifier(25, 500, momentum())
	ways := []struct {
		name   string
		method func(seed uint64) ensembles.Method
	}{
		{"last epoch", func(seed uint64) ensembles.Method { return ensembles.Horizontal{Members: 1, Seed: seed} }},
		{"125 saved", func(seed uint64) ensembles.Method { return ensembles.WeightAverage{Members: 125, Seed: seed} }},
		{"SWA", func(seed uint64) ensembles.Method { return ensembles.SWA{Seed: seed} }},
		{"SWA, rate 0.05", func(seed uint64) ensembles.Method { return ensembles.SWA{Rate: 0.05, Seed: seed} }},
		{"EMA, 0.99", func(seed uint64) ensembles.Method { return ensembles.EMA{Decay: 0.99, Seed: seed} }},
		{"EMA, 0.998", func(seed uint64) ensembles.Method { return ensembles.EMA{Decay: 0.998, Seed: seed} }},
	}
	scores := make([][]float64, len(ways))
	models := make([][]*goodfit.Model, len(ways))
	box := plots.Box{Y: "test accuracy"}
	for k, w := range ways {
		var err error
		if models[k], scores[k], err = singleModels(ctx, env, recipe, train, test, w.method); err != nil {
			return err
		}
		env.Record(studies.Measured("test accuracy, "+w.name, scores[k]))
		box.Samples = append(box.Samples, plots.Sample{Name: w.name, Values: scores[k]})
	}
	off, err := furthest(models[1], models[2])
	if err != nil {
		return err
	}
	env.Claim("SWA at the recipe's rate ends with the weights that 125 saved models have on average, to 1 in 100,000", off < 1e-5, "at most %.1e of their norm apart", off)
	swa, ema := minus(scores[2], scores[0]), minus(scores[5], scores[0])
	env.Claim("SWA and a slow moving average, of 500 updates or 125 epochs, gain more than 0.001 over the last epoch", studies.Mean(swa) > 0.001 && studies.Mean(ema) > 0.001, "%+.4f and %+.4f", studies.Mean(swa), studies.Mean(ema))
	env.Claim("They spread at most 0.7 as much from run to run", math.Max(studies.SD(scores[2]), studies.SD(scores[5])) < 0.7*studies.SD(scores[0]),
		"±%.4f and ±%.4f against ±%.4f", studies.SD(scores[2]), studies.SD(scores[5]), studies.SD(scores[0]))
	raised := minus(scores[3], scores[2])
	env.Claim("A rate that is raised to 0.05 for the average, as its paper advises, does harm here: more than 0.005", studies.Mean(raised) < -0.005, "%+.4f ± %.4f", studies.Mean(raised), studies.SD(raised))
	same := minus(scores[5], scores[1])
	env.Claim("The slow moving average is as good as 125 saved models, to 0.002", within(same, 0.002), "%+.4f ± %.4f", studies.Mean(same), studies.SD(same))
	return env.Figure("", "Test accuracy of one model of each kind: the last epoch, the mean of the last 125, and running averages.", box)
}

// singleModels trains by a method whose ensembles have one member, and returns these
// and their test accuracies.
func singleModels(ctx context.Context, env *studies.Env, recipe goodfit.Recipe, train, test *datasets.Dataset, method func(seed uint64) ensembles.Method) ([]*goodfit.Model, []float64, error) {
	models, scores := make([]*goodfit.Model, env.Count(60)), make([]float64, env.Count(60))
	err := env.Repeats("", 60).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := method(seed).Fit(ctx, recipe, train)
		if err != nil {
			return err
		}
		models[i] = e.Members[0]
		s, err := models[i].Evaluate(test)
		scores[i] = accuracyOf(s)
		return err
	})
	return models, scores, err
}

// furthest is the largest |a − b| / |a| of two lists of models.
func furthest(a, b []*goodfit.Model) (most float64, err error) {
	for i := range a {
		x, err := flatWeights(a[i])
		if err != nil {
			return 0, err
		}
		y, err := flatWeights(b[i])
		if err != nil {
			return 0, err
		}
		most = max(most, distance(x, y)/distance(x, make([]float64, len(x))))
	}
	return most, nil
}
