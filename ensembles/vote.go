package ensembles

import (
	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/opt"
)

// Vote predicts the share of the members' votes that each class gets: hard
// voting, for classifications. ([Mean] is soft voting.)
//
// With several outputs a member votes for the largest, the first of equal ones.
// With one output it votes yes if that exceeds Threshold, and the share of yes is
// predicted.
//
// Ties: of classes with as many votes the one with the smaller index is the
// prediction, as the largest output is taken everywhere in goodfit; a share of
// exactly one half is a no, which is the smaller class too.
//
// Check fails unless Weights are nil or in range as in [Weighted].
type Vote struct {
	// Weights are how much the members' votes count; nil: all the same.
	Weights []float64
	// Threshold is what a single output must exceed to be a vote for yes; default
	// 0.5, or 0 if Signed.
	Threshold opt.Float
	// Signed is for a single output whose classes are −1 and +1, as under hinge
	// loss: the prediction is votes for +1 less votes for −1, as a share of all.
	Signed bool
}

// Check implements [Combiner].
func (v Vote) Check(members int) error {
	if v.Weights == nil {
		return checkMembers(members)
	}
	return Weighted{v.Weights}.Check(members)
}

// Subset implements [Subsetter]; see [Weighted.Subset].
func (v Vote) Subset(members []int) Combiner {
	if v.Weights != nil {
		w, _ := Weighted{v.Weights}.Subset(members).(Weighted)
		v.Weights = w.Weights
	}
	return v
}

// Combine implements [Combiner].
func (v Vote) Combine(_ *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	rows, cols := members[0].Dims()
	out := mat.NewDense(rows, cols, nil)
	weights := v.Weights
	if weights == nil {
		weights = equal(len(members))
	}
	total := 0.0
	for k, m := range members {
		total += weights[k]
		for i := range rows {
			v.cast(out.RawRowView(i), m.RawRowView(i), weights[k])
		}
	}
	for i, sum := range out.RawMatrix().Data {
		out.RawMatrix().Data[i] = sum / total
	}
	return out, nil
}

// cast adds one member's vote for one row.
func (v Vote) cast(votes, outputs []float64, weight float64) {
	if len(outputs) > 1 {
		votes[largest(outputs)] += weight
		return
	}
	def := 0.5
	if v.Signed {
		def = 0
	}
	switch {
	case outputs[0] > v.Threshold.Or(def):
		votes[0] += weight
	case v.Signed:
		votes[0] -= weight
	}
}

// largest returns the index of the largest number, the first of equal ones.
func largest[T float32 | float64](x []T) int {
	at := 0
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// equal returns n ones.
func equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}
