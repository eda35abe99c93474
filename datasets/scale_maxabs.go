package datasets

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// MaxAbs divides each column by its greatest absolute value, so that zeros stay
// zeros: scikit-learn's MaxAbsScaler.
type MaxAbs struct{}

// Fit learns the columns of X.
func (m MaxAbs) Fit(d *Dataset) (*Scaler, error) { return m.fit(d, fitFeatures) }

// FitTarget learns the columns of Y.
func (m MaxAbs) FitTarget(d *Dataset) (*Scaler, error) { return m.fit(d, fitTargets) }

// FitMatrix learns the columns of x.
func (m MaxAbs) FitMatrix(x *mat.Dense) (*Scaler, error) { return m.Fit(&Dataset{X: x}) }

func (m MaxAbs) fit(d *Dataset, fit fitter) (*Scaler, error) {
	return fit(d, &Scaler{Scale: []float64{}}, func(values []float64) column {
		return column{scale: oneIfNone(max(slices.Max(values), -slices.Min(values)))}
	})
}
