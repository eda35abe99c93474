package prediction

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// snapshotExtensions are the experiments that chapter 24 proposes.
func snapshotExtensions() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch24-extension-cycle-lengths",
			Title:    "Shorter and longer cycles",
			Chapter:  24,
			Question: "How long should a cycle be when there are 500 epochs in all?",
			Cases:    []string{"ch24-extension-cycle-lengths"},
			Run:      cycleLengths,
		},
		{
			Name:     "ch24-extension-rates",
			Title:    "Smaller and larger maximum rates",
			Chapter:  24,
			Question: "How high should the rate start in each cycle?",
			Cases:    []string{"ch24-extension-rates"},
			Run:      maximumRates,
		},
		{
			Name:     "ch24-extension-every-batch",
			Title:    "The rate set before every batch",
			Chapter:  24,
			Question: "Does it help to anneal from batch to batch in place of from epoch to epoch?",
			Cases:    []string{"ch24-extension-every-batch"},
			Run:      annealedByBatch,
		},
		{
			Name:     "ch24-extension-repeats",
			Title:    "The snapshot ensemble repeated",
			Chapter:  24,
			Question: "Is the snapshot ensemble better than the final model, and than other uses of 500 epochs?",
			Cases:    []string{"ch24-extension-repeats"},
			Run:      snapshotsRepeated,
		},
		{
			Name:     "ch24-extension-cyclic",
			Title:    "Triangular cycles in place of cosines",
			Chapter:  24,
			Question: "Do snapshots need cosine annealing, or does any cyclical rate do?",
			Cases:    []string{"ch24-extension-cyclic"},
			Run:      triangularCycles,
		},
	}
}

// variant is a way to train an ensemble of the chapter's network.
type variant struct {
	name   string
	recipe goodfit.Recipe
	fit    func(ctx context.Context, r goodfit.Recipe, train *datasets.Dataset, seed uint64) (*ensembles.Ensemble, error)
}

// snapshotsOf is a variant of ensembles.Snapshot.
func snapshotsOf(name string, s ensembles.Snapshot) variant {
	return variant{name, classifier(50, 500, momentum()), func(ctx context.Context, r goodfit.Recipe, train *datasets.Dataset, seed uint64) (*ensembles.Ensemble, error) {
		s.Seed = seed
		return s.Fit(ctx, r, train)
	}}
}

// compareVariants scores each on the test rows with the same seeds: all its members
// as one, and the first alone.
func compareVariants(ctx context.Context, env *studies.Env, full int, variants ...variant) (all []sweep, err error) {
	train, test := threeBlobs(1100).Split(100)
	for _, v := range variants {
		s, err := scoreEnsembles(ctx, env.Repeats("", full), test, func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
			return v.fit(ctx, v.recipe, train, seed)
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v.name, err)
		}
		env.Record(studies.Measured("test accuracy of the ensemble, "+v.name, s.size(len(s.alone[0]))), studies.Measured("test accuracy of the last model alone, "+v.name, s.position(1)))
		all = append(all, s)
	}
	return all, nil
}

// whole are the accuracies of all members as one.
func (s sweep) whole() []float64 { return s.size(len(s.alone[0])) }

// boxes are the accuracies of whole ensembles.
func boxes(all []sweep, variants []variant) plots.Box {
	b := plots.Box{Y: "test accuracy"}
	for i, s := range all {
		b.Samples = append(b.Samples, plots.Sample{Name: variants[i].name, Values: s.whole()})
	}
	return b
}

func cycleLengths(ctx context.Context, env *studies.Env) error {
	lengths, ensemble, last := []float64{10, 25, 50, 100, 250}, [][]float64(nil), [][]float64(nil)
	var variants []variant
	for _, length := range lengths {
		cycles := int(500 / length)
		s := snapshotting(min(cycles, 5))
		s.Cycles = cycles
		variants = append(variants, snapshotsOf(fmt.Sprintf("cycles of %.0f", length), s))
	}
	all, err := compareVariants(ctx, env, 30, variants...)
	if err != nil {
		return err
	}
	for _, s := range all {
		ensemble, last = append(ensemble, s.whole()), append(last, s.position(1))
	}
	env.Claim("Cycles from 25 to 100 epochs give ensembles as good as each other, to 0.006", span(ensemble[1:4]) < 0.006, "10, 25, 50, 100, 250: %s", studies.Listed("%.4f", means(ensemble)))
	env.Claim("Short cycles do not come to rest: their last snapshot spreads by more than 1.3 times that of cycles of 100 epochs", studies.SD(last[0]) > 1.3*studies.SD(last[3]),
		"±%.4f of 10 epochs, ±%.4f of 100", studies.SD(last[0]), studies.SD(last[3]))
	return env.Figure("", "The last five snapshots averaged, or both where there are two, and the last alone.", plots.Lines{X: "epochs of a cycle", Y: "test accuracy", LogX: true,
		Lines: []plots.Line{plots.MeanLine("average", lengths, ensemble), plots.MeanLine("last snapshot", lengths, last)}})
}

// means are the means of several lists.
func means(lists [][]float64) (m []float64) {
	for _, l := range lists {
		m = append(m, studies.Mean(l))
	}
	return m
}

// span is the largest mean less the smallest.
func span(lists [][]float64) float64 { return slices.Max(means(lists)) - slices.Min(means(lists)) }

func maximumRates(ctx context.Context, env *studies.Env) error {
	rates, ensemble, last := []float64{0.001, 0.01, 0.03, 0.1, 0.3}, [][]float64(nil), [][]float64(nil)
	var variants []variant
	for _, rate := range rates {
		s := snapshotting(5)
		s.Cycles, s.Rate = 10, rate
		variants = append(variants, snapshotsOf(fmt.Sprintf("rate %g", rate), s))
	}
	all, err := compareVariants(ctx, env, 30, variants...)
	if err != nil {
		return err
	}
	for _, s := range all {
		ensemble, last = append(ensemble, s.whole()), append(last, s.position(1))
	}
	evidence := fmt.Sprintf("0.001, 0.01, 0.03, 0.1, 0.3: %s", studies.Listed("%.4f", means(ensemble)))
	env.Claim("A maximum of 0.001 is too small: its ensembles stay more than 0.01 below those of 0.01", studies.Mean(ensemble[0]) < studies.Mean(ensemble[1])-0.01, "%s", evidence)
	env.Claim("From 0.01 to 0.1 the maximum costs the ensemble no more than 0.025", span(ensemble[1:4]) < 0.025, "%s", evidence)
	small, large := minus(ensemble[1], last[1]), minus(ensemble[3], last[3])
	env.Claim("The larger the steps, the more the average makes up for the last model: more at 0.1 than at 0.01", studies.Mean(large) > studies.Mean(small), "%+.4f against %+.4f", studies.Mean(large), studies.Mean(small))
	env.Claim("A maximum of 0.3 ruins the network: its accuracy is below 0.7", studies.Mean(ensemble[4]) < 0.7, "%.4f", studies.Mean(ensemble[4]))
	return env.Figure("", "The last five of ten snapshots averaged, and the last alone.", plots.Lines{X: "maximum rate", Y: "test accuracy", LogX: true,
		Lines: []plots.Line{plots.MeanLine("average", rates, ensemble), plots.MeanLine("last snapshot", rates, last)}})
}

func annealedByBatch(ctx context.Context, env *studies.Env) error {
	var variants []variant
	for _, cycles := range []int{10, 100} {
		for _, perEpoch := range []bool{true, false} {
			every := map[bool]string{true: "epoch", false: "batch"}[perEpoch]
			variants = append(variants, snapshotsOf(fmt.Sprintf("%d epochs, by %s", 500/cycles, every),
				ensembles.Snapshot{Members: 5, Cycles: cycles, Rate: 0.01, PerEpoch: perEpoch}))
		}
	}
	all, err := compareVariants(ctx, env, 30, variants...)
	if err != nil {
		return err
	}
	long, short := minus(all[1].whole(), all[0].whole()), minus(all[3].whole(), all[2].whole())
	env.Claim("In cycles of 50 epochs it makes no difference to the ensemble, to 0.004", within(long, 0.004), "%+.4f ± %.4f", studies.Mean(long), studies.SD(long))
	env.Claim("In cycles of 5 epochs neither does it, to 0.006, though the paper expects most there", within(short, 0.006), "%+.4f ± %.4f", studies.Mean(short), studies.SD(short))
	return env.Figure("", "Test accuracy of averages of the last five snapshots.", boxes(all, variants))
}

func snapshotsRepeated(ctx context.Context, env *studies.Env) error {
	s := snapshotting(5)
	s.Cycles = 10
	variants := []variant{
		snapshotsOf("snapshots", s),
		{"last 5 epochs", classifier(50, 500, momentum()), fitWith(func(seed uint64) ensembles.Method { return ensembles.Horizontal{Members: 5, Seed: seed} })},
		{"5 seeds of 100 epochs", classifier(50, 100, momentum()), fitWith(func(seed uint64) ensembles.Method { return ensembles.Average{Members: 5, Seed: seed} })},
		{"5 seeds of 500 epochs", classifier(50, 500, momentum()), fitWith(func(seed uint64) ensembles.Method { return ensembles.Average{Members: 5, Seed: seed} })},
	}
	all, err := compareVariants(ctx, env, 60, variants...)
	if err != nil {
		return err
	}
	more := minus(all[0].whole(), all[0].position(1))
	env.Claim("The last five snapshots do not beat the final model by more than 0.003 on average", within(more, 0.003), "%+.4f ± %.4f, ahead in %.0f %%", studies.Mean(more), studies.SD(more), 100*studies.Share(more, 1e-9))
	env.Claim("They are steadier: their spread is at most 0.9 of that of the final model", studies.SD(all[0].whole()) < 0.9*studies.SD(all[0].position(1)), "±%.4f against ±%.4f", studies.SD(all[0].whole()), studies.SD(all[0].position(1)))
	fixed := minus(all[0].whole(), all[1].position(1))
	env.Claim("Their spread is less than two thirds of that of a final model at a fixed rate", studies.SD(all[0].whole()) < studies.SD(all[1].position(1))*2/3,
		"±%.4f against ±%.4f; mean difference %+.4f", studies.SD(all[0].whole()), studies.SD(all[1].position(1)), studies.Mean(fixed))
	return env.Figure("", "Test accuracy of ensembles of five. The first three cost 500 epochs, the last 2,500.", boxes(all, variants))
}

// fitWith fits a method of each seed.
func fitWith(method func(seed uint64) ensembles.Method) func(context.Context, goodfit.Recipe, *datasets.Dataset, uint64) (*ensembles.Ensemble, error) {
	return func(ctx context.Context, r goodfit.Recipe, train *datasets.Dataset, seed uint64) (*ensembles.Ensemble, error) {
		return method(seed).Fit(ctx, r, train)
	}
}

// keepEvery trains by the recipe, whatever its schedule, and returns the last five
// models of those at the end of every so many epochs, the last first.
func keepEvery(epochs int) func(context.Context, goodfit.Recipe, *datasets.Dataset, uint64) (*ensembles.Ensemble, error) {
	return func(ctx context.Context, r goodfit.Recipe, train *datasets.Dataset, seed uint64) (*ensembles.Ensemble, error) {
		var kept []*goodfit.Model
		r.Plan.Callbacks = []goodfit.Callback{callbacks.Hooks{OnEpochEnd: func(run *goodfit.Run) error {
			if (run.Epoch+1)%epochs != 0 {
				return nil
			}
			m := run.Model().Clone(true)
			kept = append(kept, m)
			return m.Compile(r.Config)
		}}}
		if _, _, err := r.Fit(ctx, train, nil, seed); err != nil {
			return nil, err
		}
		slices.Reverse(kept)
		return ensembles.New(nil, kept[:5]...), nil
	}
}

func triangularCycles(ctx context.Context, env *studies.Env) error {
	schedule := func(name string, rate float64, s optim.Schedule) variant {
		return variant{name, classifier(50, 500, optim.SGD{Rate: rate, Momentum: 0.9, Schedule: s}), keepEvery(50)}
	}
	variants := []variant{
		schedule("cosine", 0.01, optim.CosineRestarts{First: 50, PerEpoch: true}),
		schedule("triangle", 0.0001, optim.Cyclic{Top: 100, Half: 25, PerEpoch: true}),
		schedule("fixed rate", 0.01, nil),
	}
	all, err := compareVariants(ctx, env, 30, variants...)
	if err != nil {
		return err
	}
	d := minus(all[1].whole(), all[0].whole())
	env.Claim("Triangles from 0.0001 to 0.01 and back give the same ensemble as cosines, to 0.008", within(d, 0.008), "%+.4f ± %.4f", studies.Mean(d), studies.SD(d))
	env.Claim("Single models are steadier at the end of either cycle than at a fixed rate", max(studies.SD(all[0].members()), studies.SD(all[1].members())) < studies.SD(all[2].members()),
		"±%.4f and ±%.4f against ±%.4f", studies.SD(all[0].members()), studies.SD(all[1].members()), studies.SD(all[2].members()))
	var lines []plots.Line
	for _, v := range variants {
		epochs, rates := make([]float64, 150), make([]float64, 150)
		settings := v.recipe.Config.Optimizer.Settings()
		for i := range rates {
			epochs[i], rates[i] = float64(i), settings.Rate
			if settings.Schedule != nil {
				rates[i] = settings.Schedule.Rate(settings.Rate, optim.Time{Epoch: i})
			}
		}
		lines = append(lines, plots.Line{Name: v.name, X: epochs, Y: rates})
	}
	return env.Figure("", "The rates of the first 150 epochs, and the test accuracy of averages of five.",
		plots.Grid{Figures: []plots.Figure{plots.Lines{X: "epoch", Y: "learning rate", Lines: lines}, boxes(all, variants)}})
}
