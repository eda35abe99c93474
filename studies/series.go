package studies

import (
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/experiments"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Each lists a number of every run's history.
func Each(runs experiments.Runs, of func(h *curves.History) float64) []float64 {
	values := make([]float64, len(runs))
	for i, h := range runs.Histories() {
		values[i] = of(h)
	}
	return values
}

// FirstAbove is the first epoch, counted from 1, at which a series is at least
// the limit; one more than there are if it never is.
func FirstAbove(series string, limit float64) func(h *curves.History) float64 {
	return first(series, func(v float64) bool { return v >= limit })
}

// FirstBelow is the first epoch, counted from 1, at which a series is below the
// limit; one more than there are if it never is.
func FirstBelow(series string, limit float64) func(h *curves.History) float64 {
	return first(series, func(v float64) bool { return v < limit })
}

func first(series string, reached func(v float64) bool) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		if i := slices.IndexFunc(values, reached); i >= 0 {
			return float64(i + 1)
		}
		return float64(len(values) + 1)
	}
}

// LateSpread is the standard deviation of a series over the last epochs, with
// their number as divisor.
func LateSpread(series string, epochs int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		_, variance := fmath.Variance(values[max(0, len(values)-epochs):], 0)
		return math.Sqrt(variance)
	}
}

// LateMean is the mean of a series over the last epochs.
func LateMean(series string, epochs int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		return fmath.Mean(values[max(0, len(values)-epochs):])
	}
}

// At is the value of a series after the given epoch, counted from 1.
func At(series string, epoch int) func(h *curves.History) float64 {
	return func(h *curves.History) float64 {
		values, _ := h.Get(series)
		return values[epoch-1]
	}
}
