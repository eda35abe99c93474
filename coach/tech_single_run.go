package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// wholeRun returns a copy of the recipe that trains for so many epochs, whatever the
// validation loss does.
func wholeRun(r pipeline.Recipe, epochs int) pipeline.Recipe {
	r = withCallback(r, callbacks.EarlyStopping{}, true)
	r = withCallback(r, callbacks.ReduceOnPlateau{}, true)
	r.Train.Plan.Epochs = epochs
	return r
}

var snapshotEnsemble = Technique{
	Name: "snapshot", Title: "Snapshot ensemble", Area: Prediction, Chapter: 24,
	Guidance: "One training whose rate falls and starts anew several times passes through several good models; it gives an ensemble for the price of a model.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Single.Train.Config.Optimizer.Settings().Schedule != nil {
			return "", nil
		}
		_, best := s.epochs()
		epochs := max(2*best, 50) / 5 * 5
		return "several trainings cost several times as much; one of several cycles does not", []Change{
			{fmt.Sprintf("5 models of the ends of 5 cycles of the rate in %d epochs", epochs), withEnsemble(wholeRun(s.Single, epochs), ensembles.Snapshot{Members: 5})}}
	},
}

var horizontalEnsemble = Technique{
	Name: "horizontal", Title: "Horizontal ensemble", Area: Prediction, Chapter: 23,
	Guidance: "The models of the last epochs of one training go on changing; their mean is steadier than the last of them, and costs one training.",
	Propose: func(s *Situation) (string, []Change) {
		_, best := s.epochs()
		epochs := max(best+5, 20)
		return "the model of one epoch is chosen by a validation loss that swings; the mean of a block of epochs is not", []Change{
			{fmt.Sprintf("the models of the last 10 of %d epochs", epochs), withEnsemble(wholeRun(s.Single, epochs), ensembles.Horizontal{Members: 10})}}
	},
}
