package coach

import (
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/nn"
)

var noise = Technique{
	Name: "noise", Title: "Noise on the inputs", Area: Generalization, Chapter: 17,
	Guidance: "Noise on scaled inputs makes each row a small cloud, which smooths what is learned; it is worth most where rows are few.",
	Propose: func(s *Situation) (string, []Change) {
		if has[nn.GaussianNoise](s.Recipe) || unscaled(s.Recipe.Prepare.Scaling) {
			return "", nil
		}
		var changes []Change
		for _, sd := range []float64{0.05, 0.2} {
			r := own(s.Recipe)
			r.Train.Layers = slices.Insert(r.Train.Layers, 0, nn.Layer(nn.GaussianNoise{Std: sd}))
			changes = append(changes, Change{fmt.Sprintf("Gaussian noise of deviation %g on the scaled inputs in training", sd), r})
		}
		return fmt.Sprintf("%d rows are single points; noise fills the space around them", s.Data.Rows), changes
	},
}
