package solve_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/internal/solve"
)

// direct is the tolerance of methods without iteration: the condition numbers of
// the fixture's matrices are below 1e4, and LAPACK's answers are themselves that
// many units in the last place from the truth.
const direct = 1e-11

func TestLeastSquaresEqualsNumPy(t *testing.T) {
	for i, s := range fixture(t).Systems {
		got, err := solve.LeastSquares(matrix(s.A), s.B)
		if err != nil {
			t.Fatal(err)
		}
		near(t, fmt.Sprintf("system %d", i), got, s.Lstsq, direct)
	}
}

func TestRidgeEqualsScikitLearn(t *testing.T) {
	models := map[string]solve.Ridge{"ols": {}, "ridge": {Alpha: 0.7}, "ridge_through_0": {Alpha: 3, NoIntercept: true}}
	for i, s := range fixture(t).Systems {
		for name, model := range models {
			what := fmt.Sprintf("system %d, %s", i, name)
			m, err := model.Fit(matrix(s.A), matrix(s.Y))
			if err != nil {
				t.Fatal(err)
			}
			want := s.Linear[name]
			near(t, what+": intercepts", m.Intercepts, want.Intercept, direct)
			for k := range want.Coef {
				near(t, what, m.Coefficients[k], want.Coef[k], direct)
			}
			out, err := m.Predict(matrix(s.A[:1]))
			if err != nil {
				t.Fatal(err)
			}
			y := want.Intercept[1]
			for j, x := range s.A[0] {
				y += x * want.Coef[1][j]
			}
			near(t, what+": prediction", out.RawRowView(0)[1:], []float64{y}, direct)
		}
	}
}

func TestNonNegativeLeastSquaresEqualsSciPy(t *testing.T) {
	for i, s := range fixture(t).Systems {
		a := matrix(s.A)
		got, err := solve.NonNegativeLeastSquares(a, s.B)
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("system %d", i)
		near(t, what+": norm", []float64{missed(a, got, s.B)}, []float64{s.NNLSNorm}, direct)
		if rows, cols := a.Dims(); rows >= cols && i != 5 { // else there are many answers
			near(t, what, got, s.NNLS, direct)
		}
	}
}

// TestSimplexLeastSquares compares with SLSQP, whose own answers are good to about
// 1e-6, and then with the conditions of the optimum, which are exact: the slopes of
// all weights above 0 are equal, and no weight at 0 has a lower one.
func TestSimplexLeastSquares(t *testing.T) {
	for i, s := range fixture(t).Systems {
		a := matrix(s.A)
		w, err := solve.SimplexLeastSquares(a, s.B)
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprintf("system %d", i)
		if norm := missed(a, w, s.B); norm > s.SimplexNorm*(1+1e-9) {
			t.Errorf("%s: the error is %.12g, scipy finds %.12g", what, norm, s.SimplexNorm)
		}
		if i != 5 {
			near(t, what, w, s.Simplex, 1e-5)
		}
		checkSimplex(t, what, a, w, s.B)
	}
}

// checkSimplex checks the conditions of Karush, Kuhn and Tucker to rounding.
func checkSimplex(t *testing.T, what string, a *mat.Dense, w, b []float64) {
	t.Helper()
	rows, cols := a.Dims()
	var r, g mat.VecDense
	r.MulVec(a, mat.NewVecDense(cols, w))
	r.SubVec(&r, mat.NewVecDense(rows, b))
	g.MulVec(a.T(), &r)
	sum, lowest := 0.0, math.Inf(1)
	for j, v := range w {
		if v < 0 {
			t.Errorf("%s: weight %d is %g", what, j, v)
		}
		sum += v
		lowest = min(lowest, g.AtVec(j))
	}
	if math.Abs(sum-1) > 1e-14*float64(cols) {
		t.Errorf("%s: the weights sum to %.17g", what, sum)
	}
	scale := mat.Norm(a, 2) * (mat.Norm(&r, 2) + 1)
	for j, v := range w {
		if v > 0 && g.AtVec(j)-lowest > 1e-11*scale {
			t.Errorf("%s: weight %d = %g could move to another: slope %g, lowest %g", what, j, v, g.AtVec(j), lowest)
		}
	}
}

// TestNonNegativeOfRandomSystems checks the conditions of the optimum on columns so
// alike that weights come in and go out again.
func TestNonNegativeOfRandomSystems(t *testing.T) {
	rng := random.New(5)
	for trial := range 200 {
		rows, cols := 5+rng.IntN(20), 2+rng.IntN(12)
		a, b := mat.NewDense(rows, cols, nil), make([]float64, rows)
		for i := range b {
			b[i] = rng.Normal()
			shared := rng.Normal()
			for j := range cols {
				a.Set(i, j, shared+0.3*rng.Normal())
			}
		}
		w, err := solve.NonNegativeLeastSquares(a, b)
		if err != nil {
			t.Fatal(err)
		}
		var r, g mat.VecDense
		r.MulVec(a, mat.NewVecDense(cols, w))
		r.SubVec(&r, mat.NewVecDense(rows, b))
		g.MulVec(a.T(), &r)
		tol := 1e-11 * mat.Norm(a, 2) * (mat.Norm(&r, 2) + 1) // rounding of r, weighed by a
		for j, v := range w {
			if slope := g.AtVec(j); v < 0 || slope < -tol || v > 0 && slope > tol {
				t.Fatalf("trial %d: weight %d is %g with slope %g", trial, j, v, slope)
			}
		}
	}
}

// TestSimplexOfRandomPredictions checks the optimum where there are more members
// than rows, equal members, one perfect one, and a single one.
func TestSimplexOfRandomPredictions(t *testing.T) {
	rng := random.New(3)
	for _, size := range [][2]int{{3, 8}, {50, 20}, {1, 4}, {40, 1}, {25, 6}} {
		for kind := range 3 {
			a, b := mat.NewDense(size[0], size[1], nil), make([]float64, size[0])
			for i := range b {
				b[i] = rng.Normal()
				for j := range size[1] {
					a.Set(i, j, b[i]+rng.Normal())
				}
				if kind == 1 { // the last member is the first once more
					a.Set(i, size[1]-1, a.At(i, 0))
				}
				if kind == 2 {
					a.Set(i, size[1]/2, b[i])
				}
			}
			w, err := solve.SimplexLeastSquares(a, b)
			if err != nil {
				t.Fatal(err)
			}
			checkSimplex(t, fmt.Sprintf("%d×%d, kind %d", size[0], size[1], kind), a, w, b)
			if kind == 2 && missed(a, w, b) > 1e-12 {
				t.Errorf("%v: a perfect member was not found: %v", size, w)
			}
		}
	}
}

func TestLeastSquaresErrors(t *testing.T) {
	a, bad := mat.NewDense(2, 2, []float64{1, 2, 3, 4}), mat.NewDense(2, 2, []float64{1, 2, math.NaN(), 4})
	for name, f := range map[string]func(*mat.Dense, []float64) ([]float64, error){
		"least squares": solve.LeastSquares, "non-negative": solve.NonNegativeLeastSquares, "simplex": solve.SimplexLeastSquares,
	} {
		for _, c := range []struct {
			a    *mat.Dense
			b    []float64
			want string
		}{
			{a, []float64{1}, "solve: 2 rows have 1 targets, want one each"},
			{bad, []float64{1, 2}, "solve: row 2 holds a value that is no finite number"},
			{a, []float64{1, math.Inf(1)}, "solve: a target is no finite number"},
			{&mat.Dense{}, nil, "solve: the matrix is 0×0, want at least one row and one column"},
		} {
			if _, err := f(c.a, c.b); err == nil || err.Error() != c.want {
				t.Errorf("%s: error %v, want %s", name, err, c.want)
			}
		}
	}
	y := mat.NewDense(2, 1, []float64{1, 2})
	if _, err := (solve.Ridge{Alpha: -1}).Fit(a, y); err == nil {
		t.Error("a negative penalty was taken")
	}
	m, err := solve.Ridge{}.Fit(a, y)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Predict(mat.NewDense(1, 3, nil)); err == nil {
		t.Error("rows of another width were taken")
	}
}
