package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Comparison compares two recipes on the same divisions of the data, each with
// the same seed for both.
type Comparison struct {
	// Splitter divides the rows; nil means datasets.RepeatedKFold{K: 5, Repeats: 3}
	// with the comparison's seed.
	Splitter datasets.Splitter
	// Metric is what is compared, on the test part of each fold; nil means the
	// loss. Both recipes must report it.
	Metric metrics.Metric
	// Prepare, if given, readies each fold: a scaling that learns from train alone.
	Prepare func(train, test *datasets.Dataset) (*datasets.Dataset, *datasets.Dataset, error)
	// Level is the confidence of the interval, 0 means 0.95.
	Level float64
	// Seed decides the folds of the default splitter and the seeds of the runs.
	Seed uint64
}

// Difference is how much a second configuration differs from a first one.
type Difference struct {
	// First and Second are the scores of every fold.
	First, Second []float64
	// Mean is the mean of Second − First, StdErr its standard error.
	Mean, StdErr float64
	// Low and High bound the difference with confidence Level.
	Low, High, Level float64
	// T is Mean/StdErr, and P the probability of one at least as far from 0, to
	// either side, if there is no difference.
	T, P float64
	// Better is the direction of the score: which sign of Mean is an improvement.
	Better curves.Direction
}

// Run trains both recipes on every fold. It fails if a run fails or diverges.
func (c Comparison) Run(ctx context.Context, first, second goodfit.Recipe, data *datasets.Dataset) (Difference, error) {
	splitter := c.Splitter
	if splitter == nil {
		splitter = datasets.RepeatedKFold{K: 5, Repeats: 3, Seed: c.Seed}
	}
	folds, err := splitter.Folds(data)
	if err != nil {
		return Difference{}, err
	}
	recipes := [2]goodfit.Recipe{first, second}
	scores := [2][]float64{make([]float64, len(folds)), make([]float64, len(folds))}
	err = pool.Each(ctx, 2*len(folds), func(ctx context.Context, i int) (err error) {
		fold, which := i/2, i%2
		seed := random.Derive(c.Seed, uint64(fold))
		if scores[which][fold], err = c.score(ctx, recipes[which], folds[fold], data, seed); err != nil {
			return fmt.Errorf("experiments: recipe %d, fold %d: %w", which+1, fold+1, err)
		}
		return nil
	})
	if err != nil {
		return Difference{}, err
	}
	d, err := CorrectedT(scores[0], scores[1], testShare(folds), c.Level)
	d.Better = curves.Minimize
	if c.Metric != nil {
		d.Better = c.Metric.Direction()
	}
	return d, err
}

func (c Comparison) score(ctx context.Context, r goodfit.Recipe, fold datasets.Fold, data *datasets.Dataset, seed uint64) (float64, error) {
	train, test := fold.Take(data)
	if c.Prepare != nil {
		var err error
		if train, test, err = c.Prepare(train, test); err != nil {
			return 0, err
		}
	}
	model, _, err := r.Fit(ctx, train, nil, seed)
	if err != nil {
		return 0, err
	}
	scores, err := model.EvaluateContext(ctx, test)
	if err != nil || c.Metric == nil {
		return scores.Loss, err
	}
	v, ok := scores.Get(c.Metric)
	if !ok {
		return 0, fmt.Errorf("the model does not report %s", c.Metric.Name())
	}
	return v, nil
}

// testShare is the mean over the folds of test rows per training row.
func testShare(folds []datasets.Fold) float64 {
	sum := 0.0
	for _, f := range folds {
		sum += float64(len(f.Test)) / float64(len(f.Train))
	}
	return sum / float64(len(folds))
}

// CorrectedT computes the corrected resampled t interval of paired scores over k
// folds: mean ± t·√((1/k + q)·s²), where s² is the variance of the differences
// with divisor k−1, q the number of test rows per training row, and t the
// quantile of Student's distribution with k−1 degrees of freedom. The usual
// interval, which q = 0 gives, is too short when folds share training rows.
//
// Level 0 means 0.95. It fails for fewer than two pairs, lists of different
// length, values that are not finite, q < 0, and a level outside (0, 1). Source:
// Nadeau and Bengio, Inference for the Generalization Error (2003), section 4.
func CorrectedT(first, second []float64, q, level float64) (Difference, error) {
	if level == 0 {
		level = 0.95
	}
	if err := checkPairs(first, second, q, level); err != nil {
		return Difference{}, err
	}
	k := len(first)
	differences := make([]float64, k)
	for i := range differences {
		differences[i] = second[i] - first[i]
	}
	mean, variance := fmath.Variance(differences, 1)
	student := distuv.StudentsT{Sigma: 1, Nu: float64(k - 1)}
	d := Difference{First: first, Second: second, Mean: mean, Level: level}
	d.StdErr = math.Sqrt((1/float64(k) + q) * variance)
	half := student.Quantile((1+level)/2) * d.StdErr
	d.Low, d.High = mean-half, mean+half
	d.T, d.P = mean/d.StdErr, 1
	if d.StdErr > 0 {
		d.P = 2 * student.Survival(math.Abs(d.T))
	} else if mean == 0 {
		d.T = 0
	} else {
		d.P = 0
	}
	return d, nil
}

func checkPairs(first, second []float64, q, level float64) error {
	switch k := len(first); {
	case k != len(second):
		return fmt.Errorf("experiments: %d scores against %d, want pairs", k, len(second))
	case k < 2:
		return fmt.Errorf("experiments: %d pairs of scores, want at least 2", k)
	case !(q >= 0) || math.IsInf(q, 0):
		return fmt.Errorf("experiments: test rows per training row is %v, want a number of at least 0", q)
	case !(level > 0 && level < 1):
		return fmt.Errorf("experiments: level is %v, want a number between 0 and 1", level)
	}
	for i := range first {
		if d := second[i] - first[i]; math.IsNaN(d) || math.IsInf(d, 0) {
			return errors.New("experiments: a score is not a finite number")
		}
	}
	return nil
}

// Improves reports whether the whole interval lies on the better side of 0.
func (d Difference) Improves() bool {
	return d.Better == curves.Minimize && d.High < 0 || d.Better == curves.Maximize && d.Low > 0
}

// String returns the difference with its interval on one line.
func (d Difference) String() string {
	return fmt.Sprintf("%+.4g, %g %% interval %+.4g to %+.4g (k = %d, p = %.2g)", d.Mean, 100*d.Level, d.Low, d.High, len(d.First), d.P)
}
