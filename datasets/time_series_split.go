package datasets

import "fmt"

// TimeSeriesSplit divides rows that are in the order of time: each fold tests with
// the rows after those that it trains with, and each later fold has more to train
// with. It is scikit-learn's TimeSeriesSplit.
type TimeSeriesSplit struct {
	// K is the number of folds; 0 means 5.
	K int
	// TestRows is the number of rows of each test part; 0 means Rows/(K+1), rounded
	// down. The test parts are the last K·TestRows rows.
	TestRows int
	// Gap is the number of rows before a test part that are not trained with: as
	// many as a target looks ahead, so that no training target is in the test part.
	Gap int
	// MaxTrain is the most rows to train with, the last ones; 0: all.
	MaxTrain int
}

// Folds returns K folds, the earliest first. It fails if a training part would be
// empty or a field is negative.
func (f TimeSeriesSplit) Folds(d *Dataset) ([]Fold, error) {
	n := d.Rows()
	k, err := timesOr(f.K, 5, "folds")
	if err != nil {
		return nil, err
	}
	if f.TestRows < 0 || f.Gap < 0 || f.MaxTrain < 0 {
		return nil, fmt.Errorf("datasets: a time series split with TestRows %d, Gap %d, MaxTrain %d, want at least 0", f.TestRows, f.Gap, f.MaxTrain)
	}
	size := f.TestRows
	if size == 0 {
		size = n / (k + 1)
	}
	if size == 0 || n-k*size-f.Gap < 1 {
		return nil, fmt.Errorf("datasets: %d folds of %d test rows and a gap of %d leave nothing of %d rows to train with first", k, size, f.Gap, n)
	}
	folds := make([]Fold, k)
	for i := range folds {
		test := n - (k-i)*size
		last, first := test-f.Gap, 0
		if f.MaxTrain > 0 {
			first = max(0, last-f.MaxTrain)
		}
		folds[i] = Fold{Train: span(first, last), Test: span(test, test+size)}
	}
	return folds, nil
}
