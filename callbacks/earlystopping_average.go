package callbacks

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// average is the smoothed value of a series: the mean of the last values, or an
// exponential average, whose weights are divided by their sum. Its exported fields
// are its state.
type average struct {
	window int
	beta   float64
	// Last are the values in the window, oldest first.
	Last []float64 `json:",omitempty"`
	// Sum is Σ βⁿ⁻ⁱ·(1−β)·vᵢ, and Weight the same of ones.
	Sum, Weight float64 `json:",omitempty"`
}

// newAverage checks the fields of an [EarlyStopping].
func newAverage(window int, beta float64) (average, error) {
	switch {
	case window < 0:
		return average{}, fmt.Errorf("Window is %d, want at least 0", window)
	case !(beta >= 0 && beta < 1):
		return average{}, fmt.Errorf("Smoothing is %g, want from 0 to below 1", beta)
	case window > 1 && beta > 0:
		return average{}, errors.New("Window and Smoothing exclude each other")
	}
	return average{window: window, beta: beta}, nil
}

// add returns the average with a new value, v itself where nothing is smoothed or
// v is not finite.
func (a *average) add(v float64) float64 {
	switch {
	case !finite(v):
	case a.window > 1:
		if len(a.Last) == a.window {
			a.Last = append(a.Last[:0], a.Last[1:]...)
		}
		a.Last = append(a.Last, v)
		return fmath.Mean(a.Last)
	case a.beta > 0:
		a.Sum = float64(a.beta*a.Sum) + float64((1-a.beta)*v)
		a.Weight = float64(a.beta*a.Weight) + (1 - a.beta)
		return a.Sum / a.Weight
	}
	return v
}

// restore takes over a state that was saved.
func (a *average) restore(s average) { a.Last, a.Sum, a.Weight = s.Last, s.Sum, s.Weight }

// describe names the smoothed series.
func (a *average) describe(series string) string {
	switch {
	case a.window > 1:
		return fmt.Sprintf("the mean of %d values of %s", a.window, series)
	case a.beta > 0:
		return "smoothed " + series
	}
	return series
}
