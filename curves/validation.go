package curves

import (
	"fmt"
	"math"
)

// overfit tells a validation curve that rises while training falls or stays.
func (s *subject) overfit() (Finding, bool) {
	if len(s.val.y) == 0 {
		return Finding{}, false
	}
	t, scale := s.turn, s.fell
	if !s.comparable {
		scale = max(s.valStart-t.low, t.rise/2)
	}
	margin := smallest(t.rise/(riseMaterial*scale), t.rise/(riseSigma*t.err))
	if s.comparable {
		margin = smallest(margin, t.rise/(riseLevel*s.level(t.low)))
	}
	epoch := s.val.epochs[t.index]
	then := s.train.before(epoch + 1)
	fell := mean(then.tail(0.1)) - s.end
	if t.rise <= 0 || fell < -2*s.trainSwing || s.comparable && s.gap < 0 {
		margin = 0
	}
	severity := Medium
	if s.valEnd > s.valStart || t.rise > scale/4 {
		severity = High
	}
	return s.finding(Overfit, severity, margin,
		fmt.Sprintf("%q was best at epoch %d (%.4g%s) and ends worse, at %.4g, while %q went on from %.4g to %.4g.",
			s.valName, epoch, s.shownVal(t.low), s.alike(), s.shownVal(s.valEnd), s.name,
			s.shown(mean(then.tail(0.1))), s.shown(s.end)),
		s.turnNumbers()...), margin >= 1
}

// alike says which epochs noise does not tell from the best one.
func (s *subject) alike() string {
	from, to := s.turn.span[0], s.turn.span[1]
	if from == to {
		return ""
	}
	return fmt.Sprintf("; by its noise it may be any from %d to %d", s.val.epochs[from], s.val.epochs[to])
}

func (s *subject) turnNumbers() []Number {
	t := s.turn
	onset := math.NaN()
	if t.onset >= 0 {
		onset = float64(s.val.epochs[t.onset])
	}
	return []Number{
		{"best", s.shownVal(t.low)}, {"best_epoch", float64(s.val.epochs[t.index])},
		{"best_epoch_from", float64(s.val.epochs[t.span[0]])}, {"best_epoch_to", float64(s.val.epochs[t.span[1]])},
		{"onset_epoch", onset}, {"end", s.shownVal(s.valEnd)}, {"rise", t.rise}, {"rise_error", t.err},
		{"gap", s.gap}, {"gap_opened_epoch", s.opened},
	}
}

// shownVal returns a level of the validation curve in its own sense.
func (s *subject) shownVal(level float64) float64 {
	if s.history.Direction(s.valName) == Maximize || s.comparable && s.direction == Maximize {
		return -level
	}
	return level
}

// easy tells a validation curve that runs below the training curve.
func (s *subject) easy() (Finding, bool) {
	if len(s.val.y) == 0 || !s.comparable || s.options.Stochastic {
		return Finding{}, false
	}
	margin := smallest(-s.gap/(gapBelow*s.scale), -s.gap/(gapBelow*s.level(s.end)),
		-s.gap/(4*s.gapErr))
	if s.gap >= 0 {
		margin = 0
	}
	return s.finding(EasyValidation, Low, margin,
		fmt.Sprintf("%q is better than %q by %.3g at the end, and was in %.0f%% of the second half.",
			s.valName, s.name, -s.gap, 100*s.below),
		Number{"gap", s.gap}, Number{"gap_error", s.gapErr}, Number{"below_share", s.below},
		Number{"train_end", s.shown(s.end)}, Number{"validation_end", s.shownVal(s.valEnd)}), margin >= 1
}

// swings tells a validation curve that jumps, and whether its rows or the weights are the cause.
func (s *subject) swings() (Finding, bool) {
	if len(s.val.y) < 6 || !s.comparable || s.valSwing == 0 {
		return Finding{}, false
	}
	margin := smallest(s.valSwing/(swingWide*s.scale), s.valSwing/(swingWide*s.level(s.valEnd)))
	ratio := s.valSwing / max(s.trainSwing, s.scale*1e-6)
	numbers := []Number{
		{"validation_swing", s.valSwing}, {"train_swing", s.trainSwing}, {"ratio", ratio},
		{"swing_share", s.valSwing / s.scale}, {"early_swing", s.valEarly}, {"gap", s.gap},
	}
	if ratio >= swingRatio && (len(s.val.y) < 20 || s.valSwing < swingLate*s.valEarly) {
		return s.finding(UnrepresentativeValidation, Medium, smallest(margin, ratio/swingRatio),
			fmt.Sprintf("%q jumps from epoch to epoch by ±%.3g, %.3g times as much as %q: too few rows to measure by.",
				s.valName, s.valSwing, min(ratio, 1e6), s.name), numbers...), margin >= 1
	}
	return s.finding(HighVariance, Medium, margin,
		fmt.Sprintf("%q swings by ±%.3g late in training, %.0f%% of all progress: the scores depend on the epoch at which training stops.",
			s.valName, s.valSwing, 100*s.valSwing/s.scale), numbers...), margin >= 1
}

// gapStays tells curves that both improved, or training alone, with a large gap between them.
func (s *subject) gapStays() (Finding, bool) {
	if len(s.val.y) == 0 || !s.comparable || s.gap <= 0 {
		return Finding{}, false
	}
	improved := (s.valStart - s.valEnd) / s.scale
	margin := smallest(s.gap/(gapLarge*s.scale), s.gap/(gapLarge*s.level(s.valEnd)), s.gap/(4*s.gapErr))
	numbers := []Number{
		{"gap", s.gap}, {"gap_error", s.gapErr}, {"gap_share", s.gap / s.scale}, {"train_end", s.shown(s.end)},
		{"validation_end", s.shownVal(s.valEnd)}, {"validation_improved", improved},
		{"gap_opened_epoch", s.opened},
	}
	if improved < 0.1 {
		return s.finding(Overfit, Medium, margin,
			fmt.Sprintf("%q went from %.4g to %.4g while %q hardly improved: what was learned does not hold for new rows.",
				s.name, s.shown(s.start), s.shown(s.end), s.valName), numbers...), margin >= 1
	}
	return s.finding(UnrepresentativeTrain, Medium, margin,
		fmt.Sprintf("Both curves improved, but a gap of %.3g stays between %q (%.4g) and %q (%.4g).",
			s.gap, s.name, s.shown(s.end), s.valName, s.shownVal(s.valEnd)), numbers...), margin >= 1
}

// good tells curves that learned, levelled off and stay together.
func (s *subject) good() (Finding, bool) {
	if len(s.val.y) == 0 {
		return Finding{}, false
	}
	gap := math.Abs(s.gap)
	if s.options.Stochastic {
		gap = max(s.gap, 0)
	}
	margin := smallest(5, gapLarge*s.scale/gap, swingWide*s.scale/s.valSwing,
		fallPace*s.scale/math.Abs(s.trainFall.last), s.learned/flatLearned)
	if !s.comparable {
		margin = min(margin, 1)
	}
	return s.finding(GoodFit, None, margin,
		fmt.Sprintf("%q and %q levelled off at %.4g and %.4g.", s.name, s.valName, s.shown(s.end), s.shownVal(s.valEnd)),
		Number{"train_end", s.shown(s.end)}, Number{"validation_end", s.shownVal(s.valEnd)}, Number{"gap", s.gap},
		Number{"gap_error", s.gapErr}, Number{"learned", s.learned}, Number{"last_quarter", s.trainFall.last},
		Number{"validation_swing", s.valSwing}), true
}
