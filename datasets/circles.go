package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/npyrandom"
	"github.com/goodfit-ml/goodfit/opt"
)

// Circles places rows evenly on two circles about the origin, class 0 on the
// outer one of radius 1 and class 1 on the inner one, and adds noise:
// scikit-learn's make_circles. X has two columns, Y one of class indices.
type Circles struct {
	// Samples is the number of rows, 0 means 100: half for each circle, the odd
	// one to the inner.
	Samples int
	// Counts are the rows of the outer and of the inner circle, in place of
	// Samples. Both 0: Samples.
	Counts [2]int
	// Noise is the standard deviation of Gaussian noise on both coordinates.
	Noise float64
	// Factor is the radius of the inner circle, 0 ≤ Factor < 1, 0.8 by default.
	Factor opt.Float
	// NoShuffle leaves the rows in order, the outer circle first.
	NoShuffle bool
	// Seed decides all draws, see [Generator].
	Seed uint64
}

// Check reports the first argument that Make cannot take.
func (c Circles) Check() error {
	if f := c.Factor.Or(0.8); !(f >= 0 && f < 1) {
		return fmt.Errorf("datasets: Circles: Factor is %g, want at least 0 and less than 1", f)
	}
	return checkTwo("Circles", c.Samples, c.Counts, c.Noise)
}

// Make draws the data set. It panics with the error of Check.
func (c Circles) Make() *Dataset {
	mustBeFine(c.Check())
	counts := countsOfTwo(c.Samples, c.Counts)
	x := make([]float64, 0, 2*(counts[0]+counts[1]))
	for class, radius := range []float64{1, c.Factor.Or(0.8)} {
		step := 2 * math.Pi / float64(counts[class])
		for i := range counts[class] {
			sin, cos := fmath.SinCos(float64(i) * step)
			x = append(x, cos*radius, sin*radius)
		}
	}
	return finishTwo(x, counts, c.Noise, c.NoShuffle, c.Seed)
}

func checkTwo(generator string, samples int, counts [2]int, noise float64) error {
	return firstError(
		atLeast(generator, "Samples", samples, 0), atLeast(generator, "Counts[0]", counts[0], 0),
		atLeast(generator, "Counts[1]", counts[1], 0), spread(generator, "Noise", noise))
}

func countsOfTwo(samples int, counts [2]int) []int {
	if counts != [2]int{} {
		return counts[:]
	}
	if samples == 0 {
		samples = defaultSamples
	}
	return []int{samples / 2, samples - samples/2}
}

// finishTwo shuffles first and adds the noise then, as scikit-learn does.
func finishTwo(x []float64, counts []int, noise float64, noShuffle bool, seed uint64) *Dataset {
	draw := npyrandom.New(seed)
	rows := counts[0] + counts[1]
	d := &Dataset{X: mat.NewDense(rows, 2, x), Y: classColumn(counts)}
	if !noShuffle {
		d = d.Take(draw.Perm(rows))
	}
	if noise > 0 {
		addNoise(d.X, noise, draw)
	}
	return d
}
