package coach

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// withEnsemble returns a copy of the recipe that trains by a method.
func withEnsemble(r pipeline.Recipe, m ensembles.Method) pipeline.Recipe {
	r = own(r)
	r.Ensemble = m
	return r
}

var averaging = Technique{
	Name: "averaging", Title: "Average of several models", Area: Prediction, Chapter: 20,
	Guidance: "Models that differ by their random start err differently; the mean of their predictions varies less than any of them, and is often better.",
	Propose: func(s *Situation) (string, []Change) {
		if _, ok := s.Recipe.Ensemble.(ensembles.Average); ok {
			return "", nil
		}
		why := "each training ends elsewhere; averaging takes away what is chance"
		if s.found(curves.HighVariance) {
			why = "repeated trainings end far apart, and averaging takes away what is chance"
		}
		return why, []Change{{"the mean of 5 models", withEnsemble(s.Single, ensembles.Average{Members: 5})}}
	},
}

var kfoldEnsemble = Technique{
	Name: "k-fold", Title: "Models of the folds", Area: Prediction, Chapter: 22,
	Guidance: "Members trained on different parts of the rows differ more than by their start alone; with k folds every row trains all members but one, which it stops.",
	Propose: func(s *Situation) (string, []Change) {
		if _, ok := s.Recipe.Ensemble.(ensembles.KFold); ok {
			return "", nil
		}
		var changes []Change
		for _, k := range []int{5, 10} {
			if k == 10 && s.Data.Rows > 3000 || s.Data.Task == datasets.TaskClassification && fewest(s.Data.ClassRows) < 2*k {
				continue
			}
			m := ensembles.KFold{Members: k, Stratify: s.Data.Task == datasets.TaskClassification, ValidateLeftOut: true}
			changes = append(changes, Change{fmt.Sprintf("the mean of %d models, each stopped by one of %d folds and trained on the others", k, k), withEnsemble(s.Single, m)})
		}
		return "the rows that stop a training are lost to it; here they stop one member and train the others", changes
	},
}

func fewest(rows []int) int {
	least := rows[0]
	for _, n := range rows {
		least = min(least, n)
	}
	return least
}

var baggingEnsemble = Technique{
	Name: "bagging", Title: "Bagging", Area: Prediction, Chapter: 22,
	Guidance: "Bootstrap samples of the rows make members that differ, and whose mean varies less; it is worth most for models that follow their rows closely.",
	Propose: func(s *Situation) (string, []Change) {
		if _, ok := s.Recipe.Ensemble.(ensembles.Bagging); ok {
			return "", nil
		}
		return "members on samples of the rows differ more than by their start", []Change{{"the mean of 10 models on bootstrap samples, stopped by the rows left out",
			withEnsemble(s.Single, ensembles.Bagging{Members: 10, ValidateLeftOut: true})}}
	},
}
