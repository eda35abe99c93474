package generalization

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightConstraintExtensions are the studies that chapter 15 proposes at its end,
// and in its tip to try other constraints.
func weightConstraintExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch15-extension-weight-norms",
			Title:    "Weight norms, unit by unit",
			Question: "Does each constraint hold for every unit of the trained network, and how large are weights that it leaves free?",
			Run:      unitNormsMeasured,
		},
		{
			Name:     "ch15-extension-other-constraints",
			Title:    "Max norm, min-max norm and non-negative weights",
			Question: "Does one of the other constraints generalize better than unit norm?",
			Run:      otherConstraints,
		},
		{
			Name:     "ch15-extension-output-layer",
			Title:    "A constraint on the output layer too",
			Question: "Does it help to constrain the weights of the output layer as well?",
			Run:      constrainedOutput,
		},
		{
			Name:     "ch15-extension-bias",
			Title:    "A constraint on biases",
			Question: "Does it help to constrain the biases as well?",
			Run:      constrainedBias,
		},
		{
			Name:     "ch15-extension-repeats",
			Title:    "How sure the gain of unit norm is",
			Question: "Is the gain larger than the difference between runs, and is it there on fresh rows?",
			Run:      repeatedConstraint,
		},
	}
}

func unitNormsMeasured(ctx context.Context, env *studies.Env) error {
	figure := plots.Box{Y: "norm of a unit's incoming weights"}
	p := freshMoons()
	var means []float64
	limits := func(what string, c nn.Constraint, lo, hi float64) error {
		t, err := p.trainings(ctx, env, "", 10, binary(constrained(c), output()))
		if err != nil {
			return err
		}
		least := slices.Min(t.of(func(s scores) float64 { return slices.Min(s.units) }))
		most := slices.Max(t.of(func(s scores) float64 { return slices.Max(s.units) }))
		mean := t.of(func(s scores) float64 { return studies.Mean(s.units) })
		means = append(means, studies.Mean(mean))
		env.Record(studies.Exact("least norm of a unit, "+what, least), studies.Exact("largest norm of a unit, "+what, most),
			studies.Measured("mean norm of a unit, "+what, mean))
		if hi > 0 {
			env.Claim(fmt.Sprintf("Under %s every unit of every run has a norm from %g to %g, to float32 accuracy", what, lo, hi),
				least > lo*(1-2e-7) && most < hi*(1+2e-7), "from %.7g to %.7g", least, most)
		}
		figure.Samples = append(figure.Samples, plots.Sample{Name: what, Values: t[0].units})
		return nil
	}
	for _, c := range []struct {
		name       string
		constraint nn.Constraint
		lo, hi     float64
	}{
		{"no constraint", nn.Constraint{}, 0, 0},
		{"unit norm", nn.UnitNorm, 1, 1},
		{"max norm 0.5", nn.MaxNorm(0.5), 0, 0.5},
		{"min-max norm 0.2 to 0.7", nn.MinMaxNorm(0.2, 0.7, 1), 0.2, 0.7},
	} {
		if err := limits(c.name, c.constraint, c.lo, c.hi); err != nil {
			return err
		}
	}
	env.Claim("Unit norm does not make weights small, as the book has it: without it most units' weights are smaller, by more than half on average", means[0] < 0.5*means[1],
		"mean norm of a unit's weights %.3f without constraint, %.3f with unit norm", means[0], means[1])
	return env.Figure("", "Norms of the incoming weights of the 500 units in one run.", figure)
}

func otherConstraints(ctx context.Context, env *studies.Env) error {
	variants := []variant{unconstrained(), compared("unit norm", constrained(nn.UnitNorm), output())}
	for _, limit := range []float64{4, 3, 2, 1, 0.5, 0.25} {
		variants = append(variants, compared(fmt.Sprintf("max norm %g", limit), constrained(nn.MaxNorm(limit)), output()))
	}
	variants = append(variants, compared("min-max norm 0.5 to 1", constrained(nn.MinMaxNorm(0.5, 1, 1)), output()),
		compared("non-negative", constrained(nn.NonNegative), output()))
	all, err := freshMoons().compare(ctx, env, 10, variants...)
	if err != nil {
		return err
	}
	mean := func(k int) float64 { return studies.Mean(all[k].of(onFresh)) }
	same := func(k int) bool { return slices.Equal(all[0].of(onFresh), all[k].of(onFresh)) }
	env.Claim("Limits of 3 and 4, usual elsewhere, never bind here: the networks are those without constraint, bit for bit", same(2) && same(3),
		"accuracy on fresh rows %.4f, %.4f with a limit of 4, %.4f with 3", mean(0), mean(2), mean(3))
	limited := max(mean(2), mean(3), mean(4), mean(5), mean(6), mean(7))
	env.Claim("No maximum does on fresh rows what unit norm does: the best limit is at least 0.005 behind. It is not the limit from above that helps, but that no unit's weights may become small",
		limited < mean(1)-0.005, "best limit %.4f, unit norm %.4f, no constraint %.4f", limited, mean(1), mean(0))
	env.Claim("Non-negative weights are best on fresh rows, by at least 0.003 over unit norm", mean(9) > mean(1)+0.003, "%.4f against %.4f", mean(9), mean(1))
	var samples []plots.Sample
	for k, v := range variants {
		samples = append(samples, plots.Sample{Name: v.name, Values: all[k].of(onFresh)})
	}
	return env.Figure("", "Accuracy on fresh rows by constraint.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: samples})
}

func constrainedOutput(ctx context.Context, env *studies.Env) error {
	last := output()
	last.Constraint = nn.UnitNorm
	all, err := freshMoons().compare(ctx, env, 10, compared("hidden layer", constrained(nn.UnitNorm), output()),
		compared("both layers", constrained(nn.UnitNorm), last))
	if err != nil {
		return err
	}
	worst := studies.Mean(all[1].of(onTrain))
	env.Record(studies.Measured("train accuracy, both layers", all[1].of(onTrain)))
	env.Claim("Unit norm in both layers ties the network's hands: it no longer has all training rows right", worst < 0.99,
		"training accuracy %.3f, against %.3f", worst, studies.Mean(all[0].of(onTrain)))
	more, sd := gain(all[0], all[1], onFresh)
	env.Claim("On fresh rows it is worse than the constraint on the hidden layer alone", more < 0, "%+.4f ± %.4f", more, sd)
	return nil
}

func constrainedBias(ctx context.Context, env *studies.Env) error {
	both, limited := constrained(nn.UnitNorm), constrained(nn.UnitNorm)
	both.BiasConstraint, limited.BiasConstraint = nn.UnitNorm, nn.MaxNorm(3)
	all, err := freshMoons().compare(ctx, env, 10, compared("weights", constrained(nn.UnitNorm), output()),
		compared("weights, and biases to unit norm", both, output()), compared("weights, and biases to max norm 3", limited, output()))
	if err != nil {
		return err
	}
	unit, unitSD := gain(all[0], all[1], onFresh)
	env.Claim("Unit norm of the bias vector, one norm for all 500 biases, costs at least 0.03 on fresh rows", unit < -0.03, "%+.4f ± %.4f", unit, unitSD)
	loose, looseSD := gain(all[0], all[2], onFresh)
	env.Claim("A limit of 3 for the biases, as in the chapter's listings, still costs at least 0.01 on fresh rows", loose < -0.01, "%+.4f ± %.4f", loose, looseSD)
	return nil
}

func repeatedConstraint(ctx context.Context, env *studies.Env) error {
	all, err := freshMoons().compare(ctx, env, 30, unconstrained(), compared("unit norm", constrained(nn.UnitNorm), output()))
	if err != nil {
		return err
	}
	onBook, sd := gain(all[0], all[1], onTest)
	env.Claim("On the book's 70 rows unit norm gains over 3 standard deviations of the paired difference", onBook > 3*sd, "%+.4f ± %.4f", onBook, sd)
	fresh, freshSD := gain(all[0], all[1], onFresh)
	env.Claim("On fresh rows it gains too, over 2 standard deviations and less than half as much", fresh > 2*freshSD && fresh < onBook/2, "%+.4f ± %.4f", fresh, freshSD)
	return env.Figure("", "Accuracy on fresh rows over the runs.", plots.Box{Y: "accuracy on 2,000 fresh rows", Samples: []plots.Sample{
		{Name: "no constraint", Values: all[0].of(onFresh)}, {Name: "unit norm", Values: all[1].of(onFresh)}}})
}
