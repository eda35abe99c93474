package datasets

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/opt"
)

// MinMax moves each column linearly so that its least value becomes Low and its
// greatest High: x·f + (Low − least·f) with f = (High − Low)/(greatest − least).
// It is scikit-learn's MinMaxScaler.
type MinMax struct {
	// Low and High are the new range, 0 and 1 by default.
	Low, High opt.Float
	// Clip brings values outside the range of the training rows to Low or High.
	Clip bool
}

// Fit learns the columns of X.
func (m MinMax) Fit(d *Dataset) (*Scaler, error) { return m.fit(d, fitFeatures) }

// FitTarget learns the columns of Y.
func (m MinMax) FitTarget(d *Dataset) (*Scaler, error) { return m.fit(d, fitTargets) }

// FitMatrix learns the columns of x.
func (m MinMax) FitMatrix(x *mat.Dense) (*Scaler, error) { return m.Fit(&Dataset{X: x}) }

func (m MinMax) fit(d *Dataset, fit fitter) (*Scaler, error) {
	low, high := m.Low.Or(0), m.High.Or(1)
	if !(low < high) || math.IsInf(high-low, 0) {
		return nil, fmt.Errorf("datasets: MinMax: the range from %g to %g, want Low < High", low, high)
	}
	s := &Scaler{Factor: []float64{}, Offset: []float64{}}
	if m.Clip {
		s.Clip = []float64{low, high}
	}
	return fit(d, s, func(values []float64) column {
		least, greatest := slices.Min(values), slices.Max(values)
		f := (high - low) / oneIfNone(greatest-least)
		return column{factor: f, offset: low - float64(least*f)}
	})
}
