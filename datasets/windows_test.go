package datasets_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

// timeFixture is what testdata/make_time.py writes.
type timeFixture struct {
	Series  [][]float64
	Windows []struct {
		Length, Horizon, Gap, Stride int
		X, Y                         [][]float64
	}
	Splits []struct {
		Rows, K, TestRows, Gap, MaxTrain int
		Folds                            []datasets.Fold
	}
}

func readTimeFixture(t *testing.T) (f timeFixture) {
	t.Helper()
	readJSON(t, "testdata/time.json", &f)
	return f
}

func matrixRows(m *mat.Dense) [][]float64 {
	r, _ := m.Dims()
	out := make([][]float64, r)
	for i := range out {
		out[i] = m.RawRowView(i)
	}
	return out
}

// The windows are those of numpy's sliding_window_view.
func TestWindowsAgainstNumpy(t *testing.T) {
	f := readTimeFixture(t)
	series := &datasets.Dataset{X: mat.NewDense(len(f.Series), 2, nil), Y: mat.NewDense(len(f.Series), 1, nil)}
	for i, row := range f.Series {
		series.X.SetRow(i, row[:2])
		series.Y.Set(i, 0, row[2])
	}
	for _, c := range f.Windows {
		d, err := datasets.Windows{Length: c.Length, Horizon: c.Horizon, Gap: c.Gap, Stride: c.Stride}.Make(series)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(matrixRows(d.X), c.X) || !reflect.DeepEqual(matrixRows(d.Y), c.Y) {
			t.Errorf("%+v: X\n%v, Y\n%v", c, d.X.RawMatrix().Data, d.Y.RawMatrix().Data)
		}
		if want := (tensor.Shape{c.Length, 2}); !d.InputShape().Equal(want) {
			t.Errorf("shape %v, want %v", d.InputShape(), want)
		}
		if err := d.Check(); err != nil {
			t.Error(err)
		}
	}
}

// counted is a series whose values say where they stand: row i has i and 100+i, and
// the target 1000+i.
func counted(rows int) *datasets.Dataset {
	d := &datasets.Dataset{X: mat.NewDense(rows, 2, nil), Y: mat.NewDense(rows, 1, nil),
		Names: []string{"a", "b"}, TargetNames: []string{"y"}, Weights: make([]float64, rows)}
	for i := range rows {
		d.X.SetRow(i, []float64{float64(i), float64(100 + i)})
		d.Y.Set(i, 0, float64(1000+i))
		d.Weights[i] = float64(i)
	}
	return d
}

func TestWindowsColumns(t *testing.T) {
	for _, c := range []struct {
		w              datasets.Windows
		x, y           []float64
		names, targets []string
	}{
		{datasets.Windows{Length: 2}, []float64{0, 100, 1, 101}, []float64{1002}, []string{"a[-1]", "b[-1]", "a[0]", "b[0]"}, []string{"y[+1]"}},
		{datasets.Windows{Length: 1, Gap: 2}, []float64{0, 100}, []float64{1003}, []string{"a[0]", "b[0]"}, []string{"y[+3]"}},
		{datasets.Windows{Length: 1, Horizon: 2, Targets: []string{"b", "y"}}, []float64{0, 100}, []float64{101, 1001, 102, 1002},
			[]string{"a[0]", "b[0]"}, []string{"b[+1]", "y[+1]", "b[+2]", "y[+2]"}},
		{datasets.Windows{Length: 2, PastTargets: true}, []float64{0, 100, 1000, 1, 101, 1001}, []float64{1002},
			[]string{"a[-1]", "b[-1]", "y[-1]", "a[0]", "b[0]", "y[0]"}, []string{"y[+1]"}},
	} {
		d, err := c.w.Make(counted(6))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.X.RawRowView(0); !slices.Equal(got, c.x) {
			t.Errorf("%+v: the first input is %v, want %v", c.w, got, c.x)
		}
		if got := d.Y.RawRowView(0); !slices.Equal(got, c.y) {
			t.Errorf("%+v: the first target is %v, want %v", c.w, got, c.y)
		}
		if !slices.Equal(d.Names, c.names) || !slices.Equal(d.TargetNames, c.targets) {
			t.Errorf("%+v: columns %q and %q, want %q and %q", c.w, d.Names, d.TargetNames, c.names, c.targets)
		}
		if want := float64(c.w.Length + c.w.Gap); d.Weights[0] != want {
			t.Errorf("%+v: the weight is %g, want %g of the first target", c.w, d.Weights[0], want)
		}
	}
	alone := &datasets.Dataset{X: mat.NewDense(4, 1, []float64{1, 2, 3, 4})}
	if d, err := (datasets.Windows{Length: 2}).Make(alone); err != nil || !slices.Equal(d.Y.RawMatrix().Data, []float64{3, 4}) {
		t.Errorf("a series without targets predicts itself: %v, %v", d.Y, err)
	}
}

// No window goes from one series into the next.
func TestWindowsOfSeveralSeries(t *testing.T) {
	a, b := counted(5), counted(4)
	b.X.Apply(func(_, _ int, v float64) float64 { return v + 50 }, b.X)
	d, err := datasets.Windows{Length: 3}.Make(a, counted(3), b)
	if err != nil {
		t.Fatal(err)
	}
	var firsts []float64
	for i := range d.Rows() {
		firsts = append(firsts, d.X.At(i, 0))
	}
	if want := []float64{0, 1, 50}; !slices.Equal(firsts, want) {
		t.Errorf("windows begin at %v, want %v", firsts, want)
	}
}

// Parts are in the order of time and share no step, or with History no step of a
// target.
func TestWindowsSplitDoesNotLeak(t *testing.T) {
	for _, history := range []bool{false, true} {
		for _, w := range []datasets.Windows{{Length: 3}, {Length: 2, Horizon: 3}, {Length: 4, Gap: 2, Stride: 2}} {
			w.History = history
			train, validation, test, err := w.Split(counted(60), datasets.ThreeWay{Validation: 0.25, Test: 0.25})
			if err != nil {
				t.Fatal(err)
			}
			latest := -1.0 // the last step that an earlier part sees
			for k, d := range []*datasets.Dataset{train, validation, test} {
				firstTarget, lastTarget := d.Y.At(0, 0)-1000, mat.Max(d.Y)-1000
				if firstTarget <= latest {
					t.Errorf("%+v: part %d predicts step %g, which an earlier part has", w, k, firstTarget)
				}
				if first := d.X.At(0, 0); (first <= latest) != (history && k > 0) {
					t.Errorf("%+v: part %d begins at step %g, an earlier part ends at %g", w, k, first, latest)
				}
				latest = lastTarget
			}
		}
	}
}

func TestWindowsFail(t *testing.T) {
	bare := &datasets.Dataset{X: mat.NewDense(9, 1, nil)}
	for want, f := range map[string]func() error{
		"windows with Length 0, want at least 1": func() error { _, err := datasets.Windows{}.Make(counted(9)); return err },
		"windows with Stride -1":                 func() error { _, err := datasets.Windows{Length: 1, Stride: -1}.Make(counted(9)); return err },
		"no series":                              func() error { _, err := datasets.Windows{Length: 1}.Make(); return err },
		`no column "z" to predict; the columns are "a", "b", "y"`: func() error {
			_, err := datasets.Windows{Length: 1, Targets: []string{"z"}}.Make(counted(9))
			return err
		},
		"need 8 rows; the longest series has 7": func() error {
			_, err := datasets.Windows{Length: 5, Gap: 1, Horizon: 2}.Make(counted(3), counted(7))
			return err
		},
		"series 1 has other columns than the first": func() error { _, err := datasets.Windows{Length: 1}.Make(counted(9), bare); return err },
		"PastTargets of a series without targets":   func() error { _, err := datasets.Windows{Length: 1, PastTargets: true}.Make(bare); return err },
		"of the validation part": func() error {
			_, _, _, err := datasets.Windows{Length: 3}.Split(counted(20), datasets.ThreeWay{Validation: 0.1})
			return err
		},
		"leave out Stratify": func() error {
			_, _, _, err := datasets.Windows{Length: 3}.Split(counted(20), datasets.ThreeWay{Stratify: true})
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
}

func TestTimeSeriesSplitIsScikitLearns(t *testing.T) {
	for _, c := range readTimeFixture(t).Splits {
		folds, err := datasets.TimeSeriesSplit{K: c.K, TestRows: c.TestRows, Gap: c.Gap, MaxTrain: c.MaxTrain}.Folds(counted(c.Rows))
		if err != nil || !reflect.DeepEqual(folds, c.Folds) {
			t.Errorf("%d rows, %d folds: %v, %v, want %v", c.Rows, c.K, folds, err, c.Folds)
		}
	}
	for _, s := range []datasets.TimeSeriesSplit{{K: -1}, {K: 9}, {K: 2, TestRows: 5}, {K: 2, TestRows: 4, Gap: 1}, {Gap: -1}} {
		if _, err := s.Folds(counted(9)); err == nil {
			t.Errorf("%+v of 9 rows succeeds", s)
		}
	}
}

// Of a day's load, two steps predict the next; the last quarter is for the test.
func ExampleWindows() {
	load := []float64{3, 4, 6, 9, 8, 6, 4, 3, 3, 5, 7, 9}
	series := &datasets.Dataset{X: mat.NewDense(len(load), 1, load), Names: []string{"load"}}
	w := datasets.Windows{Length: 2}
	train, validation, test, err := w.Split(series, datasets.ThreeWay{Validation: 0.25, Test: 0.25})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(train.InputShape(), train.Names, train.TargetNames)
	fmt.Println(train.Rows(), validation.Rows(), test.Rows())
	fmt.Println(test.X.RawRowView(0), test.Y.RawRowView(0))
	// Output:
	// (2×1) [load[-1] load[0]] [load[+1]]
	// 4 1 1
	// [5 7] [9]
}
