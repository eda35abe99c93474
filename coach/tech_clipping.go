package coach

import (
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/optim"
)

var clipping = Technique{
	Name: "clipping", Title: "Gradient clipping", Area: Learning, Chapter: 8,
	Guidance: "Clipping the gradient's norm keeps a step where the gradient still points down; it is about numerical stability alone. Scaling the target is to be preferred where it can be.",
	Propose: func(s *Situation) (string, []Change) {
		if !s.found(curves.Diverged, curves.DeadUnits, curves.HighVariance) || s.Recipe.Train.Config.Optimizer.Settings().Clip != (optim.Clip{}) {
			return "", nil
		}
		var changes []Change
		r := own(s.Recipe)
		var err error
		if r.Train.Config.Optimizer, err = optim.WithClip(r.Train.Config.Optimizer, optim.Clip{GlobalNorm: 1}); err == nil {
			changes = append(changes, Change{"the whole gradient is scaled down to a norm of at most 1", r})
		}
		return "large gradients make steps that throw the weights far off", changes
	},
}
