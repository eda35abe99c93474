package datasets

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// StratifiedKFold is [KFold] with the classes in proportion: the parts' numbers
// of rows of a class, and of all rows, differ by at most one. Without Shuffle the
// rows of a class go to the parts in order, as in scikit-learn.
type StratifiedKFold struct {
	// K is the number of parts, at least 2; 0 means 5.
	K int
	// Shuffle draws the parts at random.
	Shuffle bool
	// Seed decides the draws of Shuffle.
	Seed uint64
}

// Folds returns K folds. It fails if a class has fewer rows than K.
func (f StratifiedKFold) Folds(d *Dataset) ([]Fold, error) {
	n := d.Rows()
	k, err := partsOr(f.K, n)
	if err != nil {
		return nil, err
	}
	s, err := strataOf(d)
	if err != nil {
		return nil, err
	}
	if err := s.need(k, fmt.Sprintf("a division into %d folds", k)); err != nil {
		return nil, err
	}
	draw := random.New(f.Seed)
	rows := make([][]int, len(s.counts))
	for row, class := range s.class {
		rows[class] = append(rows[class], row)
	}
	part := make([]int, n)
	dealt := 0
	for class, count := range s.counts {
		parts := dealParts(dealt, count, k)
		if f.Shuffle {
			draw.Shuffle(parts)
		}
		for i, row := range rows[class] {
			part[row] = parts[i]
		}
		dealt += count
	}
	return foldsOf(part, k), nil
}

// dealParts deals count rows to k parts like cards, after so many have been
// dealt before, and returns the parts in ascending order.
func dealParts(dealt, count, k int) []int {
	sizes := make([]int, k)
	for i := range count {
		sizes[(dealt+i)%k]++
	}
	parts := make([]int, 0, count)
	for p, size := range sizes {
		for range size {
			parts = append(parts, p)
		}
	}
	return parts
}
