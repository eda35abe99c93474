package solve

import (
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// descent is a projected quasi-Newton search (BFGS) under way: coordinates at a bound
// that the gradient pushes outwards stay there.
type descent struct {
	f         func([]float64) float64
	low, high []float64
	x, g      []float64
	fx        float64
	inverse   [][]float64 // approximate inverse of the Hessian
	free      []bool      // of the step before
}

// descend goes downhill from x, whose value is fx, within the bounds, and returns
// the lowest point it came to; x is left as it is.
func descend(f func([]float64) float64, low, high, x []float64, fx float64) ([]float64, float64) {
	d := &descent{f: f, low: low, high: high, x: slices.Clone(x), fx: fx}
	d.reset()
	d.g = d.gradient(d.x)
	for range 50 + 20*len(x) {
		if !d.step() {
			break
		}
	}
	return d.x, d.fx
}

// reset forgets the curvature.
func (d *descent) reset() {
	d.inverse = make([][]float64, len(d.x))
	for i := range d.inverse {
		d.inverse[i] = make([]float64, len(d.x))
		d.inverse[i][i] = 1
	}
}

// gradient returns central differences, shorter at a bound.
func (d *descent) gradient(x []float64) []float64 {
	g, at := make([]float64, len(x)), slices.Clone(x)
	for i, v := range x {
		h := float64(6e-6 * max(1, math.Abs(v))) // ∛ε: rounding and curvature weigh the same
		from, to := max(v-h, d.low[i]), min(v+h, d.high[i])
		if from == to {
			continue
		}
		at[i] = to
		up := d.f(at)
		at[i] = from
		g[i] = (up - d.f(at)) / (to - from)
		at[i] = v
	}
	return g
}

// step goes one step down; false if there is none.
func (d *descent) step() bool {
	free := make([]bool, len(d.x))
	for i, v := range d.x {
		free[i] = !(v <= d.low[i] && d.g[i] >= 0 || v >= d.high[i] && d.g[i] <= 0)
	}
	fresh := !slices.Equal(free, d.free)
	if fresh {
		d.reset()
		d.free = free
	}
	if d.search() {
		return true
	}
	if fresh {
		return false
	}
	d.reset()
	return d.search()
}

// search halves the quasi-Newton step until it lowers f enough.
func (d *descent) search() bool {
	direction := make([]float64, len(d.x))
	for i, row := range d.inverse {
		if !d.free[i] {
			continue
		}
		for j, h := range row {
			if d.free[j] {
				direction[i] -= float64(h * d.g[j])
			}
		}
	}
	next, move := make([]float64, len(d.x)), make([]float64, len(d.x))
	for t := 1.0; t > 1e-12; t /= 2 {
		for i, v := range d.x {
			next[i] = min(max(v+float64(t*direction[i]), d.low[i]), d.high[i])
			move[i] = next[i] - v
		}
		slope := fmath.Dot(d.g, move)
		if !(slope < 0) {
			continue
		}
		if y := d.f(next); y <= d.fx+float64(1e-4*slope) && y < d.fx {
			d.accept(next, move, y)
			return true
		}
	}
	return false
}

// accept moves to a new point and learns the curvature between the two.
func (d *descent) accept(next, s []float64, y float64) {
	g := d.gradient(next)
	change := make([]float64, len(g))
	for i := range g {
		if d.free[i] {
			change[i] = g[i] - d.g[i]
		} else {
			s[i] = 0
		}
	}
	d.x, d.g, d.fx = next, g, y
	if sy := fmath.Dot(s, change); sy > 1e-12*float64(fmath.Norm2(s)*fmath.Norm2(change)) {
		d.update(s, change, sy)
	}
}

// update is the BFGS formula for the inverse: H + (1 + yᵀHy/sy)·ssᵀ/sy − (Hysᵀ + syᵀH)/sy.
func (d *descent) update(s, y []float64, sy float64) {
	hy := make([]float64, len(s))
	for i, row := range d.inverse {
		hy[i] = fmath.Dot(row, y)
	}
	factor := (1 + fmath.Dot(y, hy)/sy) / sy
	for i, row := range d.inverse {
		for j := range row {
			cross := float64(hy[i]*s[j]) + float64(s[i]*hy[j])
			row[j] += float64(factor*float64(s[i]*s[j])) - cross/sy
		}
	}
}
