package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// fillOrthogonal draws a matrix of normal numbers, at least as high as wide, and
// takes Q of its QR factorization, with the sign of each column turned so that
// the diagonal of R is positive: this makes Q unique and so, as its distribution
// does not change by rotation, uniform (Mezzadri 2007).
func (i Init) fillOrthogonal(dst []float32, shape tensor.Shape, r *random.Source) error {
	if len(shape) < 2 {
		return fmt.Errorf("initializer %v: shape %v, want at least two axes", i, shape)
	}
	cols := shape.Last()
	rows := len(dst) / cols
	high, wide := max(rows, cols), min(rows, cols)
	a := make([]float64, high*wide)
	for k := range a {
		a[k] = r.Normal()
	}
	q, upper := fmath.QR(a, high, wide)
	for w := range wide {
		gain := i.a * math.Copysign(1, upper[w*wide+w])
		for h := range high {
			x := float32(gain * q[h*wide+w])
			if rows >= cols {
				dst[h*cols+w] = x
			} else {
				dst[w*cols+h] = x
			}
		}
	}
	return nil
}

func (i Init) fillIdentity(dst []float32, shape tensor.Shape) error {
	if len(shape) != 2 {
		return fmt.Errorf("initializer %v: shape %v, want two axes", i, shape)
	}
	clear(dst)
	for k := range min(shape[0], shape[1]) {
		dst[k*shape[1]+k] = float32(i.a)
	}
	return nil
}

// fillForgetBias fills in 0, and 1 in the second quarter of each row.
func (i Init) fillForgetBias(dst []float32, shape tensor.Shape) error {
	n := shape.Last()
	if n%4 != 0 {
		return fmt.Errorf("initializer %v: the last axis of shape %v is %d, want a multiple of 4", i, shape, n)
	}
	for k := range dst {
		dst[k] = 0
		if at := k % n; at >= n/4 && at < n/2 {
			dst[k] = 1
		}
	}
	return nil
}
