package ensembles

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Sizes says which parts of an ensemble [Ensemble.BySize] scores.
type Sizes struct {
	// Draws is the number of subsets of each size, drawn without replacement; 0:
	// one, the first members in their order. Where there are no more subsets of a
	// size than Draws, all are taken once.
	Draws int
	// Max is the largest size; 0: all members.
	Max  int
	Seed uint64 // draws the subsets
}

// SizeScore is how good ensembles of one size are.
type SizeScore struct {
	Members int
	// Values are the scores of the subsets, and Subsets their members.
	Values  []float64
	Subsets [][]int
	// Mean, Std (with n−1; NaN of one value), Min and Max are those of Values.
	Mean, Std, Min, Max float64
}

// BySize scores ensembles of 1, 2 … members by a metric on data: how many members
// are worth having. Predictions are made once. It fails as [Ensemble.Predictions]
// does, if the combiner cannot do without some of the members, or if a number of
// Sizes is out of range.
func (e *Ensemble) BySize(data datasets.Source, m metrics.Metric, s Sizes) ([]SizeScore, error) {
	p, err := e.Predictions(data)
	if err != nil {
		return nil, err
	}
	return p.BySize(m, s)
}

// BySize is [Ensemble.BySize] of predictions that are there.
func (p *Predictions) BySize(m metrics.Metric, s Sizes) ([]SizeScore, error) {
	n := len(p.Members)
	c, ok := p.each.(Subsetter)
	switch {
	case !ok:
		return nil, fmt.Errorf("ensembles: %T combines all its members only", p.each)
	case m == nil:
		return nil, fmt.Errorf("ensembles: BySize has no metric")
	case s.Draws < 0 || s.Max < 0 || s.Max > n:
		return nil, fmt.Errorf("ensembles: Sizes.Draws is %d and Max %d, want at least 0, and at most the %d members", s.Draws, s.Max, n)
	}
	most := s.Max
	if most == 0 {
		most = n
	}
	out := make([]SizeScore, most)
	for k := range out {
		out[k] = SizeScore{Members: k + 1, Subsets: s.subsets(n, k+1)}
		for _, set := range out[k].Subsets {
			v, err := p.subsetScore(c, set, m)
			if err != nil {
				return nil, err
			}
			out[k].Values = append(out[k].Values, v)
		}
		out[k].summarize()
	}
	return out, nil
}

// subsetScore returns the metric of some of the members.
func (p *Predictions) subsetScore(c Subsetter, set []int, m metrics.Metric) (float64, error) {
	part := *p
	part.Members = nil
	for _, i := range set {
		part.Members = append(part.Members, p.Members[i])
	}
	s, err := part.Scores(c.Subset(set), m)
	if err != nil {
		return 0, err
	}
	return s.Metrics[0].Value, nil
}

func (s *SizeScore) summarize() {
	mean, variance := fmath.Variance(s.Values, 1)
	s.Mean, s.Std = mean, math.Sqrt(variance)
	s.Min, s.Max = slices.Min(s.Values), slices.Max(s.Values)
}

// subsets returns the subsets of size k of n members.
func (s Sizes) subsets(n, k int) [][]int {
	if s.Draws == 0 {
		return combinations(n, k, 1)
	}
	if all := combinations(n, k, s.Draws+1); len(all) <= s.Draws {
		return all
	}
	r := random.New(random.Derive(s.Seed, uint64(k)))
	sets := make([][]int, s.Draws)
	for i := range sets {
		sets[i] = r.Perm(n)[:k]
		slices.Sort(sets[i])
	}
	return sets
}

// combinations returns the first most subsets of size k of n, in lexical order.
func combinations(n, k, most int) [][]int {
	set := make([]int, k)
	for i := range set {
		set[i] = i
	}
	var all [][]int
	for len(all) < most {
		all = append(all, slices.Clone(set))
		i := k - 1
		for i >= 0 && set[i] == n-k+i {
			i--
		}
		if i < 0 {
			break
		}
		set[i]++
		for j := i + 1; j < k; j++ {
			set[j] = set[j-1] + 1
		}
	}
	return all
}
