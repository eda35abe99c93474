package datasets

import "github.com/goodfit-ml/goodfit/internal/random"

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
	// Seed decides the draws.
	Seed uint64
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
