package generalization

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightPenaltyExtensions are the studies that chapter 13 proposes at its end.
func weightPenaltyExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch13-extension-alternates",
			Title:    "L1, L2 and both",
			Question: "Does an L1 penalty, alone or with L2, generalize as well as L2, and which makes weights vanish?",
			Run:      alternatePenalties,
		},
		{
			Name:     "ch13-extension-weight-norm",
			Title:    "The size of weights over the epochs",
			Question: "Do weights grow as long as training goes on, and does the penalty stop it?",
			Run:      weightNorms,
		},
		{
			Name:     "ch13-extension-output-layer",
			Title:    "A penalty on the output layer too",
			Question: "Does it help to penalize the weights of the output layer as well?",
			Run:      penalizedOutput,
		},
		{
			Name:     "ch13-extension-bias",
			Title:    "A penalty on biases",
			Question: "Does it matter whether biases are penalized?",
			Run:      penalizedBias,
		},
		{
			Name:     "ch13-extension-repeats",
			Title:    "How sure the gain is",
			Question: "Is the gain of the L2 penalty larger than the difference between runs, and is it there on fresh rows?",
			Run:      repeatedPenalty,
		},
		{
			Name:     "ch13-extension-fine-grid",
			Title:    "L2 penalties within the best order of magnitude",
			Question: "Does a finer search between 0.001 and 0.01 find a better penalty?",
			Run:      fineGrid,
		},
		{
			Name:     "ch13-extension-rising-penalty",
			Title:    "A trained network under a rising penalty",
			Question: "Can a penalty that rises in steps repair a network that has already overfit?",
			Run:      risingPenalty,
		},
	}
}

func alternatePenalties(ctx context.Context, env *studies.Env) error {
	all, err := freshMoons().compare(ctx, env, 10, unpenalized(),
		compared("L2 0.001", penalized(nn.Penalty{L2: 0.001}), output()),
		compared("L1 0.001", penalized(nn.Penalty{L1: 0.001}), output()),
		compared("L1 0.001 and L2 0.001", penalized(nn.Penalty{L1: 0.001, L2: 0.001}), output()))
	if err != nil {
		return err
	}
	small := func(t trainings) float64 { return studies.Mean(t.of(func(s scores) float64 { return s.small })) }
	env.Record(studies.Exact("share of hidden weights within 0.01 of zero, no penalty", small(all[0])),
		studies.Exact("share of hidden weights within 0.01 of zero, L2 0.001", small(all[1])),
		studies.Exact("share of hidden weights within 0.01 of zero, L1 0.001", small(all[2])),
		studies.Exact("share of hidden weights within 0.01 of zero, L1 and L2", small(all[3])))
	env.Claim("Under L1 over 90 % of the hidden weights vanish, to within 0.01 of zero; under L2 fewer than half do",
		small(all[2]) > 0.9 && small(all[1]) < 0.5,
		"%.0f %% under L1, %.0f %% under L2, %.0f %% without", 100*small(all[2]), 100*small(all[1]), 100*small(all[0]))
	test := func(k int) float64 { return studies.Mean(all[k].of(onTest)) }
	env.Claim("Each of the penalties is at least 0.01 better than none on the test rows", min(test(1), test(2), test(3)) >= test(0)+0.01,
		"test accuracy %.3f without, %.3f under L2, %.3f under L1, %.3f under both", test(0), test(1), test(2), test(3))
	more, sd := gain(all[1], all[2], onFresh)
	env.Claim("On fresh rows L1 is better than L2, by more than 3 standard deviations, though on the 70 test rows it is worse",
		more > 3*sd && test(2) < test(1), "%+.4f ± %.4f", more, sd)
	return nil
}

func weightNorms(ctx context.Context, env *studies.Env) error {
	p := freshMoons()
	paths := [2][][]float64{}
	for k, layer := range []nn.Dense{hidden(), penalized(nn.Penalty{L2: 0.001})} {
		var err error
		if paths[k], err = p.normPaths(ctx, env, 10, binary(layer, output())); err != nil {
			return err
		}
	}
	at := func(k, epoch int) []float64 {
		var values []float64
		for _, path := range paths[k] {
			values = append(values, path[epoch/normStep-1])
		}
		return values
	}
	for _, e := range []int{100, 1000, 2000, 4000} {
		env.Record(studies.Measured(fmt.Sprintf("norm of the hidden kernel after epoch %d, no penalty", e), at(0, e)),
			studies.Measured(fmt.Sprintf("norm of the hidden kernel after epoch %d, L2 0.001", e), at(1, e)))
	}
	grows := true
	for _, path := range paths[0] {
		grows = grows && slices.IsSorted(path)
	}
	env.Claim("Without a penalty the weights grow in every hundred epochs of every run", grows,
		"norm %.2f after epoch 100, %.2f after 4,000", studies.Mean(at(0, 100)), studies.Mean(at(0, 4000)))
	env.Claim("The penalty keeps them below half of that", studies.Mean(at(1, 4000)) < studies.Mean(at(0, 4000))/2,
		"%.2f against %.2f after epoch 4,000", studies.Mean(at(1, 4000)), studies.Mean(at(0, 4000)))
	var epochs []float64
	for k := range paths[0][0] {
		epochs = append(epochs, float64((k+1)*normStep))
	}
	return env.Figure("", "Norm of the hidden kernel over the epochs: mean and standard deviation of the runs.", plots.Lines{
		X: "epoch", Y: "norm", Lines: []plots.Line{
			plots.MeanLine("no penalty", epochs, turned(paths[0])), plots.MeanLine("L2 0.001", epochs, turned(paths[1]))}})
}

// turned makes lists by epoch from lists by run.
func turned(runs [][]float64) [][]float64 {
	out := make([][]float64, len(runs[0]))
	for _, run := range runs {
		for k, v := range run {
			out[k] = append(out[k], v)
		}
	}
	return out
}

func penalizedOutput(ctx context.Context, env *studies.Env) error {
	l2 := nn.Penalty{L2: 0.001}
	last := output()
	last.Penalty = l2
	all, err := freshMoons().compare(ctx, env, 10, compared("L2 on the hidden layer", penalized(l2), output()),
		compared("L2 on both layers", penalized(l2), last), compared("L2 on the output layer", hidden(), last))
	if err != nil {
		return err
	}
	more, sd := gain(all[0], all[1], onFresh)
	env.Claim("Penalizing both layers instead of the hidden layer changes accuracy on fresh rows by less than 0.01", more < 0.01 && more > -0.01,
		"%+.4f ± %.4f", more, sd)
	shrunk := func(k int) float64 {
		return studies.Mean(all[k].of(func(s scores) float64 { return s.norms[1] }))
	}
	env.Record(studies.Exact("norm of the output kernel, L2 on the hidden layer", shrunk(0)), studies.Exact("norm of the output kernel, L2 on both layers", shrunk(1)))
	env.Claim("With the penalty on the hidden layer alone, the output layer makes up with larger weights", shrunk(0) > 1.2*shrunk(1),
		"norm of the output kernel %.2f against %.2f", shrunk(0), shrunk(1))
	return nil
}

func penalizedBias(ctx context.Context, env *studies.Env) error {
	l2 := nn.Penalty{L2: 0.001}
	both := penalized(l2)
	both.BiasPenalty = l2
	all, err := freshMoons().compare(ctx, env, 10, compared("L2 on weights", penalized(l2), output()), compared("L2 on weights and biases", both, output()))
	if err != nil {
		return err
	}
	more, sd := gain(all[0], all[1], onFresh)
	env.Claim("Penalizing biases as well changes accuracy on fresh rows by less than 0.01", more < 0.01 && more > -0.01, "%+.4f ± %.4f", more, sd)
	return nil
}

func repeatedPenalty(ctx context.Context, env *studies.Env) error {
	all, err := freshMoons().compare(ctx, env, 30, unpenalized(), compared("L2 0.001", penalized(nn.Penalty{L2: 0.001}), output()))
	if err != nil {
		return err
	}
	onBook, sd := gain(all[0], all[1], onTest)
	env.Claim("On the book's 70 rows the penalty gains over 3 standard deviations of the paired difference", onBook > 3*sd, "%+.4f ± %.4f", onBook, sd)
	fresh, freshSD := gain(all[0], all[1], onFresh)
	env.Claim("On fresh rows it gains too, but less than half as much: the 70 rows flatter it", fresh > 3*freshSD && fresh < onBook/2, "%+.4f ± %.4f", fresh, freshSD)
	return env.Figure("", "Accuracy on fresh rows over the runs.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: []plots.Sample{
		{Name: "no penalty", Values: all[0].of(onFresh)}, {Name: "L2 0.001", Values: all[1].of(onFresh)}}})
}

func fineGrid(ctx context.Context, env *studies.Env) error {
	values := []float64{0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01}
	var variants []variant
	for _, l2 := range values {
		variants = append(variants, compared(fmt.Sprintf("L2 %g", l2), penalized(nn.Penalty{L2: l2}), output()))
	}
	all, err := freshMoons().compare(ctx, env, 10, variants...)
	if err != nil {
		return err
	}
	var test, fresh [][]float64
	var means []float64
	for _, t := range all {
		test, fresh = append(test, t.of(onTest)), append(fresh, t.of(onFresh))
		means = append(means, studies.Mean(t.of(onFresh)))
	}
	env.Claim("Within the order of magnitude the penalty hardly matters: accuracy on fresh rows moves by less than 0.01", slices.Max(means)-slices.Min(means) < 0.01,
		"from 0.001 to 0.01: %s", studies.Listed("%.4f", means))
	return env.Figure("", "Accuracy between 0.001 and 0.01: mean and standard deviation of the runs.", plots.Lines{
		X: "L2 coefficient", Y: "accuracy", LogX: true,
		Lines: []plots.Line{plots.MeanLine("test", values, test), plots.MeanLine("2,000 fresh rows", values, fresh)}})
}

// risingPenalties are the steps of [risingPenalty], of a thousand epochs each.
var risingPenalties = []float64{1e-6, 1e-5, 1e-4, 1e-3, 1e-2}

func risingPenalty(ctx context.Context, env *studies.Env) error {
	p := freshMoons()
	seeds := env.Repeats("", 10)
	steps := make([]trainings, len(risingPenalties)+1)
	for k := range steps {
		steps[k] = make(trainings, seeds.Seeds)
	}
	err := seeds.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		m, _, err := unpenalized().recipe.Fit(ctx, p.train, nil, seed)
		for k := 0; err == nil; k++ {
			if steps[k][i], err = p.score(m); err != nil || k == len(risingPenalties) {
				return err
			}
			m, err = trainedFurther(ctx, m, p, risingPenalties[k])
		}
		return err
	})
	if err != nil {
		return err
	}
	var test, norms []float64
	for k, t := range steps {
		name := "without penalty"
		if k > 0 {
			name = fmt.Sprintf("then 1,000 epochs with L2 %g", risingPenalties[k-1])
		}
		env.Record(studies.Measured("test accuracy, "+name, t.of(onTest)), studies.Measured("accuracy on 2,000 fresh rows, "+name, t.of(onFresh)),
			studies.Measured("norm of the hidden kernel, "+name, t.of(kernelNorm)))
		test, norms = append(test, studies.Mean(t.of(onTest))), append(norms, studies.Mean(t.of(kernelNorm)))
	}
	env.Claim("After the step with 0.01 the network is as good as one trained with a penalty from the start: at least 0.935 on the test rows", test[5] >= 0.935,
		"test accuracy after each step: %s", studies.Listed("%.3f", test))
	shrinks := slices.IsSortedFunc(norms, func(a, b float64) int { return cmp.Compare(b, a) })
	env.Claim("Every step shrinks the weights, even that of 1e-6: where the rows are fitted, the penalty's gradient is the larger part, and Adam scales it up",
		shrinks && norms[1] < 0.9*norms[0], "norm of the hidden kernel after each step: %s", studies.Listed("%.2f", norms))
	return nil
}

// trainedFurther trains a thousand epochs more under a penalty on the hidden
// weights, from where the model is.
func trainedFurther(ctx context.Context, m *goodfit.Model, p problem, l2 float64) (*goodfit.Model, error) {
	r := binary(nn.As("hidden", penalized(nn.Penalty{L2: l2})), nn.As("output", output()))
	next := goodfit.Sequential([]int{2}, r.Layers...)
	r.Config.Seed = m.Config().Seed
	if err := next.Compile(r.Config); err != nil {
		return nil, err
	}
	for k, name := range []string{"hidden", "output"} {
		w, err := m.Weights(m.Layers()[k+1].Name)
		if err = errors.Join(err, next.SetWeights(name, w)); err != nil {
			return nil, err
		}
	}
	_, err := next.Fit(ctx, p.train, goodfit.Plan{Epochs: 1000})
	return next, err
}
