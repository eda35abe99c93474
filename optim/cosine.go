package optim

import (
	"errors"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// Cosine is η·((1−Floor)·(1+cos(π·s/Over))/2 + Floor): from η to Floor·η along half
// a cosine over the first Over updates or epochs, where it stays (Loshchilov and
// Hutter 2017).
type Cosine struct {
	Floor    float64 // share of η that is left, from 0 to 1
	Over     int     // as in [Linear]
	PerEpoch bool    // s counts epochs
}

// CosineRestarts repeats a [Cosine], the first time over First updates or epochs,
// and each time Longer times as long and from Shrink times the height: warm
// restarts (Loshchilov and Hutter 2017), the cycles of snapshot ensembles (Huang
// et al. 2017). In cycle c, from 0, of which a share x is behind, the rate is
// η·((1−Floor)·Shrink^c·(1+cos(π·x))/2 + Floor).
type CosineRestarts struct {
	First    int       // length of the first cycle, at least 1
	Longer   opt.Float // at least 1; default 1 (Keras: 2)
	Shrink   opt.Float // from 0; default 1
	Floor    float64   // share of η that is left at a cycle's end, from 0 to 1
	PerEpoch bool      // First and s count epochs
}

// Rate returns the rate on the cosine.
func (d Cosine) Rate(base float64, t Time) float64 {
	return base * blend(halfCosine(t.progress(d.Over, d.PerEpoch)), d.Floor)
}

// Rate returns the rate in the cycle that t lies in.
func (d CosineRestarts) Rate(base float64, t Time) float64 {
	s, length, height := t.count(d.PerEpoch), float64(max(d.First, 1)), 1.0
	longer, shrink := max(d.Longer.Or(1), 1), d.Shrink.Or(1)
	if longer == 1 {
		cycles := math.Floor(s / length)
		s -= float64(cycles * length)
		height = fmath.Pow(shrink, cycles)
	}
	for s >= length {
		s -= length
		length *= longer
		height *= shrink
	}
	return base * blend(height*halfCosine(s/length), d.Floor)
}

// halfCosine goes from 1 at 0 to 0 at 1.
func halfCosine(x float64) float64 { return (1 + fmath.Cos(math.Pi*x)) / 2 }

// Check reports every field out of range.
func (d Cosine) Check() error {
	return errors.Join(within("Cosine.Floor", d.Floor, 0, 1), atLeast("Cosine.Over", float64(d.Over), 0))
}

// Check reports every field out of range.
func (d CosineRestarts) Check() error {
	return errors.Join(atLeast("CosineRestarts.First", float64(d.First), 1),
		atLeast("CosineRestarts.Longer", d.Longer.Or(1), 1),
		atLeast("CosineRestarts.Shrink", d.Shrink.Or(1), 0),
		within("CosineRestarts.Floor", d.Floor, 0, 1))
}

func init() {
	RegisterSchedule("Cosine", Cosine{})
	RegisterSchedule("CosineRestarts", CosineRestarts{})
}
