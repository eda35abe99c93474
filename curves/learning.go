package curves

import (
	"fmt"
	"math"
	"slices"
)

// diverged looks for values that are no numbers and for a training curve that rises for good.
func (s *subject) diverged() (Finding, bool) {
	values, _ := s.history.Get(s.name)
	if e := lost(values); e >= 0 {
		return s.finding(Diverged, High, 10,
			fmt.Sprintf("The series %q is no finite number at epoch %d.", s.name, e), Number{"epoch", float64(e)}), true
	}
	if v, ok := s.history.Get(s.valName); ok {
		if e := slices.IndexFunc(v, func(v float64) bool { return math.IsInf(v, 0) }); e >= 0 {
			return s.finding(Diverged, High, 10,
				fmt.Sprintf("The series %q is infinite at epoch %d.", s.valName, e), Number{"epoch", float64(e)}), true
		}
	}
	if len(s.train.y) < minEpochs {
		return Finding{}, false
	}
	return s.rising()
}

// lost returns the first epoch whose value is infinite or NaN for good, -1 if there is none. NaN
// also stands for what was not measured: a last run of NaN counts if it is longer than any before.
func lost(values []float64) int {
	longest, run := 0, 0
	for e, v := range values {
		switch {
		case math.IsInf(v, 0):
			return e
		case math.IsNaN(v):
			run++
		default:
			longest, run = max(longest, run), 0
		}
	}
	if run > longest {
		return len(values) - run
	}
	return -1
}

// rising tells a training curve that ends high above its lowest point.
func (s *subject) rising() (Finding, bool) {
	start, end := s.train.start(), s.train.end()
	if f, ok := s.blownUp(start, end); ok {
		return f, true
	}
	t := s.train.turning()
	margin := smallest(t.rise/(jump*(start-t.low)), t.rise/(0.1*s.level(start)), t.rise/(2*riseSigma*t.err))
	if t.rise <= 0 {
		margin = 0
	}
	if grown := s.level(end) / (explosion * s.level(start)); grown >= 1 && t.rise > 0 {
		margin = max(margin, grown)
	}
	epoch := s.train.epochs[t.index]
	return s.finding(Diverged, High, margin,
		fmt.Sprintf("%q was best at epoch %d (%.4g) and ends at %.4g: training lost what it had learned.",
			s.name, epoch, s.shown(t.low), s.shown(end)),
		Number{"start", s.shown(start)}, Number{"best", s.shown(t.low)}, Number{"best_epoch", float64(epoch)},
		Number{"end", s.shown(end)}, Number{"rise", t.rise}, Number{"rise_error", t.err}), margin >= 1
}

// blownUp tells a training curve whose first epochs are far above all others, which do not fall.
func (s *subject) blownUp(start, end float64) (Finding, bool) {
	first, rest := s.train.y[0], s.train.y[s.train.outliers():]
	margin := s.level(first) / (blowUp * s.level(start))
	if !(start-end < 3*noise(rest)) {
		margin = 0
	}
	return s.finding(Diverged, High, margin,
		fmt.Sprintf("%q blew up to %.4g in the first epochs and then did not learn: it stays near %.4g.", s.name, first, end),
		Number{"first", s.shown(first)}, Number{"start", s.shown(start)}, Number{"end", s.shown(end)}), margin >= 1
}

// flat tells a training curve that did not learn.
func (s *subject) flat() (Finding, bool) {
	fell := s.train.y[0] - s.end
	threshold := flatLearned
	if s.trainFall.remaining() > fallRemaining*s.scale && s.paceMargin() >= 1 {
		threshold = hardlyLearned
	}
	margin := threshold / s.learned
	if noise := 3 * noise(s.train.y); fell < noise {
		margin = noise / max(fell, noise/10)
	}
	sentence := fmt.Sprintf("%q stays high: it went from %.4g to %.4g", s.name, s.shown(s.start), s.shown(s.end))
	if !math.IsNaN(s.learned) {
		sentence += fmt.Sprintf(", %.0f%% of the way to a perfect fit", 100*s.learned)
	}
	return s.finding(UnderfitFlat, High, margin, sentence+".",
		Number{"start", s.shown(s.start)}, Number{"end", s.shown(s.end)}, Number{"learned", s.learned},
		Number{"noise", s.trainSwing}), margin >= 1
}

// paceMargin returns the evidence that the training curve still falls.
func (s *subject) paceMargin() float64 {
	f := s.trainFall
	if f.last <= 0 {
		return 0
	}
	return smallest(f.last/(fallPace*s.scale), f.remaining()/(fallRemaining*s.scale),
		f.last/(fallSigma*f.err))
}

// unfinished tells curves that were still falling when training ended.
func (s *subject) unfinished() (Finding, bool) {
	margin := s.paceMargin()
	if len(s.val.y) > 0 {
		pace := s.valFall.last / (fallValidation * s.trainFall.last)
		if !s.comparable {
			pace = s.valFall.last / (2 * s.valFall.err)
		}
		margin = min(margin, pace)
	}
	share := s.trainFall.last / s.scale
	return s.finding(UnderfitUnfinished, Medium, margin,
		fmt.Sprintf("%q was still getting better when training ended: the last quarter of the epochs brought %.0f%% of all progress.",
			s.name, 100*share),
		Number{"end", s.shown(s.end)}, Number{"last_quarter", s.trainFall.last},
		Number{"last_quarter_error", s.trainFall.err}, Number{"last_quarter_share", share},
		Number{"still_to_gain", s.trainFall.remaining()}), margin >= 1
}
