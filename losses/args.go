package losses

import "math"

// Args are the numbers of one evaluation of a [Loss] over Rows items: the rows
// of a batch, or each step of a sequence.
type Args struct {
	Rows int // number of items
	// Pred has Size predictions per item, Target has TargetSize numbers per item.
	Pred, Target     []float32
	Size, TargetSize int
	// Loss receives the loss of each item, without its weight.
	Loss []float32
	// Grad receives Scale[i]·∂loss_i/∂Pred, or is nil. It does not overlap Pred.
	Grad []float32
	// Scale has the factor of each item's gradient: its weight over the number of
	// items. Nil: Uniform for all.
	Scale   []float32
	Uniform float32 // the factor where Scale is nil
}

// ScaleOf returns the factor of item i's gradient.
func (a *Args) ScaleOf(i int) float32 {
	if a.Scale == nil {
		return a.Uniform
	}
	return a.Scale[i]
}

// item returns predictions and targets of item i, and the place of its gradient
// and what multiplies it. An item that does not count, of scale 0, gets its zero
// gradient here, whatever its derivatives are: grad is nil then, as where no
// gradient is wanted.
func (a *Args) item(i int) (pred, target, grad []float32, scale float64) {
	lo, hi := i*a.Size, (i+1)*a.Size
	pred, target = a.Pred[lo:hi], a.Target[i*a.TargetSize:(i+1)*a.TargetSize]
	if a.Grad == nil {
		return pred, target, nil, 0
	}
	scale = float64(a.ScaleOf(i))
	if scale == 0 {
		clear(a.Grad[lo:hi])
		return pred, target, nil, 0
	}
	return pred, target, a.Grad[lo:hi], scale
}

// epsilon is the least number that logarithms and quotients see, as in Keras.
const epsilon = 1e-7

func clip(x, lo, hi float64) float64 { return min(max(x, lo), hi) }

// single returns x as a float32, 0 where that would be subnormal: products with
// subnormal numbers are many times slower.
func single(x float64) float32 {
	if math.Abs(x) < 0x1p-126 {
		return 0
	}
	return float32(x)
}

// direction returns the sign of e, e itself for 0 and NaN.
func direction(e float64) float64 {
	switch {
	case e > 0:
		return 1
	case e < 0:
		return -1
	}
	return e
}
