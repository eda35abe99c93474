package datasets_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/datasets"
)

type powerCase struct {
	Name                                                   string
	Power                                                  float64
	Train, Test, TrainScaled, TestScaled, Scaled, Inverted []cell
}

// columnOf is cells one below another.
func columnOf(cells []cell) *mat.Dense {
	m := mat.NewDense(len(cells), 1, nil)
	for i, v := range cells {
		m.Set(i, 0, float64(v))
	}
	return m
}

// compareColumn allows 1e-6 of 1 and of the value: both sides search λ, scikit-learn to
// about 1e-8 of a likelihood that is flat there. slope is how much a value moves with it.
func compareColumn(t *testing.T, what string, got *mat.Dense, want []cell, slope float64) {
	t.Helper()
	for i, w := range want {
		g, w := got.At(i, 0), float64(w)
		if math.IsNaN(w) != math.IsNaN(g) || math.Abs(g-w) > 1e-6*slope*max(1, math.Abs(w)) {
			t.Errorf("%s: row %d is %.17g, want %.17g", what, i, g, w)
		}
	}
}

func TestYeoJohnsonIsScikitLearns(t *testing.T) {
	var f struct{ Cases []powerCase }
	readJSON(t, "testdata/yeojohnson.json", &f)
	for _, c := range f.Cases {
		t.Run(c.Name, func(t *testing.T) {
			train := columnOf(c.Train)
			s, err := datasets.YeoJohnson{}.FitMatrix(train)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(s.Power[0]-c.Power) > 1e-6 {
				t.Errorf("λ is %.12g, want %.12g", s.Power[0], c.Power)
			}
			compareColumn(t, "training rows", s.ApplyMatrix(train), c.TrainScaled, 1)
			// Far from the training rows λ matters more, and six deviations out the inverse
			// moves more than its argument does.
			compareColumn(t, "test rows", s.ApplyMatrix(columnOf(c.Test)), c.TestScaled, 10)
			compareColumn(t, "inverse", s.InvertMatrix(columnOf(c.Scaled)), c.Inverted, 10)
			compareRoundTrip(t, s, train)
			if got := columnOf(c.Train); fmt.Sprint(got) != fmt.Sprint(train) {
				t.Error("the training rows have changed")
			}
		})
	}
}

// What has no inverse becomes the last training value, on either side.
func TestYeoJohnsonLimitsTheInverse(t *testing.T) {
	for sign, side := range map[float64]string{1: "above", -1: "below"} {
		m := mat.NewDense(5, 1, []float64{sign * 0, sign * 0.1, sign * 0.2, sign * 0.5, sign * 20})
		s, err := datasets.YeoJohnson{}.FitMatrix(m)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.InvertMatrix(mat.NewDense(1, 1, []float64{sign * 100})).At(0, 0); got != sign*20 {
			t.Errorf("%s, λ %g: the inverse of what is far out is %g, want %g", side, s.Power[0], got, sign*20)
		}
		last := math.Inf(-1)
		for v := -10.0; v <= 10; v += 0.01 {
			got := s.InvertMatrix(mat.NewDense(1, 1, []float64{v})).At(0, 0)
			if !(got >= last) {
				t.Fatalf("%s: the inverse falls to %g at %g", side, got, v)
			}
			last = got
		}
	}
}

func TestYeoJohnsonOfOddColumns(t *testing.T) {
	for name, values := range map[string][]float64{
		"constant": {3, 3, 3}, "one row": {-7}, "zeros": {0, 0}, "two values": {0, 1, 0, 0}, "far from 0": {1e12, 1e12 + 1, 1e12 + 2},
		"tiny": {1e-200, 2e-200}, "huge": {1e140, -1e140, 3e140},
	} {
		m := mat.NewDense(len(values), 1, values)
		s, err := datasets.YeoJohnson{}.FitMatrix(m)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		back := s.InvertMatrix(s.ApplyMatrix(m))
		for i, want := range values {
			if got := back.At(i, 0); !(math.Abs(got-want) <= 1e-6*math.Abs(want)+1e-12) {
				t.Errorf("%s, λ %g: %g comes back as %g", name, s.Power[0], want, got)
			}
		}
	}
}

// The transform keeps the order, and its inverse brings training values back: to 1e-6,
// for near a bound of ψ rounding is enlarged.
func TestYeoJohnsonProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 2, 12).Draw(t, "values")
		m := mat.NewDense(len(values), 1, values)
		s, err := datasets.YeoJohnson{}.FitMatrix(m)
		if err != nil {
			t.Fatal(err)
		}
		scaled := s.ApplyMatrix(m)
		back := s.InvertMatrix(scaled)
		for i, a := range values {
			if got := back.At(i, 0); !(math.Abs(got-a) <= 1e-6*max(1, math.Abs(a))) {
				t.Fatalf("λ %g: %g comes back as %g", s.Power[0], a, got)
			}
			for k, b := range values {
				if a < b && scaled.At(i, 0) > scaled.At(k, 0) {
					t.Fatalf("λ %g: %g becomes %g and %g becomes %g", s.Power[0], a, scaled.At(i, 0), b, scaled.At(k, 0))
				}
			}
		}
	})
}

// TestYeoJohnsonBits holds λ and values to their bits, on any machine.
func TestYeoJohnsonBits(t *testing.T) {
	s, err := datasets.YeoJohnson{}.FitMatrix(mat.NewDense(6, 1, []float64{0.5, 1, 2, 4, 9, 40}))
	if err != nil {
		t.Fatal(err)
	}
	const want = "-0x1.bbd3b7fd0ea46p-02 -0x1.23797150045f8p-06 0x1.e99e28777bc9ap+02"
	got := fmt.Sprintf("%x %x %x", s.Power[0], s.ApplyMatrix(mat.NewDense(1, 1, []float64{3})).At(0, 0), s.InvertMatrix(mat.NewDense(1, 1, []float64{0.7})).At(0, 0))
	if got != want {
		t.Errorf("λ, value and inverse are %s, want %s", got, want)
	}
}
