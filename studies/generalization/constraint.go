package generalization

import (
	"context"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightConstraints are the studies of chapter 15.
func weightConstraints() []studies.Study {
	cases := []studies.Study{
		{
			Name:     "ch15-moons-scatter",
			Title:    "Two moons, again",
			Question: "Do the inputs of the moons have a common scale, as constraints on weights want it?",
			Run:      moonScales,
		},
		{
			Name:     "ch15-moons-overfit-mlp",
			Title:    "A network too large for 30 rows, without constraint",
			Question: "How large do the weights of the overfit network become, unit by unit?",
			Run:      overfitUnits,
		},
		{
			Name:     "ch15-moons-unit-norm",
			Title:    "Unit norm",
			Question: "Does a unit norm of each hidden unit's incoming weights end the overfitting?",
			Run:      unitNorm,
		},
	}
	return chapter(15, append(cases, weightConstraintExtensions()...))
}

// constrained is the wide hidden layer with a constraint on the incoming weights of
// each unit.
func constrained(c nn.Constraint) nn.Dense {
	layer := hidden()
	layer.Constraint = c
	return layer
}

// unconstrained is the network that overfits.
func unconstrained() variant { return compared("no constraint", hidden(), output()) }

func moonScales(_ context.Context, env *studies.Env) error {
	all := allMoons()
	var widths []float64
	for j, name := range []string{"first", "second"} {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range all.Rows() {
			lo, hi = min(lo, all.X.At(i, j)), max(hi, all.X.At(i, j))
		}
		env.Record(studies.Exact("least value of the "+name+" feature", lo), studies.Exact("greatest value of the "+name+" feature", hi))
		widths = append(widths, hi-lo)
	}
	env.Claim("Both features span less than 4, within a factor of 2 of each other, so one limit suits the weights of both",
		slices.Max(widths) < 4 && widths[0]/widths[1] < 2, "spans %s", studies.Listed("%.2f", widths))
	return env.Figure("", "All rows, a colour for each class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

func overfitUnits(ctx context.Context, env *studies.Env) error {
	c := single(moons, 1, 0.914, hidden(), output())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	claimOverfit(env, runs)
	t, err := freshMoons().trainings(ctx, env, "", 10, c.Recipe)
	if err != nil {
		return err
	}
	largest := t.of(func(s scores) float64 { return slices.Max(s.units) })
	env.Record(studies.Measured("mean norm of a hidden unit's weights", t.of(func(s scores) float64 { return studies.Mean(s.units) })),
		studies.Measured("largest norm of a hidden unit's weights", largest))
	env.Claim("In every run some units have weights of a norm above 1", studies.Share(largest, 1) == 1, "largest %.2f on average", studies.Mean(largest))
	return nil
}

func unitNorm(ctx context.Context, env *studies.Env) error {
	c := single(moons, 1, 0.943, constrained(nn.UnitNorm), output())
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return err
	}
	test := runs.TestScore(metrics.Accuracy{})
	env.Claim("Unit norm wins two test rows, 0.914 to 0.943, in at least 80 % of runs, and loses none in training",
		studies.Share(test, 0.942) >= 0.8 && studies.Share(runs.TrainScore(metrics.Accuracy{}), 1) == 1,
		"%.0f %% of runs, mean %.3f ± %.3f", 100*studies.Share(test, 0.942), studies.Mean(test), studies.SD(test))
	late := studies.Each(runs, studies.LateMean("val_accuracy", 1000))
	best := studies.Each(runs, bestAccuracy)
	env.Claim("Test accuracy reaches a plateau: over the last 1,000 epochs it stays within 0.02 of its best on average", studies.Mean(best)-studies.Mean(late) < 0.02,
		"mean over the last 1,000 epochs %.3f, best %.3f", studies.Mean(late), studies.Mean(best))
	t, err := freshMoons().trainings(ctx, env, "", 10, c.Recipe)
	if err != nil {
		return err
	}
	off := t.of(func(s scores) float64 { return offUnit(s.units) })
	env.Record(studies.Measured("largest distance of a unit's norm from 1", off))
	env.Claim("After training the norms of all 500 units are 1 to float32 accuracy, 2e-7", slices.Max(off) < 2e-7, "largest distance %.1e", slices.Max(off))
	epoch, least, final := turningPoints(runs)
	env.Claim("The test loss still rises after its least, which accuracy does not show", studies.Mean(final) > studies.Mean(least)*1.05,
		"least %.3f at epoch %.0f, final %.3f", studies.Mean(least), studies.Mean(epoch), studies.Mean(final))
	return nil
}

// offUnit is the largest distance of a norm from 1.
func offUnit(norms []float64) (largest float64) {
	for _, n := range norms {
		largest = max(largest, math.Abs(n-1))
	}
	return largest
}
