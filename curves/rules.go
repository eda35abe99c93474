package curves

import (
	"math"
	"slices"
)

// The thresholds, as shares of the scale of the curves unless said otherwise. They separate the
// labelled curves in testdata/real that are marked "tune".
const (
	flatLearned    = 0.2  // less than this share of what there is to learn, and level: flat
	hardlyLearned  = 0.1  // less than this: flat, even if it still falls
	riseMaterial   = 0.05 // rise of validation after its lowest point
	riseLevel      = 0.05 // the same, as a share of that lowest level
	riseSigma      = 5    // the same, in standard errors: the lowest of many points is low by chance
	gapLarge       = 0.2  // validation less training at the end
	gapBelow       = 0.1  // training less validation
	swingWide      = 0.05 // standard deviation of the swings of validation
	swingRatio     = 4.5  // swings of validation in those of training: due to the rows, not the weights
	swingLate      = 3    // swings of the second half in those of the first: due to the run, not the rows
	gapSwings      = 3    // gap, in swings of validation, within which it jumps around training
	fallPace       = 0.04 // fall over the last quarter of the epochs
	fallRemaining  = 0.05 // fall still to come
	fallSigma      = 4    // fall over the last quarter in standard errors
	fallValidation = 0.25 // pace of validation in that of training
	jump           = 0.25 // rise of training after its lowest point, as a share of the fall before
	explosion      = 3    // level at the end in that at the start
	blowUp         = 1e4  // level of the first epoch in that of the next ones
)

// finding makes a finding; margin is the evidence in multiples of its threshold.
func (s *subject) finding(code string, severity Severity, margin float64, sentence string, numbers ...Number) Finding {
	return Finding{
		Code: code, Severity: severity, Confidence: confidence(margin),
		Evidence: Evidence{sentence, numbers}, Advice: slices.Clone(advice[code]),
	}
}

// confidence is m²/(1+m²), within [0.01, 0.99].
func confidence(m float64) float64 {
	if math.IsNaN(m) || m < 0.1 {
		return 0.01
	}
	m = min(m, 10)
	return float64(m*m) / (1 + float64(m*m))
}

// smallest returns the smallest of the margins that are known.
func smallest(margins ...float64) float64 {
	m := math.Inf(1)
	for _, v := range margins {
		if !math.IsNaN(v) {
			m = min(m, v)
		}
	}
	return m
}

// findings applies the rules; the first to hold gives the verdict. A rise of validation tells
// overfitting whatever else the curves show, and validation below training tells of the data. A
// training curve that learned nothing makes swings moot, and swings around training make weaker
// signs of flatness, a gap or a fall moot. Swings well above training, where the gap says more,
// come last.
func (s *subject) findings() []Finding {
	var found []Finding
	add := func(f Finding, ok bool) bool {
		if ok {
			found = append(found, f)
		}
		return ok
	}
	gradients := s.layerFindings()
	overfit := add(s.overfit())
	easy := !overfit && add(s.easy())
	swings, swing := s.swings()
	stuck, isFlat := s.flat()
	nothing := isFlat && (s.learned < hardlyLearned || s.train.y[0]-s.end < 3*noise(s.train.y))
	flat := !overfit && !easy && nothing && add(stuck, true)
	around := swing && math.Abs(s.gap) < gapSwings*s.valSwing
	if add(swings, around && !flat); easy && around {
		slices.Reverse(found)
	}
	flat = flat || len(found) == 0 && add(stuck, isFlat)
	if !overfit {
		add(s.gapStays())
		if !flat {
			add(s.unfinished())
		}
	}
	add(swings, swing && !around && !flat)
	if len(found)+len(gradients) == 0 {
		add(s.good())
	}
	return s.withLayers(gradients, found)
}
