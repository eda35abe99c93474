package prediction

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// pathScores are, repeat by repeat, scores on one part of the data of models of the
// last epochs alone, and of the means of the weights from the last back.
type pathScores struct{ accuracy, loss sweep }

// path is a training whose last epochs are averaged: of so many, from the last back.
type path struct {
	recipe goodfit.Recipe
	train  *datasets.Dataset
	decay  ensembles.WeightAverage
	counts []int
}

// late is the chapter's: 1 to 10 epochs, trained with Adam as in its loop.
func late(decay ensembles.Decay) path {
	recipe, train, _ := scarce()
	p := path{recipe: recipe, train: train, decay: ensembles.WeightAverage{Decay: decay}}
	for n := range 10 {
		p.counts = append(p.counts, n+1)
	}
	return p
}

// withMomentum is the same with the optimizer of the chapter's text.
func (p path) withMomentum() path {
	p.recipe = classifier(25, 500, momentum())
	return p
}

// score repeats the training and scores each count on each part. The same env gives
// all paths the same seeds, and so the same epochs where they train alike.
func (p path) score(ctx context.Context, env *studies.Env, full int, parts ...*datasets.Dataset) ([]pathScores, error) {
	n, most := env.Count(full), p.counts[len(p.counts)-1]
	all := make([]pathScores, len(parts))
	for k := range parts {
		all[k] = pathScores{emptySweep(n), emptySweep(n)}
	}
	err := env.Repeats("late", full).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := ensembles.Horizontal{Members: most, Seed: seed}.Fit(ctx, p.recipe, p.train)
		if err != nil {
			return err
		}
		for _, count := range p.counts {
			coefficients, err := p.decay.Coefficients(count)
			if err != nil {
				return err
			}
			m, err := ensembles.AverageWeights(coefficients, e.Members[:count]...)
			if err != nil {
				return err
			}
			for k, rows := range parts {
				if err := all[k].add(i, e.Members[count-1], m, rows); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return all, err
}

func emptySweep(n int) sweep {
	return sweep{alone: make([][]float64, n), together: make([][]float64, n)}
}

// add scores a model alone and the mean up to it in repeat i.
func (s *pathScores) add(i int, alone, together *goodfit.Model, rows *datasets.Dataset) error {
	a, err := alone.Evaluate(rows)
	if err != nil {
		return err
	}
	b, err := together.Evaluate(rows)
	s.accuracy.alone[i], s.loss.alone[i] = append(s.accuracy.alone[i], accuracyOf(a)), append(s.loss.alone[i], a.Loss)
	s.accuracy.together[i], s.loss.together[i] = append(s.accuracy.together[i], accuracyOf(b)), append(s.loss.together[i], b.Loss)
	return err
}

// meanAlone is the mean over the epochs of each repeat.
func (s sweep) meanAlone() []float64 { return meanOver(s.alone, 0, len(s.alone[0])) }

// ranges are the largest of the means of 1, 2, 3 … epochs less the smallest, in each
// repeat.
func (s sweep) ranges() (r []float64) {
	for _, together := range s.together {
		r = append(r, maxOf(together)-minOf(together))
	}
	return r
}

// bookSingles and what follows are the chapter's numbers, which are of one training:
// test accuracies of the last 1 to 10 epochs alone, and of their means.
var (
	bookSingles     = []float64{0.814, 0.814, 0.811, 0.805, 0.807, 0.805, 0.802, 0.805, 0.805, 0.810}
	bookEqual       = []float64{0.814, 0.814, 0.813, 0.813, 0.811, 0.807, 0.809, 0.808, 0.808, 0.807}
	bookLinear      = []float64{0.814, 0.815, 0.814, 0.813, 0.813, 0.813, 0.811, 0.810, 0.809, 0.809}
	bookExponential = []float64{0.814, 0.815, 0.814, 0.814, 0.813, 0.813, 0.813, 0.813, 0.813, 0.813}
)

// recordPath records means of 1, 2, 5 and 10 epochs beside the book's, and how far a
// run's curve goes up and down.
func recordPath(env *studies.Env, s sweep, book []float64) {
	for _, n := range []int{1, 2, 5, 10} {
		env.Record(studies.Measured(fmt.Sprintf("test accuracy of %d averaged", n), s.size(n)).Beside(book[n-1]))
	}
	env.Record(studies.Measured("its largest value over 1 to 10 less its smallest, in a run", s.ranges()).Beside(maxOf(book) - minOf(book)))
}

func equalAverage(ctx context.Context, env *studies.Env) error {
	_, train, test := scarce()
	here, elsewhere := halves(test)
	adam, err := late(ensembles.EqualDecay).score(ctx, env, 100, test, here, elsewhere, train)
	if err != nil {
		return err
	}
	sgd, err := late(ensembles.EqualDecay).withMomentum().score(ctx, env, 100, test, train)
	if err != nil {
		return err
	}
	all := adam[0].accuracy
	env.Record(studies.Measured("test accuracy of single epochs, mean of a run", all.meanAlone()).Beside(studies.Mean(bookSingles)))
	recordPath(env, all, bookEqual)
	fall := minus(all.size(10), all.size(1))
	env.Claim("The book's fall from 0.814 to 0.807 with the number of epochs is its run's: on average ten together lose and gain nothing against the last, to 0.0015", within(fall, 0.0015),
		"%+.4f ± %.4f", studies.Mean(fall), studies.SD(fall))
	chooseCount(env, adam[1].accuracy, adam[2].accuracy)
	claimValley(env, adam[3].loss, sgd[1].loss)
	claimMomentum(env, all, sgd[0].accuracy)
	return env.Figure("", "Test accuracy of the last epochs alone and of the mean of their weights, from the last back: one run and the mean of all, with the optimizer of the chapter's loop and with that of its text.",
		plots.Grid{ShareY: true, Figures: []plots.Figure{
			oneRun("Adam, one run", all, averaged{"averaged weights", all}), allRuns("Adam, all runs", all, averaged{"averaged weights", all}),
			oneRun("SGD with momentum, one run", sgd[0].accuracy, averaged{"averaged weights", sgd[0].accuracy}),
			allRuns("SGD with momentum, all runs", sgd[0].accuracy, averaged{"averaged weights", sgd[0].accuracy})}})
}

// chooseCount shows what the count is worth that test rows choose, as one does who
// reads it off the curve.
func chooseCount(env *studies.Env, here, elsewhere sweep) {
	var chosen, other []float64
	for i, together := range here.together {
		k := best(together)
		chosen, other = append(chosen, together[k]-together[0]), append(other, elsewhere.together[i][k]-elsewhere.together[i][0])
	}
	env.Record(studies.Measured("best count less the last epoch alone, on the half of the test rows that chose it", chosen),
		studies.Measured("the same count less the last epoch alone, on the other half", other))
	env.Claim("A count that test rows choose is ahead of the last epoch on these rows, and on others by less than half as much", studies.Mean(chosen) > 0 && studies.Mean(other) < studies.Mean(chosen)/2,
		"%+.4f, and %+.4f", studies.Mean(chosen), studies.Mean(other))
}

// claimValley looks for the bottom of the valley in the loss on the training rows.
func claimValley(env *studies.Env, adam, sgd sweep) {
	gain := func(s sweep) []float64 { return minus(s.meanAlone(), s.size(10)) }
	lowest := func(s sweep) (n float64) {
		for i, alone := range s.alone {
			if s.together[i][9] < minOf(alone) {
				n += 1 / float64(len(s.alone))
			}
		}
		return n
	}
	env.Record(studies.Measured("training loss, mean of ten epochs less that of their average, Adam", gain(adam)), studies.Measured("with momentum", gain(sgd)))
	env.Claim("The mean of weights lies lower in the valley than its epochs do on average: its training loss is less, in at least 95 % of runs with either optimizer",
		studies.Share(gain(adam), 0) >= 0.95 && studies.Share(gain(sgd), 0) >= 0.95, "by %.4f with Adam, by %.4f with momentum", studies.Mean(gain(adam)), studies.Mean(gain(sgd)))
	env.Claim("Steps that go back and forth are what it needs: with momentum it is below all ten epochs in more than a third of the runs, with Adam, which still goes downhill in small steps, in less than a fifth",
		lowest(sgd) > 1.0/3 && lowest(adam) < 0.2, "in %.0f %% and %.0f %%", 100*lowest(sgd), 100*lowest(adam))
}

// claimMomentum compares what the average of ten gains by the optimizer.
func claimMomentum(env *studies.Env, adam, sgd sweep) {
	gain := func(s sweep) []float64 { return minus(s.size(10), s.meanAlone()) }
	a, b := gain(adam), gain(sgd)
	env.Record(studies.Measured("gain of ten averaged over the mean of single epochs, Adam", a), studies.Measured("with momentum", b))
	env.Claim("Trained with Adam, as in the chapter's loop, ten averaged are as good as a single epoch drawn by lot, to 0.0015", within(a, 0.0015), "%+.4f ± %.4f", studies.Mean(a), studies.SD(a))
	env.Claim("Trained with momentum, as in its text, they gain more than 0.001, and in more than 60 % of the runs", studies.Mean(b) > 0.001 && studies.Share(b, 1e-9) > 0.6,
		"%+.4f ± %.4f, above 0 in %.0f %%", studies.Mean(b), studies.SD(b), 100*studies.Share(b, 1e-9))
	env.Claim("and from run to run spread by at most 0.85 of what the last epoch does", studies.SD(sgd.size(10)) < 0.85*studies.SD(sgd.size(1)), "±%.4f against ±%.4f", studies.SD(sgd.size(10)), studies.SD(sgd.size(1)))
}

// averaged is a line of a figure: means of weights, over the number of epochs.
type averaged struct {
	name string
	s    sweep
}

// oneRun draws the first run, as the book does.
func oneRun(title string, single sweep, lines ...averaged) plots.Figure {
	x := sizes(len(single.alone[0]))
	f := plots.Lines{Title: title, X: "epochs", Y: "test accuracy", Lines: []plots.Line{{Name: "single epoch", X: x, Y: single.alone[0], DotsOnly: true}}}
	for _, l := range lines {
		f.Lines = append(f.Lines, plots.Line{Name: l.name, X: x, Y: l.s.together[0], Markers: true})
	}
	return f
}

// allRuns draws means.
func allRuns(title string, single sweep, lines ...averaged) plots.Figure {
	x := sizes(len(single.alone[0]))
	f := plots.Lines{Title: title, X: "epochs", Y: "test accuracy", Lines: []plots.Line{{Name: "single epoch", X: x, Y: means(columns(single.alone)), DotsOnly: true}}}
	for _, l := range lines {
		f.Lines = append(f.Lines, plots.Line{Name: l.name, X: x, Y: means(columns(l.s.together)), Markers: true})
	}
	return f
}

// columns turns rows of repeats into rows of counts.
func columns(rows [][]float64) (c [][]float64) {
	for k := range rows[0] {
		c = append(c, column(rows, k))
	}
	return c
}

// byDecay are sweeps of the same epochs, by what older epochs count.
type byDecay struct{ equal, linear, exponential sweep }

// compareDecays scores all decays on the test rows, with the chapter's loop or with
// the optimizer of its text.
func compareDecays(ctx context.Context, env *studies.Env, momentum bool) (d byDecay, err error) {
	_, _, test := scarce()
	for _, c := range []struct {
		decay ensembles.Decay
		to    *sweep
	}{{ensembles.EqualDecay, &d.equal}, {ensembles.LinearDecay, &d.linear}, {ensembles.ExponentialDecay, &d.exponential}} {
		p := late(c.decay)
		if momentum {
			p = p.withMomentum()
		}
		s, err := p.score(ctx, env, 100, test)
		if err != nil {
			return d, err
		}
		*c.to = s[0].accuracy
	}
	return d, nil
}

func linearAverage(ctx context.Context, env *studies.Env) error {
	d, err := compareDecays(ctx, env, false)
	if err != nil {
		return err
	}
	m, err := compareDecays(ctx, env, true)
	if err != nil {
		return err
	}
	recordPath(env, d.linear, bookLinear)
	two := minus(d.linear.size(2), d.linear.size(1))
	env.Claim("The book's small gain of two epochs over the last is its run's: on average it is 0, to 0.001", within(two, 0.001), "%+.4f ± %.4f", studies.Mean(two), studies.SD(two))
	var above float64
	for i, alone := range d.linear.alone {
		if maxOf(d.linear.together[i]) > maxOf(alone)+1e-9 {
			above += 1 / float64(len(d.linear.alone))
		}
	}
	env.Claim("An average above every single epoch, as in the book, is found in less than a quarter of the runs", above < 0.25, "in %.0f %%", 100*above)
	ten, with := minus(d.linear.size(10), d.equal.size(10)), minus(m.linear.size(10), m.equal.size(10))
	env.Claim("Ten of linear decay are as good as ten that count alike, to 0.001 with Adam and to 0.002 with momentum", within(ten, 0.001) && within(with, 0.002), "%+.4f and %+.4f", studies.Mean(ten), studies.Mean(with))
	r, e := studies.Mean(d.linear.ranges()), studies.Mean(d.equal.ranges())
	env.Claim("That linear decay changes less with the number of epochs holds: a run's curve goes up and down by less than 0.95 of what that of equal averages does", r < 0.95*e, "%.4f against %.4f", r, e)
	return drawDecays(env, func(b byDecay) []averaged { return []averaged{{"equal", b.equal}, {"linear decay", b.linear}} }, d, m)
}

// drawDecays draws one run and the means, with either optimizer.
func drawDecays(env *studies.Env, lines func(byDecay) []averaged, adam, sgd byDecay) error {
	return env.Figure("", "Test accuracy of the last epochs alone and of the mean of their weights, from the last back: one run and the mean of all, with the optimizer of the chapter's loop and with that of its text.",
		plots.Grid{ShareY: true, Figures: []plots.Figure{
			oneRun("Adam, one run", adam.equal, lines(adam)...), allRuns("Adam, all runs", adam.equal, lines(adam)...),
			oneRun("SGD with momentum, one run", sgd.equal, lines(sgd)...), allRuns("SGD with momentum, all runs", sgd.equal, lines(sgd)...)}})
}

func exponentialAverage(ctx context.Context, env *studies.Env) error {
	d, err := compareDecays(ctx, env, false)
	if err != nil {
		return err
	}
	m, err := compareDecays(ctx, env, true)
	if err != nil {
		return err
	}
	recordPath(env, d.exponential, bookExponential)
	ten := minus(d.exponential.size(10), d.exponential.size(1))
	env.Claim("Its gain over the last epoch is the book's run's: on average it is 0, to 0.001", within(ten, 0.001), "%+.4f ± %.4f", studies.Mean(ten), studies.SD(ten))
	ranges := func(b byDecay) []float64 {
		return []float64{studies.Mean(b.exponential.ranges()), studies.Mean(b.linear.ranges()), studies.Mean(b.equal.ranges())}
	}
	a, b := ranges(d), ranges(m)
	env.Claim("That it changes least with the number of epochs holds, with Adam and with momentum: exponential before linear before equal", slices.IsSorted(a) && slices.IsSorted(b),
		"a run's curve goes up and down by %s, and by %s", studies.Listed("%.4f", a), studies.Listed("%.4f", b))
	env.Record(studies.Measured("test accuracy of 10 averaged, exponential, with momentum", m.exponential.size(10)), studies.Measured("linear", m.linear.size(10)), studies.Measured("equal", m.equal.size(10)))
	env.Claim("It changes least because it stays near the last epoch, not because it is steadier: with momentum it spreads more from run to run than the equal average", studies.SD(m.exponential.size(10)) > studies.SD(m.equal.size(10)),
		"±%.4f against ±%.4f", studies.SD(m.exponential.size(10)), studies.SD(m.equal.size(10)))
	return drawDecays(env, func(b byDecay) []averaged {
		return []averaged{{"equal", b.equal}, {"linear decay", b.linear}, {"exponential decay", b.exponential}}
	}, d, m)
}
