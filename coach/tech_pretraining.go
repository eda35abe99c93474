package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
)

var pretraining = Technique{
	Name: "pretraining", Title: "Greedy layer-wise pretraining", Area: Learning, Chapter: 10,
	Guidance: "Adding layers one at a time, each trained while those before it are held, gives useful starting weights where the net is deep or rows are few.",
	Propose: func(s *Situation) (string, []Change) {
		layers := len(units(s.Recipe))
		if layers < 2 || layers < 3 && !s.found(curves.UnderfitFlat, curves.VanishingGradients) {
			return "", nil
		}
		for _, c := range s.Recipe.Train.Plan.Callbacks {
			if _, ok := c.(callbacks.Pretrain); ok {
				return "", nil
			}
		}
		return fmt.Sprintf("there are %d hidden layers, of which those near the input learn last", layers), []Change{
			{"each hidden layer is pretrained for 10 epochs", withCallback(s.Recipe, callbacks.Pretrain{Epochs: 10}, false)}}
	},
}
