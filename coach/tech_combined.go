package coach

import (
	"github.com/goodfit-ml/goodfit/ensembles"
)

var weightedAverage = Technique{
	Name: "weighted", Title: "Weighted average", Area: Prediction, Chapter: 21,
	Guidance: "Members need not have the same say: weights that are found on rows held out express the trust in each.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Data.Rows < 100 {
			return "", nil // too few rows to find weights on
		}
		return "some trainings end better than others, and may be given more weight", []Change{
			{"5 models with weights that suit the validation rows best", withEnsemble(s.Single, ensembles.WeightedAverage{Members: 5})}}
	},
}

var stackedModels = Technique{
	Name: "stacking", Title: "Stacked generalization", Area: Prediction, Chapter: 25,
	Guidance: "A model that learns how best to combine the members' predictions may do better than their mean; it has to learn from rows that the members were not trained on.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Data.Rows < 300 {
			return "", nil // too few rows to learn a combination from
		}
		return "members that err in different ways can be combined by a model of its own", []Change{
			{"5 models, combined by a regression that learns from the validation rows", withEnsemble(s.Single, ensembles.Stacking{Members: 5, Blend: true})}}
	},
}
