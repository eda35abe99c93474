package optim

import (
	"errors"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// TimeDecay is η/(1 + Decay·s).
type TimeDecay struct {
	Decay    float64 // at least 0; often the base rate over the number of epochs
	PerEpoch bool    // s counts epochs
}

// Steps is η·Factor^⌊s/Every⌋: a drop every so many updates or epochs.
type Steps struct {
	Factor   opt.Float // above 0; default 0.5
	Every    int       // at least 1
	PerEpoch bool      // s counts epochs
}

// Exponential is η·Factor^(s/Every), smoothly.
type Exponential struct {
	Factor   opt.Float // above 0; default 0.96
	Every    int       // default 1
	PerEpoch bool      // s counts epochs
}

// Linear is η·((1−Floor)·(1−s/Over) + Floor): from η to Floor·η in a straight line
// over the first Over updates or epochs, where it stays.
type Linear struct {
	Floor float64 // share of η that is left, from 0 to 1
	// Over is the length; 0: the whole fit, or no change where a fit's length is
	// not known, as in a training loop of one's own.
	Over     int
	PerEpoch bool // s counts epochs
}

// Polynomial is η·((1−Floor)·(1−s/Over)^Power + Floor), and Floor·η from s = Over
// on.
type Polynomial struct {
	Power    opt.Float // above 0; default 1, which is [Linear]
	Floor    float64   // share of η that is left, from 0 to 1
	Over     int       // as in [Linear]
	PerEpoch bool      // s counts epochs
}

// Rate returns η/(1 + Decay·s).
func (d TimeDecay) Rate(base float64, t Time) float64 {
	return base / (1 + float64(d.Decay*t.count(d.PerEpoch)))
}

// Rate returns η·Factor^⌊s/Every⌋.
func (d Steps) Rate(base float64, t Time) float64 {
	return base * fmath.Pow(d.Factor.Or(0.5), math.Floor(t.count(d.PerEpoch)/float64(max(d.Every, 1))))
}

// Rate returns η·Factor^(s/Every).
func (d Exponential) Rate(base float64, t Time) float64 {
	return base * fmath.Pow(d.Factor.Or(0.96), t.count(d.PerEpoch)/float64(max(d.Every, 1)))
}

// Rate returns the rate on the line.
func (d Linear) Rate(base float64, t Time) float64 {
	return base * blend(1-t.progress(d.Over, d.PerEpoch), d.Floor)
}

// Rate returns the rate on the curve.
func (d Polynomial) Rate(base float64, t Time) float64 {
	return base * blend(fmath.Pow(1-t.progress(d.Over, d.PerEpoch), d.Power.Or(1)), d.Floor)
}

// blend returns (1−floor)·x + floor.
func blend(x, floor float64) float64 { return float64((1-floor)*x) + floor }

// Check reports a Decay below 0.
func (d TimeDecay) Check() error { return atLeast("TimeDecay.Decay", d.Decay, 0) }

// Check reports every field out of range.
func (d Steps) Check() error {
	return errors.Join(positive("Steps.Factor", d.Factor.Or(0.5)), atLeast("Steps.Every", float64(d.Every), 1))
}

// Check reports every field out of range.
func (d Exponential) Check() error {
	return errors.Join(positive("Exponential.Factor", d.Factor.Or(0.96)),
		atLeast("Exponential.Every", float64(d.Every), 0))
}

// Check reports every field out of range.
func (d Linear) Check() error {
	return errors.Join(within("Linear.Floor", d.Floor, 0, 1), atLeast("Linear.Over", float64(d.Over), 0))
}

// Check reports every field out of range.
func (d Polynomial) Check() error {
	return errors.Join(positive("Polynomial.Power", d.Power.Or(1)),
		within("Polynomial.Floor", d.Floor, 0, 1), atLeast("Polynomial.Over", float64(d.Over), 0))
}

func init() {
	RegisterSchedule("TimeDecay", TimeDecay{})
	RegisterSchedule("Steps", Steps{})
	RegisterSchedule("Exponential", Exponential{})
	RegisterSchedule("Linear", Linear{})
	RegisterSchedule("Polynomial", Polynomial{})
}
