package datasets_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
)

// labelledRows returns a data set whose only feature is the row's number, so that
// parts can be traced, and whose targets are the labels.
func labelledRows(labels ...float64) *datasets.Dataset {
	d := numberedRows(len(labels))
	d.Y = mat.NewDense(len(labels), 1, slices.Clone(labels))
	return d
}

func numberedRows(n int) *datasets.Dataset {
	d := &datasets.Dataset{X: mat.NewDense(n, 1, nil)}
	for i := range n {
		d.X.Set(i, 0, float64(i))
	}
	return d
}

// classLabels returns labels with so many rows of class 0, 1, …, mixed.
func classLabels(counts ...int) []float64 {
	left := slices.Clone(counts)
	var labels []float64
	for more := true; more; {
		more = false
		for c := range left {
			if left[c] > 0 {
				left[c]--
				labels = append(labels, float64(c))
				more = true
			}
		}
	}
	return labels
}

func rowsOf(d *datasets.Dataset) []int {
	var rows []int
	for i := range d.Rows() {
		rows = append(rows, int(d.X.At(i, 0)))
	}
	return rows
}

// checkPartition fails unless the parts have each of n rows once.
func checkPartition(t *testing.T, n int, parts ...[]int) {
	t.Helper()
	all := slices.Sorted(slices.Values(slices.Concat(parts...)))
	want := make([]int, n)
	for i := range want {
		want[i] = i
	}
	if !slices.Equal(all, want) {
		t.Errorf("the parts %v are no partition of %d rows", parts, n)
	}
}

func countLabels(d *datasets.Dataset, rows []int, k int) []int {
	counts := make([]int, k)
	for _, r := range rows {
		counts[int(d.Y.At(r, 0))]++
	}
	return counts
}

func TestSplit(t *testing.T) {
	d := labelledRows(5, 6, 7, 8)
	d.Weights = []float64{1, 2, 3, 4}
	first, rest := d.Split(3)
	if !slices.Equal(rowsOf(first), []int{0, 1, 2}) || !slices.Equal(rowsOf(rest), []int{3}) {
		t.Errorf("got rows %v and %v", rowsOf(first), rowsOf(rest))
	}
	if rest.Y.At(0, 0) != 8 || rest.Weights[0] != 4 || first.Weights[2] != 3 {
		t.Error("targets or weights are not those of the rows")
	}
	first.X.Set(0, 0, 99)
	if d.X.At(0, 0) != 0 {
		t.Error("a part shares memory with the whole")
	}
	if all, none := d.Split(4); all.Rows() != 4 || none.Rows() != 0 {
		t.Error("Split(4) of 4 rows does not keep all of them")
	}
	for _, n := range []int{-1, 5} {
		if got := fmt.Sprint(panicOf(func() { d.Split(n) })); !strings.Contains(got, fmt.Sprintf("split after row %d of 4", n)) {
			t.Errorf("Split(%d) panics with %s", n, got)
		}
	}
}

func TestShuffled(t *testing.T) {
	d := numberedRows(50)
	a, b, c := rowsOf(d.Shuffled(1)), rowsOf(d.Shuffled(1)), rowsOf(d.Shuffled(2))
	checkPartition(t, 50, a)
	if !slices.Equal(a, b) || slices.Equal(a, c) || slices.IsSorted(a) {
		t.Errorf("orders of seeds 1, 1, 2: %v, %v, %v", a, b, c)
	}
}

func TestHoldoutSizes(t *testing.T) {
	for _, c := range []struct {
		rows int
		h    datasets.Holdout
		test int
	}{
		{8, datasets.Holdout{}, 2}, {10, datasets.Holdout{}, 3}, {100, datasets.Holdout{Fraction: 0.07}, 7},
		{30, datasets.Holdout{Fraction: 0.1}, 3}, {150, datasets.Holdout{Fraction: 0.2}, 30},
		{3, datasets.Holdout{Fraction: 0.01}, 1}, {10, datasets.Holdout{Rows: 9}, 9}, {10, datasets.Holdout{Rows: 4, Fraction: 0.9}, 4},
	} {
		train, test, err := c.h.Split(numberedRows(c.rows))
		if err != nil {
			t.Fatal(err)
		}
		checkPartition(t, c.rows, rowsOf(train), rowsOf(test))
		if test.Rows() != c.test {
			t.Errorf("%+v of %d rows tests with %d, want %d", c.h, c.rows, test.Rows(), c.test)
		}
	}
}

func TestHoldoutOrder(t *testing.T) {
	d := numberedRows(20)
	train, test, err := datasets.Holdout{Rows: 3, NoShuffle: true}.Split(d)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(rowsOf(test), []int{17, 18, 19}) || !slices.IsSorted(rowsOf(train)) {
		t.Errorf("without shuffling the parts are %v and %v", rowsOf(train), rowsOf(test))
	}
	seen := map[string]bool{}
	for seed := range uint64(10) {
		_, test, err := datasets.Holdout{Rows: 3, Seed: seed}.Split(d)
		if err != nil {
			t.Fatal(err)
		}
		seen[fmt.Sprint(rowsOf(test))] = true
	}
	if len(seen) < 8 {
		t.Errorf("ten seeds give only %d test parts", len(seen))
	}
}

// The numbers of test rows of each class are worked out by hand: proportions
// rounded by largest remainders, at least one on both sides.
func TestHoldoutStratified(t *testing.T) {
	for _, c := range []struct {
		counts []int
		test   int
		want   []int
	}{
		{[]int{10, 10}, 4, []int{2, 2}},
		{[]int{10, 10}, 5, []int{3, 2}},   // a tie goes to the class that appears first
		{[]int{90, 10}, 25, []int{23, 2}}, // a tie again
		{[]int{90, 7, 3}, 10, []int{8, 1, 1}},
		{[]int{50, 30, 20}, 30, []int{15, 9, 6}},
		{[]int{2, 2, 2}, 3, []int{1, 1, 1}},
		{[]int{2, 8}, 8, []int{1, 7}}, // proportion takes both rows of class 0
		{[]int{2, 2, 96}, 97, []int{1, 1, 95}},
		{[]int{2, 2, 96}, 3, []int{1, 1, 1}},
	} {
		d := labelledRows(classLabels(c.counts...)...)
		for seed := range uint64(5) {
			folds, err := datasets.Holdout{Rows: c.test, Stratify: true, Seed: seed}.Folds(d)
			if err != nil {
				t.Fatalf("%v: %v", c.counts, err)
			}
			checkPartition(t, d.Rows(), folds[0].Train, folds[0].Test)
			if got := countLabels(d, folds[0].Test, len(c.want)); !slices.Equal(got, c.want) {
				t.Errorf("%d rows of %v: got %v of each class, want %v", c.test, c.counts, got, c.want)
			}
		}
	}
}

// Classes may be one-hot columns, or −1 and 1.
func TestStratifyTakesAnyClassTargets(t *testing.T) {
	indices := labelledRows(classLabels(20, 12, 8)...)
	oneHot, err := indices.OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	want, err := datasets.Holdout{Stratify: true, Seed: 3}.Folds(indices)
	if err != nil {
		t.Fatal(err)
	}
	got, err := datasets.Holdout{Stratify: true, Seed: 3}.Folds(oneHot)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("one-hot targets give %v, %v, want %v", got, err, want)
	}
	signs := labelledRows(-1, 1, -1, 1, -1, 1)
	f, err := datasets.Holdout{Rows: 2, Stratify: true}.Folds(signs)
	if err != nil || signs.Y.At(f[0].Test[0], 0)+signs.Y.At(f[0].Test[1], 0) != 0 {
		t.Errorf("targets −1 and 1 give %v, %v", f, err)
	}
}

func TestThreeWay(t *testing.T) {
	for _, c := range []struct {
		w                       datasets.ThreeWay
		train, validation, test int
	}{
		{datasets.ThreeWay{}, 30, 10, 10},
		{datasets.ThreeWay{Validation: 0.1, Test: 0.3}, 30, 5, 15},
		{datasets.ThreeWay{Stratify: true, Seed: 9}, 30, 10, 10},
		{datasets.ThreeWay{NoShuffle: true, Test: 0.5}, 15, 10, 25},
	} {
		d := labelledRows(classLabels(30, 20)...)
		train, validation, test, err := c.w.Split(d)
		if err != nil {
			t.Fatal(err)
		}
		a, b, e := rowsOf(train), rowsOf(validation), rowsOf(test)
		checkPartition(t, 50, a, b, e)
		if len(a) != c.train || len(b) != c.validation || len(e) != c.test {
			t.Errorf("%+v: parts of %d, %d and %d rows, want %d, %d and %d", c.w, len(a), len(b), len(e), c.train, c.validation, c.test)
		}
		if c.w.NoShuffle && !slices.IsSorted(slices.Concat(a, b, e)) {
			t.Errorf("without shuffling the parts are %v, %v, %v", a, b, e)
		}
		if c.w.Stratify {
			for _, part := range [][]int{a, b, e} {
				if got := countLabels(d, part, 2); got[0]*2 != got[1]*3 {
					t.Errorf("a part has %v rows of the classes, want 3 to 2", got)
				}
			}
		}
	}
}

func TestShuffleSplit(t *testing.T) {
	d := labelledRows(classLabels(20, 20)...)
	folds, err := datasets.ShuffleSplit{Stratify: true, Seed: 1}.Folds(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(folds) != 10 {
		t.Fatalf("%d folds, want 10", len(folds))
	}
	seen := map[string]bool{}
	for _, f := range folds {
		checkPartition(t, 40, f.Train, f.Test)
		if got := countLabels(d, f.Test, 2); !slices.Equal(got, []int{2, 2}) {
			t.Errorf("a test part has %v rows of the classes", got)
		}
		seen[fmt.Sprint(f.Test)] = true
	}
	if len(seen) != 10 {
		t.Errorf("only %d of 10 test parts differ", len(seen))
	}
	longer, err := datasets.ShuffleSplit{Stratify: true, Seed: 1, Splits: 12}.Folds(d)
	if err != nil || fmt.Sprint(longer[:10]) != fmt.Sprint(folds) {
		t.Error("more splits change the first ones")
	}
}

func TestSplitErrors(t *testing.T) {
	named := labelledRows(classLabels(5, 1)...)
	named.Classes = []string{"cat", "dog"}
	holed := labelledRows(0, 1, math.NaN(), 1)
	for _, c := range []struct {
		s    datasets.Splitter
		d    *datasets.Dataset
		want string
	}{
		{datasets.Holdout{Fraction: 1}, numberedRows(5), "a holdout of the fraction 1"},
		{datasets.Holdout{Fraction: -0.1}, numberedRows(5), "the fraction -0.1"},
		{datasets.Holdout{Fraction: math.NaN()}, numberedRows(5), "the fraction NaN"},
		{datasets.Holdout{Rows: 5}, numberedRows(5), "a holdout of 5 rows from 5 leaves a part empty"},
		{datasets.Holdout{Rows: -1}, numberedRows(5), "a holdout of -1 rows"},
		{datasets.Holdout{}, numberedRows(1), "leaves a part empty"},
		{datasets.Holdout{}, &datasets.Dataset{}, "leaves a part empty"},
		{datasets.Holdout{Stratify: true, NoShuffle: true}, labelledRows(0, 1, 0, 1), "a stratified holdout is shuffled"},
		{datasets.Holdout{Stratify: true}, numberedRows(5), "a stratified split needs targets"},
		{datasets.Holdout{Stratify: true}, holed, "row 2 has NaN"},
		{datasets.Holdout{Stratify: true}, named, `class "dog" has 1 rows, but a stratified split needs at least 2`},
		{datasets.Holdout{Stratify: true}, labelledRows(0.5, 0.25, 7, 8), "class 0.5 has 1 rows"},
		{datasets.Holdout{Stratify: true, Rows: 2}, labelledRows(classLabels(3, 3, 3)...), "cannot have all 3 classes in both"},
		{datasets.ShuffleSplit{Splits: -1}, numberedRows(5), "-1 splits"},
		{datasets.ShuffleSplit{Rows: 9}, numberedRows(5), "a holdout of 9 rows"},
		{datasets.KFold{K: 1}, numberedRows(5), "1 folds of 5 rows"},
		{datasets.KFold{K: -2}, numberedRows(5), "-2 folds"},
		{datasets.KFold{}, numberedRows(4), "5 folds of 4 rows"},
		{datasets.StratifiedKFold{K: 6}, numberedRows(5), "6 folds of 5 rows"},
		{datasets.StratifiedKFold{K: 2}, numberedRows(5), "needs targets"},
		{datasets.StratifiedKFold{K: 2}, named, `class "dog" has 1 rows, but a division into 2 folds needs at least 2`},
		{datasets.RepeatedKFold{Repeats: -1}, numberedRows(5), "-1 repeats"},
		{datasets.RepeatedKFold{K: 9}, numberedRows(5), "9 folds of 5 rows"},
		{datasets.Bootstrap{Samples: -1}, numberedRows(5), "-1 bootstrap samples"},
		{datasets.Bootstrap{Size: -1}, numberedRows(5), "a bootstrap sample of -1 rows from 5"},
		{datasets.Bootstrap{}, &datasets.Dataset{}, "a bootstrap sample of 0 rows from 0"},
	} {
		if _, err := c.s.Folds(c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v: got error %v, want %q", c.s, err, c.want)
		}
	}
	for _, c := range []struct {
		w    datasets.ThreeWay
		d    *datasets.Dataset
		want string
	}{
		{datasets.ThreeWay{Validation: 0.5, Test: 0.5}, numberedRows(10), "leave none of 10 to train with"},
		{datasets.ThreeWay{Test: 2}, numberedRows(10), "a part of the fraction 2"},
		{datasets.ThreeWay{Stratify: true}, labelledRows(classLabels(8, 2)...), "class 1 has 1 rows"},
	} {
		if _, _, _, err := c.w.Split(c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%#v: got error %v, want %q", c.w, err, c.want)
		}
	}
}
