package nn

import (
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Apply changes w, a parameter of the given shape, so that the constraint holds.
// It allocates nothing. The squares of a norm are added in float64, in ascending
// order.
func (c Constraint) Apply(w []float32, shape tensor.Shape) {
	last := shape.Last()
	switch {
	case c.kind == unconstrained || len(w) == 0:
	case c.kind == nonNegative:
		for i, v := range w {
			if v < 0 {
				w[i] = 0
			}
		}
	case c.rowwise || len(shape) < 2:
		for lo := 0; lo < len(w); lo += last {
			c.constrainVector(w[lo : lo+last])
		}
	default:
		for lo := 0; lo < last; lo += columnBlock {
			c.constrainColumns(w, last, lo, min(lo+columnBlock, last))
		}
	}
}

// columnBlock is the number of columns that are constrained together, so that
// rows are read in order and the norms lie on the stack.
const columnBlock = 64

// constrainColumns applies c to columns lo to hi-1 of a matrix of the given width.
func (c Constraint) constrainColumns(w []float32, width, lo, hi int) {
	var memory [columnBlock]float64
	column := memory[:hi-lo]
	for at := lo; at < len(w); at += width {
		for j, v := range w[at : at+len(column)] {
			column[j] += float64(float64(v) * float64(v))
		}
	}
	changed := false
	for j, sum := range column {
		column[j] = c.factor(sum)
		changed = changed || column[j] != 1
	}
	if !changed {
		return
	}
	for at := lo; at < len(w); at += width {
		row := w[at : at+len(column)]
		for j, v := range row {
			row[j] = float32(float64(v) * column[j])
		}
	}
}

// constrainVector applies c to contiguous values.
func (c Constraint) constrainVector(w []float32) {
	sum := 0.0
	for _, v := range w {
		sum += float64(float64(v) * float64(v))
	}
	if f := c.factor(sum); f != 1 {
		for i, v := range w {
			w[i] = float32(float64(v) * f)
		}
	}
}

// factor returns what a vector with the given sum of squares is multiplied by.
func (c Constraint) factor(sum float64) float64 {
	norm := math.Sqrt(sum)
	switch {
	case norm == 0 || norm != norm:
		return 1
	case norm > c.hi:
		return c.toward(c.hi, norm)
	case norm < c.lo:
		return c.toward(c.lo, norm)
	}
	return 1
}

// toward returns the factor that moves a norm by the part rate of its way to goal.
func (c Constraint) toward(goal, norm float64) float64 {
	return float64(c.rate*goal)/norm + (1 - c.rate)
}
