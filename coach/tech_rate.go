package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var learningRate = Technique{
	Name: "rate", Title: "Another learning rate", Area: Learning, Chapter: 5,
	Guidance: "The learning rate has the largest leverage of all settings: too large a rate diverges or swings, too small a one never arrives. Look at it on a log scale.",
	Propose: func(s *Situation) (string, []Change) {
		now := s.Recipe.Train.Config.Optimizer.Settings().Rate
		why := fmt.Sprintf("the rate is %.3g; whether it suits shows on a log scale only", now)
		if s.found(curves.Diverged, curves.HighVariance, curves.DeadUnits) {
			why = fmt.Sprintf("what the curves show is a usual sign of too large a rate, and it is %.3g", now)
		}
		if s.found(curves.UnderfitFlat, curves.UnderfitUnfinished) {
			why = fmt.Sprintf("training did not get where it could, and the rate, now %.3g, decides most how far it gets", now)
		}
		var rates []float64
		if rate, limit, ok := s.FindRate(); ok {
			rates = append(rates, rate, limit/3)
			why += fmt.Sprintf("; a range test saw the loss fall up to %.2g", limit)
		}
		rates = append(rates, now/3, now*3)
		if s.found(curves.Diverged, curves.UnderfitFlat, curves.DeadUnits) {
			rates = append(rates, now/10, now/100)
		}
		return why, rateChanges(s.Recipe, now, rates)
	},
}

// rateChanges sets rates that are not near one before them.
func rateChanges(r pipeline.Recipe, now float64, rates []float64) []Change {
	var changes []Change
	seen := []float64{now}
	for _, rate := range rates {
		rate = twoDigits(rate)
		if !(rate > 0) || near(seen, rate) {
			continue
		}
		seen = append(seen, rate)
		next := own(r)
		var err error
		if next.Train.Config.Optimizer, err = optim.WithRate(next.Train.Config.Optimizer, rate); err == nil {
			changes = append(changes, Change{fmt.Sprintf("learning rate %.2g in place of %.3g", rate, now), next})
		}
	}
	return changes
}

// near reports whether x is within a factor of 1.4 of one of the values.
func near(values []float64, x float64) bool {
	for _, v := range values {
		if x < 1.4*v && v < 1.4*x {
			return true
		}
	}
	return false
}

// twoDigits rounds to two significant digits, so that what a report shows is what
// was used.
func twoDigits(x float64) float64 {
	var y float64
	fmt.Sscanf(fmt.Sprintf("%.1e", x), "%g", &y)
	return y
}
