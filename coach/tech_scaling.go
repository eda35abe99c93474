package coach

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
)

var inputScaling = Technique{
	Name: "scaling", Title: "Scaled inputs", Area: Learning, Chapter: 6,
	Guidance: "Inputs should be small, about 0 to 1 or of mean 0 and deviation 1; large ones make for large weights, and unstable or slow learning. Which scaling is best is to be tried.",
	Propose: func(s *Situation) (string, []Change) {
		now := s.Recipe.Prepare.Scaling
		try := func(what string, scaling datasets.Scaling) Change {
			r := own(s.Recipe)
			r.Prepare.Scaling = scaling
			return Change{what, r}
		}
		standard := try("numbers have mean 0 and deviation 1", nil)
		minmax := try("features run from 0 to 1", datasets.MinMax{})
		robust := try("features are centred on their median and divided by their interquartile range", datasets.Robust{UnitVariance: true})
		switch {
		case unscaled(now) && s.Data.Task == datasets.TaskRegression && unscaled(s.Recipe.Prepare.TargetScaling):
			all := try("numbers and the target have mean 0 and deviation 1; predictions are scaled back", nil)
			all.Recipe.Prepare.TargetScaling = nil
			return fmt.Sprintf("features and target are taken as they come: the largest feature has size %.3g, the target %.3g", s.Data.Spread, s.Data.TargetSize),
				[]Change{all, standard, minmax}
		case unscaled(now):
			return fmt.Sprintf("features are taken as they come: the largest has size %.3g, %.3g times that of the smallest", s.Data.Spread, s.Data.Range),
				[]Change{standard, minmax}
		case now == nil && s.Data.FeatureOutliers > 0.001:
			return fmt.Sprintf("%.2g %% of the feature values lie far out and squeeze the others together", 100*s.Data.FeatureOutliers), []Change{robust, minmax}
		case now == nil:
			return "which scaling suits cannot be told from the data; min-max scaling may do better than standardizing", []Change{minmax}
		}
		return "standardizing is the usual scaling, and this recipe has another", []Change{standard}
	},
}

var targetScaling = Technique{
	Name: "target-scaling", Title: "A scaled target", Area: Learning, Chapter: 6,
	Guidance: "A target with a large spread gives large errors, large gradients and dramatic changes of the weights; scale it, and scale predictions back.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Data.Task != datasets.TaskRegression {
			return "", nil
		}
		now := s.Recipe.Prepare.TargetScaling
		var changes []Change
		why := fmt.Sprintf("the target is learned as it comes, with size %.3g", s.Data.TargetSize)
		if stronglySkewed(s) {
			why = fmt.Sprintf("the target is strongly skewed (skewness %.1f): few values far out rule the squared error", s.Data.TargetSkew)
			r := own(s.Recipe)
			r.Prepare.TargetScaling = datasets.YeoJohnson{}
			changes = append(changes, Change{"the target is made like a Gaussian one by a power transform, of mean 0 and deviation 1; predictions are transformed back", r})
		}
		if unscaled(now) {
			r := own(s.Recipe)
			r.Prepare.TargetScaling = nil
			changes = append(changes, Change{"the target has mean 0 and deviation 1 in training; predictions are scaled back", r})
		}
		if len(changes) == 0 {
			return "", nil
		}
		return why, changes
	},
}

// strongSkew is the skewness of an exponential distribution, beyond which a power
// transform of the target is worth a trial.
const strongSkew = 2

// stronglySkewed reports whether a recipe for a strongly skewed target scales it by a
// straight line, or not at all, and may predict any number: the output for a target that
// is transformed has to.
func stronglySkewed(s *Situation) bool {
	if !(math.Abs(s.Data.TargetSkew) > strongSkew) {
		return false
	}
	layers := s.Recipe.Train.Layers
	if d, ok := unnamed(layers[output(layers)]).(nn.Dense); !ok || d.Activation != act.Linear {
		return false
	}
	switch s.Recipe.Prepare.TargetScaling.(type) {
	case nil, datasets.Standardize:
		return true
	}
	return false
}
