package ensembles

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Greedy finds weights by forward selection with replacement: it starts with the
// Start best members and adds, round after round, the member with which the mean is
// best, be it for the second time; of the rounds it keeps the best. It is repeated
// with Bags random parts of the members, and the counts of all are the weights
// (Caruana et al. 2004).
type Greedy struct {
	Rounds int // members picked in a selection, those of Start included; default 25
	// Start is how many of the best members, alone, a selection starts with; default
	// 1.
	Start int
	// Bags is the number of selections; 0: one, from all members.
	Bags int
	// Share of the members that each of Bags selects from; default 0.5, rounded up.
	Share float64
	Seed  uint64 // draws the bags
}

// GreedySelection trains a library of members by another method and selects from
// them by [Greedy], on rows that they are not trained on: recipe.Plan.Validation, or
// a share of the training rows. Members that are not selected are left out.
type GreedySelection struct {
	// Base trains the library; default Average{Members, Seed}.
	Base    Method
	Members int // of the default Base; default 20
	Greedy  Greedy
	// Metric says which selection is better; nil means the recipe's loss.
	Metric metrics.Metric
	// Share of the training rows that is held out where the recipe has no
	// validation data; default 0.2.
	Share float64
	// Folds is as in [WeightedAverage].
	Folds int
	Seed  uint64 // draws the members' seeds, and the rows held out or the folds
}

// Fit implements [Method].
func (g GreedySelection) Fit(ctx context.Context, recipe goodfit.Recipe, train *datasets.Dataset) (*Ensemble, error) {
	members := g.Members
	if members == 0 && g.Base == nil {
		members = 20
	}
	return WeightedAverage{Base: g.Base, Members: members, Seed: g.Seed, Search: g.Greedy, Metric: g.Metric, Share: g.Share, Folds: g.Folds}.Fit(ctx, recipe, train)
}

// Weights implements [Search].
func (g Greedy) Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error) {
	n := len(p.Members)
	rounds, err := count("Greedy.Rounds", g.Rounds, 25, 1)
	if err != nil {
		return nil, err
	}
	start, err := count("Greedy.Start", g.Start, 1, 1)
	if err != nil {
		return nil, err
	}
	bags, err := g.bags(n)
	if err != nil {
		return nil, err
	}
	o, err := p.objective(m)
	if err != nil {
		return nil, err
	}
	total := make([]float64, n)
	for _, bag := range bags {
		w, err := selectFrom(ctx, o, bag, rounds, start)
		if err != nil {
			return nil, err
		}
		for k, v := range w {
			total[k] += v
		}
	}
	return Normalized(total), nil
}

// bags returns the members that each selection chooses from.
func (g Greedy) bags(n int) ([][]int, error) {
	share := g.Share
	if share == 0 {
		share = 0.5
	}
	if g.Bags < 0 || !(share > 0 && share <= 1) {
		return nil, fmt.Errorf("ensembles: Greedy.Bags is %d and Share %g, want at least 0, and more than 0 and at most 1", g.Bags, share)
	}
	if g.Bags == 0 {
		return combinations(n, n, 1), nil
	}
	size := int(math.Ceil(float64(share * float64(n))))
	bags := make([][]int, g.Bags)
	for i := range bags {
		bags[i] = random.New(random.Derive(g.Seed, uint64(i))).Perm(n)[:size]
		slices.Sort(bags[i])
	}
	return bags, nil
}

// selectFrom returns how often each member is selected, at the best round.
func selectFrom(ctx context.Context, o *objective, bag []int, rounds, start int) ([]float64, error) {
	w := make([]float64, len(o.p.Members))
	for _, k := range bestAlone(o, bag)[:min(start, len(bag))] {
		w[k] = 1
	}
	best, at := o.score(w), slices.Clone(w)
	for range rounds - min(start, rounds) {
		next, value := -1, math.Inf(1)
		for _, k := range bag {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			w[k]++
			if v := o.score(w); v < value || next < 0 {
				next, value = k, v
			}
			w[k]--
		}
		w[next]++
		if value < best {
			best, at = value, slices.Clone(w)
		}
	}
	return Normalized(at), o.err
}

// bestAlone returns the members in the order of their scores, the best first.
func bestAlone(o *objective, bag []int) []int {
	value := map[int]float64{}
	for _, k := range bag {
		w := make([]float64, len(o.p.Members))
		w[k] = 1
		value[k] = o.score(w)
	}
	order := slices.Clone(bag)
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case value[a] < value[b]:
			return -1
		case value[a] > value[b]:
			return 1
		}
		return 0
	})
	return order
}

func init() {
	RegisterSearch("Greedy", Greedy{})
	Register("GreedySelection", GreedySelection{})
}
