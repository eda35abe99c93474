package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
)

var lossFunction = Technique{
	Name: "loss", Title: "Another loss", Area: Learning, Chapter: 4,
	Guidance: "Squared error and cross-entropy come first; absolute error suits targets with outliers, squared logarithmic error those whose large values should not be punished as hard.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Data.Task != datasets.TaskRegression {
			return "", nil
		}
		if _, ok := s.Recipe.Train.Config.Loss.(losses.MSE); !ok {
			return "", nil
		}
		var changes []Change
		why := "large errors dominate a squared error"
		if s.Data.TargetPositive && s.Data.TargetSkew > 1 {
			why = fmt.Sprintf("the target is above 0 and skewed (skewness %.1f): few large values dominate a squared error", s.Data.TargetSkew)
			r := eachDense(s.Recipe, true, func(*nn.Dense) {})
			k := output(r.Train.Layers)
			d := unnamed(r.Train.Layers[k]).(nn.Dense)
			d.Activation = act.Softplus
			r.Train.Layers[k] = renamed(r.Train.Layers[k], d)
			r.Train.Config.Loss = losses.MSLE{}
			r.Prepare.TargetScaling = datasets.Robust{NoCenter: true}
			changes = append(changes, Change{"squared logarithmic error, of a target scaled by its interquartile range", r})
		} else if s.Data.TargetOutliers > 0 {
			why = fmt.Sprintf("%.2g %% of the targets lie far out, where a squared error is dominated by them", 100*s.Data.TargetOutliers)
		} else if s.Metric != "mae" {
			return "", nil // nothing speaks against the squared error
		}
		for _, l := range []losses.Loss{losses.Huber{Delta: 1}, losses.MAE{}} {
			r := own(s.Recipe)
			r.Train.Config.Loss = l
			changes = append(changes, Change{"loss " + l.Name(), r})
		}
		return why, changes
	},
}
