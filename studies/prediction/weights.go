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
