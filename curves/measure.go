package curves

import "math"

// measure takes all measurements that the rules need. The training curve has minEpochs values or
// more, the validation curve as many or none.
func (s *subject) measure() {
	s.start, s.end = s.train.start(), s.train.end()
	s.trainSwing = s.train.swing()
	s.trainFall = s.trend(s.train)
	s.fell = max(s.start-s.end, 4*s.trainSwing, math.Abs(s.end)*1e-6, math.SmallestNonzeroFloat64)
	s.scale = s.fell
	if len(s.val.y) > 0 {
		s.measureValidation()
		if s.comparable {
			s.scale = max(s.scale, s.valStart-s.turn.low)
		}
	}
	s.learned = s.learnedShare()
}

func (s *subject) measureValidation() {
	s.valStart, s.valEnd = s.val.start(), s.val.end()
	s.valSwing = s.val.swing()
	s.valEarly = noise(s.val.y[:len(s.val.y)/2])
	s.valFall = s.trend(s.val)
	s.turn = s.val.turning()
	if !s.comparable {
		return
	}
	gaps, epochs := s.gaps()
	half, quarter := gaps[len(gaps)/2:], gaps[len(gaps)-max(min(3, len(gaps)), len(gaps)/4):]
	s.gap = mean(quarter)
	s.gapErr = math.Sqrt(float64(s.valSwing*s.valSwing)+float64(s.trainSwing*s.trainSwing)) / math.Sqrt(float64(len(quarter)))
	s.opened = math.NaN()
	for i, g := range gaps {
		if g <= s.gap/2 {
			s.opened = math.NaN()
		} else if math.IsNaN(s.opened) {
			s.opened = float64(epochs[i])
		}
	}
	for _, g := range half {
		if g < 0 {
			s.below += 1 / float64(len(half))
		}
	}
}

// gaps returns, for each epoch with both, validation less training. A training value is the mean
// over its epoch, while the weights change, so that it belongs to the middle of the epoch and
// validation to its end: validation is compared with the mean of this and the next training value.
func (s *subject) gaps() (gaps []float64, epochs []int) {
	j := 0
	for i, e := range s.val.epochs {
		for j < len(s.train.epochs) && s.train.epochs[j] < e {
			j++
		}
		if j == len(s.train.epochs) || s.train.epochs[j] != e {
			continue
		}
		level := s.train.y[j]
		if j+1 < len(s.train.y) {
			level = level/2 + s.train.y[j+1]/2
		}
		gaps, epochs = append(gaps, s.val.y[i]-level), append(epochs, e)
	}
	if len(gaps) == 0 {
		return []float64{0}, []int{0}
	}
	return gaps, epochs
}

// trend returns how the curve falls at its end: between the ends of the last cycles if the rate was
// restarted, else after the last drop of the rate, where there are too few epochs not at all.
func (s *subject) trend(c curve) fall {
	if len(s.cycles) == 0 {
		rest := c.from(s.segment)
		if s.segment > 0 && len(rest.y) < max(6, len(c.y)/10) {
			return fall{}
		}
		return rest.falling()
	}
	var ends []float64
	for _, e := range s.cycles {
		if part := c.before(e); len(part.y) > 0 {
			ends = append(ends, part.end())
		}
	}
	ends = append(ends, c.end())
	n := len(ends)
	if n < 3 {
		return fall{}
	}
	f := fall{last: ends[n-2] - ends[n-1], previous: ends[n-3] - ends[n-2]}
	f.err = noise(c.y) / math.Sqrt(float64(len(c.tail(0.1))))
	return f
}

// learnedShare returns which share of the way from the baseline to the best possible value the
// training curve went. Where no baseline is given, it is the level at the end plus the larger of the
// falls of both curves, as the first training value already holds an epoch of learning.
func (s *subject) learnedShare() float64 {
	from := s.train.y[0]
	if s.comparable && len(s.val.y) > 0 {
		from = max(from, s.end+s.valStart-s.valEnd)
	}
	if b := s.options.Baseline; b != 0 {
		from = s.shown(b)
	}
	if math.IsNaN(s.perfect) || from <= s.perfect {
		return math.NaN()
	}
	return min(max((from-s.end)/(from-s.perfect), 0), 1)
}

// level returns the distance of a level from the best possible value, NaN if that is not known.
func (s *subject) level(v float64) float64 { return v - s.perfect }
