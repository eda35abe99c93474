package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
)

var activityPenalty = Technique{
	Name: "activity-penalty", Title: "Activity regularization", Area: Generalization, Chapter: 14,
	Guidance: "A penalty on the outputs of hidden layers asks for a small or sparse representation of the input, which generalizes better where the net is large for its data.",
	Propose: func(s *Situation) (string, []Change) {
		for _, i := range hidden(s.Recipe.Train.Layers) {
			if unnamed(s.Recipe.Train.Layers[i]).(nn.Dense).Activity != (nn.ActivityPenalty{}) {
				return "", nil
			}
		}
		if len(units(s.Recipe)) == 0 {
			return "", nil
		}
		var changes []Change
		for _, l1 := range []float64{1e-4, 1e-3} {
			changes = append(changes, Change{fmt.Sprintf("L1 penalty of %g on the outputs of the hidden layers", l1),
				eachDense(s.Recipe, false, func(d *nn.Dense) { d.Activity.L1 = l1 })})
		}
		return "hidden units may fire for every row; a sparse representation generalizes better", changes
	},
}
