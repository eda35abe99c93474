package fmath_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

type numpyFixture struct {
	Sums []struct {
		X   []float64
		Sum float64
	}
	Quantiles []struct {
		X               []float64
		Q, Want, Median float64
	}
	Variances []struct {
		X              []float64
		Free           int
		Mean, Variance float64
	}
	Normal []struct{ P, Z float64 }

	Factors []struct {
		M, N    int
		A, Q, R []float64
	}
}

func readFixture(t *testing.T) (f numpyFixture) {
	t.Helper()
	text, err := os.ReadFile("testdata/numpy.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSumIsNumpys(t *testing.T) {
	for _, c := range readFixture(t).Sums {
		if got := fmath.Sum(c.X); got != c.Sum {
			t.Errorf("sum of %d values: got %x, want %x", len(c.X), got, c.Sum)
		}
	}
}

func TestQuantileIsNumpys(t *testing.T) {
	for _, c := range readFixture(t).Quantiles {
		if got := fmath.Quantile(c.X, c.Q); got != c.Want {
			t.Errorf("quantile %g of %d values: got %x, want %x", c.Q, len(c.X), got, c.Want)
		}
		if got := fmath.Median(c.X); got != c.Median {
			t.Errorf("median of %d values: got %x, want %x", len(c.X), got, c.Median)
		}
	}
}

// The oracle is exact. The mean is off by the few roundings of its sum, and the
// variance by those of squares of like size: far less than 1e-14 of it, even
// where the values are large beside their spread.
func TestVariance(t *testing.T) {
	for _, c := range readFixture(t).Variances {
		mean, variance := fmath.Variance(c.X, c.Free)
		if math.Abs(mean-c.Mean) > 4*0x1p-53*math.Max(1, math.Abs(c.Mean)) {
			t.Errorf("mean of %d values: got %x, want %x", len(c.X), mean, c.Mean)
		}
		if math.Abs(variance-c.Variance) > 1e-14*c.Variance {
			t.Errorf("variance of %d values, free %d: got %x, want %x", len(c.X), c.Free, variance, c.Variance)
		}
	}
}

// LAPACK works in blocks, so that its last bits differ: entries of orthonormal
// columns agree to 1e-13 for such small, well-conditioned matrices.
func TestQRIsLAPACKs(t *testing.T) {
	for _, c := range readFixture(t).Factors {
		before := append([]float64(nil), c.A...)
		q, r := fmath.QR(c.A, c.M, c.N)
		close := func(what string, got, want []float64) {
			if len(got) != len(want) {
				t.Fatalf("%d×%d: %s has %d values, want %d", c.M, c.N, what, len(got), len(want))
			}
			for i := range want {
				if !(math.Abs(got[i]-want[i]) <= 1e-13*math.Max(1, math.Abs(want[i]))) {
					t.Errorf("%d×%d: %s[%d] = %.17g, want %.17g", c.M, c.N, what, i, got[i], want[i])
				}
			}
		}
		close("q", q, c.Q)
		close("r", r, c.R)
		product := make([]float64, c.M*c.N)
		fmath.MatMul(product, q, r, c.M, c.N, c.N)
		close("q·r", product, c.A)
		for i := range before {
			if before[i] != c.A[i] {
				t.Fatalf("%d×%d: QR changed its argument", c.M, c.N)
			}
		}
	}
}

// AS 241 promises 1e-16 relative; scipy's function has an error of its own.
func TestNormalQuantileIsScipys(t *testing.T) {
	for _, c := range readFixture(t).Normal {
		if got := fmath.NormalQuantile(c.P); !(math.Abs(got-c.Z) <= 2e-15*math.Max(1, math.Abs(c.Z))) {
			t.Errorf("NormalQuantile(%g) = %.17g, want %.17g", c.P, got, c.Z)
		}
	}
}
