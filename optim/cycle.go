package optim

import (
	"errors"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// Cyclic goes up from η to Top·η over Half updates or epochs and down again, in
// straight lines and for ever; each cycle's height above η is Shrink times the
// last one's (Smith 2017).
type Cyclic struct {
	Top      float64   // at least 1
	Half     int       // at least 1; usually the updates of 2 to 10 epochs
	Shrink   opt.Float // from 0; default 1 ("triangular"); 0.5 is "triangular2"
	PerEpoch bool      // Half counts epochs
}

// OneCycle goes up from η/Start to η over the first Up of the fit, and down to
// η/Start/End over the rest, both along half a cosine: the 1cycle policy (Smith
// and Topin 2019) with PyTorch's defaults. η is the highest rate.
type OneCycle struct {
	Over     int       // updates or epochs, as in [Linear]
	Up       opt.Float // share of Over, from 0 to 1; default 0.3
	Start    float64   // above 0; default 25
	End      float64   // above 0; default 1e4
	PerEpoch bool      // Over counts epochs
}

// Rate returns the rate in the cycle that t lies in.
func (d Cyclic) Rate(base float64, t Time) float64 {
	s, half := t.count(d.PerEpoch), float64(max(d.Half, 1))
	cycle := math.Floor(s / float64(2*half))
	far := math.Abs(s/half - float64(2*cycle) - 1) // 1 at both ends of a cycle, 0 at its top
	height := (d.Top - 1) * (1 - far) * fmath.Pow(d.Shrink.Or(1), cycle)
	return base * (1 + float64(height))
}

// Rate returns the rate on the way up or down.
func (d OneCycle) Rate(base float64, t Time) float64 {
	at, up := t.progress(d.Over, d.PerEpoch), d.Up.Or(0.3)
	low := 1 / orDefault(d.Start, 25)
	switch {
	case at < up:
		return base * blend(1-halfCosine(at/up), low)
	case up >= 1:
		return base
	}
	return base * blend(halfCosine((at-up)/(1-up)), low/orDefault(d.End, 1e4))
}

// Check reports every field out of range.
func (d Cyclic) Check() error {
	return errors.Join(atLeast("Cyclic.Top", d.Top, 1), atLeast("Cyclic.Half", float64(d.Half), 1),
		atLeast("Cyclic.Shrink", d.Shrink.Or(1), 0))
}

// Check reports every field out of range.
func (d OneCycle) Check() error {
	return errors.Join(atLeast("OneCycle.Over", float64(d.Over), 0), within("OneCycle.Up", d.Up.Or(0.3), 0, 1),
		positive("OneCycle.Start", orDefault(d.Start, 25)), positive("OneCycle.End", orDefault(d.End, 1e4)))
}

func init() {
	RegisterSchedule("Cyclic", Cyclic{})
	RegisterSchedule("OneCycle", OneCycle{})
}
