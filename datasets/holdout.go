package datasets

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/random"
)

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
	// Seed decides the draws.
	Seed uint64
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
