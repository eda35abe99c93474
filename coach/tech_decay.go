package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var weightDecay = Technique{
	Name: "weight-decay", Title: "Weight regularization", Area: Generalization, Chapter: 13,
	Guidance: "Large weights are a sign of a net that has specialized on its training rows. A penalty on their squares, with early stopping, works on most problems; look at it on a log scale.",
	Propose: func(s *Situation) (string, []Change) {
		now := decayOf(s.Recipe)
		why := fmt.Sprintf("the penalty on squared weights is %.2g", now)
		if s.found(curves.Overfit, curves.UnrepresentativeTrain) {
			why = fmt.Sprintf("validation falls behind training, and the penalty on squared weights is %.2g", now)
		}
		levels := []float64{3 * now, 10 * now}
		if now == 0 {
			levels = []float64{0.001, 0.01, 0.03}
		}
		return why, decayChanges(s.Recipe, now, levels)
	},
}

var lessDecay = Technique{
	Name: "less-decay", Title: "Less weight regularization", Area: Learning, Chapter: 13,
	Guidance: "A penalty that is too strong makes a model that cannot learn its training rows; its coefficient is to be found by trial.",
	Propose: func(s *Situation) (string, []Change) {
		now := decayOf(s.Recipe)
		if now == 0 {
			return "", nil
		}
		return fmt.Sprintf("the penalty of %.2g on squared weights may keep the net from learning what it could", now),
			decayChanges(s.Recipe, now, []float64{now / 5, now / 30})
	},
}

// decayOf returns the L2 penalty of the first Dense.
func decayOf(r pipeline.Recipe) float64 {
	for _, l := range r.Train.Layers {
		if d, ok := unnamed(l).(nn.Dense); ok {
			return d.Penalty.L2
		}
	}
	return 0
}

func decayChanges(r pipeline.Recipe, now float64, levels []float64) []Change {
	var changes []Change
	for _, l2 := range levels {
		if l2 = twoDigits(l2); l2 > 1 || l2 < 1e-7 {
			continue
		}
		changes = append(changes, Change{fmt.Sprintf("L2 penalty of %.2g on the kernels in place of %.2g", l2, now),
			eachDense(r, true, func(d *nn.Dense) { d.Penalty.L2 = l2 })})
	}
	return changes
}
