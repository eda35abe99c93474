package datasets

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// strata are the classes of rows, for splits that keep their proportions. Two
// rows are of one class if their targets are equal, so class indices, one-hot
// columns and −1 and 1 will all do.
type strata struct {
	class  []int    // of each row, 0 for the first to appear
	counts []int    // rows of each class
	names  []string // as an error shows it
}

// strataOf fails without targets, and if one is NaN.
func strataOf(d *Dataset) (*strata, error) {
	if d.Y == nil || d.Y.IsEmpty() {
		return nil, fmt.Errorf("datasets: a stratified split needs targets")
	}
	n := d.Rows()
	target := func(row int) []float64 { return d.Y.RawRowView(row) }
	byTarget := span(0, n)
	for _, row := range byTarget {
		if slices.ContainsFunc(target(row), math.IsNaN) {
			return nil, fmt.Errorf("datasets: a stratified split needs targets, but row %d has NaN", row)
		}
	}
	slices.SortStableFunc(byTarget, func(a, b int) int { return slices.Compare(target(a), target(b)) })
	var groups [][]int
	for start, i := 0, 1; i <= n; i++ {
		if i == n || !slices.Equal(target(byTarget[i]), target(byTarget[start])) {
			groups = append(groups, byTarget[start:i])
			start = i
		}
	}
	slices.SortFunc(groups, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	s := &strata{class: make([]int, n)}
	for class, rows := range groups {
		for _, row := range rows {
			s.class[row] = class
		}
		s.counts = append(s.counts, len(rows))
		s.names = append(s.names, d.targetText(rows[0]))
	}
	return s, nil
}

// targetText returns the target of a row as an error shows it: the name of its
// class if it has one.
func (d *Dataset) targetText(row int) string {
	y := d.Y.RawRowView(row)
	if len(y) > 1 {
		return fmt.Sprint(y)
	}
	if i := int(y[0]); i >= 0 && i < len(d.Classes) && float64(i) == y[0] {
		return fmt.Sprintf("%q", d.Classes[i])
	}
	return fmt.Sprintf("%g", y[0])
}

// need reports a class with fewer rows than are needed.
func (s *strata) need(rows int, why string) error {
	for class, n := range s.counts {
		if n < rows {
			return fmt.Errorf("datasets: class %s has %d rows, but %s needs at least %d of each class", s.names[class], n, why, rows)
		}
	}
	return nil
}

// holdOut puts m of the rows into the test part, the first of each class in the
// given order.
func (s *strata) holdOut(order []int, m int) (Fold, error) {
	n, k := len(s.class), len(s.counts)
	if err := s.need(2, "a stratified split"); err != nil {
		return Fold{}, err
	}
	if m < k || n-m < k {
		return Fold{}, fmt.Errorf("datasets: a stratified split of %d rows into %d and %d cannot have all %d classes in both", n, n-m, m, k)
	}
	left := s.allocate(m)
	var f Fold
	for _, row := range order {
		if c := s.class[row]; left[c] > 0 {
			left[c]--
			f.Test = append(f.Test, row)
		} else {
			f.Train = append(f.Train, row)
		}
	}
	return f, nil
}

// allocate divides m rows among the classes in proportion to their counts, by
// largest remainders, with at least one of each class on both sides.
func (s *strata) allocate(m int) []int {
	n, sum := len(s.class), 0
	out := make([]int, len(s.counts))
	for c, count := range s.counts {
		out[c] = min(max(count*m/n, 1), count-1)
		sum += out[c]
	}
	owed := func(c int) int { return s.counts[c]*m - out[c]*n } // in units of 1/n rows
	for ; sum != m; sum += step(sum, m) {
		best := -1
		for c, count := range s.counts {
			switch {
			case sum < m && out[c] < count-1 && (best < 0 || owed(c) > owed(best)),
				sum > m && out[c] > 1 && (best < 0 || owed(c) < owed(best)):
				best = c
			}
		}
		out[best] += step(sum, m)
	}
	return out
}

func step(from, to int) int {
	if from < to {
		return 1
	}
	return -1
}
