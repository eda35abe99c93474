package learning

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// single is a case that the book runs once and scores on both halves.
type single struct {
	recipe      goodfit.Recipe
	train, test *datasets.Dataset
	// what names the score, and score gives it; nil is the loss.
	what  string
	score metrics.Metric
	// bookTrain and bookTest are the numbers that the book prints, why what to say
	// where ours differ.
	bookTrain, bookTest float64
	why                 string
	repeats             int
}

// measure repeats the case with the test half as validation data, records the
// scores beside the book's, and draws the curves of the first run.
func (c single) measure(ctx context.Context, env *studies.Env) (experiments.Runs, error) {
	runs, err := env.Evaluate(ctx, "", c.repeats, watched(c.recipe, c.test), c.train, c.test)
	if err != nil {
		return nil, err
	}
	train, test := runs.TrainLoss(), runs.TestLoss()
	if c.score != nil {
		train, test = runs.TrainScore(c.score), runs.TestScore(c.score)
	}
	env.Record(studies.Measured("train "+c.what, train).Beside(c.bookTrain).Because(c.why),
		studies.Measured("test "+c.what, test).Beside(c.bookTest).Because(c.why))
	return runs, env.Figure("", "One run: training and test half over the epochs.", plots.LearningCurve{History: runs[0].History})
}

// mean is the mean of the values that are finite.
func mean(values []float64) float64 { return experiments.Summarize(values).Mean }

// sd is their standard deviation.
func sd(values []float64) float64 { return experiments.Summarize(values).SD }

// share is the share of the values that are at least the given one.
func share(values []float64, atLeast float64) float64 {
	n := 0
	for _, v := range values {
		if v >= atLeast {
			n++
		}
	}
	return float64(n) / float64(len(values))
}

// each lists a number of every run's history.
func each(runs experiments.Runs, of func(h *curves.History) float64) []float64 {
	values := make([]float64, len(runs))
	for i, h := range runs.Histories() {
		values[i] = of(h)
	}
	return values
}

// firstAbove is the first epoch, counted from 1, at which a series is at least
// the limit; one more than there are if it never is.
func firstAbove(series string, limit float64) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		if i := slices.IndexFunc(values, func(v float64) bool { return v >= limit }); i >= 0 {
			return float64(i + 1)
		}
		return float64(len(values) + 1)
	}
}

// firstBelow is like firstAbove for a series that is to fall.
func firstBelow(series string, limit float64) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		if i := slices.IndexFunc(values, func(v float64) bool { return v < limit }); i >= 0 {
			return float64(i + 1)
		}
		return float64(len(values) + 1)
	}
}

// lateSpread is the standard deviation of a series over the last epochs.
func lateSpread(series string, epochs int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		_, variance := fmath.Variance(values[max(0, len(values)-epochs):], 0)
		return math.Sqrt(variance)
	}
}

// lateMean is the mean of a series over the last epochs.
func lateMean(series string, epochs int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		return fmath.Mean(values[max(0, len(values)-epochs):])
	}
}

// at is the value of a series after the given epoch, counted from 1.
func at(series string, epoch int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		return values[epoch-1]
	}
}

// panel is a small learning curve of one quantity of the first run.
func panel(title, quantity string, runs experiments.Runs) plots.Figure {
	return plots.LearningCurve{Title: title, History: runs[0].History, Quantities: []string{quantity}}
}

type history = curves.History

// negated lists −v, to count with share how many are at most a limit.
func negated(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = -v
	}
	return out
}

// listed writes numbers with commas between them.
func listed(format string, values []float64) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprintf(format, v)
	}
	return strings.Join(texts, ", ")
}
