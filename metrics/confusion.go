package metrics

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"
)

// Confusion counts items by class: Counts[actual][predicted].
type Confusion struct {
	Classes []string // the classes' names, or nil
	Counts  [][]int  // a row for each actual class, a column for each predicted one
}

// NewConfusion counts predictions against targets. With one column of
// predictions the classes are two, and predictions above threshold mean the
// second; with several, the largest is predicted, the first of equal ones. Targets
// are class indices (with one column of predictions −1 and +1 too) or one-hot.
//
// It fails if the matrices do not go together, a target is not one of the
// classes, a prediction is NaN, or there are names but not one for each class.
func NewConfusion(pred, target *mat.Dense, threshold float64, classes []string) (*Confusion, error) {
	rows, outputs := pred.Dims()
	r, targets := target.Dims()
	if r != rows || targets != 1 && targets != outputs {
		return nil, fmt.Errorf("metrics: predictions are %d×%d and targets %d×%d, want as many rows and 1 or %d columns",
			rows, outputs, r, targets, outputs)
	}
	n := max(outputs, 2)
	if classes != nil && len(classes) != n {
		return nil, fmt.Errorf("metrics: %d class names for %d classes", len(classes), n)
	}
	c := &Confusion{Classes: classes, Counts: make([][]int, n)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, n)
	}
	for i := range rows {
		actual, err := actualClass(target.RawRowView(i), n, outputs == 1)
		if err != nil {
			return nil, fmt.Errorf("metrics: row %d: %w", i, err)
		}
		predicted, err := predictedClass(pred.RawRowView(i), threshold)
		if err != nil {
			return nil, fmt.Errorf("metrics: row %d: %w", i, err)
		}
		c.Counts[actual][predicted]++
	}
	return c, nil
}

// actualClass returns the class of a target, an index below n or one-hot; binary
// allows −1 for class 0.
func actualClass(t []float64, n int, binary bool) (int, error) {
	if len(t) > 1 {
		return predictedClass(t, 0)
	}
	v := t[0]
	switch {
	case binary && v == -1:
		return 0, nil
	case !(v >= 0 && v < float64(n)) || v != float64(int(v)):
		return 0, fmt.Errorf("the target is %g, want a class from 0 to %d", v, n-1)
	}
	return int(v), nil
}

// predictedClass returns the place of the largest value, or of a single one
// whether it is above threshold.
func predictedClass(p []float64, threshold float64) (best int, err error) {
	for i, v := range p {
		if v != v {
			return 0, fmt.Errorf("column %d is NaN", i)
		}
		if v > p[best] {
			best = i
		}
	}
	if len(p) == 1 && p[0] > threshold {
		return 1, nil
	}
	return best, nil
}

// ClassScore has a class's scores against the rest.
type ClassScore struct {
	Class                 string  // its name, or its index
	Precision, Recall, F1 float64 // 0 where there is nothing to divide by
	Support               int     // items of the class
}

// PerClass returns precision, recall and F1 of every class.
func (c *Confusion) PerClass() []ClassScore {
	scores := make([]ClassScore, len(c.Counts))
	for k := range c.Counts {
		n := count{both: float64(c.Counts[k][k])}
		for j := range c.Counts {
			n.actual += float64(c.Counts[k][j])
			n.predicted += float64(c.Counts[j][k])
		}
		scores[k] = ClassScore{Class: c.name(k), Precision: quotient(n.both, n.predicted),
			Recall: quotient(n.both, n.actual), F1: quotient(2*n.both, n.predicted+n.actual), Support: int(n.actual)}
	}
	return scores
}

// Accuracy returns the share of items on the diagonal, 0 of none.
func (c *Confusion) Accuracy() float64 {
	right, all := 0, 0
	for i, row := range c.Counts {
		for j, n := range row {
			all += n
			if i == j {
				right += n
			}
		}
	}
	return quotient(float64(right), float64(all))
}

// String returns the table, a row for each actual class.
func (c *Confusion) String() string {
	width := 6
	for k, row := range c.Counts {
		width = max(width, utf8.RuneCountInString(c.name(k))+1)
		for _, n := range row {
			width = max(width, len(strconv.Itoa(n)))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s", width, "")
	for k := range c.Counts {
		fmt.Fprintf(&b, " %*s", width, c.name(k))
	}
	for k, row := range c.Counts {
		fmt.Fprintf(&b, "\n%-*s", width, c.name(k))
		for _, n := range row {
			fmt.Fprintf(&b, " %*d", width, n)
		}
	}
	return b.String()
}

// name returns the name of a class, or its index.
func (c *Confusion) name(k int) string {
	if k < len(c.Classes) {
		return c.Classes[k]
	}
	return strconv.Itoa(k)
}
