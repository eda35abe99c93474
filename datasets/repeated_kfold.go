package datasets

import "github.com/goodfit-ml/goodfit/internal/random"

// RepeatedKFold is [KFold] or [StratifiedKFold] again and again, shuffled each
// time in another way.
type RepeatedKFold struct {
	// K is the number of parts, at least 2; 0 means 5.
	K int
	// Repeats is the number of divisions, 0 means 10.
	Repeats int
	// Stratify keeps the classes in proportion.
	Stratify bool
	// Seed decides the draws.
	Seed uint64
}

// Folds returns K·Repeats folds, those of one division next to each other.
func (f RepeatedKFold) Folds(d *Dataset) ([]Fold, error) {
	repeats, err := timesOr(f.Repeats, 10, "repeats")
	if err != nil {
		return nil, err
	}
	var all []Fold
	for i := range repeats {
		seed := random.Derive(f.Seed, uint64(i))
		var s Splitter = KFold{K: f.K, Shuffle: true, Seed: seed}
		if f.Stratify {
			s = StratifiedKFold{K: f.K, Shuffle: true, Seed: seed}
		}
		folds, err := s.Folds(d)
		if err != nil {
			return nil, err
		}
		all = append(all, folds...)
	}
	return all, nil
}
