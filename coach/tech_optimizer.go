package coach

import (
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

var optimizer = Technique{
	Name: "optimizer", Title: "Another optimizer", Area: Learning, Chapter: 5,
	Guidance: "Adaptive methods such as Adam are robust first choices and usually beat a badly chosen fixed rate; a tuned SGD with momentum may beat them if time permits.",
	Propose: func(s *Situation) (string, []Change) {
		try := func(what string, o optim.Optimizer) Change {
			r := own(s.Recipe)
			r.Train.Config.Optimizer = o
			return Change{what, r}
		}
		switch s.Recipe.Train.Config.Optimizer.(type) {
		case optim.Adam, nil:
			return "no optimizer is best everywhere; the winner of a race on one problem need not win on another", []Change{
				try("AdamW at rate 0.003 with decay 0.01", optim.AdamW{Rate: 0.003, Decay: opt.Of(0.01)}),
				try("SGD at rate 0.02 with Nesterov momentum 0.9", optim.SGD{Rate: 0.02, Momentum: 0.9, Nesterov: true}),
			}
		}
		return "the optimizer has one rate for all weights, which must be chosen well; Adam finds one for each", []Change{
			try("Adam at rate 0.002", optim.Adam{Rate: 0.002}),
			try("Adam at rate 0.01", optim.Adam{Rate: 0.01}),
		}
	},
}
