package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
)

var lessCapacity = Technique{
	Name: "less-capacity", Title: "Less capacity", Area: Generalization, Chapter: 2,
	Guidance: "More capacity than the problem needs is a usual cause of overfitting; fewer nodes and layers limit what can be learned by heart.",
	Propose: func(s *Situation) (string, []Change) {
		now := units(s.Recipe)
		if len(now) == 0 {
			return "", nil
		}
		why := fmt.Sprintf("a smaller net than %v units cannot learn as much by heart", now)
		if s.found(curves.Overfit, curves.UnrepresentativeTrain) {
			why = fmt.Sprintf("validation falls behind training, and with %v units there is more capacity than %d rows can fill", now, s.Data.Rows)
		}
		var changes []Change
		for _, next := range smaller(now) {
			if r, ok := resized(s.Recipe, next); ok {
				what := fmt.Sprintf("hidden layers of %v units in place of %v", next, now)
				if len(next) == 0 {
					what = "no hidden layers: a linear model"
				}
				changes = append(changes, Change{what, r})
			}
		}
		return why, changes
	},
}

// smaller returns sizes to try below the given ones.
func smaller(now []int) [][]int {
	var all [][]int
	if now[0] >= 16 {
		all = append(all, scaledUnits(now, 0.25))
	}
	if len(now) > 1 {
		all = append(all, now[:1])
	}
	if now[0] >= 8 {
		all = append(all, []int{max(now[0]/4, 4)})
	}
	return append(all, []int{})
}
