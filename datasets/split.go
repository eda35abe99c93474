package datasets

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// Fold is one division of rows into a part to train with and a part to test
// with, as row numbers.
type Fold struct {
	Train, Test []int
}

// Take returns the rows of d that the fold names.
func (f Fold) Take(d *Dataset) (train, test *Dataset) { return d.Take(f.Train), d.Take(f.Test) }

// Splitter describes how rows are divided for training and testing, once or
// several times: [Holdout], [ShuffleSplit], [KFold], [StratifiedKFold],
// [RepeatedKFold], [Bootstrap].
//
// The folds depend on the number of rows, on the seed and, where classes are
// kept in proportion, on the targets alone; they are the same on every machine.
type Splitter interface {
	// Folds returns the divisions. It fails if d has too few rows, or too few of
	// a class.
	Folds(d *Dataset) ([]Fold, error)
}

// Split returns the first n rows and the others. It panics unless
// 0 ≤ n ≤ Rows. [Holdout] splits at random.
func (d *Dataset) Split(n int) (first, rest *Dataset) {
	if n < 0 || n > d.Rows() {
		panic(fmt.Sprintf("datasets: split after row %d of %d", n, d.Rows()))
	}
	return d.Take(span(0, n)), d.Take(span(n, d.Rows()))
}

// Shuffled returns the rows in an order drawn from seed.
func (d *Dataset) Shuffled(seed uint64) *Dataset { return d.Take(random.New(seed).Perm(d.Rows())) }

// span returns low, low+1, …, high−1.
func span(low, high int) []int {
	rows := make([]int, high-low)
	for i := range rows {
		rows[i] = low + i
	}
	return rows
}

// timesOr returns n, or def for 0; fewer are an error.
func timesOr(n, def int, what string) (int, error) {
	if n < 0 {
		return 0, fmt.Errorf("datasets: %d %s, want at least 1", n, what)
	}
	if n == 0 {
		return def, nil
	}
	return n, nil
}
