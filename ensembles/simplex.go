package ensembles

import (
	"context"
	"fmt"
	"slices"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/internal/solve"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Simplex tries equal weights, each member alone and random weights, and then moves
// weight from member to member, in steps that are halved, as long as that makes the
// score better. It scales to many members, where a [Grid] does not.
type Simplex struct {
	// Draws is the number of random weights, each point of the simplex equally
	// likely; default 500.
	Draws int
	// Smallest is the smallest step, from above 0 to 1; default 1/512.
	Smallest float64
	Seed     uint64
}

// Weights implements [Search].
func (s Simplex) Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error) {
	draws, err := count("Simplex.Draws", s.Draws, 500, 0)
	if err != nil {
		return nil, err
	}
	smallest := s.Smallest
	if smallest == 0 {
		smallest = 1.0 / 512
	}
	if !(smallest > 0 && smallest <= 1) {
		return nil, fmt.Errorf("ensembles: Simplex.Smallest is %g, want more than 0 and at most 1", smallest)
	}
	o, err := p.objective(m)
	if err != nil {
		return nil, err
	}
	w := &walk{o: o, best: o.score(equal(len(p.Members))), at: Normalized(equal(len(p.Members)))}
	for k := range p.Members {
		alone := make([]float64, len(p.Members))
		alone[k] = 1
		w.try(alone)
	}
	r := random.New(random.Derive(s.Seed, 0))
	for range draws {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		w.try(onSimplex(r, len(p.Members)))
	}
	return w.refine(ctx, smallest)
}

// onSimplex draws weights of the sum 1: the gaps between n−1 sorted uniform numbers.
func onSimplex(r *random.Source, n int) []float64 {
	cuts := make([]float64, n-1)
	for i := range cuts {
		cuts[i] = r.Float64()
	}
	slices.Sort(cuts)
	w, last := make([]float64, n), 0.0
	for i, c := range cuts {
		w[i], last = c-last, c
	}
	w[n-1] = 1 - last
	return w
}

// walk is a search that keeps the best weights so far.
type walk struct {
	o    *objective
	best float64
	at   []float64
}

// try takes weights if they are better.
func (w *walk) try(weights []float64) bool {
	v := w.o.score(weights)
	if v < w.best {
		w.best, w.at = v, weights
		return true
	}
	return false
}

// refine moves weight between pairs of members until no step of smallest helps.
func (w *walk) refine(ctx context.Context, smallest float64) ([]float64, error) {
	for step := 0.25; step >= smallest; {
		better := false
		for i := range w.at {
			for j := range w.at {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				better = w.move(i, j, step) || better
			}
		}
		if !better {
			step /= 2
		}
	}
	return Normalized(w.at), nil
}

// move tries step, or what there is, of weight i at j.
func (w *walk) move(i, j int, step float64) bool {
	if i == j || w.at[i] == 0 {
		return false
	}
	next := slices.Clone(w.at)
	step = min(step, next[i])
	next[i] -= step
	next[j] += step
	return w.try(next)
}

// DifferentialEvolution searches weights from 0 to 1, divided by their sum, by
// differential evolution, best/1/bin (Storn and Price 1997).
type DifferentialEvolution struct {
	// Population is the number of vectors for each member; default 15.
	Population int
	// F scales the differences that are added; 0: drawn from [0.5, 1) for each
	// generation.
	F float64
	// CR is the share of weights that a trial takes from the mutant; default 0.7.
	CR float64
	// MaxIter is the most generations; default 1000.
	MaxIter int
	// Tol ends the search when the standard deviation of the population's scores is
	// at most Tol times their mean; default 0.01.
	Tol  float64
	Seed uint64
	// Polish goes on from the best by a quasi-Newton search: for losses, which are
	// smooth, and not for accuracy, which has steps.
	Polish bool
}

// Weights implements [Search].
func (d DifferentialEvolution) Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	o, err := p.objective(m)
	if err != nil {
		return nil, err
	}
	bounds := make([][2]float64, len(p.Members))
	for k := range bounds {
		bounds[k] = [2]float64{0, 1}
	}
	f := func(w []float64) float64 {
		if ctx.Err() != nil || checkWeights(w) != nil {
			return worst
		}
		return o.score(w)
	}
	w, value, _ := solve.DifferentialEvolution(f, bounds, solve.DE{Population: d.Population, F: d.F, CR: d.CR,
		MaxIter: d.MaxIter, Tol: d.Tol, Seed: d.Seed, Polish: d.Polish})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if level := equal(len(w)); !(value < o.score(level)) {
		w = level
	}
	return Normalized(w), nil
}

// worst is the value of weights that are none: all 0, or out of range.
const worst = 1e300

func (d DifferentialEvolution) check() error {
	switch {
	case d.Population < 0 || d.MaxIter < 0:
		return fmt.Errorf("ensembles: DifferentialEvolution.Population is %d and MaxIter %d, want at least 0", d.Population, d.MaxIter)
	case !(d.F >= 0 && d.F <= 2) || !(d.CR >= 0 && d.CR <= 1) || !(d.Tol >= 0):
		return fmt.Errorf("ensembles: DifferentialEvolution.F is %g, CR %g and Tol %g, want 0 to 2, 0 to 1, and at least 0", d.F, d.CR, d.Tol)
	}
	return nil
}

func init() {
	RegisterSearch("Simplex", Simplex{})
	RegisterSearch("DifferentialEvolution", DifferentialEvolution{})
	RegisterSearch("LeastSquares", LeastSquares{})
}
