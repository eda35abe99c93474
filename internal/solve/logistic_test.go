package solve_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/solve"
)

// TestLogisticEqualsScikitLearn compares optima. scikit-learn stops where the
// largest derivative is 1e-9, or where its line search finds nothing lower, and the
// flattest direction of the fixtures bends by about 1e-3: hence 1e-5.
func TestLogisticEqualsScikitLearn(t *testing.T) {
	for i, c := range fixture(t).Logistic {
		what := fmt.Sprintf("case %d", i)
		x := matrix(c.X)
		m, err := solve.Logistic{C: c.C}.Fit(x, c.Y, c.Classes)
		if err != nil {
			t.Fatal(err)
		}
		near(t, what+": intercepts", m.Intercepts, c.Intercept, 1e-5)
		for k := range c.Coef {
			near(t, what, m.Coefficients[k], c.Coef[k], 1e-5)
		}
		p, err := m.Proba(x)
		if err != nil {
			t.Fatal(err)
		}
		for r := range c.Proba {
			near(t, what+": probabilities", p.RawRowView(r), c.Proba[r], 1e-6)
		}
		if g := steepest(x, c.Y, c.C, m, p); g > 1e-7*c.C*float64(len(c.Y)) {
			t.Errorf("%s: the derivative is %g at the optimum", what, g)
		}
	}
}

// steepest returns the largest derivative of ½‖w‖² + C·Σ loss by its formula.
func steepest(x *mat.Dense, y []int, c float64, m *solve.LogisticModel, p *mat.Dense) (top float64) {
	first := 0
	if len(m.Coefficients) == 1 {
		first = 1
	}
	for k, w := range m.Coefficients {
		intercept := 0.0
		g := append([]float64(nil), w...)
		for i, class := range y {
			r := p.At(i, k+first)
			if class == k+first {
				r--
			}
			intercept += c * r
			for j := range g {
				g[j] += c * r * x.At(i, j)
			}
		}
		for _, v := range append(g, intercept) {
			top = max(top, math.Abs(v))
		}
	}
	return top
}

// TestLogisticOfSureClasses separates classes perfectly, with features so far apart
// that probabilities round to 1; and gives a class no rows.
func TestLogisticOfSureClasses(t *testing.T) {
	x := mat.NewDense(6, 1, []float64{-900, -800, -1000, 900, 800, 1000})
	for _, classes := range []int{2, 3} {
		m, err := solve.Logistic{C: 10}.Fit(x, []int{0, 0, 0, 1, 1, 1}, classes)
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Proba(x)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 6 {
			if got := p.At(i, i/3); got < 0.99 {
				t.Errorf("%d classes: row %d has probability %g of its class", classes, i, got)
			}
		}
	}
}

func TestLogisticErrors(t *testing.T) {
	x := mat.NewDense(2, 1, []float64{1, 2})
	for _, c := range []struct {
		l       solve.Logistic
		x       *mat.Dense
		y       []int
		classes int
		want    string
	}{
		{solve.Logistic{C: -1}, x, []int{0, 1}, 2, "solve: C is -1, want a number above 0"},
		{solve.Logistic{}, x, []int{0, 1}, 1, "solve: logistic regression of 1 classes, want at least 2"},
		{solve.Logistic{}, x, []int{0}, 2, "solve: 2 rows have 1 classes, want one each"},
		{solve.Logistic{}, x, []int{0, 2}, 2, "solve: row 2 has class 2, want 0 to 1"},
		{solve.Logistic{}, mat.NewDense(2, 1, []float64{1, math.NaN()}), []int{0, 1}, 2, "solve: row 2 holds a value that is no finite number"},
	} {
		if _, err := c.l.Fit(c.x, c.y, c.classes); err == nil || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	m, err := solve.Logistic{}.Fit(x, []int{0, 1}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Proba(mat.NewDense(1, 2, nil)); err == nil {
		t.Error("rows of another width were taken")
	}
}
