package metrics

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Confusion counts items by class: Counts[actual][predicted].
type Confusion struct {
	Classes []string // names, or nil
	Counts  [][]int
}

// NewConfusion counts predictions against targets. With one column of
// predictions the classes are two, told apart at threshold; with several, the
// largest is predicted. Targets are class indices or one-hot. It fails if the
// matrices do not have the same rows, or a target is not one of the classes.
func NewConfusion(pred, target *mat.Dense, threshold float64, classes []string) (*Confusion, error) {
	rows, outputs := pred.Dims()
	r, targets := target.Dims()
	if r != rows || targets != 1 && targets != outputs {
		return nil, fmt.Errorf("metrics: predictions are %d×%d and targets %d×%d", rows, outputs, r, targets)
	}
	n := max(outputs, 2)
	c := &Confusion{Classes: classes, Counts: make([][]int, n)}
	for i := range c.Counts {
		c.Counts[i] = make([]int, n)
	}
	for i := range rows {
		actual, predicted := classOf64(target.RawRowView(i)), 0
		if outputs > 1 {
			predicted = largest64(pred.RawRowView(i))
		} else if pred.At(i, 0) > threshold {
			predicted = 1
		}
		if actual < 0 || actual >= n {
			return nil, fmt.Errorf("metrics: row %d is of class %d, want 0 to %d", i, actual, n-1)
		}
		c.Counts[actual][predicted]++
	}
	return c, nil
}

// ClassScore has a class's scores against the rest.
type ClassScore struct {
	Class                 string
	Precision, Recall, F1 float64
	Support               int // items of the class
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

// Accuracy returns the share of items on the diagonal.
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
	for k := range c.Counts {
		width = max(width, len(c.name(k))+1)
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
	return fmt.Sprint(k)
}

func classOf64(t []float64) int {
	if len(t) == 1 {
		return max(int(t[0]), 0)
	}
	return largest64(t)
}

func largest64(x []float64) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
