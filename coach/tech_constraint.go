package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/nn"
)

var weightConstraint = Technique{
	Name: "weight-constraint", Title: "Weight constraint", Area: Generalization, Chapter: 15,
	Guidance: "A limit on the norm of the weights into each unit keeps them small whatever the rate; it suits adaptive optimizers and goes well with dropout.",
	Propose: func(s *Situation) (string, []Change) {
		for _, i := range hidden(s.Recipe.Train.Layers) {
			if unnamed(s.Recipe.Train.Layers[i]).(nn.Dense).Constraint != (nn.Constraint{}) {
				return "", nil
			}
		}
		if len(units(s.Recipe)) == 0 {
			return "", nil
		}
		var changes []Change
		for _, limit := range []float64{3, 1.5} {
			changes = append(changes, Change{fmt.Sprintf("the weights into each hidden unit have a norm of at most %g", limit),
				eachDense(s.Recipe, false, func(d *nn.Dense) { d.Constraint = nn.MaxNorm(limit) })})
		}
		return "a hard limit keeps weights small where a penalty only asks for it", changes
	},
}
