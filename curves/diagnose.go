package curves

import (
	"fmt"
	"math"
	"slices"
)

// Options change what Diagnose looks at; the zero value suits most histories.
type Options struct {
	// Series names the training series to judge; "val_"+Series, or else "test_"+Series, is its
	// validation curve. Empty means "loss", or in a history without it the first series of known
	// direction, one with a validation curve if there is one.
	Series string
	// Direction is the direction of Series where the history does not know it. "loss" is minimized
	// in any case.
	Direction Direction
	// Baseline is the value of Series for a predictor that knows nothing of the inputs, such as the
	// variance of the targets for a squared error, or log 2 for cross-entropy with two classes of
	// equal size. It tells a curve that learned most in its first epoch from one that learned
	// nothing. 0 means not known: the first value stands in for it.
	Baseline float64
	// Stochastic states that the training series was measured with dropout, noise, augmentation or
	// batch statistics at work, which validation is free of. A validation curve below the training
	// curve is then no sign of easy validation data.
	Stochastic bool
}

// minEpochs is the least number of measured epochs that a curve needs.
const minEpochs = 4

// Diagnose tells from the learning curves of a run what went wrong, or that nothing did. More than
// one Options is a mistake of the caller; the last one counts.
//
// It judges one pair of series, training and validation, see [Options], plus the statistics of
// the layers where the history has them. Every amount is relative to the scale of the curves (the
// larger of what training and validation fell by) and every difference is weighed
// against noise estimated from the curve itself, so that a loss in other units, a longer run or a
// metric that is maximized gives the same verdict. The thresholds are stated in rules.go; their
// hit rate on curves of real networks is in the package's tests.
//
// After a restart of the learning rate an incomplete last cycle is left out, and only the part
// after the last drop of a stepwise rate counts for whether the loss still falls; both need the
// series "rate".
//
// The shapes are those of Brownlee, Better Deep Learning (2019), introduction: two of underfitting,
// overfitting, good fit, and three of unrepresentative data. h is not changed and may be nil.
func Diagnose(h *History, opts ...Options) Diagnosis {
	var o Options
	if len(opts) > 0 {
		o = opts[len(opts)-1]
	}
	s, why := newSubject(h, o)
	if why != "" {
		return Diagnosis{Verdict: Undetermined, Findings: []Finding{}, Note: why}
	}
	return s.diagnose()
}

func (s *subject) diagnose() Diagnosis {
	d := Diagnosis{Verdict: Undetermined, Findings: []Finding{}, Series: s.names(), Note: s.note}
	if f, ok := s.diverged(); ok {
		d.Findings = append(d.Findings, f)
	} else if len(s.train.y) < minEpochs {
		d.Note = fmt.Sprintf("%d epochs of %q are too few to tell; %d are needed at least", len(s.train.y), s.name, minEpochs)
		return d
	} else {
		s.measure()
		d.Findings = s.findings()
		d.Marks = s.marks()
		d.Generalization = s.generalization()
	}
	if len(d.Findings) > 0 {
		d.Verdict = d.Findings[0].Code
	} else {
		d.Note = fmt.Sprintf("the training curve %q levels off after learning; whether the model generalizes takes a validation curve", s.name)
	}
	return d
}

// subject is the pair of curves under examination, with what was measured on it.
type subject struct {
	name, valName string
	direction     Direction
	options       Options
	history       *History
	note          string

	train, val curve
	// comparable says that val is the same quantity as train; scikit-learn's validation scores are not.
	comparable bool
	perfect    float64 // the best value there can be, as curves have it; NaN if not known
	segment    int     // epoch of the last drop of the rate
	cycles     []int   // epochs at which the rate was restarted
	shape
}

// shape is what measure finds.
type shape struct {
	start, end float64 // levels of the training curve
	fell       float64 // fall from start to end
	scale      float64 // the larger fall of the two curves; the unit for most amounts
	learned    float64 // share of what there is to learn, in [0, 1]; NaN if not known
	trainSwing float64
	trainFall  fall

	valStart, valEnd float64
	valSwing         float64
	valEarly         float64 // swings in the first half
	valFall          fall
	turn             turn
	gap, gapErr      float64 // validation less training, over the last quarter
	opened           float64 // epoch from which the gap stays above half of that; NaN if it does not
	below            float64 // share of the second half in which validation is below training
}

// newSubject picks the series, or says why there is nothing to judge.
func newSubject(h *History, o Options) (s *subject, why string) {
	s = &subject{options: o, history: h, comparable: true}
	if s.name = o.Series; s.name == "" {
		s.name = h.mainSeries()
	}
	values, ok := h.Get(s.name)
	switch {
	case o.Series != "" && !ok:
		return nil, fmt.Sprintf("the history has no series %q; it has %q", o.Series, h.Names())
	case !ok && len(h.Names()) > 0:
		return nil, fmt.Sprintf("the history has no training series of known direction; it has %q", h.Names())
	case !ok:
		return nil, "the history has no training series of known direction"
	}
	if s.direction = directionOf(h, s.name); s.direction == Unknown {
		s.direction = o.Direction
	}
	if s.direction == Unknown {
		return nil, fmt.Sprintf("it is not known whether %q is minimized or maximized", s.name)
	}
	valDirection := s.direction
	if s.valName, ok = h.partner(s.name); !ok {
		s.valName, valDirection = h.monitor()
		s.comparable = false
	}
	s.train = newCurve(values, s.direction)
	if s.valName != "" {
		v, _ := h.Get(s.valName)
		s.val = newCurve(v, valDirection)
		if len(s.val.y) < minEpochs {
			s.val = curve{}
		}
	}
	s.readRate()
	s.perfect = s.bestPossible()
	s.train.best = s.perfect
	if s.comparable {
		s.val.best = s.perfect
	}
	return s, ""
}

// directionOf returns the direction of a series; that of "loss" is a matter of definition.
func directionOf(h *History, name string) Direction {
	if d := h.Direction(name); d != Unknown || name != "loss" {
		return d
	}
	return Minimize
}

// mainSeries returns the training series to judge, "" if there is none.
func (h *History) mainSeries() string {
	if h.index("loss") >= 0 {
		return "loss"
	}
	first := ""
	for _, name := range h.Names() {
		if r, _ := splitRole(name); r != unstated || h.Direction(name) == Unknown {
			continue
		}
		if _, ok := h.partner(name); ok {
			return name
		}
		if first == "" {
			first = name
		}
	}
	return first
}

// partner returns the validation series of a training series.
func (h *History) partner(name string) (string, bool) {
	for _, prefix := range []string{"val_", "test_"} {
		if h.index(prefix+name) >= 0 {
			return prefix + name, true
		}
	}
	return "", false
}

// monitor returns the first validation series of known direction.
func (h *History) monitor() (string, Direction) {
	for _, name := range h.Names() {
		if r, _ := splitRole(name); r == onValidation && h.Direction(name) != Unknown {
			return name, h.Direction(name)
		}
	}
	return "", Unknown
}

func (s *subject) names() []string {
	if len(s.val.y) > 0 {
		return []string{s.name, s.valName}
	}
	return []string{s.name}
}

// bestPossible returns the best value the series can have, turned as the curves are: 0 for what is
// minimized and never negative, 1 for a metric within [-1, 1], 100 for one within [0, 100].
func (s *subject) bestPossible() float64 {
	all := s.train.y
	if s.comparable {
		all = slices.Concat(s.train.y, s.val.y)
	}
	if len(all) == 0 {
		return math.NaN()
	}
	low, high := slices.Min(all), slices.Max(all)
	switch {
	case s.direction == Minimize && low >= 0:
		return 0
	case s.direction == Maximize && low >= -1 && high <= 1:
		return -1
	case s.direction == Maximize && low >= -100 && high <= 0:
		return -100
	}
	return math.NaN()
}

// shown returns a level in the units and the sense of the series.
func (s *subject) shown(level float64) float64 {
	if s.direction == Maximize {
		return -level
	}
	return level
}

// readRate finds drops and restarts in the series "rate" and leaves out an incomplete last cycle. A
// drop is a fall by a third or more of a rate that was constant before, a restart a rise by half or
// more.
func (s *subject) readRate() {
	rate, _ := s.history.Get("rate")
	for e := 2; e < len(rate); e++ {
		before, now := rate[e-1], rate[e]
		steady := math.Abs(rate[e-2]-before) <= before/100
		switch {
		case now > 1.5*before && before > 0 && e >= len(rate)/20:
			s.cycles = append(s.cycles, e)
		case now < before/1.5 && steady:
			s.segment = e
		}
	}
	if len(s.cycles) == 0 {
		return
	}
	last, begin := s.cycles[len(s.cycles)-1], 0
	if len(s.cycles) > 1 {
		begin = s.cycles[len(s.cycles)-2]
	}
	if 10*(len(rate)-last) < 9*(last-begin) && len(s.train.before(last).y) >= minEpochs {
		s.train, s.val = s.train.before(last), s.val.before(last)
		s.cycles = s.cycles[:len(s.cycles)-1]
		s.note = fmt.Sprintf("the epochs from %d on, an incomplete cycle of the learning rate, are left out", last)
	}
}
