package coach

import (
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Level is the confidence of the intervals that decide: a change is kept if the
// odds that it helps are 4 to 1 or better. Of changes that do nothing one in five is
// kept too, which costs little, since it does nothing; a stricter rule would pass
// over changes that help, most of which help a little.
const Level = 0.6

// Difference is how much a candidate's scores differ from those of the recipe
// before it, fold by fold.
type Difference struct {
	// Mean is that of candidate − before. Low and High bound it with confidence
	// [Level]: ± t·√((1/k + q)·s²), with k folds, q test rows per training row and
	// the variance s² of the differences.
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// T is Mean over its standard error, infinite where that is 0.
	T float64 `json:"-"`
	// Folds is k.
	Folds int `json:"folds"`
}

// compare makes the corrected resampled t comparison (Nadeau and Bengio 2003).
func compare(before, after []float64, q float64) Difference {
	k := len(before)
	differences := make([]float64, k)
	for i := range differences {
		differences[i] = after[i] - before[i]
	}
	mean, variance := fmath.Variance(differences, 1)
	d := Difference{Mean: mean, Low: mean, High: mean, Folds: k}
	if !(variance > 0) {
		d.T = math.Copysign(math.Inf(1), mean)
		if mean == 0 {
			d.T = 0
		}
		return d
	}
	stderr := math.Sqrt((1/float64(k) + q) * variance)
	half := float64(critical(k-1) * stderr)
	d.Low, d.High, d.T = mean-half, mean+half, mean/stderr
	return d
}

// better reports whether the whole interval lies on the better side of 0.
func (d Difference) better(direction curves.Direction) bool {
	if direction == curves.Maximize {
		return d.Low > 0
	}
	return d.High < 0
}

// critical returns the 0.8 quantile of Student's distribution with so many degrees
// of freedom: what bounds 0.6 of it to both sides. It is a table, so that decisions
// are the same on every machine.
func critical(free int) float64 {
	if free < 1 {
		return math.Inf(1)
	}
	if free <= len(quantiles) {
		return quantiles[free-1]
	}
	return 0.84162 + 0.3630/float64(free) // within 0.0001 from 31 on
}

var quantiles = [...]float64{1.3764, 1.0607, 0.9785, 0.9410, 0.9195, 0.9057, 0.8960, 0.8889, 0.8834, 0.8791,
	0.8755, 0.8726, 0.8702, 0.8681, 0.8662, 0.8647, 0.8633, 0.8620, 0.8610, 0.8600,
	0.8591, 0.8583, 0.8575, 0.8569, 0.8562, 0.8557, 0.8551, 0.8546, 0.8542, 0.8538}

// hopeless reports whether a candidate that was trained on the first folds alone is
// not worth the others: it is worse on all of them, or worse on average by more than
// half a standard error.
func hopeless(before, after []float64, direction curves.Direction) bool {
	k := len(after)
	losses := make([]float64, k) // above 0: worse
	worse := 0
	for i := range losses {
		losses[i] = after[i] - before[i]
		if direction == curves.Maximize {
			losses[i] = -losses[i]
		}
		if losses[i] >= 0 {
			worse++
		}
	}
	mean, variance := fmath.Mean(losses), 0.0
	if k > 1 {
		mean, variance = fmath.Variance(losses, 1)
	}
	return worse == k || mean > 0.5*math.Sqrt(variance/float64(k))
}
