package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var dropout = Technique{
	Name: "dropout", Title: "Dropout", Area: Generalization, Chapter: 16,
	Guidance: "Dropping units at random breaks close coupling between them; it asks for a larger net, and works with a constraint on the weights and early stopping.",
	Propose: func(s *Situation) (string, []Change) {
		if len(units(s.Recipe)) == 0 || has[nn.BatchNorm](s.Recipe) {
			return "", nil
		}
		now := dropRate(s.Recipe)
		why := "units that cannot rely on each other learn features that hold for other rows too"
		if s.found(curves.Overfit, curves.UnrepresentativeTrain) {
			why = "validation falls behind training: units have come to rely on each other's mistakes"
		}
		rates := []float64{0.1, 0.25, 0.5}
		if now > 0 {
			rates = []float64{now / 2, min(2*now, 0.6)}
		}
		var changes []Change
		for _, rate := range rates {
			if rate != now {
				changes = append(changes, Change{fmt.Sprintf("%.2g of the units dropped behind each hidden layer", rate), withDropout(s.Recipe, rate)})
			}
		}
		return why, changes
	},
}

// dropRate returns the rate of the first dropout layer, 0 if there is none.
func dropRate(r pipeline.Recipe) float64 {
	for _, l := range r.Train.Layers {
		if d, ok := unnamed(l).(nn.Dropout); ok {
			return d.Rate
		}
	}
	return 0
}

// withDropout returns a copy of the recipe with dropout behind each hidden layer in
// the place of that it has.
func withDropout(r pipeline.Recipe, rate float64) pipeline.Recipe {
	return behindHidden(without(r, is[nn.Dropout]), nn.Dropout{Rate: rate})
}
