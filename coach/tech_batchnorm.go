package coach

import (
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/opt"
)

var batchNorm = Technique{
	Name: "batch-norm", Title: "Batch normalization", Area: Learning, Chapter: 9,
	Guidance: "Standardizing the inputs of layers over each minibatch makes training steadier and often halves its epochs; do not combine it with dropout.",
	Propose: func(s *Situation) (string, []Change) {
		if len(units(s.Recipe)) == 0 || has[nn.BatchNorm](s.Recipe) || has[nn.Dropout](s.Recipe) {
			return "", nil
		}
		why := "each layer chases the moving outputs of the one before it; standardized they train sooner"
		if s.found(curves.VanishingGradients, curves.DeadUnits) {
			why = "standardized inputs keep units in the range where they learn"
		}
		layer := nn.BatchNorm{Momentum: opt.Of(0.9)}
		return why, []Change{{"batch normalization behind each hidden layer", rightBehindHidden(s.Recipe, layer)}}
	},
}
