package optim

import (
	"errors"
	"fmt"
)

// WarmUp goes up in a straight line, η·(s+1)/(Over+1), over the first Over updates
// or epochs, and then follows Then, whose time starts there; the whole fit is for
// Then what is left of it. The first rate is not 0, so that the first update is
// not lost.
type WarmUp struct {
	Over     int      // at least 1
	Then     Schedule // nil: the rate stays at η
	PerEpoch bool     // Over counts epochs; Then has its own
}

// Rate returns the rate on the line, or Then's.
func (d WarmUp) Rate(base float64, t Time) float64 {
	s := t.count(d.PerEpoch)
	if over := float64(max(d.Over, 1)); s < over {
		return base * (s + 1) / (over + 1)
	}
	if d.Then == nil {
		return base
	}
	return d.Then.Rate(base, t.after(max(d.Over, 1), d.PerEpoch))
}

// Check reports every field out of range, those of Then included.
func (d WarmUp) Check() error {
	err := checkSchedule(d.Then)
	if err != nil {
		err = fmt.Errorf("WarmUp.Then: %w", err)
	}
	return errors.Join(atLeast("WarmUp.Over", float64(d.Over), 1), err)
}

func init() { RegisterSchedule("WarmUp", WarmUp{}) }
