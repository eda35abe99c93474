package prediction

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// weightAverages are the studies of chapter 26.
func weightAverages() []studies.Study {
	return append([]studies.Study{
		{
			Name:     "ch26-mlp-baseline",
			Title:    "One network with momentum for five hundred epochs",
			Chapter:  26,
			Question: "Does accuracy go on changing from epoch to epoch when the training should be over?",
			Cases:    []string{"ch26-mlp-baseline", "ch26-blobs-scatter"},
			Run:      unsettledNetwork,
		},
		{
			Name:     "ch26-save-late-models",
			Title:    "The models of the last ten epochs",
			Chapter:  26,
			Question: "How much do the last ten epochs still change the weights?",
			Cases:    []string{"ch26-save-late-models"},
			Run:      tenLateModels,
		},
		{
			Name:     "ch26-average-weights-summary",
			Title:    "One model of the weights of ten",
			Chapter:  26,
			Question: "What is the mean of the weights of several models?",
			Cases:    []string{"ch26-average-weights-summary"},
			Run:      meanOfTen,
		},
		{
			Name:     "ch26-equal-weight-average",
			Title:    "Equal averages of the weights of the last one to ten epochs",
			Chapter:  26,
			Question: "Is the mean of the last weights better than the last weights?",
			Cases:    []string{"ch26-equal-weight-average"},
			Run:      equalAverage,
		},
		{
			Name:     "ch26-linear-weight-average",
			Title:    "Older epochs count less: linear decay",
			Chapter:  26,
			Question: "What changes when older epochs count less, in equal steps?",
			Cases:    []string{"ch26-linear-weight-average"},
			Run:      linearAverage,
		},
		{
			Name:     "ch26-exponential-weight-average",
			Title:    "Older epochs count less: exponential decay",
			Chapter:  26,
			Question: "Is exponential decay the steadiest of the three?",
			Cases:    []string{"ch26-exponential-weight-average"},
			Run:      exponentialAverage,
		},
	}, weightExtensions()...)
}

func unsettledNetwork(ctx context.Context, env *studies.Env) error {
	runs, err := baseline(ctx, env, classifier(25, 500, momentum()), 0.850, 0.804)
	if err != nil {
		return err
	}
	late := func(series string) []float64 { return studies.Each(runs, studies.LateSpread(series, 100)) }
	train, test := late("accuracy"), late("val_accuracy")
	env.Record(studies.Measured("standard deviation of training accuracy over the last 100 epochs", train),
		studies.Measured("of test accuracy", test))
	env.Claim("Over the last 100 epochs both still swing: test accuracy by more than 0.006, training accuracy by more than that",
		studies.Mean(test) > 0.006 && studies.Mean(train) > studies.Mean(test), "standard deviation %.4f and %.4f", studies.Mean(test), studies.Mean(train))
	return nil
}

// tenLateModels also compares the optimizer that the chapter's text and its single
// network have with the one that its listing of the loop has.
func tenLateModels(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	files, err := lateFiles(ctx, recipe, train, test.X, env.Seed("files"))
	if err != nil {
		return err
	}
	same, err := files.intact(test.X)
	if err != nil {
		return err
	}
	env.Record(studies.Exact("saved models", float64(len(files.loaded))).Beside(10))
	env.Claim("The files model_490 to model_499, loaded, predict what the models did that were saved, bit for bit", same && len(files.loaded) == 10, "%d files, %d rows", len(files.loaded), test.Rows())
	adam, err := lateSteps(ctx, env, recipe, train)
	if err != nil {
		return err
	}
	sgd, err := lateSteps(ctx, env, classifier(25, 500, momentum()), train)
	if err != nil {
		return err
	}
	env.Record(studies.Measured("change of the weights in one of these epochs, as a share of their norm, Adam as in the loop", adam),
		studies.Measured("momentum as in the text", sgd))
	env.Claim("The chapter's text and single network have SGD with momentum, its loop has Adam, whose last steps are less than half as long", studies.Mean(adam) < studies.Mean(sgd)/2,
		"%.4f of the norm of the weights in an epoch against %.4f", studies.Mean(adam), studies.Mean(sgd))
	return env.Figure("", "Change of the weights from one of the last ten epochs to the next, as a share of their norm: mean of each run.",
		plots.Box{Y: "change of the weights", Samples: []plots.Sample{{Name: "Adam", Values: adam}, {Name: "SGD with momentum", Values: sgd}}})
}

// savedModels are what models predicted when they were saved, and the models loaded
// from their files, both from the last back.
type savedModels struct {
	predicted []*mat.Dense
	loaded    []*goodfit.Model
}

// lateFiles trains as the chapter does, an epoch at a time, with a file for each of
// the epochs from 490 on, numbered from 0, and loads them.
func lateFiles(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset, rows *mat.Dense, seed uint64) (s savedModels, err error) {
	folder, err := os.MkdirTemp("", "goodfit-study-")
	if err != nil {
		return s, err
	}
	defer os.RemoveAll(folder)
	path := func(epoch int) string { return filepath.Join(folder, fmt.Sprintf("model_%d.goodfit", epoch)) }
	recipe.Plan.Epochs = 1
	m, _, err := recipe.Fit(ctx, train, nil, seed)
	for epoch := 1; epoch < 500 && err == nil; epoch++ {
		if _, err = m.Fit(ctx, train, recipe.Plan); err == nil && epoch >= 490 {
			err = s.save(m, path(epoch), rows)
		}
	}
	for epoch := 499; epoch >= 490 && err == nil; epoch-- {
		var l *goodfit.Model
		l, err = goodfit.Load(path(epoch))
		s.loaded = append(s.loaded, l)
	}
	return s, err
}

func (s *savedModels) save(m *goodfit.Model, path string, rows *mat.Dense) error {
	y, err := m.Predict(rows)
	if err != nil {
		return err
	}
	s.predicted = slices.Insert(s.predicted, 0, y)
	return m.Save(path)
}

// intact reports whether the files predict what the models did.
func (s savedModels) intact(rows *mat.Dense) (bool, error) {
	for i, m := range s.loaded {
		y, err := m.Predict(rows)
		if err != nil || !mat.Equal(y, s.predicted[i]) {
			return false, err
		}
	}
	return true, nil
}

// lateSteps is, run by run, the mean over the last ten epochs of |w − w'| / |w|, with
// w' the weights an epoch before.
func lateSteps(ctx context.Context, env *studies.Env, recipe goodfit.Recipe, train *datasets.Dataset) ([]float64, error) {
	return env.Repeats("steps", 30).Values(ctx, func(ctx context.Context, seed uint64) (float64, error) {
		e, err := ensembles.Horizontal{Members: 10, Seed: seed}.Fit(ctx, recipe, train)
		if err != nil {
			return 0, err
		}
		var steps []float64
		for i := range 9 {
			now, err := flatWeights(e.Members[i])
			if err != nil {
				return 0, err
			}
			before, err := flatWeights(e.Members[i+1])
			if err != nil {
				return 0, err
			}
			steps = append(steps, distance(now, before)/distance(now, make([]float64, len(now))))
		}
		return studies.Mean(steps), nil
	})
}

// flatWeights are all weights of a model as one vector.
func flatWeights(m *goodfit.Model) (w []float64, err error) {
	for _, l := range m.Layers() {
		if len(l.Params) == 0 {
			continue
		}
		arrays, err := m.Weights(l.Name)
		if err != nil {
			return nil, err
		}
		for _, p := range l.Params {
			for _, v := range arrays[p.Name].Data() {
				w = append(w, float64(v))
			}
		}
	}
	return w, nil
}

// distance is |a − b|.
func distance(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += float64((a[i] - b[i]) * (a[i] - b[i]))
	}
	return math.Sqrt(sum)
}

func meanOfTen(ctx context.Context, env *studies.Env) error {
	recipe, train, test := scarce()
	e, err := ensembles.Horizontal{Members: 10, Seed: env.Seed("")}.Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	m, err := ensembles.AverageWeights(nil, e.Members...)
	if err != nil {
		return err
	}
	c, layers := m.CountParams(), m.Layers()
	env.Record(studies.Exact("models", float64(len(e.Members))).Beside(10),
		studies.Exact("parameters of the hidden layer", parameters(layers[len(layers)-2])).Beside(75),
		studies.Exact("of the output layer", parameters(layers[len(layers)-1])).Beside(78),
		studies.Exact("of the averaged model", float64(c.Total())).Beside(153),
		studies.Exact("of these trainable", float64(c.Trainable)).Beside(153))
	env.Claim("The averaged model is one network like each of the ten: it has the same summary", m.Summary() == e.Members[0].Summary(), "%d lines", strings.Count(m.Summary(), "\n"))
	if err := claimMeanWeights(env, m, e.Members); err != nil {
		return err
	}
	return compareWithStrangers(ctx, env, recipe, train, test)
}

// parameters counts the weights of a layer.
func parameters(l goodfit.LayerInfo) (n float64) {
	for _, p := range l.Params {
		n += float64(p.Shape.Size())
	}
	return n
}

// claimMeanWeights compares each weight with the mean of the members'.
func claimMeanWeights(env *studies.Env, m *goodfit.Model, members []*goodfit.Model) error {
	got, err := flatWeights(m)
	if err != nil {
		return err
	}
	want := make([]float64, len(got))
	for _, member := range members {
		w, err := flatWeights(member)
		if err != nil {
			return err
		}
		for i, v := range w {
			want[i] += v / float64(len(members))
		}
	}
	off := 0.0
	for i := range got {
		off = max(off, math.Abs(got[i]-want[i])/math.Abs(want[i]))
	}
	env.Claim("Each of its weights is the mean of the ten members', to the rounding of float32", off < 1.0/(1<<24)*1.001, "at most %.1e off", off)
	return nil
}

// compareWithStrangers averages the weights of networks that have seeds of their
// own, beside those of one training.
func compareWithStrangers(ctx context.Context, env *studies.Env, recipe goodfit.Recipe, train, test *datasets.Dataset) error {
	late, err := averageOfTen(ctx, env, test, func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
		return ensembles.Horizontal{Members: 10, Seed: seed}.Fit(ctx, recipe, train)
	})
	if err != nil {
		return err
	}
	apart, err := averageOfTen(ctx, env, test, func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error) {
		return ensembles.Average{Members: 10, Seed: seed}.Fit(ctx, recipe, train)
	})
	if err != nil {
		return err
	}
	alike, agree, weak := column(late, 1), column(late, 0), column(apart, 0)
	env.Record(studies.Measured("test accuracy, weights of ten epochs of one training", agree), studies.Measured("their predictions averaged", alike),
		studies.Measured("test accuracy, weights of ten networks with seeds of their own", weak), studies.Measured("their predictions averaged, own seeds", column(apart, 1)))
	env.Claim("For epochs of one training the mean of the weights is as good as the mean of the predictions, to 0.001", within(minus(agree, alike), 0.001), "%.4f against %.4f", studies.Mean(agree), studies.Mean(alike))
	env.Claim("For networks with seeds of their own it is of no use: it loses more than 0.1", studies.Mean(minus(column(apart, 1), weak)) > 0.1, "%.4f against %.4f", studies.Mean(weak), studies.Mean(column(apart, 1)))
	return env.Figure("", "Test accuracy of one model with the mean of the weights of ten, and of the mean of their predictions.", plots.Box{Y: "test accuracy", Samples: []plots.Sample{
		{Name: "weights, epochs", Values: agree}, {Name: "predictions, epochs", Values: alike},
		{Name: "weights, own seeds", Values: weak}, {Name: "predictions, own seeds", Values: column(apart, 1)}}})
}

// averageOfTen returns, repeat by repeat, the test accuracies of the mean of the
// members' weights and of the mean of their predictions.
func averageOfTen(ctx context.Context, env *studies.Env, test *datasets.Dataset, fit func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error)) ([][]float64, error) {
	scores := make([][]float64, env.Count(30))
	err := env.Repeats("ten", 30).Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := fit(ctx, seed)
		if err != nil {
			return err
		}
		m, err := ensembles.AverageWeights(nil, e.Members...)
		if err != nil {
			return err
		}
		one, err := m.Evaluate(test)
		if err != nil {
			return err
		}
		all, err := e.Evaluate(test, metrics.Accuracy{})
		scores[i] = []float64{accuracyOf(one), accuracyOf(all.Ensemble)}
		return err
	})
	return scores, err
}

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
