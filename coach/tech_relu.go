package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/pipeline"
)

var hiddenReLU = Technique{
	Name: "relu", Title: "ReLU with He initialization", Area: Learning, Chapter: 7,
	Guidance: "ReLU lets gradients through where sigmoid and tanh saturate, and goes with He initialization; units that put out zero for ever need a slope below zero or a bias that lets them start.",
	Propose: func(s *Situation) (string, []Change) {
		now, started := activation(s.Recipe), startedWell(s.Recipe)
		dead := s.found(curves.DeadUnits)
		if len(units(s.Recipe)) == 0 || now == act.ReLU && started && !dead {
			return "", nil
		}
		var changes []Change
		if now != act.ReLU || !started {
			changes = append(changes, Change{"ReLU in the hidden layers, He initialization, biases that start at 0", withActivation(s.Recipe, act.ReLU)})
		}
		if dead || now == act.ReLU {
			changes = append(changes, Change{"leaky ReLU of slope 0.1 in the hidden layers, He initialization", withActivation(s.Recipe, act.LeakyReLU(0.1))})
		}
		switch {
		case dead:
			return "units put out zero for every row, so no gradient reaches their weights", changes
		case now != act.ReLU:
			return fmt.Sprintf("the hidden layers have %v", now), changes
		}
		return "the hidden layers do not start from He's weights and biases of 0", changes
	},
}

// startedWell reports whether all hidden layers have the initializer of their
// activation, and biases that start at 0.
func startedWell(r pipeline.Recipe) bool {
	for _, i := range hidden(r.Train.Layers) {
		d := unnamed(r.Train.Layers[i]).(nn.Dense)
		he := d.Init == nn.HeNormal || d.Init == nn.HeUniform
		if d.BiasInit != (nn.Init{}) && d.BiasInit != nn.Zeros || initFor(d.Activation) == nn.HeNormal && !he {
			return false
		}
	}
	return true
}

// withActivation returns a copy of the recipe with another activation in the hidden
// layers, started as suits it.
func withActivation(r pipeline.Recipe, f act.Func) pipeline.Recipe {
	return eachDense(r, false, func(d *nn.Dense) {
		d.Activation, d.Init, d.BiasInit = f, initFor(f), nn.Init{}
	})
}

var activationFunction = Technique{
	Name: "activation", Title: "Another activation", Area: Learning, Chapter: 7,
	Guidance: "ReLU is where to start; smooth and leaky relatives, and tanh in small nets, are worth a try.",
	Propose: func(s *Situation) (string, []Change) {
		if len(units(s.Recipe)) == 0 {
			return "", nil
		}
		var changes []Change
		for _, f := range []act.Func{act.Swish, act.Tanh, act.SELU} {
			if f != activation(s.Recipe) {
				changes = append(changes, Change{fmt.Sprintf("%v in the hidden layers, started as suits it", f), withActivation(s.Recipe, f)})
			}
		}
		return fmt.Sprintf("%v makes functions of straight pieces or of one kind; a smooth one may suit the data better", activation(s.Recipe)), changes
	},
}
