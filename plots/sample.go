package plots

import (
	"fmt"
	"math"
	"slices"
)

// Sample is a named group of values, such as the scores of repeated runs.
type Sample struct {
	Name   string
	Values []float64
}

// finite returns the finite values in ascending order.
func (s Sample) finite() []float64 {
	var vs []float64
	for _, v := range s.Values {
		if finite(v) {
			vs = append(vs, v)
		}
	}
	slices.Sort(vs)
	return vs
}

// quantile interpolates linearly between the sorted values, as numpy's default does.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := min(int(at), len(sorted)-1)
	if i == len(sorted)-1 {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

func mean(vs []float64) float64 {
	sum := 0.0
	for _, v := range vs {
		sum += v
	}
	return sum / float64(len(vs))
}

func names(samples []Sample) []string {
	ns := make([]string, len(samples))
	for i, s := range samples {
		ns[i] = s.Name
	}
	return ns
}

// sameLength fails unless all the named slices have the length of the first.
func sameLength(what string, n int, others ...[]float64) error {
	for _, o := range others {
		if o != nil && len(o) != n {
			return fmt.Errorf("plots: %s: %d values beside %d; the lengths must be equal", what, len(o), n)
		}
	}
	return nil
}

// meanAndSD returns the mean and the standard deviation with divisor n − 1: NaN and NaN of no
// value, sd 0 of a single one.
func meanAndSD(vs []float64) (m, sd float64) {
	m = mean(vs)
	if len(vs) == 0 {
		return m, m
	}
	sum := 0.0
	for _, v := range vs {
		sum += (v - m) * (v - m)
	}
	return m, math.Sqrt(sum / float64(max(len(vs)-1, 1)))
}
