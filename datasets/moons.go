package datasets

import (
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Moons places rows evenly on two half circles that reach into each other,
// class 0 on the upper one and class 1 on the lower one, and adds noise:
// scikit-learn's make_moons. X has two columns, Y one of class indices.
type Moons struct {
	// Samples is the number of rows, 0 means 100: half for each moon, the odd one
	// to the lower.
	Samples int
	// Counts are the rows of the upper and of the lower moon, in place of
	// Samples. Both 0: Samples.
	Counts [2]int
	// Noise is the standard deviation of Gaussian noise on both coordinates.
	Noise float64
	// NoShuffle leaves the rows in order, the upper moon first.
	NoShuffle bool
	// Seed decides all draws, see [Generator].
	Seed uint64
}

// Check reports the first argument that Make cannot take.
func (m Moons) Check() error { return checkTwo("Moons", m.Samples, m.Counts, m.Noise) }

// Make draws the data set. It panics with the error of Check.
func (m Moons) Make() *Dataset {
	mustBeFine(m.Check())
	counts := countsOfTwo(m.Samples, m.Counts)
	x := make([]float64, 0, 2*(counts[0]+counts[1]))
	for i := range counts[0] {
		sin, cos := fmath.SinCos(halfTurn(i, counts[0]))
		x = append(x, cos, sin)
	}
	for i := range counts[1] {
		sin, cos := fmath.SinCos(halfTurn(i, counts[1]))
		x = append(x, 1-cos, 1-sin-0.5)
	}
	return finishTwo(x, counts, m.Noise, m.NoShuffle, m.Seed)
}

// halfTurn returns the i-th of n even steps from 0 to π.
func halfTurn(i, n int) float64 {
	switch i {
	case 0:
		return 0
	case n - 1:
		return math.Pi
	}
	return float64(i) * (math.Pi / float64(n-1))
}
