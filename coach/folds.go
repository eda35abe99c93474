package coach

import (
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
)

// fold is one division of the coach's rows, as row numbers of its table: rows to
// train with, rows that stop the training, and rows that score it.
type fold struct {
	train, stop, score []int
	seed               uint64
}

// Numbers that keep the seeds of different uses apart.
const (
	seedFolds   = 1
	seedFits    = 2
	seedConfirm = 3
	seedFinder  = 4
	seedRandom  = 5
)

// makeFolds divides the rows, repeats times into k parts, in proportion of the
// classes where there are classes.
func makeFolds(d *datasets.Dataset, classes bool, k, repeats int, seed uint64) ([]fold, error) {
	if classes {
		least := slices.Min(factsOf(d, datasets.TaskClassification).ClassRows)
		if least < 3 {
			return nil, fmt.Errorf("a class has %d rows to learn from, want at least 3 to compare trainings on folds", least)
		}
		k = min(k, least)
	}
	if d.Rows() < 3*k {
		k = max(d.Rows()/3, 2)
	}
	splitter := datasets.RepeatedKFold{K: k, Repeats: repeats, Stratify: classes, Seed: random.Derive(seed, seedFolds)}
	parts, err := splitter.Folds(d)
	if err != nil {
		return nil, err
	}
	folds := make([]fold, len(parts))
	for i, p := range parts {
		f := fold{score: p.Test, seed: random.Derive(seed, seedFits, uint64(i))}
		inner, err := datasets.Holdout{Fraction: 0.2, Stratify: classes, Seed: f.seed}.Folds(d.Take(p.Train))
		if err != nil {
			return nil, err
		}
		f.train, f.stop = pick(p.Train, inner[0].Train), pick(p.Train, inner[0].Test)
		folds[i] = f
	}
	return folds, nil
}

// pick returns the rows at the given places.
func pick(rows, places []int) []int {
	out := make([]int, len(places))
	for i, p := range places {
		out[i] = rows[p]
	}
	return out
}

// scoreShare is the mean over the folds of rows to score per row to learn from.
func scoreShare(folds []fold) float64 {
	sum := 0.0
	for _, f := range folds {
		sum += float64(len(f.score)) / float64(len(f.train)+len(f.stop))
	}
	return sum / float64(len(folds))
}
