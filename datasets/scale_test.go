package datasets_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/opt"
)

// cell is a number of a fixture, NaN where it is null.
type cell float64

func (c *cell) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*c = cell(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(c))
}

func denseCells(rows [][]cell) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		for j, v := range row {
			m.Set(i, j, float64(v))
		}
	}
	return m
}

type scalerFixture struct {
	Sets  []struct{ Train, Test [][]cell }
	Cases []struct {
		Scaling                           string
		Args                              json.RawMessage
		Set                               int
		TrainScaled, TestScaled, Inverted [][]cell
	}
	Norms []struct {
		Norm   datasets.Norm
		Set    int
		Scaled [][]cell
	}
}

func scaling(t *testing.T, name string, args json.RawMessage) datasets.Scaling {
	t.Helper()
	var err error
	var s datasets.Scaling
	switch name {
	case "MinMax":
		var v datasets.MinMax
		err = json.Unmarshal(args, &v)
		s = v
	case "Standardize":
		var v datasets.Standardize
		err = json.Unmarshal(args, &v)
		s = v
	case "Robust":
		var v datasets.Robust
		err = json.Unmarshal(args, &v)
		s = v
	case "MaxAbs":
		s = datasets.MaxAbs{}
	}
	if err != nil || s == nil {
		t.Fatal(name, err)
	}
	return s
}

// compareCells allows 1e-12 relative to the value, or to 1 where the scaled
// value is the small difference of larger ones. NaN must stay NaN.
func compareCells(t *testing.T, what string, got *mat.Dense, want [][]cell) {
	t.Helper()
	for i, row := range want {
		for j, w := range row {
			g := got.At(i, j)
			if math.IsNaN(float64(w)) != math.IsNaN(g) || !math.IsNaN(g) && !promised(g, float64(w)) {
				t.Errorf("%s: row %d, column %d is %.17g, want %.17g", what, i, j, g, float64(w))
			}
		}
	}
}

func TestScalersAreScikitLearns(t *testing.T) {
	var f scalerFixture
	readJSON(t, "testdata/scalers.json", &f)
	for _, c := range f.Cases {
		t.Run(fmt.Sprintf("%s %s set %d", c.Scaling, c.Args, c.Set), func(t *testing.T) {
			train, test := denseCells(f.Sets[c.Set].Train), denseCells(f.Sets[c.Set].Test)
			before := mat.DenseCopyOf(train)
			s, err := scaling(t, c.Scaling, c.Args).FitMatrix(train)
			if err != nil {
				t.Fatal(err)
			}
			compareCells(t, "training rows", s.ApplyMatrix(train), c.TrainScaled)
			scaled := s.ApplyMatrix(test)
			compareCells(t, "test rows", scaled, c.TestScaled)
			compareCells(t, "inverse", s.InvertMatrix(scaled), c.Inverted)
			if fmt.Sprint(before) != fmt.Sprint(train) {
				t.Error("the training rows have changed")
			}
			compareRoundTrip(t, s, test)
		})
	}
	for _, c := range f.Norms {
		got := datasets.Normalize{Norm: c.Norm}.ApplyMatrix(denseCells(f.Sets[c.Set].Train))
		compareCells(t, fmt.Sprintf("norm %v, set %d", c.Norm, c.Set), got, c.Scaled)
	}
}

func compareRoundTrip(t *testing.T, s *datasets.Scaler, m *mat.Dense) {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back datasets.Scaler
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if a, b := s.ApplyMatrix(m), back.ApplyMatrix(m); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("the scaler read back from %s scales in another way", text)
	}
}

// withTargets is three rows with two features and one target.
func withTargets() *datasets.Dataset {
	return &datasets.Dataset{
		X:           mat.NewDense(3, 2, []float64{0, 10, 5, 20, 10, 60}),
		Y:           mat.NewDense(3, 1, []float64{100, 300, 500}),
		Names:       []string{"width", "height"},
		TargetNames: []string{"price"},
		Weights:     []float64{1, 2, 3},
	}
}

func TestScalerOfDataset(t *testing.T) {
	d := withTargets()
	s, err := datasets.MinMax{}.Fit(d)
	if err != nil {
		t.Fatal(err)
	}
	scaled := s.Apply(d)
	if want := mat.NewDense(3, 2, []float64{0, 0, 0.5, 0.2, 1, 1}); !mat.EqualApprox(scaled.X, want, 1e-15) {
		t.Errorf("X is %v, want %v", mat.Formatted(scaled.X), mat.Formatted(want))
	}
	if scaled.Y != d.Y || !slices.Equal(scaled.Names, d.Names) || !slices.Equal(scaled.Weights, d.Weights) {
		t.Error("Apply loses targets, names or weights")
	}
	if d.X.At(2, 1) != 60 {
		t.Error("Apply changes its argument")
	}
	if back := s.Invert(scaled); !mat.EqualApprox(back.X, d.X, 1e-13) {
		t.Errorf("Invert gives %v", mat.Formatted(back.X))
	}

	target, err := datasets.Standardize{}.FitTarget(d)
	if err != nil {
		t.Fatal(err)
	}
	scaled = target.ApplyTarget(d)
	deviation := math.Sqrt(80000.0 / 3)
	if want := mat.NewDense(3, 1, []float64{-200 / deviation, 0, 200 / deviation}); !mat.EqualApprox(scaled.Y, want, 1e-15) {
		t.Errorf("Y is %v, want %v", mat.Formatted(scaled.Y), mat.Formatted(want))
	}
	if scaled.X != d.X {
		t.Error("ApplyTarget touches the features")
	}
	if back := target.InvertTarget(scaled); !mat.EqualApprox(back.Y, d.Y, 1e-12) {
		t.Errorf("InvertTarget gives %v", mat.Formatted(back.Y))
	}
	if !slices.Equal(target.Names, []string{"price"}) {
		t.Errorf("the target scaler's names are %v", target.Names)
	}
}

func TestScalerRowsInPlace(t *testing.T) {
	s, err := datasets.MinMax{Low: -1, High: 1}.Fit(withTargets())
	if err != nil {
		t.Fatal(err)
	}
	row := []float64{5, 35}
	s.ApplyRow(row, row)
	rounded := func(want float64) func(a, b float64) bool { // one rounding of x·f and of the sum
		return func(a, b float64) bool { return math.Abs(a-b) <= 4e-16*want }
	}
	if !slices.EqualFunc(row, []float64{0, 0}, rounded(1)) {
		t.Errorf("the scaled row is %v, want zeros", row)
	}
	s.InvertRow(row, row)
	if !slices.EqualFunc(row, []float64{5, 35}, rounded(35)) {
		t.Errorf("the row comes back as %v", row)
	}
}

// A scaler reads a matrix that is a window of a larger one.
func TestScalerOfWindow(t *testing.T) {
	m := mat.NewDense(4, 3, []float64{9, 9, 9, 9, 1, 2, 9, 3, 4, 9, 5, 6})
	window := m.Slice(1, 4, 1, 3).(*mat.Dense)
	s, err := datasets.MinMax{}.FitMatrix(window)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.ApplyMatrix(window), mat.NewDense(3, 2, []float64{0, 0, 0.5, 0.5, 1, 1}); !mat.Equal(got, want) {
		t.Errorf("got %v, want %v", mat.Formatted(got), mat.Formatted(want))
	}
	if got := (datasets.Normalize{Norm: datasets.LMax}).ApplyMatrix(window); got.At(2, 1) != 1 || m.At(3, 2) != 6 {
		t.Errorf("Normalize gives %v", mat.Formatted(got))
	}
}

func TestScalingErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	named := func(values ...float64) *datasets.Dataset {
		return &datasets.Dataset{X: mat.NewDense(len(values), 1, values), Names: []string{"age"}}
	}
	for _, c := range []struct {
		s    datasets.Scaling
		d    *datasets.Dataset
		want string
	}{
		{datasets.MinMax{}, &datasets.Dataset{}, "no rows to learn a scaling from"},
		{datasets.Standardize{}, &datasets.Dataset{X: &mat.Dense{}}, "no rows"},
		{datasets.Standardize{}, named(nan, nan), `feature "age": all 2 rows are NaN`},
		{datasets.Robust{}, named(1, 2, -inf), `feature "age": row 2 is -Inf`},
		{datasets.MaxAbs{}, &datasets.Dataset{X: mat.NewDense(1, 2, []float64{1, inf})}, "feature column 1: row 0 is +Inf"},
		{datasets.MinMax{}, named(-1e308, 1e308), `feature "age" is too wide or too narrow`},
		{datasets.Standardize{}, named(-1e200, 1e200), `feature "age" is too wide or too narrow`},
		{datasets.MinMax{Low: 1}, named(1), "the range from 1 to 1, want Low < High"},
		{datasets.MinMax{Low: 3, High: 2}, named(1), "from 3 to 2"},
		{datasets.MinMax{High: opt.Float(nan)}, named(1), "from 0 to NaN"},
		{datasets.Robust{Low: -0.1}, named(1), "the quantiles -0.1 and 0.75"},
		{datasets.Robust{High: 1.1}, named(1), "the quantiles 0.25 and 1.1"},
		{datasets.Robust{Low: 0.8}, named(1), "the quantiles 0.8 and 0.75"},
		{datasets.Robust{Low: opt.Zero, UnitVariance: true}, named(1), "want 0 < Low < High < 1"},
		{datasets.Robust{Low: 0.5, High: 0.5, UnitVariance: true}, named(1), "want 0 < Low < High < 1"},
	} {
		if _, err := c.s.Fit(c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v: got error %v, want %q", c.s, err, c.want)
		}
	}
	for _, s := range []datasets.Scaling{datasets.MinMax{}, datasets.Standardize{}, datasets.Robust{}, datasets.MaxAbs{}, datasets.YeoJohnson{}} {
		if _, err := s.FitTarget(named(1)); err == nil || !strings.Contains(err.Error(), "no targets") {
			t.Errorf("%T: FitTarget without targets gives error %v", s, err)
		}
		d := withTargets()
		d.Y.Set(1, 0, inf)
		if _, err := s.FitTarget(d); err == nil || !strings.Contains(err.Error(), `target "price": row 1 is +Inf`) {
			t.Errorf("%T: FitTarget of an infinite target gives error %v", s, err)
		}
	}
}

func TestScalerRefusesOtherWidths(t *testing.T) {
	s, err := datasets.MinMax{}.Fit(withTargets())
	if err != nil {
		t.Fatal(err)
	}
	const want = "a scaler of 2 columns cannot take rows of 3"
	if err := s.Check(3); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Check gives %v", err)
	}
	if err := s.Check(2); err != nil {
		t.Error(err)
	}
	if got := panicOf(func() { s.ApplyMatrix(mat.NewDense(1, 3, nil)) }); !strings.Contains(fmt.Sprint(got), want) {
		t.Errorf("ApplyMatrix panics with %v", got)
	}
	if got := panicOf(func() { s.InvertRow(make([]float64, 1), make([]float64, 2)) }); got == nil {
		t.Error("InvertRow takes a destination that is too short")
	}
}

func TestScalerReadsOnlyWhatItWrites(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                                   "a scaler of 0 columns",
		`{"columns":2,"scale":[1]}`:                            "has 1 values of scale",
		`{"columns":1,"names":["a","b"]}`:                      "has 2 names",
		`{"columns":1,"scale":[0]}`:                            "scale is 0",
		`{"columns":1,"factor":[1]}`:                           "alone",
		`{"columns":1,"factor":[0],"offset":[1]}`:              "factor is 0",
		`{"columns":1,"factor":[1],"offset":[1],"clip":[1]}`:   "clips to [1]",
		`{"columns":1,"scale":[1],"clip":[2,1]}`:               "clips to [2 1]",
		`{"columns":1,"power":[0.5]}`:                          "powers or their limits alone",
		`{"columns":1,"power":[0],"least":[2],"greatest":[1]}`: "its limits are 2 and 1",
		`{"columns":1,"scale":["a"]}`:                          "cannot unmarshal",
		`{"columns":-1}`:                                       "a scaler of -1 columns",
	} {
		var s datasets.Scaler
		if err := json.Unmarshal([]byte(text), &s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got error %v, want %q", text, err, want)
		}
	}
}

func TestNormalizeKeepsZeroRows(t *testing.T) {
	d := &datasets.Dataset{X: mat.NewDense(2, 2, []float64{0, 0, 3, -4}), Y: mat.NewDense(2, 1, []float64{1, 2})}
	got := datasets.Normalize{}.Apply(d)
	if want := mat.NewDense(2, 2, []float64{0, 0, 0.6, -0.8}); !mat.EqualApprox(got.X, want, 1e-16) || got.Y != d.Y {
		t.Errorf("got %v", mat.Formatted(got.X))
	}
}

// The part that a split leaves empty can be scaled too.
func TestScalingNothing(t *testing.T) {
	s, err := datasets.MinMax{}.Fit(withTargets())
	if err != nil {
		t.Fatal(err)
	}
	_, none := withTargets().Split(3)
	if got := s.Apply(none); got.Rows() != 0 {
		t.Errorf("%d rows from none", got.Rows())
	}
	if got := (datasets.Normalize{}).Apply(none); got.Rows() != 0 {
		t.Errorf("%d rows from none", got.Rows())
	}
}

func TestNormText(t *testing.T) {
	for norm, want := range map[datasets.Norm]string{datasets.L2: "l2", datasets.L1: "l1", datasets.LMax: "max"} {
		text, err := norm.MarshalText()
		if err != nil || string(text) != want || norm.String() != want {
			t.Errorf("norm %d is written as %q, %v, want %q", norm, text, err, want)
		}
	}
	var n datasets.Norm
	if err := n.UnmarshalText([]byte("l3")); err == nil {
		t.Error("a norm l3 is read")
	}
}

// Whatever a scaling learns, its inverse brings finite values back, and the
// training rows get what the scaling promises.
func TestScalingProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 12).Draw(t, "rows"), rapid.IntRange(1, 3).Draw(t, "columns")
		m := mat.NewDense(rows, columns, rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), rows*columns, rows*columns).Draw(t, "values"))
		for _, s := range []datasets.Scaling{datasets.MinMax{Low: -2, High: 5}, datasets.Standardize{}, datasets.Robust{}, datasets.MaxAbs{}} {
			scale, err := s.FitMatrix(m)
			if err != nil {
				t.Fatal(err)
			}
			scaled := scale.ApplyMatrix(m)
			back := scale.InvertMatrix(scaled)
			for j := range columns {
				column := mat.Col(nil, j, m)
				size := max(slices.Max(column), -slices.Min(column), 1)
				for i, want := range column {
					// Adding a centre or an offset rounds at the size of the column,
					// or of 1 where a constant column is divided by 1.
					if got := back.At(i, j); math.Abs(got-want) > 1e-14*size {
						t.Fatalf("%T: %g comes back as %g", s, want, got)
					}
				}
				checkScaledColumn(t, s, column, mat.Col(nil, j, scaled))
			}
		}
	})
}

func checkScaledColumn(t *rapid.T, s datasets.Scaling, column, scaled []float64) {
	if slices.Max(column)-slices.Min(column) < 1e-3 {
		return // constant, or so nearly that rounding rules
	}
	least, greatest := slices.Min(scaled), slices.Max(scaled)
	switch s.(type) {
	case datasets.MinMax:
		if math.Abs(least+2) > 1e-7 || math.Abs(greatest-5) > 1e-7 {
			t.Fatalf("MinMax from -2 to 5 gives %g to %g", least, greatest)
		}
	case datasets.Standardize:
		if sum := mat.Sum(mat.NewVecDense(len(scaled), scaled)); math.Abs(sum) > 1e-5 {
			t.Fatalf("the standardized values %g add to %g", scaled, sum)
		}
	case datasets.Robust:
		if least > 0 || greatest < 0 {
			t.Fatalf("the median of %g is not between them", scaled)
		}
	case datasets.MaxAbs:
		if top := max(greatest, -least); math.Abs(top-1) > 1e-15 {
			t.Fatalf("the greatest absolute value is %g", top)
		}
	}
}

// FuzzScaler reads any JSON: what is accepted must scale rows without a panic,
// and must be written as it was read.
func FuzzScaler(f *testing.F) {
	for _, text := range []string{
		`{"columns":1,"center":[2],"scale":[0.5]}`, `{"columns":2,"factor":[1,2],"offset":[0,1],"clip":[0,1]}`,
		`{"columns":1000000000}`, `{"columns":1,"power":[-0.5],"least":[0],"greatest":[9],"center":[1],"scale":[2]}`, `{"columns":1,"names":["a"],"scale":[null]}`, `{"columns":1,"columns":2}`, `[]`, `{"columns":1,"center":[]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s datasets.Scaler
		if json.Unmarshal(text, &s) != nil || s.Columns > 1000 {
			return
		}
		row := make([]float64, s.Columns)
		s.ApplyRow(row, row)
		s.InvertRow(row, row)
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back datasets.Scaler
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatal(err)
		}
		if third, err := json.Marshal(back); err != nil || string(third) != string(again) {
			t.Fatalf("%s is written again as %s", again, third)
		}
	})
}
