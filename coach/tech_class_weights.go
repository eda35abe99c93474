package coach

import (
	"fmt"
	"math"
)

var classWeights = Technique{
	Name: "class-weights", Title: "Weights for the classes", Area: Learning, Chapter: 4,
	Guidance: "The loss has to capture what matters: where a class is rare, plain cross-entropy may be made small by passing it over, and weights give its rows their say.",
	Propose: func(s *Situation) (string, []Change) {
		if s.Data.Rarest() >= 0.5 || s.Recipe.Train.Plan.ClassWeights != nil {
			return "", nil
		}
		why := fmt.Sprintf("the rarest class has %.2g times the rows of an equal share", s.Data.Rarest())
		var changes []Change
		for _, c := range []struct {
			what string
			of   func(share float64) float64
		}{
			{"rows weigh as the inverse square root of their class's share", func(x float64) float64 { return 1 / math.Sqrt(x) }},
			{"rows weigh as the inverse of their class's share", func(x float64) float64 { return 1 / x }},
		} {
			r := own(s.Recipe)
			r.Train.Plan.ClassWeights = weightsBy(s.Data.ClassRows, c.of)
			changes = append(changes, Change{c.what, r})
		}
		return why, changes
	},
}

// weightsBy returns weights of the classes whose mean over the rows is 1.
func weightsBy(rows []int, of func(share float64) float64) []float64 {
	total := 0
	for _, n := range rows {
		total += n
	}
	weights, sum := make([]float64, len(rows)), 0.0
	for k, n := range rows {
		weights[k] = of(float64(max(n, 1)*len(rows)) / float64(total))
		sum += float64(weights[k] * float64(n))
	}
	for k := range weights {
		weights[k] *= float64(total) / sum
	}
	return weights
}
