package datasets

import (
	"fmt"
	"math"

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

// Holdout keeps some rows for testing and trains with the others.
type Holdout struct {
	// Fraction of the rows to test with, rounded up; 0 means 0.25.
	Fraction float64
	// Rows is the number of rows to test with, in place of Fraction. 0: Fraction.
	Rows int
	// Stratify keeps the proportions of the classes in both parts, and at least
	// one row of each class in each.
	Stratify bool
	// NoShuffle tests with the last rows.
	NoShuffle bool
	Seed      uint64
}

// Split returns the rows to train and to test with, shuffled unless NoShuffle.
// It fails if one of them would be empty, or if Stratify finds too few rows of a
// class.
func (h Holdout) Split(d *Dataset) (train, test *Dataset, err error) {
	folds, err := h.Folds(d)
	if err != nil {
		return nil, nil, err
	}
	train, test = folds[0].Take(d)
	return train, test, nil
}

// Folds returns one fold.
func (h Holdout) Folds(d *Dataset) ([]Fold, error) {
	n := d.Rows()
	m, err := h.testRows(n)
	if err != nil {
		return nil, err
	}
	if h.NoShuffle {
		if h.Stratify {
			return nil, fmt.Errorf("datasets: a stratified holdout is shuffled; leave out Stratify or NoShuffle")
		}
		return []Fold{{Train: span(0, n-m), Test: span(n-m, n)}}, nil
	}
	order := random.New(h.Seed).Perm(n)
	if !h.Stratify {
		return []Fold{{Train: order[m:], Test: order[:m]}}, nil
	}
	s, err := strataOf(d)
	if err != nil {
		return nil, err
	}
	f, err := s.holdOut(order, m)
	return []Fold{f}, err
}

func (h Holdout) testRows(n int) (int, error) {
	m := h.Rows
	if m == 0 {
		f := h.Fraction
		if f == 0 {
			f = 0.25
		}
		if !(f > 0 && f < 1) {
			return 0, fmt.Errorf("datasets: a holdout of the fraction %g, want more than 0 and less than 1", f)
		}
		m = part(n, f)
	}
	if m < 1 || m >= n {
		return 0, fmt.Errorf("datasets: a holdout of %d rows from %d leaves a part empty", m, n)
	}
	return m, nil
}

// part returns the fraction f of n rows, rounded up but for the rounding of f·n
// itself: 0.07 of 100 rows are 7.
func part(n int, f float64) int {
	exact := f * float64(n)
	if nearest := math.Round(exact); math.Abs(exact-nearest) < 1e-9*float64(n) {
		return int(nearest)
	}
	return int(math.Ceil(exact))
}

// ThreeWay divides rows into a part to train with, a part to choose models and
// stop training by, and a part that only the final test sees.
type ThreeWay struct {
	// Validation and Test are fractions of all rows, rounded up; 0 means 0.2.
	Validation, Test float64
	// Stratify keeps the proportions of the classes in all parts, and at least
	// one row of each class in each.
	Stratify bool
	// NoShuffle takes the rows in order: train, validation, test.
	NoShuffle bool
	Seed      uint64
}

// Split returns the three parts, shuffled unless NoShuffle. It fails if one of
// them would be empty, or if Stratify finds too few rows of a class.
func (w ThreeWay) Split(d *Dataset) (train, validation, test *Dataset, err error) {
	a, b, c, err := w.Rows(d)
	if err != nil {
		return nil, nil, nil, err
	}
	return d.Take(a), d.Take(b), d.Take(c), nil
}

// Rows is Split for row numbers.
func (w ThreeWay) Rows(d *Dataset) (train, validation, test []int, err error) {
	n := d.Rows()
	sizes := [2]int{}
	for i, f := range [2]float64{w.Validation, w.Test} {
		if f == 0 {
			f = 0.2
		}
		if !(f > 0 && f < 1) {
			return nil, nil, nil, fmt.Errorf("datasets: a part of the fraction %g, want more than 0 and less than 1", f)
		}
		sizes[i] = part(n, f)
	}
	if sizes[0]+sizes[1] >= n {
		return nil, nil, nil, fmt.Errorf("datasets: %d rows for validation and %d for the test leave none of %d to train with", sizes[0], sizes[1], n)
	}
	outer := Holdout{Rows: sizes[1], Stratify: w.Stratify, NoShuffle: w.NoShuffle, Seed: random.Derive(w.Seed, 0)}
	folds, err := outer.Folds(d)
	if err != nil {
		return nil, nil, nil, err
	}
	rest := folds[0].Train
	inner := Holdout{Rows: sizes[0], Stratify: w.Stratify, NoShuffle: w.NoShuffle, Seed: random.Derive(w.Seed, 1)}
	innerFolds, err := inner.Folds(d.Take(rest))
	if err != nil {
		return nil, nil, nil, err
	}
	return pick(rest, innerFolds[0].Train), pick(rest, innerFolds[0].Test), folds[0].Test, nil
}

// pick returns the rows at the given places.
func pick(rows, places []int) []int {
	out := make([]int, len(places))
	for i, p := range places {
		out[i] = rows[p]
	}
	return out
}

// ShuffleSplit is [Holdout] again and again, each time with other rows.
type ShuffleSplit struct {
	// Splits is the number of folds, 0 means 10.
	Splits int
	// Fraction of the rows to test with, rounded up; 0 means 0.1.
	Fraction float64
	// Rows is the number of rows to test with, in place of Fraction. 0: Fraction.
	Rows int
	// Stratify keeps the proportions of the classes, as in [Holdout].
	Stratify bool
	Seed     uint64
}

// Folds returns the folds, each with its rows in random order.
func (s ShuffleSplit) Folds(d *Dataset) ([]Fold, error) {
	count, err := timesOr(s.Splits, 10, "splits")
	if err != nil {
		return nil, err
	}
	h := Holdout{Fraction: s.Fraction, Rows: s.Rows, Stratify: s.Stratify}
	if h.Fraction == 0 {
		h.Fraction = 0.1
	}
	folds := make([]Fold, 0, count)
	for i := range count {
		h.Seed = random.Derive(s.Seed, uint64(i))
		f, err := h.Folds(d)
		if err != nil {
			return nil, err
		}
		folds = append(folds, f...)
	}
	return folds, nil
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
