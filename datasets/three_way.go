package datasets

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/random"
)

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
	// Seed decides the draws.
	Seed uint64
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
