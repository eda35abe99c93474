package ensembles

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Weighted predicts Σ w_i·p_i / Σ w_i, the weighted mean of the members'
// predictions.
//
// Check fails unless there is a weight for each member, none is negative or not
// finite, and one is above 0.
type Weighted struct {
	Weights []float64 // one for each member; they need not sum to 1
}

// Check implements [Combiner].
func (w Weighted) Check(members int) error {
	if err := sameNumber("weights", len(w.Weights), members); err != nil {
		return err
	}
	return checkWeights(w.Weights)
}

// checkWeights reports the first weight out of range, or that all are 0.
func checkWeights(weights []float64) error {
	sum := 0.0
	for i, v := range weights {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("the weight of member %d is %g, want a number of at least 0", i, v)
		}
		sum += v
	}
	if sum == 0 {
		return errors.New("the weights of all members are 0")
	}
	return nil
}

// Subset implements [Subsetter]. If all the members that are left have weight 0,
// they weigh the same.
func (w Weighted) Subset(members []int) Combiner {
	out := Weighted{Weights: make([]float64, len(members))}
	for k, i := range members {
		out.Weights[k] = w.Weights[i]
	}
	if checkWeights(out.Weights) != nil {
		return Mean{}
	}
	return out
}

// Combine implements [Combiner].
func (w Weighted) Combine(_ *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	rows, cols := members[0].Dims()
	out := mat.NewDense(rows, cols, nil)
	weighSum(out.RawMatrix().Data, Normalized(w.Weights), members)
	return out, nil
}

// weighSum adds Σ w_i·p_i to dst, in the order of the members.
func weighSum(dst, weights []float64, members []*mat.Dense) {
	for k, m := range members {
		f := weights[k]
		for i, v := range numbers(m) {
			dst[i] += float64(f * v)
		}
	}
}

// Normalized returns weights divided by their sum, or as they are if that is 0.
func Normalized(weights []float64) []float64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out := append([]float64(nil), weights...)
	if sum == 0 {
		return out
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}
