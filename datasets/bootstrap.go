package datasets

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// Bootstrap draws the training rows with replacement, so that some are in it
// several times, and tests with the rows that were never drawn: about 37 in 100
// for a sample as large as the data set (Efron 1979).
type Bootstrap struct {
	// Samples is the number of folds, 0 means 10.
	Samples int
	// Size is the number of rows in a sample, 0 means as many as there are.
	Size int
	// Seed decides the draws.
	Seed uint64
}

// Folds returns a fold for each sample: Train in the order of drawing, Test in
// ascending order, and empty if a sample of few rows happens to have all. It
// fails without rows.
func (b Bootstrap) Folds(d *Dataset) ([]Fold, error) {
	n := d.Rows()
	samples, err := timesOr(b.Samples, 10, "bootstrap samples")
	if err != nil {
		return nil, err
	}
	size := b.Size
	if size == 0 {
		size = n
	}
	if size < 0 || n == 0 {
		return nil, fmt.Errorf("datasets: a bootstrap sample of %d rows from %d", size, n)
	}
	folds := make([]Fold, samples)
	for i := range folds {
		folds[i] = sample(n, size, random.New(random.Derive(b.Seed, uint64(i))))
	}
	return folds, nil
}

// sample draws size of n rows with replacement.
func sample(n, size int, source *random.Source) Fold {
	drawn := make([]bool, n)
	f := Fold{Train: make([]int, size)}
	for i := range f.Train {
		row := source.IntN(n)
		f.Train[i], drawn[row] = row, true
	}
	for row, used := range drawn {
		if !used {
			f.Test = append(f.Test, row)
		}
	}
	return f
}
