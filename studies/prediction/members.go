package prediction

import (
	"context"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// sweep holds test accuracies of one repeat after another: of the members alone, by
// position, and of the first 1, 2, 3 … of them as one.
type sweep struct{ alone, together [][]float64 }

// scoreEnsembles repeats an ensemble and scores it and its members on test rows.
func scoreEnsembles(ctx context.Context, repeats experiments.Repeated, test *datasets.Dataset,
	fit func(ctx context.Context, seed uint64) (*ensembles.Ensemble, error)) (s sweep, err error) {
	s.alone, s.together = make([][]float64, repeats.Seeds), make([][]float64, repeats.Seeds)
	err = repeats.Each(ctx, func(ctx context.Context, i int, seed uint64) error {
		e, err := fit(ctx, seed)
		if err != nil {
			return err
		}
		if s.alone[i], err = alone(e, test); err != nil {
			return err
		}
		s.together[i], err = nested(e, test)
		return err
	})
	return s, err
}

// alone returns the accuracy of each member.
func alone(e *ensembles.Ensemble, test *datasets.Dataset) (accuracy []float64, err error) {
	v, err := e.Evaluate(test, metrics.Accuracy{})
	for _, m := range v.Members {
		accuracy = append(accuracy, accuracyOf(m))
	}
	return accuracy, err
}

// size returns the accuracies of the first k members as one.
func (s sweep) size(k int) []float64 { return column(s.together, k-1) }

// position returns the accuracies of the k-th member alone, from 1.
func (s sweep) position(k int) []float64 { return column(s.alone, k-1) }

// members returns the accuracies of all members alone.
func (s sweep) members() []float64 { return slices.Concat(s.alone...) }

// lines are the means of the repeats over the number of members.
func (s sweep) lines(alone, together string) []plots.Line {
	most := len(s.alone[0])
	a, b := make([][]float64, most), make([][]float64, most)
	for k := range most {
		a[k], b[k] = column(s.alone, k), column(s.together, k)
	}
	single := plots.MeanLine(alone, sizes(most), a)
	single.DotsOnly, single.Lower, single.Upper = true, nil, nil
	return []plots.Line{single, plots.MeanLine(together, sizes(most), b)}
}

// minus lists the differences a[i] − b[i].
func minus(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

// within reports whether the mean of the values is at most so far from 0.
func within(values []float64, margin float64) bool {
	m := studies.Mean(values)
	return m <= margin && m >= -margin
}

// halves are the test rows as two times 500: what is chosen or learnt on the first
// is scored on the second.
func halves(test *datasets.Dataset) (here, elsewhere *datasets.Dataset) { return test.Split(500) }

// straightLines returns the accuracy on the rows themselves of a classifier with
// straight borders: softmax without a hidden layer.
func straightLines(ctx context.Context, d *datasets.Dataset, seed uint64) (float64, error) {
	r := classifier(1, 100, nil)
	r.Layers = []nn.Layer{nn.Dense{Units: 3, Activation: act.Softmax}}
	m, _, err := r.Fit(ctx, d, nil, seed)
	if err != nil {
		return 0, err
	}
	s, err := m.Evaluate(d)
	return accuracyOf(s), err
}

// baseline runs a chapter's single network on 100 rows to train with and 1,000 to
// test, and shows the chapter's 1,000 rows.
func baseline(ctx context.Context, env *studies.Env, r goodfit.Recipe, bookTrain, bookTest float64) (experiments.Runs, error) {
	c := studies.Single{Recipe: r, What: "accuracy", Score: metrics.Accuracy{}, BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Train, c.Test = threeBlobs(1100).Split(100)
	runs, err := c.Measure(ctx, env)
	if err != nil {
		return nil, err
	}
	train, test := runs.TrainScore(metrics.Accuracy{}), runs.TestScore(metrics.Accuracy{})
	env.Claim("Training accuracy is above test accuracy by 0.01 to 0.08 on average", gap(train, test) > 0.01 && gap(train, test) < 0.08,
		"%.3f on the training rows, %.3f on the test rows", studies.Mean(train), studies.Mean(test))
	all := threeBlobs(1000)
	straight, err := straightLines(ctx, all, env.Seed("straight lines"))
	if err != nil {
		return nil, err
	}
	env.Claim("Straight lines do not separate the 1,000 rows: more than a tenth lies on the wrong side", straight < 0.9, "accuracy %.3f of softmax without a hidden layer", straight)
	return runs, env.Figure("rows", "The chapter's 1,000 rows, by class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}
