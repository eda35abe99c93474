package datasets

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// Robust takes from each column its median and divides by the distance between
// two quantiles, which few outliers do not move: scikit-learn's RobustScaler.
type Robust struct {
	// Low and High are the quantiles, between 0 and 1: 0.25 and 0.75 by default.
	Low, High opt.Float
	// NoCenter leaves the median, NoScale the distance.
	NoCenter, NoScale bool
	// UnitVariance divides the distance by that of a standard Gaussian, so that
	// Gaussian columns get a variance of 1.
	UnitVariance bool
}

// Fit learns the columns of X.
func (r Robust) Fit(d *Dataset) (*Scaler, error) { return r.fit(d, fitFeatures) }

// FitTarget learns the columns of Y.
func (r Robust) FitTarget(d *Dataset) (*Scaler, error) { return r.fit(d, fitTargets) }

// FitMatrix learns the columns of x.
func (r Robust) FitMatrix(x *mat.Dense) (*Scaler, error) { return r.Fit(&Dataset{X: x}) }

func (r Robust) fit(d *Dataset, fit fitter) (*Scaler, error) {
	low, high := r.Low.Or(0.25), r.High.Or(0.75)
	if !(0 <= low && low <= high && high <= 1) {
		return nil, fmt.Errorf("datasets: Robust: the quantiles %g and %g, want 0 ≤ Low ≤ High ≤ 1", low, high)
	}
	unit := 1.0
	if r.UnitVariance {
		if low == 0 || high == 1 || low == high {
			return nil, fmt.Errorf("datasets: Robust: the quantiles %g and %g, want 0 < Low < High < 1 for UnitVariance", low, high)
		}
		unit = fmath.NormalQuantile(high) - fmath.NormalQuantile(low)
	}
	return fit(d, &Scaler{Center: wanted(!r.NoCenter), Scale: wanted(!r.NoScale)}, func(values []float64) column {
		slices.Sort(values)
		width := fmath.Quantile(values, high) - fmath.Quantile(values, low)
		return column{center: fmath.Median(values), scale: oneIfNone(width) / unit}
	})
}
