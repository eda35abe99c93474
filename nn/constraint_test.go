package nn_test

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// units lists the values of each vector whose norm is constrained, as places in
// the parameter.
func units(shape tensor.Shape, rowwise bool) (places [][]int) {
	size, last := shape.Size(), shape.Last()
	switch {
	case len(shape) == 1:
		places = make([][]int, 1)
	case rowwise:
		places = make([][]int, size/last)
	default:
		places = make([][]int, last)
	}
	for i := range size {
		unit := i % last
		switch {
		case len(shape) == 1:
			unit = 0
		case rowwise:
			unit = i / last
		}
		places[unit] = append(places[unit], i)
	}
	return places
}

// clipNorm is the formula of the constraints on norms.
func clipNorm(lo, hi, rate float64) func(norm float64) float64 {
	return func(n float64) float64 { return rate*min(max(n, lo), hi) + (1-rate)*n }
}

func TestConstraintNorms(t *testing.T) {
	wide := tensor.Shape{9, 150} // more than one block of columns
	for _, c := range []struct {
		constraint nn.Constraint
		want       func(norm float64) float64
	}{
		{nn.MaxNorm(3), clipNorm(0, 3, 1)},
		{nn.MaxNorm(0.25), clipNorm(0, 0.25, 1)},
		{nn.UnitNorm, clipNorm(1, 1, 1)},
		{nn.MinMaxNorm(2, 3, 1), clipNorm(2, 3, 1)},
		{nn.MinMaxNorm(0, 1, 0.5), clipNorm(0, 1, 0.5)},
		{nn.MinMaxNorm(8, 9, 0.1), clipNorm(8, 9, 0.1)},
	} {
		for _, shape := range []tensor.Shape{{5, 3}, {1, 4}, {4, 1}, {7}, {3, 3, 2, 70}, wide} {
			checkNorms(t, c.constraint, c.want, shape, false)
			checkNorms(t, c.constraint.Rowwise(), c.want, shape, true)
		}
	}
}

func checkNorms(t *testing.T, c nn.Constraint, want func(float64) float64, shape tensor.Shape, rowwise bool) {
	t.Helper()
	w := draw(t, nn.Normal(0, 1), shape, 5)
	before := slices.Clone(w)
	c.Apply(w, shape)
	for k, unit := range units(shape, rowwise) {
		norm := normOf(before, unit)
		goal := want(norm)
		for _, i := range unit {
			x := float64(before[i]) * goal / norm
			if goal == norm && w[i] != before[i] {
				t.Errorf("%v of %v: unit %d meets it, and %g became %g", c, shape, k, before[i], w[i])
			}
			if math.Abs(float64(w[i])-x) > 1e-7*math.Abs(x) { // one rounding to float32 is 6e-8
				t.Errorf("%v of %v: unit %d has %g for %g, want %g", c, shape, k, w[i], before[i], x)
			}
		}
		if got := normOf(w, unit); math.Abs(got-goal) > 1e-7*goal {
			t.Errorf("%v of %v: unit %d has norm %g, want %g", c, shape, k, got, goal)
		}
	}
}

func normOf(w []float32, places []int) float64 {
	sum := 0.0
	for _, i := range places {
		sum += float64(w[i]) * float64(w[i])
	}
	return math.Sqrt(sum)
}

func TestConstraintValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	const least = math.SmallestNonzeroFloat32
	for _, c := range []struct {
		name       string
		constraint nn.Constraint
		shape      tensor.Shape
		w, want    []float32
	}{
		{"none", nn.Constraint{}, tensor.Shape{2}, []float32{-9, 9}, []float32{-9, 9}},
		{"non-negative", nn.NonNegative, tensor.Shape{2, 2}, []float32{-1, 0, 2, -1e-40}, []float32{0, 0, 2, 0}},
		{"max norm of columns", nn.MaxNorm(1), tensor.Shape{2, 2}, []float32{3, 0.3, 4, 0.4}, []float32{0.6, 0.3, 0.8, 0.4}},
		{"max norm of rows", nn.MaxNorm(1).Rowwise(), tensor.Shape{2, 2}, []float32{3, 4, 0.3, 0.4}, []float32{0.6, 0.8, 0.3, 0.4}},
		{"just too long", nn.MaxNorm(1), tensor.Shape{2}, []float32{0.60006, 0.80008}, []float32{0.6, 0.8}},
		{"max norm of a bias", nn.MaxNorm(5), tensor.Shape{2}, []float32{6, 8}, []float32{3, 4}},
		{"zero column", nn.UnitNorm, tensor.Shape{2, 2}, []float32{0, 3, 0, 4}, []float32{0, 0.6, 0, 0.8}},
		{"zero column, lower limit", nn.MinMaxNorm(1, 2, 1), tensor.Shape{2, 1}, []float32{0, 0}, []float32{0, 0}},
		{"NaN stays in its column", nn.MaxNorm(1), tensor.Shape{2, 2}, []float32{nan, 3, 5, 4}, []float32{nan, 0.6, 5, 0.8}},
		{"infinite column", nn.MaxNorm(1), tensor.Shape{2, 2}, []float32{inf, 3, 5, 4}, []float32{nan, 0.6, 0, 0.8}},
		{"tiny", nn.UnitNorm, tensor.Shape{2}, []float32{3 * least, 4 * least}, []float32{0.6, 0.8}},
		{"huge", nn.UnitNorm, tensor.Shape{2}, []float32{3e38, 0}, []float32{1, 0}},
		{"rowwise means nothing without a norm", nn.NonNegative.Rowwise(), tensor.Shape{2}, []float32{-1, 1}, []float32{0, 1}},
		{"empty", nn.UnitNorm, tensor.Shape{2, 0}, nil, nil},
	} {
		c.constraint.Apply(c.w, c.shape)
		for i := range c.w {
			same := math.Abs(float64(c.w[i]-c.want[i])) <= 1e-7 || c.w[i] != c.w[i] && c.want[i] != c.want[i]
			if !same {
				t.Errorf("%s: got %v, want %v", c.name, c.w, c.want)
				break
			}
		}
	}
}

func TestConstraintAllocatesNothing(t *testing.T) {
	shape := tensor.Shape{20, 130}
	w := draw(t, nn.Normal(0, 1), shape, 1)
	for _, c := range []nn.Constraint{nn.MaxNorm(0.1), nn.UnitNorm, nn.UnitNorm.Rowwise(), nn.NonNegative} {
		if n := testing.AllocsPerRun(10, func() { c.Apply(w, shape) }); n != 0 {
			t.Errorf("%v allocates %g times", c, n)
		}
	}
}

func TestConstraintText(t *testing.T) {
	for _, c := range []struct {
		constraint nn.Constraint
		text       string
	}{
		{nn.Constraint{}, "none"},
		{nn.MaxNorm(3), "max_norm(3)"},
		{nn.MaxNorm(0.1).Rowwise(), "rowwise max_norm(0.1)"},
		{nn.UnitNorm, "unit_norm"},
		{nn.UnitNorm.Rowwise(), "rowwise unit_norm"},
		{nn.MinMaxNorm(0, 1, 0.1), "min_max_norm(0, 1, 0.1)"},
		{nn.NonNegative, "non_negative"},
		{nn.NonNegative.Rowwise(), "non_negative"},
	} {
		if got := c.constraint.String(); got != c.text {
			t.Errorf("%#v prints as %q, want %q", c.constraint, got, c.text)
		}
		if got, err := nn.ParseConstraint(c.text); err != nil || got != c.constraint {
			t.Errorf("%q is read as %v, %v", c.text, got, err)
		}
		b, err := json.Marshal(c.constraint)
		var back nn.Constraint
		if err != nil || json.Unmarshal(b, &back) != nil || back != c.constraint {
			t.Errorf("%v comes back from %s as %v (%v)", c.constraint, b, back, err)
		}
	}
}

func TestParseConstraintFails(t *testing.T) {
	for text, want := range map[string]string{
		"maxnorm(3)":              `unknown constraint "maxnorm(3)"; known are none, max_norm, unit_norm, min_max_norm, non_negative`,
		"max_norm":                `constraint "max_norm" has 0 arguments, want 1`,
		"max_norm(1, 2)":          `constraint "max_norm(1, 2)" has 2 arguments, want 1`,
		"max_norm(3":              `lacks its closing bracket`,
		"max_norm(x)":             `"x" is not a finite number`,
		"max_norm(0)":             `constraint max_norm(0): the limit is 0, want a number above 0`,
		"min_max_norm(2, 1, 1)":   `constraint min_max_norm(2, 1, 1): the range is 2 to 1, want 0 ≤ lo ≤ hi`,
		"min_max_norm(-1, 1, 1)":  `the range is -1 to 1`,
		"min_max_norm(0, 0, 1)":   `the range is 0 to 0`,
		"min_max_norm(0, 1, 0)":   `the rate is 0, want above 0 and at most 1`,
		"min_max_norm(0, 1, 1.5)": `the rate is 1.5, want above 0 and at most 1`,
		"rowwise non_negative":    `non_negative has no norm to take by rows`,
		"rowwise none":            `none has no norm to take by rows`,
	} {
		if got, err := nn.ParseConstraint(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %v, error %v, want %q", text, got, err, want)
		}
	}
	if b, err := json.Marshal(nn.MaxNorm(math.NaN())); err == nil {
		t.Errorf("a limit of NaN was stored as %s", b)
	}
}

func FuzzParseConstraint(f *testing.F) {
	for _, s := range []string{"max_norm(3)", "rowwise unit_norm", "min_max_norm(0, 1, 0.5)", "none"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := nn.ParseConstraint(s)
		if err != nil {
			return
		}
		if again, err := nn.ParseConstraint(c.String()); err != nil || again != c {
			t.Errorf("%q is read as %v, which is read as %v, %v", s, c, again, err)
		}
	})
}
