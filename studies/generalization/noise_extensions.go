package generalization

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// noiseExtensions are the studies that chapter 17 proposes at its end, and those of
// the places for noise that it names besides.
func noiseExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch17-extension-repeats",
			Title:    "How sure the gain of noise is",
			Question: "Is the gain larger than the difference between runs, and is it there on fresh rows?",
			Run:      repeatedNoise,
		},
		{
			Name:     "ch17-extension-grid-search",
			Title:    "Amounts of noise",
			Question: "Which standard deviation generalizes best on inputs, before and after the activation?",
			Run:      noiseAmounts,
		},
		{
			Name:     "ch17-extension-input-and-hidden",
			Title:    "Noise on inputs and on the hidden layer",
			Question: "Is noise in both places better than in the hidden layer alone?",
			Run:      noiseInBoth,
		},
		{
			Name:     "ch17-extension-weight-noise",
			Title:    "Noise on weights",
			Question: "Does noise on the weights generalize as well as noise on the hidden layer?",
			Run:      weightNoise,
		},
		{
			Name:     "ch17-extension-gradient-noise",
			Title:    "Noise on gradients",
			Question: "Does noise on gradients, less with each update, help a wide network to generalize, or a deep one to learn?",
			Run:      gradientNoise,
		},
		{
			Name:     "ch17-extension-output-noise",
			Title:    "Noise on targets",
			Question: "Do smoothed, wrong and mixed targets act as a regularizer?",
			Run:      targetNoise,
		},
		{
			Name:     "ch17-extension-jitter",
			Title:    "Jitter by column",
			Question: "What does it change that noise on inputs keeps to the scale of each column?",
			Run:      jitterScale,
		},
	}
}

// noiseless is the network that overfits the circles.
func noiseless() variant { return compared("no noise", hidden(), output()) }

func repeatedNoise(ctx context.Context, env *studies.Env) error {
	all, err := freshCircles().compare(ctx, env, 20, noiseless(), compared("inputs 0.01", noisyInputs(0.01)...),
		compared("before ReLU 0.1", noisyBefore(0.1)...), compared("after ReLU 0.1", noisyAfter(0.1)...))
	if err != nil {
		return err
	}
	samples := []plots.Sample{{Name: "no noise", Values: all[0].of(onFresh)}}
	for k, name := range []string{"on inputs", "before ReLU", "after ReLU"} {
		mean, sd := gain(all[0], all[k+1], onFresh)
		samples = append(samples, plots.Sample{Name: name, Values: all[k+1].of(onFresh)})
		share := wins(all[0], all[k+1])
		if k == 0 {
			env.Claim("On fresh rows noise of 0.01 on inputs is better than none in less than 30 % of pairs of runs with the same seed: the book's gain is none", share < 0.3,
				"%.0f %%, %+.4f ± %.4f", 100*share, mean, sd)
			continue
		}
		env.Claim(fmt.Sprintf("On fresh rows noise %s is better than none in at least 90 %% of pairs of runs with the same seed", name), share >= 0.9,
			"%.0f %%, %+.4f ± %.4f", 100*share, mean, sd)
	}
	mean, sd := gain(all[2], all[3], onFresh)
	env.Claim("On fresh rows noise before ReLU and after it are within 0.01 of each other", mean < 0.01 && mean > -0.01, "after less before %+.4f ± %.4f", mean, sd)
	return env.Figure("", "Accuracy on fresh rows over the runs.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: samples})
}

// wins is the share of pairs with the same seed in which b is better than a on fresh
// rows.
func wins(a, b trainings) float64 {
	return studies.Share(differences(b.of(onFresh), a.of(onFresh)), 1e-9)
}

func noiseAmounts(ctx context.Context, env *studies.Env) error {
	p := freshCircles()
	base, err := p.trainings(ctx, env, "", 6, noiseless().recipe)
	if err != nil {
		return err
	}
	none := studies.Mean(base.of(onFresh))
	amounts := []float64{0.01, 0.03, 0.1, 0.3, 1}
	lines := plots.Lines{X: "standard deviation of the noise", Y: "accuracy on 2,000 fresh rows", LogX: true}
	means := map[string][]float64{}
	for _, place := range []struct {
		name   string
		layers func(std float64) []nn.Layer
	}{{"inputs", noisyInputs}, {"before ReLU", noisyBefore}, {"after ReLU", noisyAfter}} {
		var values [][]float64
		for _, std := range amounts {
			t, err := p.trainings(ctx, env, "", 6, binary(place.layers(std)...))
			if err != nil {
				return err
			}
			values = append(values, t.of(onFresh))
			means[place.name] = append(means[place.name], studies.Mean(t.of(onFresh)))
			env.Record(studies.Measured(fmt.Sprintf("accuracy on 2,000 fresh rows, %s %g", place.name, std), t.of(onFresh)),
				studies.Measured(fmt.Sprintf("train accuracy, %s %g", place.name, std), t.of(onTrain)))
		}
		lines.Lines = append(lines.Lines, plots.MeanLine(place.name, amounts, values))
	}
	in, before, after := means["inputs"], means["before ReLU"], means["after ReLU"]
	env.Claim("On inputs 0.03 is better than the book's 0.01, by 0.01 or more, and 0.1, half the distance of the rings, is worse than none",
		in[1] > in[0]+0.01 && in[2] < none, "0.01, 0.03, 0.1, 0.3 and 1: %s; without noise %.3f", studies.Listed("%.3f", in), none)
	env.Claim("The hidden layer bears ten times as much: 0.1 is better than none by 0.01 or more, before and after ReLU; 1 is worse than none in every place",
		min(before[2], after[2]) > none+0.01 && max(in[4], before[4], after[4]) < none, "before %s; after %s", studies.Listed("%.3f", before), studies.Listed("%.3f", after))
	env.Claim("The best amounts of the three places are within 0.02 of each other", slices.Max([]float64{slices.Max(in), slices.Max(before), slices.Max(after)})-
		min(slices.Max(in), slices.Max(before), slices.Max(after)) < 0.02, "%.3f on inputs, %.3f before and %.3f after ReLU", slices.Max(in), slices.Max(before), slices.Max(after))
	return env.Figure("", "Accuracy on fresh rows by the amount of noise, means with a standard deviation to both sides.", lines)
}

func noiseInBoth(ctx context.Context, env *studies.Env) error {
	both := func(inputs, sums float64) variant {
		return compared(fmt.Sprintf("inputs %g and before ReLU %g", inputs, sums), append([]nn.Layer{nn.GaussianNoise{Std: inputs}}, noisyBefore(sums)...)...)
	}
	all, err := freshCircles().compare(ctx, env, 6, noiseless(), compared("before ReLU 0.1", noisyBefore(0.1)...), compared("inputs 0.1", noisyInputs(0.1)...),
		both(0.01, 0.1), both(0.1, 0.1))
	if err != nil {
		return err
	}
	little, littleSD := gain(all[1], all[3], onFresh)
	env.Claim("The book's 0.01 on inputs adds nothing to noise before ReLU: the difference is below 0.003", little < 0.003 && little > -0.003, "%+.4f ± %.4f", little, littleSD)
	more, moreSD := gain(all[1], all[4], onFresh)
	env.Claim("Nor do effective amounts add up: 0.1 in both places gains less than 0.005 over 0.1 before ReLU alone", more < 0.005, "%+.4f ± %.4f", more, moreSD)
	return nil
}

// withNoise is the book's network with noise on weights and gradients.
func withNoise(name string, n optim.Noise) variant {
	v := compared(name, hidden(), output())
	v.recipe.Config.Noise = n
	return v
}

func weightNoise(ctx context.Context, env *studies.Env) error {
	variants := []variant{noiseless(), compared("before ReLU 0.1", noisyBefore(0.1)...)}
	stds := []float64{0.01, 0.03, 0.1, 0.3}
	for _, std := range stds {
		variants = append(variants, withNoise(fmt.Sprintf("weights %g", std), optim.Noise{Weights: std}))
	}
	all, err := freshCircles().compare(ctx, env, 10, variants...)
	if err != nil {
		return err
	}
	var means []float64
	for _, t := range all {
		means = append(means, studies.Mean(t.of(onFresh)))
	}
	best := slices.Max(means[2:])
	env.Claim("Noise of 0.1 on weights is better than none on fresh rows in at least 90 % of pairs of runs", wins(all[0], all[4]) >= 0.9,
		"%.0f %%, %.4f against %.4f", 100*wins(all[0], all[4]), means[4], means[0])
	env.Claim("The best noise on weights is within 0.01 of noise before ReLU", best > means[1]-0.01 && best < means[1]+0.01, "%.4f against %.4f", best, means[1])
	return nil
}

func gradientNoise(ctx context.Context, env *studies.Env) error {
	variants := []variant{noiseless()}
	for _, eta := range []float64{1e-6, 1e-4, 0.01} {
		variants = append(variants, withNoise(fmt.Sprintf("gradients, η %g", eta), optim.Noise{Gradients: eta}))
	}
	variants = append(variants, withNoise("gradients, η 1e-06 that stays", optim.Noise{Gradients: 1e-6, Annealing: opt.Zero}))
	all, err := freshCircles().compare(ctx, env, 10, variants...)
	if err != nil {
		return err
	}
	var means []float64
	for _, t := range all {
		means = append(means, studies.Mean(t.of(onFresh)))
	}
	env.Claim("Noise on gradients regularizes the wide network as well: with η 0.01 it is better than none on fresh rows in at least 90 % of pairs of runs, and its weights are smaller than half",
		wins(all[0], all[3]) >= 0.9 && studies.Mean(all[3].of(kernelNorm)) < studies.Mean(all[0].of(kernelNorm))/2,
		"%.0f %%, %.4f against %.4f, norm %.1f against %.1f", 100*wins(all[0], all[3]), means[3], means[0], studies.Mean(all[3].of(kernelNorm)), studies.Mean(all[0].of(kernelNorm)))
	env.Claim("It takes noise that lasts: η 0.000001 that stays gains more than the same η annealed", means[4] > means[1]+0.003, "%.4f against %.4f", means[4], means[1])
	return deepWithGradientNoise(ctx, env)
}

// deepWithGradientNoise trains a network of ten layers from small weights by plain
// gradient descent, where the gradient is all but zero at first.
func deepWithGradientNoise(ctx context.Context, env *studies.Env) error {
	var layers []nn.Layer
	for range 10 {
		layers = append(layers, nn.Dense{Units: 20, Activation: act.ReLU, Init: nn.Normal(0, 0.1)})
	}
	deep := binary(append(layers, output())...)
	deep.Config.Optimizer, deep.Plan.Epochs = optim.SGD{Rate: 0.05}, 1000
	noisy := deep
	noisy.Config.Noise = optim.Noise{Gradients: 0.3}
	p := freshMoons()
	plain, err := p.trainings(ctx, env, "deep", 10, deep)
	if err != nil {
		return err
	}
	with, err := p.trainings(ctx, env, "deep", 10, noisy)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("ten layers from small weights, accuracy on fresh moons", plain.of(onFresh)),
		studies.Measured("ten layers from small weights, accuracy on fresh moons, η 0.3", with.of(onFresh)))
	a, b := plain.of(onFresh), with.of(onFresh)
	env.Claim("Ten layers from small weights learn nothing by plain gradient descent, and with noise on gradients most runs learn the moons, as Neelakantan et al. (2015) found of 20 layers",
		studies.Share(a, 0.8) == 0 && studies.Share(b, 0.8) > 0.5, "share of runs above 0.8: %.0f %% without, %.0f %% with noise", 100*studies.Share(a, 0.8), 100*studies.Share(b, 0.8))
	return nil
}

// flipped returns the rows with some targets of the wrong class.
func flipped(d *datasets.Dataset, share float64, seed uint64) *datasets.Dataset {
	out := d.Take(random.New(0).Perm(d.Rows()))
	r := random.New(seed)
	for i := range out.Rows() {
		if r.Float64() < share {
			out.Y.Set(i, 0, 1-out.Y.At(i, 0))
		}
	}
	return out
}

func targetNoise(ctx context.Context, env *studies.Env) error {
	p := freshCircles()
	smoothed := func(s float64) variant {
		v := compared(fmt.Sprintf("labels smoothed by %g", s), hidden(), output())
		v.recipe.Config.Loss = losses.BinaryCrossEntropy{LabelSmoothing: s}
		return v
	}
	all, err := p.compare(ctx, env, 10, noiseless(), smoothed(0.1), smoothed(0.3))
	if err != nil {
		return err
	}
	wrong, err := p.onData(ctx, env, 30, "labels of the wrong class with probability 0.1", func(seed uint64) (datasets.Source, error) { return flipped(p.train, 0.1, seed), nil })
	if err != nil {
		return err
	}
	mixed := func(alpha float64) (trainings, error) {
		return p.onData(ctx, env, 10, fmt.Sprintf("mixup, α %g", alpha), func(uint64) (datasets.Source, error) { return datasets.Mixup{Alpha: alpha}.Of(p.train) })
	}
	little, err := mixed(0.2)
	if err != nil {
		return err
	}
	much, err := mixed(1)
	if err != nil {
		return err
	}
	mean := func(t trainings) float64 { return studies.Mean(t.of(onFresh)) }
	onBook, sd := gain(all[0], all[1], onTest)
	env.Claim("Smoothed labels keep weights smaller by a quarter, but on fresh rows they gain less than 0.005, whatever the 70 test rows say",
		studies.Mean(all[1].of(kernelNorm)) < 0.75*studies.Mean(all[0].of(kernelNorm)) && mean(all[1]) < mean(all[0])+0.005,
		"norm %.1f against %.1f, %.4f against %.4f on fresh rows; on the test rows %+.4f ± %.4f", studies.Mean(all[1].of(kernelNorm)),
		studies.Mean(all[0].of(kernelNorm)), mean(all[1]), mean(all[0]), onBook, sd)
	env.Claim("Wrong labels do harm on average, by at least 0.01 on fresh rows", mean(wrong) < mean(all[0])-0.01, "%.4f against %.4f", mean(wrong), mean(all[0]))
	env.Claim("Mixtures of two rows are wrong on rings, where what lies between two rows of a class is of the other: mixup is not better than none by 0.01",
		max(mean(little), mean(much)) < mean(all[0])+0.01, "α 0.2 %.4f, α 1 %.4f, none %.4f", mean(little), mean(much), mean(all[0]))
	return nil
}

// onData trains the book's network on changed training rows, and scores it on the
// rows as they are.
func (p problem) onData(ctx context.Context, env *studies.Env, repeats int, name string, change func(seed uint64) (datasets.Source, error)) (trainings, error) {
	seeds := env.Repeats("", repeats)
	found := make(trainings, seeds.Seeds)
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		data, err := change(seed)
		if err != nil {
			return err
		}
		var m *goodfit.Model
		if m, _, err = noiseless().recipe.Fit(ctx, data, nil, seed); err != nil {
			return err
		}
		found[i], err = p.score(m)
		return err
	})
	if err == nil {
		env.Record(studies.Measured("accuracy on 2,000 fresh rows, "+name, found.of(onFresh)), studies.Measured("train accuracy, "+name, found.of(onTrain)))
	}
	return found, err
}

// stretched returns the rows with the second feature times a factor.
func stretched(d *datasets.Dataset, factor float64) *datasets.Dataset {
	order := make([]int, d.Rows())
	for i := range order {
		order[i] = i
	}
	out := d.Take(order)
	for i := range out.Rows() {
		out.X.Set(i, 1, factor*out.X.At(i, 1))
	}
	return out
}

func jitterScale(ctx context.Context, env *studies.Env) error {
	plain := freshCircles()
	uneven := problem{stretched(plain.train, 10), stretched(plain.test, 10), stretched(plain.fresh, 10)}
	jittered := func(p problem, name string, j datasets.Jitter) (trainings, error) {
		return p.onData(ctx, env, 10, name, func(uint64) (datasets.Source, error) { return j.Of(p.train) })
	}
	even, err := jittered(plain, "one scale, 0.05 of each column's deviation", datasets.Jitter{Std: 0.05})
	if err != nil {
		return err
	}
	same, err := plain.compare(ctx, env, 10, noiseless())
	if err != nil {
		return err
	}
	byColumn, err := jittered(uneven, "one feature ten times as large, 0.05 of each column's deviation", datasets.Jitter{Std: 0.05})
	if err != nil {
		return err
	}
	absolute, err := jittered(uneven, "one feature ten times as large, 0.2 on both columns", datasets.Jitter{Std: 0.2, Absolute: true})
	if err != nil {
		return err
	}
	mean := func(t trainings) float64 { return studies.Mean(t.of(onFresh)) }
	env.Claim("On features of one scale jitter gains over 0.01 on fresh rows", mean(even) > mean(same[0])+0.01, "%.4f against %.4f", mean(even), mean(same[0]))
	env.Claim("Where one feature is ten times as large, jitter by column is far better than one amount that suits the average column, which hides the small one", mean(byColumn) > mean(absolute)+0.05,
		"%.4f against %.4f", mean(byColumn), mean(absolute))
	return nil
}
