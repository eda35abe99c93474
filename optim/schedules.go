package optim

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// TimeDecay is η/(1 + Decay·s).
type TimeDecay struct {
	Decay    float64 // at least 0; often the base rate over the epochs
	PerEpoch bool
}

// Steps is η·Factor^⌊s/Every⌋: a drop every so many updates or epochs.
type Steps struct {
	Factor   opt.Float // default 0.5
	Every    int       // at least 1
	PerEpoch bool
}

// Exponential is η·Factor^(s/Every), smoothly.
type Exponential struct {
	Factor   opt.Float // default 0.96
	Every    int       // default 1
	PerEpoch bool
}

// Linear goes from η to Floor·η in a straight line over the first Over updates or
// epochs, and stays there.
type Linear struct {
	Floor    float64 // share of η that is left, from 0
	Over     int     // 0: the whole fit
	PerEpoch bool
}

// Polynomial is η·((1−Floor)·(1−s/Over)^Power + Floor), and Floor·η from Over on.
type Polynomial struct {
	Power    opt.Float // default 1
	Floor    float64   // share of η that is left, from 0
	Over     int       // 0: the whole fit
	PerEpoch bool
}

// Cosine goes from η to Floor·η along half a cosine over the first Over updates
// or epochs, and stays there (Loshchilov and Hutter 2017).
type Cosine struct {
	Floor    float64 // share of η that is left, from 0
	Over     int     // 0: the whole fit
	PerEpoch bool
}

// CosineRestarts repeats a [Cosine] over First updates or epochs, each time
// Longer times as long and starting from Shrink times the rate: warm restarts
// (Loshchilov and Hutter 2017), the cycles of snapshot ensembles (Huang et al.
// 2017).
type CosineRestarts struct {
	First    int       // length of the first cycle, at least 1
	Longer   opt.Float // default 1
	Shrink   opt.Float // default 1
	Floor    float64   // share of η that is left at a cycle's end, from 0
	PerEpoch bool
}

// Cyclic goes up from η to Top·η over Half updates or epochs and down again, for
// ever (Smith 2017). Each cycle's height is Shrink times the last one's.
type Cyclic struct {
	Top      float64   // above 1
	Half     int       // at least 1; usually 2 to 10 epochs' updates
	Shrink   opt.Float // default 1; 0.5 is "triangular2"
	PerEpoch bool
}

// OneCycle goes up from η/Start to η over the first Up of the fit, and down to
// η/Start/End over the rest, both along half a cosine (Smith and Topin 2019; the
// form of fastai). η is the highest rate.
type OneCycle struct {
	Over     int       // updates or epochs; 0: the whole fit
	Up       opt.Float // share of the fit; default 0.3
	Start    float64   // default 25
	End      float64   // default 1e4
	PerEpoch bool
}

// WarmUp goes up from near 0 to η in a straight line over the first Over updates
// or epochs, and then follows Then, whose time starts there.
type WarmUp struct {
	Over     int // at least 1
	Then     Schedule
	PerEpoch bool
}

// ScheduleFunc is any function of the base rate and the time. Files cannot hold
// it.
type ScheduleFunc func(base float64, t Time) float64

// Rate calls f.
func (f ScheduleFunc) Rate(base float64, t Time) float64 { return f(base, t) }

// count returns s, the updates or epochs made before.
func (t Time) count(perEpoch bool) float64 {
	if perEpoch {
		return float64(t.Epoch)
	}
	return float64(t.Update)
}

// span returns over, or the length of the whole fit, at least 1; without a known
// length 1.
func (t Time) span(over int, perEpoch bool) float64 {
	switch {
	case over > 0:
		return float64(over)
	case perEpoch:
		return float64(max(t.Epochs, 1))
	}
	return float64(max(t.Epochs*t.UpdatesPerEpoch, 1))
}

// progress returns s/over, at most 1.
func (t Time) progress(over int, perEpoch bool) float64 {
	return min(t.count(perEpoch)/t.span(over, perEpoch), 1)
}

// Rate implements [Schedule].
func (d TimeDecay) Rate(base float64, t Time) float64 {
	return base / (1 + float64(d.Decay*t.count(d.PerEpoch)))
}

// Rate implements [Schedule].
func (d Steps) Rate(base float64, t Time) float64 {
	return base * fmath.Pow(d.Factor.Or(0.5), math.Floor(t.count(d.PerEpoch)/float64(max(d.Every, 1))))
}

// Rate implements [Schedule].
func (d Exponential) Rate(base float64, t Time) float64 {
	return base * fmath.Pow(d.Factor.Or(0.96), t.count(d.PerEpoch)/float64(max(d.Every, 1)))
}

// Rate implements [Schedule].
func (d Linear) Rate(base float64, t Time) float64 {
	return base * blend(1-t.progress(d.Over, d.PerEpoch), d.Floor)
}

// Rate implements [Schedule].
func (d Polynomial) Rate(base float64, t Time) float64 {
	return base * blend(fmath.Pow(1-t.progress(d.Over, d.PerEpoch), d.Power.Or(1)), d.Floor)
}

// Rate implements [Schedule].
func (d Cosine) Rate(base float64, t Time) float64 {
	return base * blend(halfCosine(t.progress(d.Over, d.PerEpoch)), d.Floor)
}

// Rate implements [Schedule].
func (d CosineRestarts) Rate(base float64, t Time) float64 {
	s, length, height := t.count(d.PerEpoch), float64(max(d.First, 1)), 1.0
	for s >= length {
		s -= length
		length = max(math.Round(length*d.Longer.Or(1)), 1)
		height *= d.Shrink.Or(1)
	}
	return base * height * blend(halfCosine(s/length), d.Floor)
}

// Rate implements [Schedule].
func (d Cyclic) Rate(base float64, t Time) float64 {
	s, half := t.count(d.PerEpoch), float64(max(d.Half, 1))
	cycle := math.Floor(s / (2 * half))
	at := math.Abs(s/half - float64(2*cycle) - 1) // 1 at both ends of a cycle, 0 at its top
	return base * (1 + float64((d.Top-1)*(1-at))*fmath.Pow(d.Shrink.Or(1), cycle))
}

// Rate implements [Schedule].
func (d OneCycle) Rate(base float64, t Time) float64 {
	at, up := t.progress(d.Over, d.PerEpoch), d.Up.Or(0.3)
	low := 1 / orDefault(d.Start, 25)
	if at < up {
		return base * blend(1-halfCosine(at/up), low)
	}
	if up >= 1 {
		return base
	}
	return base * blend(halfCosine((at-up)/(1-up)), low/orDefault(d.End, 1e4))
}

// Rate implements [Schedule].
func (d WarmUp) Rate(base float64, t Time) float64 {
	s := t.count(d.PerEpoch)
	if over := float64(max(d.Over, 1)); s < over {
		return base * (s + 1) / (over + 1)
	}
	if d.Then == nil {
		return base
	}
	return d.Then.Rate(base, t.after(d.Over, d.PerEpoch))
}

// after returns the time as one sees it that starts after so many updates, or epochs.
func (t Time) after(n int, perEpoch bool) Time {
	if perEpoch {
		t.Update -= n * t.UpdatesPerEpoch
		t.Epoch -= n
		t.Epochs -= n
		return t
	}
	t.Update -= n
	if t.UpdatesPerEpoch > 0 {
		t.Epoch -= n / t.UpdatesPerEpoch
		t.Epochs -= n / t.UpdatesPerEpoch
	}
	return t
}

// blend returns (1−floor)·x + floor.
func blend(x, floor float64) float64 { return float64((1-floor)*x) + floor }

// halfCosine goes from 1 at 0 to 0 at 1.
func halfCosine(x float64) float64 { return (1 + fmath.Cos(math.Pi*x)) / 2 }

// Check reports the first field out of range.
func (d TimeDecay) Check() error { return atLeast("TimeDecay.Decay", d.Decay, 0) }

// Check reports the first field out of range.
func (d Steps) Check() error { return atLeast("Steps.Every", float64(d.Every), 1) }

// Check reports the first field out of range.
func (d Exponential) Check() error { return atLeast("Exponential.Every", float64(d.Every), 0) }

// Check reports the first field out of range.
func (d Linear) Check() error { return atLeast("Linear.Floor", d.Floor, 0) }

// Check reports the first field out of range.
func (d Polynomial) Check() error { return atLeast("Polynomial.Floor", d.Floor, 0) }

// Check reports the first field out of range.
func (d Cosine) Check() error { return atLeast("Cosine.Floor", d.Floor, 0) }

// Check reports the first field out of range.
func (d CosineRestarts) Check() error { return atLeast("CosineRestarts.First", float64(d.First), 1) }

// Check reports the first field out of range.
func (d Cyclic) Check() error {
	if err := atLeast("Cyclic.Half", float64(d.Half), 1); err != nil {
		return err
	}
	return atLeast("Cyclic.Top", d.Top, 1)
}

// Check reports the first field out of range.
func (d OneCycle) Check() error {
	if up := d.Up.Or(0.3); !(up >= 0 && up <= 1) {
		return fmt.Errorf("OneCycle.Up is %g, want a share from 0 to 1", up)
	}
	return nil
}

// Check reports the first field out of range.
func (d WarmUp) Check() error {
	if c, ok := d.Then.(interface{ Check() error }); ok {
		if err := c.Check(); err != nil {
			return err
		}
	}
	return atLeast("WarmUp.Over", float64(d.Over), 1)
}

// atLeast reports a value below lo.
func atLeast(name string, x, lo float64) error {
	if !(x >= lo) || math.IsInf(x, 0) {
		return fmt.Errorf("%s is %g, want at least %g", name, x, lo)
	}
	return nil
}

func init() {
	RegisterSchedule("TimeDecay", TimeDecay{})
	RegisterSchedule("Steps", Steps{})
	RegisterSchedule("Exponential", Exponential{})
	RegisterSchedule("Linear", Linear{})
	RegisterSchedule("Polynomial", Polynomial{})
	RegisterSchedule("Cosine", Cosine{})
	RegisterSchedule("CosineRestarts", CosineRestarts{})
	RegisterSchedule("Cyclic", Cyclic{})
	RegisterSchedule("OneCycle", OneCycle{})
	RegisterSchedule("WarmUp", WarmUp{})
}
