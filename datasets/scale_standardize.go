package datasets

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Standardize takes from each column its mean and divides by its standard
// deviation √(Σ(x − mean)²/n): scikit-learn's StandardScaler.
type Standardize struct {
	// NoCenter leaves the mean, NoScale the deviation.
	NoCenter, NoScale bool
}

// Fit learns the columns of X.
func (s Standardize) Fit(d *Dataset) (*Scaler, error) { return s.fit(d, fitFeatures) }

// FitTarget learns the columns of Y.
func (s Standardize) FitTarget(d *Dataset) (*Scaler, error) { return s.fit(d, fitTargets) }

// FitMatrix learns the columns of x.
func (s Standardize) FitMatrix(x *mat.Dense) (*Scaler, error) { return s.Fit(&Dataset{X: x}) }

func (s Standardize) fit(d *Dataset, fit fitter) (*Scaler, error) {
	return fit(d, &Scaler{Center: wanted(!s.NoCenter), Scale: wanted(!s.NoScale)}, standardized)
}

// standardized learns mean and deviation of a column.
func standardized(values []float64) column {
	mean, variance := fmath.Variance(values, 0)
	n := float64(len(values))
	// A constant column has the variance that rounding its mean makes.
	noise := float64(n*0x1p-52*variance) + float64((n*mean*0x1p-52)*(n*mean*0x1p-52))
	if variance <= noise && variance <= math.MaxFloat64 {
		variance = 1
	}
	return column{center: mean, scale: math.Sqrt(variance)}
}
