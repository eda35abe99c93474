package solve

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// DE says how [DifferentialEvolution] searches.
type DE struct {
	// Population is the number of points for each dimension; default 15. There
	// are at least 5 in all.
	Population int
	// F scales the differences that are added, usually from 0.4 to 1. 0: drawn
	// anew for each generation from [0.5, 1), which is called dither.
	F float64
	// CR is the share of coordinates that a trial takes from the mutant; default 0.7.
	CR float64
	// MaxIter is the most generations; default 1000.
	MaxIter int
	// Tol ends the search when the standard deviation of the population's values is
	// at most Tol times the absolute value of their mean; default 0.01.
	Tol  float64
	Seed uint64
	// Polish goes on from the best point by a quasi-Newton search with differences
	// for derivatives, and keeps what is lower. It helps where f is smooth.
	Polish bool
}

// Search is how a search went.
type Search struct {
	Generations int
	Evaluations int  // calls of f
	Converged   bool // the values came as close together as Tol asks
}

// DifferentialEvolution returns a point x within bounds, low and high of each
// coordinate, with the lowest value that f showed, and that value. f is called from
// this goroutine alone, must not keep its argument, and counts as +Inf where it
// returns NaN. Bounds are finite, in any order.
//
// The strategy is best/1/bin (Storn and Price 1997): a trial takes coordinates from
// best + F·(a − b), for two other points a and b, and at least one; those outside
// the bounds are drawn anew; the trial replaces its parent at once where it is not
// worse. The first points are a Latin hypercube.
func DifferentialEvolution(f func([]float64) float64, bounds [][2]float64, o DE) (x []float64, fx float64, s Search) {
	e := newEvolution(f, bounds, o)
	for s.Generations < e.MaxIter {
		e.generation()
		s.Generations++
		if s.Converged = e.converged(); s.Converged {
			break
		}
	}
	x, fx = e.points[e.best], e.values[e.best]
	if e.Polish {
		x, fx = descend(e.value, e.low, e.high, x, fx)
	}
	s.Evaluations = e.calls
	return x, fx, s
}

// evolution is a search under way.
type evolution struct {
	DE
	f         func([]float64) float64
	low, high []float64
	rng       *random.Source
	points    [][]float64
	values    []float64
	best      int
	calls     int
	trial     []float64
}

func newEvolution(f func([]float64) float64, bounds [][2]float64, o DE) *evolution {
	e := &evolution{DE: o, f: f, rng: random.New(random.Derive(o.Seed, 0)), trial: make([]float64, len(bounds))}
	if e.Population <= 0 {
		e.Population = 15
	}
	if e.CR == 0 {
		e.CR = 0.7
	}
	if e.MaxIter <= 0 {
		e.MaxIter = 1000
	}
	if e.Tol == 0 {
		e.Tol = 0.01
	}
	for _, b := range bounds {
		e.low, e.high = append(e.low, min(b[0], b[1])), append(e.high, max(b[0], b[1]))
	}
	e.start(max(5, e.Population*len(bounds)))
	return e
}

// value is f, counted, with +Inf for NaN.
func (e *evolution) value(x []float64) float64 {
	e.calls++
	if y := e.f(x); y == y {
		return y
	}
	return math.Inf(1)
}

// start draws n points, one in each of n slices of every coordinate.
func (e *evolution) start(n int) {
	e.points, e.values = make([][]float64, n), make([]float64, n)
	for i := range e.points {
		e.points[i] = make([]float64, len(e.low))
	}
	for j := range e.low {
		for i, slice := range e.rng.Perm(n) {
			e.points[i][j] = e.within(j, (float64(slice)+e.rng.Float64())/float64(n))
		}
	}
	for i, x := range e.points {
		e.values[i] = e.value(x)
		if e.values[i] < e.values[e.best] {
			e.best = i
		}
	}
}

// within returns the point at a share of the way from low to high.
func (e *evolution) within(j int, share float64) float64 {
	return min(e.low[j]+float64(share*(e.high[j]-e.low[j])), e.high[j])
}

// generation gives each point one trial.
func (e *evolution) generation() {
	factor := e.F
	if factor == 0 {
		factor = 0.5 + e.rng.Float64()/2
	}
	for i, parent := range e.points {
		e.mutate(i, factor)
		if y := e.value(e.trial); y <= e.values[i] {
			copy(parent, e.trial)
			e.values[i] = y
			if y < e.values[e.best] {
				e.best = i
			}
		}
	}
}

// mutate makes the trial of point i.
func (e *evolution) mutate(i int, factor float64) {
	a := e.other(i, i)
	b := e.other(i, a)
	copy(e.trial, e.points[i])
	if len(e.trial) == 0 {
		return
	}
	sure := e.rng.IntN(len(e.trial))
	for j := range e.trial {
		if e.rng.Float64() >= e.CR && j != sure {
			continue
		}
		x := e.points[e.best][j] + float64(factor*(e.points[a][j]-e.points[b][j]))
		if !(x >= e.low[j] && x <= e.high[j]) {
			x = e.within(j, e.rng.Float64())
		}
		e.trial[j] = x
	}
}

// other draws a point that is neither of two.
func (e *evolution) other(i, k int) int {
	for {
		if n := e.rng.IntN(len(e.points)); n != i && n != k {
			return n
		}
	}
}

// converged reports whether the population's values lie close together.
func (e *evolution) converged() bool {
	for _, y := range e.values {
		if math.IsInf(y, 0) {
			return false
		}
	}
	mean, variance := fmath.Variance(e.values, 0)
	return math.Sqrt(variance) <= math.Abs(mean)*e.Tol
}
