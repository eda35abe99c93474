package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
)

var earlyStopping = Technique{
	Name: "early-stopping", Title: "Early stopping", Area: Generalization, Chapter: 18,
	Guidance: "Overfitting is often nothing but training for too long: watch rows that are held out and keep the weights of the best epoch; it is simple and works with every other technique.",
	Propose: func(s *Situation) (string, []Change) {
		now, ok := stopping(s.Recipe)
		with := func(what string, patience int) Change {
			return Change{what, withCallback(s.Recipe, callbacks.EarlyStopping{Patience: patience, RestoreBest: true}, false)}
		}
		run, best := s.epochs()
		switch {
		case !ok:
			why := fmt.Sprintf("training goes on for %d epochs whatever the validation loss does", run)
			if s.found(curves.Overfit) {
				why = fmt.Sprintf("the validation loss is best at epoch %d of %d and gets worse from there", best, run)
			}
			return why, []Change{with("training ends 30 epochs after the best validation loss, whose weights are kept", 30)}
		case !now.RestoreBest:
			return "training stops by validation loss, but ends with later weights than the best", []Change{with("the weights of the best epoch are kept", now.Patience)}
		case s.found(curves.UnrepresentativeValidation, curves.HighVariance) || run < s.Recipe.Train.Plan.Epochs:
			return fmt.Sprintf("a validation loss that jumps may end training by chance after %d epochs", run),
				[]Change{with(fmt.Sprintf("patience of %d epochs in place of %d", 3*now.Patience, now.Patience), 3*now.Patience)}
		}
		return "", nil
	},
}
