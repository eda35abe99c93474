package ensembles

import (
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
)

// heldShare is the share of the training rows that is held out where rows are
// needed that the members do not see and none are given.
const heldShare = 0.2

// holdout returns the rows to train members with and others that they are not
// trained on, which are the recipe's validation data if it has any, else a share of
// the training rows drawn by seed. The recipe that is returned is for the first.
func holdout(recipe goodfit.Recipe, train *datasets.Dataset, share float64, seed uint64) (goodfit.Recipe, *datasets.Dataset, *datasets.Dataset, error) {
	if err := checkTrain(train); err != nil {
		return recipe, nil, nil, err
	}
	if f := recipe.Plan.ValidationFraction; f > 0 && f < 1 && recipe.Plan.Validation == nil {
		at := train.Rows() - int(float64(float64(train.Rows())*f))
		rest, held := train.Split(at)
		if at == 0 || at == train.Rows() {
			return recipe, nil, nil, fmt.Errorf("ensembles: Plan.ValidationFraction %g of %d rows leaves no rows for training or validation", f, train.Rows())
		}
		recipe.Plan.ValidationFraction, recipe.Plan.Validation = 0, held
		return recipe, rest, held, nil
	}
	if recipe.Plan.Validation != nil {
		held, err := inMemory(recipe.Plan.Validation)
		if err != nil {
			return recipe, nil, nil, fmt.Errorf("ensembles: Plan.Validation: %w", err)
		}
		return recipe, train, held, nil
	}
	rest, held, err := drawn(recipe, train, share, seed)
	return recipe, rest, held, err
}

// drawn holds out a share of the rows; 0 means heldShare. Classes keep their
// proportions where each has rows enough.
func drawn(recipe goodfit.Recipe, train *datasets.Dataset, share float64, seed uint64) (rest, held *datasets.Dataset, err error) {
	if share == 0 {
		share = heldShare
	}
	if !(share > 0 && share < 1) {
		return nil, nil, fmt.Errorf("ensembles: a share of %g of the rows is held out, want more than 0 and less than 1", share)
	}
	h := datasets.Holdout{Fraction: share, Seed: foldSeed(seed), Stratify: classifies(lossOf(recipe.Config))}
	rest, held, err = h.Split(train)
	if err != nil && h.Stratify {
		h.Stratify = false
		rest, held, err = h.Split(train)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("ensembles: %w", err)
	}
	return rest, held, nil
}

// classifies reports whether a loss is one of classes.
func classifies(l losses.Loss) bool {
	switch l.(type) {
	case losses.CrossEntropy, losses.BinaryCrossEntropy, losses.Hinge, losses.SquaredHinge, losses.CategoricalHinge:
		return true
	}
	return false
}
