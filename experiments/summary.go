package experiments

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/plots"
)

var nan = math.NaN()

// Summary describes repeated measurements of one quantity.
type Summary struct {
	// N is the number of values that are finite, Missing that of the others, which
	// take no part in the rest.
	N, Missing int
	// Mean and SD are the mean and the standard deviation with divisor N−1; NaN
	// for fewer values than 1 and 2. StdErr is SD/√N, the standard error of Mean.
	Mean, SD, StdErr float64
	// Min, Q1, Median, Q3 and Max are quantiles, with linear interpolation.
	Min, Q1, Median, Q3, Max float64

	ascending []float64
}

// Summarize describes the values.
func Summarize(values []float64) Summary {
	finite := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			finite = append(finite, v)
		}
	}
	slices.Sort(finite)
	s := Summary{N: len(finite), Missing: len(values) - len(finite), ascending: finite}
	mean, variance := fmath.Variance(finite, 1)
	s.Mean, s.SD = mean, math.Sqrt(variance)
	s.StdErr = s.SD / math.Sqrt(float64(s.N))
	s.Min, s.Q1, s.Median, s.Q3, s.Max = s.Quantile(0), s.Quantile(0.25), s.Quantile(0.5), s.Quantile(0.75), s.Quantile(1)
	return s
}

// Quantile returns the q-quantile of the finite values, 0 ≤ q ≤ 1, with linear
// interpolation between the two next to position q·(N−1); NaN for no values.
func (s Summary) Quantile(q float64) float64 { return fmath.Quantile(s.ascending, q) }

// String returns mean, deviation, number and range on one line.
func (s Summary) String() string {
	text := fmt.Sprintf("%.4g ± %.2g (n = %d, %.4g to %.4g)", s.Mean, s.SD, s.N, s.Min, s.Max)
	if s.Missing > 0 {
		text += fmt.Sprintf(", %d not finite", s.Missing)
	}
	return text
}

// Box draws the values of one or more configurations as box plots, in their
// order. y names the quantity.
func Box(title, y string, samples ...plots.Sample) plots.Figure {
	return plots.Box{Title: title, Y: y, Samples: samples}
}
