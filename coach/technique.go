package coach

import (
	"slices"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// Area is one of the three that the playbook takes in turn.
type Area string

// The areas.
const (
	Learning       Area = "learning"       // learn the training rows, better or sooner
	Generalization Area = "generalization" // do as well on rows not seen
	Prediction     Area = "prediction"     // predict with less variance
)

// Technique is a rule from a situation to changed recipes. It is a plain value; a
// rule of one's own can stand in [Options.Techniques] beside those of [Techniques].
type Technique struct {
	// Name is one word for machines, Title a few for readers.
	Name, Title string
	Area        Area
	// Chapter of the playbook, and what it says about when to use the technique.
	Chapter  int
	Guidance string
	// Propose returns why the technique may help here and the changes to try, the
	// likeliest first; none if it does not apply.
	Propose func(s *Situation) (why string, changes []Change)
}

// Change is a changed recipe.
type Change struct {
	// What says what was changed, as "L2 penalty of 0.01 on all kernels".
	What   string
	Recipe pipeline.Recipe
}

// Situation is what a technique decides by. It is read, not changed.
type Situation struct {
	// Recipe is the best so far.
	Recipe pipeline.Recipe
	// Single is the best so far of a single model, which ensembles are made of; it is
	// Recipe where that has no Ensemble.
	Single pipeline.Recipe
	// Diagnosis is that of its trainings on the folds, and Histories what they
	// recorded.
	Diagnosis curves.Diagnosis
	Histories []*curves.History
	// Data are facts about the rows that the coach works with.
	Data Facts
	// Metric is the name of the score that decides.
	Metric string
	// Stochastic says that training runs with noise that prediction is free of.
	Stochastic bool
	// FindRate makes a range test of learning rates with the recipe: the rate to
	// begin with and the largest that still learned; not ok if none was found.
	FindRate func() (rate, limit float64, ok bool)
}

// found reports whether the diagnosis has one of the findings.
func (s *Situation) found(codes ...string) bool {
	return slices.ContainsFunc(codes, func(c string) bool { return s.Diagnosis.Finding(c) != nil })
}

// epochs returns the median length of the trainings and of the best epoch, counted
// from 1.
func (s *Situation) epochs() (run, best int) {
	var runs, bests []int
	for _, h := range s.Histories {
		at, _ := h.Best("val_loss")
		runs, bests = append(runs, h.Epochs()), append(bests, at+1)
	}
	if len(runs) == 0 {
		return 0, 0
	}
	slices.Sort(runs)
	slices.Sort(bests)
	return runs[len(runs)/2], bests[len(bests)/2]
}

// Techniques returns all techniques, in the order of the playbook's chapters; those
// of data preparation stand with scaling.
func Techniques() []Technique {
	return []Technique{
		capacity, lessCapacity, batchSize, lossFunction, classWeights, learningRate, longer, schedule, optimizer,
		inputScaling, targetScaling, hiddenReLU, activationFunction, clipping, batchNorm, pretraining,
		weightDecay, lessDecay, activityPenalty, weightConstraint, dropout, noise, earlyStopping,
		averaging, weightedAverage, kfoldEnsemble, baggingEnsemble, horizontalEnsemble, snapshotEnsemble, stackedModels,
	}
}
