package solve_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// optima are what scipy and scikit-learn found; testdata/make_fixtures.py made them.
type optima struct {
	Systems []struct {
		A, Y           [][]float64
		B, Lstsq, NNLS []float64
		NNLSNorm       float64 `json:"nnls_norm"`
		Simplex        []float64
		SimplexNorm    float64 `json:"simplex_norm"`
		Linear         map[string]struct {
			Coef      [][]float64
			Intercept []float64
		}
	}
	Logistic []struct {
		X, Coef, Proba [][]float64
		Y              []int
		Classes        int
		C              float64
		Intercept      []float64
	}
	Evolution []struct {
		Name   string
		Bounds [][2]float64
		X      []float64
		Fun    float64
	}
}

func fixture(t *testing.T) (o optima) {
	t.Helper()
	text, err := os.ReadFile("testdata/optima.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func matrix(rows [][]float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		m.SetRow(i, row)
	}
	return m
}

// near reports the first value that differs by more than tol·max(1, |want|).
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol*max(1, math.Abs(w))) {
			t.Errorf("%s: value %d is %.17g, want %.17g within %g", what, i, got[i], w, tol)
			return
		}
	}
}

// missed returns ‖A·w − b‖.
func missed(a *mat.Dense, w, b []float64) float64 {
	var r mat.VecDense
	r.MulVec(a, mat.NewVecDense(len(w), w))
	r.SubVec(&r, mat.NewVecDense(len(b), b))
	return mat.Norm(&r, 2)
}
