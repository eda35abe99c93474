package ensembles

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// OutOfBag is an estimate of an ensemble's scores from its training rows: each row
// is predicted by those members alone that have not seen it.
type OutOfBag struct {
	Scores goodfit.Scores
	// Members are the scores of each member on the rows that it has not seen.
	Members []goodfit.Scores
	// Rows are the rows that a member has not seen, in ascending order, and
	// Predictions what the ensemble predicts for each.
	Rows        []int
	Predictions *mat.Dense
}

// OutOfBag estimates the scores of the ensemble from train, the rows that
// [Bagging], [Splits] or [KFold] trained it with, in their order (Breiman 1996).
// The members that have not seen a row are combined as a part of the ensemble;
// rows that all have seen do not count. Without metrics it takes those of the
// members' Config.
//
// It fails if the ensemble does not know what its members have not seen, as one
// that was loaded, if the combiner cannot do without some of the members, or if
// every member has seen every row.
func (e *Ensemble) OutOfBag(train *datasets.Dataset, list ...metrics.Metric) (*OutOfBag, error) {
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	c, ok := e.combiner().(Subsetter)
	switch {
	case len(e.LeftOut) != len(e.Members):
		return nil, errors.New("ensembles: it is not known which rows the members have not seen")
	case !ok:
		return nil, fmt.Errorf("ensembles: %T combines all its members only", e.combiner())
	}
	if err := checkTrain(train); err != nil {
		return nil, err
	}
	b := bag{ensemble: e, train: train, list: list, combiner: c}
	if err := b.predict(); err != nil {
		return nil, err
	}
	return b.estimate()
}

// bag is an out-of-bag estimate in the making.
type bag struct {
	ensemble *Ensemble
	train    *datasets.Dataset
	list     []metrics.Metric
	combiner Subsetter
	members  []*mat.Dense // of each member for its left-out rows; nil of none
	place    [][]int      // of each row in each member's left-out rows, −1 where it was seen
}

func (b *bag) predict() error {
	for k, rows := range b.ensemble.LeftOut {
		at := make([]int, b.train.Rows())
		for i := range at {
			at[i] = -1
		}
		for i, r := range rows {
			if r < 0 || r >= len(at) {
				return fmt.Errorf("ensembles: member %d has left out row %d, and there are %d; give the rows it was trained with", k, r, len(at))
			}
			at[r] = i
		}
		b.place = append(b.place, at)
		if len(rows) == 0 {
			b.members = append(b.members, nil)
			continue
		}
		y, err := New(nil, b.ensemble.Members[k]).Predict(b.train.Take(rows).X)
		if err != nil {
			return err
		}
		b.members = append(b.members, y)
	}
	return nil
}

// estimate combines, row by row, the members that have not seen it.
func (b *bag) estimate() (*OutOfBag, error) {
	_, outputs, _ := sizes(b.ensemble.Members[0])
	out := &OutOfBag{}
	var values []float64
	for r := range b.train.Rows() {
		var blind []int
		var parts []*mat.Dense
		for k, at := range b.place {
			if at[r] >= 0 {
				blind = append(blind, k)
				parts = append(parts, rowsOf(b.members[k], at[r], at[r]+1))
			}
		}
		if len(blind) == 0 {
			continue
		}
		y, err := b.combiner.Subset(blind).Combine(rowsOf(b.train.X, r, r+1), parts)
		if err != nil {
			return nil, fmt.Errorf("ensembles: %w", err)
		}
		out.Rows = append(out.Rows, r)
		values = append(values, numbers(y)...)
	}
	if len(out.Rows) == 0 {
		return nil, errors.New("ensembles: every member has seen every row")
	}
	out.Predictions = mat.NewDense(len(out.Rows), outputs, values)
	return out, b.score(out)
}

func (b *bag) score(out *OutOfBag) (err error) {
	if out.Scores, err = b.scores(out.Rows, out.Predictions); err != nil {
		return err
	}
	out.Members = make([]goodfit.Scores, len(b.members))
	for k, y := range b.members {
		if y == nil {
			continue
		}
		if out.Members[k], err = b.scores(b.ensemble.LeftOut[k], y); err != nil {
			return err
		}
	}
	return nil
}

func (b *bag) scores(rows []int, y *mat.Dense) (goodfit.Scores, error) {
	p, err := newPredictions(b.ensemble, b.train.Take(rows), []*mat.Dense{y})
	if err != nil {
		return goodfit.Scores{}, err
	}
	return p.score(y, b.list)
}
