package datasets_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

var nan = math.NaN()

// dense makes a matrix of rows in which nil is NaN.
func dense(rows [][]*float64) *mat.Dense {
	m := mat.NewDense(len(rows), len(rows[0]), nil)
	for i, row := range rows {
		for j, x := range row {
			m.Set(i, j, math.NaN())
			if x != nil {
				m.Set(i, j, *x)
			}
		}
	}
	return m
}

var fillOf = map[string]datasets.Fill{
	"mean": datasets.FillMean, "median": datasets.FillMedian,
	"most_frequent": datasets.FillMostFrequent, "constant": datasets.FillConstant,
}

// A mean differs from numpy's in the order of the sum: 1e-12 is thousands of units
// in the last place of numbers near 10. The other fills are exact.
func TestImputeAgainstSklearn(t *testing.T) {
	f := fixture(t).Imputers
	for _, tt := range f.Cases {
		name := fmt.Sprint(tt.Strategy, " indicator ", tt.Indicator)
		impute := datasets.Impute{Fill: fillOf[tt.Strategy], Indicator: tt.Indicator}
		tolerance := 0.0
		switch tt.Strategy {
		case "constant":
			impute.Value = -7.5
		case "mean":
			tolerance = 1e-12
		}
		imputer, err := impute.Fit(&datasets.Dataset{X: dense(f.Train)})
		if err != nil {
			t.Fatal(name, err)
		}
		for j, got := range imputer.Fills() {
			if math.Abs(got-tt.Statistics[j]) > tolerance {
				t.Errorf("%s: column %d is filled with %v, want %v", name, j, got, tt.Statistics[j])
			}
		}
		got, want := imputer.Apply(&datasets.Dataset{X: dense(f.Test)}).X, dense(tt.Test)
		if !mat.EqualApprox(got, want, tolerance+1e-15) {
			t.Errorf("%s: filled\n%v\nwant\n%v", name, mat.Formatted(got), mat.Formatted(want))
		}
	}
}

func TestImputeNamesAndSharing(t *testing.T) {

	train := &datasets.Dataset{
		X:       mat.NewDense(3, 2, []float64{1, nan, nan, 5, 3, 9}),
		Y:       mat.NewDense(3, 1, []float64{1, 2, 3}),
		Weights: []float64{1, 2, 3},
		Shape:   tensor.Shape{2, 1},
	}
	plain, err := datasets.Impute{}.Fit(train)
	if err != nil {
		t.Fatal(err)
	}
	d := plain.Apply(train)
	if got := d.X.RawMatrix().Data; !slices.Equal(got, []float64{1, 7, 2, 5, 3, 9}) {
		t.Errorf("medians fill %v", got)
	}
	if !math.IsNaN(train.X.At(0, 1)) {
		t.Error("Apply changed its argument")
	}
	if d.Names != nil || !d.Shape.Equal(train.Shape) || d.Y != train.Y {
		t.Errorf("names %v, shape %v", d.Names, d.Shape)
	}
	marked, err := datasets.Impute{Indicator: true}.Fit(train)
	if err != nil {
		t.Fatal(err)
	}
	d = marked.Apply(train)
	if got, want := d.Names, []string{"x1", "x2", "x1=(missing)", "x2=(missing)"}; !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	if got := d.InputShape(); !got.Equal(tensor.Shape{4}) {
		t.Errorf("shape %v of four columns", got)
	}
	train.Names = []string{"a", "b"}
	if got, want := marked.Apply(train).Names, []string{"a", "b", "a=(missing)", "b=(missing)"}; !slices.Equal(got, want) {
		t.Errorf("names %v, want %v", got, want)
	}
	data, err := json.Marshal(marked)
	if err != nil {
		t.Fatal(err)
	}
	var read datasets.Imputer
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(read.Apply(train).X, d.X) {
		t.Errorf("after %s the imputer fills otherwise", data)
	}
}

func TestImputeErrors(t *testing.T) {
	inf := math.Inf(1)
	column := func(x ...float64) *datasets.Dataset {
		return &datasets.Dataset{X: mat.NewDense(len(x), 1, x), Names: []string{"age"}}
	}
	for _, tt := range []struct {
		impute datasets.Impute
		train  *datasets.Dataset
		want   string
	}{
		{datasets.Impute{}, &datasets.Dataset{}, "datasets: no rows to learn from"},
		{datasets.Impute{}, column(nan, nan), `datasets: column "age" has no value to learn from; leave it out, or fill in a constant`},
		{datasets.Impute{}, column(1, inf), `datasets: row 1: column "age" is infinite`},
		{datasets.Impute{Fill: 99}, column(1), "datasets: no fill has the number 99"},
		{datasets.Impute{Fill: datasets.FillConstant, Value: nan}, column(1), "datasets: the value to fill in is NaN, want a finite number"},
		{datasets.Impute{Fill: datasets.FillConstant, Text: "x"}, column(1), `datasets: the text "x" cannot fill numbers`},
		{datasets.Impute{Value: 3}, column(1), "datasets: the value 3 is given, but the fill is default"},
	} {
		if _, err := tt.impute.Fit(tt.train); err == nil || err.Error() != tt.want {
			t.Errorf("error %v\n want %v", err, tt.want)
		}
	}
	if m, err := (datasets.Impute{Fill: datasets.FillConstant}).Fit(column(nan)); err != nil || m.Apply(column(nan)).X.At(0, 0) != 0 {
		t.Errorf("a constant needs no values: %v", err)
	}
	m, err := datasets.Impute{}.Fit(column(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Check(2); err == nil || err.Error() != "datasets: an imputer of 1 column cannot take rows of 2" {
		t.Errorf("Check(2): %v", err)
	}
	for _, bad := range []string{`{}`, `{"fills":[]}`, `{"fills":[1],"indicators":[1]}`, `{"fills":[1,2],"indicators":[1,0]}`, `{"fills":[1],"indicators":[-1]}`, `[]`} {
		if err := json.Unmarshal([]byte(bad), m); err == nil {
			t.Errorf("%s was read as an imputer", bad)
		}
	}
}

// The statistics hold at the ends of the range of float64.
func TestImputeExtremes(t *testing.T) {
	huge := math.MaxFloat64
	for _, tt := range []struct {
		fill   datasets.Fill
		values string
		want   float64
	}{
		{datasets.FillMean, "max max max", huge},
		{datasets.FillMean, "max -max", 0},
		{datasets.FillMedian, "max max", huge},
		{datasets.FillMedian, "3 1 2", 2},
		{datasets.FillMedian, "4 1 3 2", 2.5},
		{datasets.FillMedian, "7", 7},
		{datasets.FillMostFrequent, "2 1 2 1 3", 1},
		{datasets.FillMostFrequent, "3 3 1 2", 3},
		{datasets.FillMean, "tiny tiny", 5e-324},
		{datasets.FillMean, "1e16 1 -1e16 1", 0.5}, // a plain sum loses both ones
	} {
		named := map[string]float64{"max": huge, "-max": -huge, "tiny": 5e-324}
		d := &datasets.Dataset{X: &mat.Dense{}}
		var values []float64
		for _, word := range strings.Fields(tt.values) {
			x, ok := named[word]
			if !ok {
				fmt.Sscan(word, &x)
			}
			values = append(values, x)
		}
		d.X = mat.NewDense(len(values), 1, values)
		m, err := datasets.Impute{Fill: tt.fill}.Fit(d)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Fills()[0]; got != tt.want {
			t.Errorf("%v of %s is %v, want %v", tt.fill, tt.values, got, tt.want)
		}
	}
}

// The median is that of sorting for every length and order, also those on which a
// careless choice of pivots fails.
func TestMedianAgainstSort(t *testing.T) {
	for n := 1; n < 200; n++ {
		orders := map[string]func(i int) float64{
			"ascending": func(i int) float64 { return float64(i) }, "descending": func(i int) float64 { return float64(-i) },
			"equal": func(int) float64 { return 3 }, "organ pipe": func(i int) float64 { return float64(min(i, n-i)) },
			"mixed": func(i int) float64 { return float64(i * 7919 % 101) },
		}
		for name, at := range orders {
			values := make([]float64, n)
			for i := range values {
				values[i] = at(i)
			}
			sorted := slices.Sorted(slices.Values(values))
			want := (sorted[(n-1)/2] + sorted[n/2]) / 2
			m, err := datasets.Impute{}.Fit(&datasets.Dataset{X: mat.NewDense(n, 1, values)})
			if err != nil || m.Fills()[0] != want {
				t.Fatalf("%s of %d: median %v, want %v (%v)", name, n, m.Fills()[0], want, err)
			}
		}
	}
}
