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
	Seed    uint64
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

// StratifiedKFold is [KFold] with the classes in proportion: the parts' numbers
// of rows of a class, and of all rows, differ by at most one. Without Shuffle the
// rows of a class go to the parts in order, as in scikit-learn.
type StratifiedKFold struct {
	// K is the number of parts, at least 2; 0 means 5.
	K int
	// Shuffle draws the parts at random.
	Shuffle bool
	Seed    uint64
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

// RepeatedKFold is [KFold] or [StratifiedKFold] again and again, shuffled each
// time in another way.
type RepeatedKFold struct {
	// K is the number of parts, at least 2; 0 means 5.
	K int
	// Repeats is the number of divisions, 0 means 10.
	Repeats int
	// Stratify keeps the classes in proportion.
	Stratify bool
	Seed     uint64
}

// Folds returns K·Repeats folds, those of one division next to each other.
func (f RepeatedKFold) Folds(d *Dataset) ([]Fold, error) {
	repeats, err := timesOr(f.Repeats, 10, "repeats")
	if err != nil {
		return nil, err
	}
	var all []Fold
	for i := range repeats {
		seed := random.Derive(f.Seed, uint64(i))
		var s Splitter = KFold{K: f.K, Shuffle: true, Seed: seed}
		if f.Stratify {
			s = StratifiedKFold{K: f.K, Shuffle: true, Seed: seed}
		}
		folds, err := s.Folds(d)
		if err != nil {
			return nil, err
		}
		all = append(all, folds...)
	}
	return all, nil
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
