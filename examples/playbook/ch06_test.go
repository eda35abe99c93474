package playbook_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestAPIChapter6(t *testing.T) {
	x := mat.NewDense(3, 2, []float64{50, 30, -10, 80, 20, 55})
	unit := math.Sqrt(1.5) // of −1, 0 and 1, the standard deviation is √(2/3)
	for _, c := range []struct {
		id      string
		scaling datasets.Scaling
		want    []float64
	}{
		{"ch06-api-minmax-feature-range", datasets.MinMax{Low: -1, High: 1}, []float64{1, -1, -1, 1, 0, 0}},
		{"ch06-api-minmax-fit-transform-inverse", datasets.MinMax{}, []float64{1, 0, 0, 1, 0.5, 0.5}},
		{"ch06-api-minmax-fit-transform-onestep", datasets.MinMax{}, []float64{1, 0, 0, 1, 0.5, 0.5}},
		{"ch06-api-standard-fit-transform-inverse", datasets.Standardize{}, []float64{unit, -unit, -unit, unit, 0, 0}},
		{"ch06-api-standard-fit-transform-onestep", datasets.Standardize{}, []float64{unit, -unit, -unit, unit, 0, 0}},
	} {
		t.Run(c.id, func(t *testing.T) {
			s := must(c.scaling.FitMatrix(x))(t)
			scaled := s.ApplyMatrix(x)
			// Float64 rounding of values up to 80.
			if !mat.EqualApprox(scaled, mat.NewDense(3, 2, c.want), 1e-12) {
				t.Errorf("scaled: %v, want %v", scaled.RawMatrix().Data, c.want)
			}
			if back := s.InvertMatrix(scaled); !mat.EqualApprox(back, x, 1e-12) {
				t.Errorf("inverted: %v", back.RawMatrix().Data)
			}
		})
	}
}
