package optim

import (
	"errors"
	"fmt"
	"math"
)

// orDefault returns x, or def if x is 0.
func orDefault(x, def float64) float64 {
	if x == 0 {
		return def
	}
	return x
}

// checkSettings reports every common field out of range.
func checkSettings(name string, s Settings) error {
	return errors.Join(positive(name+".Rate", s.Rate), atLeast(name+".Decay", s.Decay, 0),
		atLeast(name+".Clip.Value", s.Clip.Value, 0), atLeast(name+".Clip.Norm", s.Clip.Norm, 0),
		atLeast(name+".Clip.GlobalNorm", s.Clip.GlobalNorm, 0), checkSchedule(s.Schedule))
}

// checkSchedule checks a schedule that can be checked.
func checkSchedule(s Schedule) error {
	if c, ok := s.(interface{ Check() error }); ok {
		return c.Check()
	}
	return nil
}

// share reports a value outside [0, 1).
func share(name string, x float64) error {
	if !(x >= 0 && x < 1) {
		return fmt.Errorf("%s is %g, want from 0 to below 1", name, x)
	}
	return nil
}

// within reports a value outside [lo, hi].
func within(name string, x, lo, hi float64) error {
	if !(x >= lo && x <= hi) {
		return fmt.Errorf("%s is %g, want from %g to %g", name, x, lo, hi)
	}
	return nil
}

// atLeast reports a value below lo, or infinite.
func atLeast(name string, x, lo float64) error {
	if !(x >= lo) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g, want a number of at least %g", name, x, lo)
	}
	return nil
}

// positive reports a value that is not above 0, or infinite.
func positive(name string, x float64) error {
	if !(x > 0) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g, want a number above 0", name, x)
	}
	return nil
}

// epsilon reports a value that is not above 0 as a float32 of full precision.
func epsilon(name string, x float64) error {
	if !(x >= 0x1p-126) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g, want a number of at least 1.2e-38", name, x)
	}
	return nil
}
