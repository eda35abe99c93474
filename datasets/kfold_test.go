package datasets_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

func TestFoldsAreScikitLearns(t *testing.T) {
	var fixture struct {
		Cases []struct {
			Stratified bool
			K          int
			Labels     []float64
			Tests      [][]int
		}
	}
	readJSON(t, "testdata/kfold.json", &fixture)
	for _, c := range fixture.Cases {
		var s datasets.Splitter = datasets.KFold{K: c.K}
		if c.Stratified {
			s = datasets.StratifiedKFold{K: c.K}
		}
		folds, err := s.Folds(labelledRows(c.Labels...))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range folds {
			if !slices.Equal(f.Test, c.Tests[i]) {
				t.Errorf("%#v of %d rows: test part %d is %v, want %v", s, len(c.Labels), i, f.Test, c.Tests[i])
			}
		}
	}
}

// checkFolds fails unless every row is in one test part and each fold is a
// partition, with test parts whose sizes differ by one at most.
func checkFolds(t *testing.T, n int, folds []datasets.Fold) {
	t.Helper()
	var tests [][]int
	least, greatest := n, 0
	for _, f := range folds {
		checkPartition(t, n, f.Train, f.Test)
		tests = append(tests, f.Test)
		least, greatest = min(least, len(f.Test)), max(greatest, len(f.Test))
	}
	checkPartition(t, n, tests...)
	if greatest-least > 1 {
		t.Errorf("the test parts have %d to %d rows", least, greatest)
	}
}

func TestKFold(t *testing.T) {
	for n := 5; n < 40; n += 3 {
		for k := 2; k <= min(n, 11); k++ {
			folds, err := datasets.KFold{K: k, Shuffle: true, Seed: uint64(n)}.Folds(numberedRows(n))
			if err != nil || len(folds) != k {
				t.Fatalf("%d folds, error %v, want %d", len(folds), err, k)
			}
			checkFolds(t, n, folds)
		}
	}
	folds, err := datasets.KFold{Shuffle: true}.Folds(numberedRows(100))
	if err != nil || len(folds) != 5 {
		t.Fatalf("%d folds by default, error %v", len(folds), err)
	}
	if slices.Equal(folds[0].Test, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}) {
		t.Error("Shuffle leaves the rows in order")
	}
	if !slices.IsSorted(folds[0].Test) || !slices.IsSorted(folds[0].Train) {
		t.Error("the rows of a part are not ascending")
	}
}

func TestStratifiedKFold(t *testing.T) {
	for _, counts := range [][]int{{10, 10}, {23, 7, 5}, {5, 5, 5, 6}, {101, 13}} {
		d := labelledRows(classLabels(counts...)...)
		for k := 2; k <= slices.Min(counts); k++ {
			folds, err := datasets.StratifiedKFold{K: k, Shuffle: true, Seed: uint64(k)}.Folds(d)
			if err != nil {
				t.Fatal(err)
			}
			checkFolds(t, d.Rows(), folds)
			for i, f := range folds {
				for class, n := range countLabels(d, f.Test, len(counts)) {
					if exact := float64(counts[class]) / float64(k); math.Abs(float64(n)-exact) >= 1 {
						t.Errorf("%v in %d folds: fold %d has %d rows of class %d", counts, k, i, n, class)
					}
				}
			}
		}
	}
}

func TestRepeatedKFold(t *testing.T) {
	d := labelledRows(classLabels(12, 9)...)
	for _, stratify := range []bool{false, true} {
		folds, err := datasets.RepeatedKFold{K: 3, Repeats: 4, Stratify: stratify, Seed: 5}.Folds(d)
		if err != nil || len(folds) != 12 {
			t.Fatalf("%d folds, error %v, want 12", len(folds), err)
		}
		seen := map[string]bool{}
		for i := 0; i < 12; i += 3 {
			checkFolds(t, 21, folds[i:i+3])
			seen[fmt.Sprint(folds[i].Test)] = true
			if got := countLabels(d, folds[i].Test, 2); stratify && !slices.Equal(got, []int{4, 3}) {
				t.Errorf("a test part has %v rows of the classes, want 4 and 3", got)
			}
		}
		if len(seen) != 4 {
			t.Error("repeats divide in the same way")
		}
	}
	if folds, err := (datasets.RepeatedKFold{}).Folds(d); err != nil || len(folds) != 50 {
		t.Errorf("%d folds by default, error %v, want 50", len(folds), err)
	}
}

func TestBootstrap(t *testing.T) {
	d := numberedRows(200)
	folds, err := datasets.Bootstrap{Samples: 100, Seed: 2}.Folds(d)
	if err != nil || len(folds) != 100 {
		t.Fatalf("%d folds, error %v, want 100", len(folds), err)
	}
	left := 0
	for _, f := range folds {
		if len(f.Train) != 200 || !slices.IsSorted(f.Test) {
			t.Fatalf("%d rows are drawn, want 200", len(f.Train))
		}
		used := slices.Compact(slices.Sorted(slices.Values(f.Train)))
		checkPartition(t, 200, used, f.Test)
		left += len(f.Test)
	}
	// (1 − 1/200)²⁰⁰ of 20000 rows are 7339, with a deviation of some 44.
	if math.Abs(float64(left)-7339) > 4*44 {
		t.Errorf("%d of 20000 rows are left out, want about 7339", left)
	}
	train, test := folds[3].Take(d)
	if !slices.Equal(rowsOf(train), folds[3].Train) || !slices.Equal(rowsOf(test), folds[3].Test) {
		t.Error("Take takes other rows")
	}
	small, err := datasets.Bootstrap{Size: 7}.Folds(d)
	if err != nil || len(small) != 10 || len(small[0].Train) != 7 || fmt.Sprint(small[0]) == fmt.Sprint(small[1]) {
		t.Errorf("samples of 7 rows: %d folds, error %v", len(small), err)
	}
}

// TestFoldBits holds all splitters to one hash, on any machine.
func TestFoldBits(t *testing.T) {
	const want = 0xa35184d2bb0192f0
	d := labelledRows(classLabels(40, 25, 11)...)
	h := fnv.New64a()
	for _, s := range []datasets.Splitter{
		datasets.Holdout{Seed: 1}, datasets.Holdout{Stratify: true, Seed: 1 << 60}, datasets.ShuffleSplit{Seed: 3},
		datasets.KFold{Shuffle: true, Seed: 4}, datasets.StratifiedKFold{Shuffle: true, Seed: 5},
		datasets.RepeatedKFold{Stratify: true, Seed: 6}, datasets.Bootstrap{Seed: 7},
	} {
		folds, err := s.Folds(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range folds {
			for _, row := range slices.Concat(f.Train, f.Test) {
				h.Write(binary.LittleEndian.AppendUint32(nil, uint32(row)))
			}
		}
	}
	if got := h.Sum64(); got != want {
		t.Errorf("the folds' hash is %#x, want %#x", got, uint64(want))
	}
}
