package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
)

var longer = Technique{
	Name: "longer", Title: "Train for longer", Area: Learning, Chapter: 0,
	Guidance: "A training loss that still falls at the end of the plot is a training that was stopped too early; train longer.",
	Propose: func(s *Situation) (string, []Change) {
		run, best := s.epochs()
		most := max(s.Recipe.Train.Plan.Epochs, 1)
		if run < most || best < most*8/10 {
			return "", nil // patience, or overfitting, ended it
		}
		why := fmt.Sprintf("the best epoch is %d of %d: training ended where it still got better", best, most)
		if s.found(curves.UnderfitUnfinished) {
			why = fmt.Sprintf("after %d epochs the training loss still falls", run)
		}
		var changes []Change
		for _, factor := range []int{3, 10} {
			r := own(s.Recipe)
			if r.Train.Plan.Epochs = most * factor; r.Train.Plan.Epochs > 5000 {
				break
			}
			changes = append(changes, Change{fmt.Sprintf("at most %d epochs in place of %d", r.Train.Plan.Epochs, most), r})
		}
		return why, changes
	},
}
