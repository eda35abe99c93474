package datasets

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// KFold divides the rows into K parts of equal size, the first ones a row larger
// where they do not divide; each part is once the test part and K−1 times among
// the training rows. Rows within a part are in ascending order.
type KFold struct {
	// K is the number of parts, at least 2; 0 means 5. With K = Rows it is
	// leave-one-out.
	K int
	// Shuffle draws the parts at random; otherwise they are runs of rows.
	Shuffle bool
	// Seed decides the draws of Shuffle.
	Seed uint64
}

// Folds returns K folds. It fails if there are fewer rows than K.
func (f KFold) Folds(d *Dataset) ([]Fold, error) {
	n := d.Rows()
	k, err := partsOr(f.K, n)
	if err != nil {
		return nil, err
	}
	order := span(0, n)
	if f.Shuffle {
		random.New(f.Seed).Shuffle(order)
	}
	part := make([]int, n)
	start := 0
	for i, size := range evenCounts(n, k) {
		for _, row := range order[start : start+size] {
			part[row] = i
		}
		start += size
	}
	return foldsOf(part, k), nil
}

// partsOr returns k, or 5 for 0, and fails if n rows cannot fill k parts.
func partsOr(k, n int) (int, error) {
	if k == 0 {
		k = 5
	}
	if k < 2 || k > n {
		return 0, fmt.Errorf("datasets: %d folds of %d rows, want at least 2 folds and a row for each", k, n)
	}
	return k, nil
}

// foldsOf returns the fold for each part, given the part of each row.
func foldsOf(part []int, k int) []Fold {
	folds := make([]Fold, k)
	for i := range folds {
		folds[i].Test = make([]int, 0, len(part)/k+1)
		folds[i].Train = make([]int, 0, len(part)-len(part)/k)
	}
	for row, p := range part {
		for i := range folds {
			if i == p {
				folds[i].Test = append(folds[i].Test, row)
			} else {
				folds[i].Train = append(folds[i].Train, row)
			}
		}
	}
	return folds
}
