package ensembles

import (
	"context"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/pool"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Grid tries every vector of weights with entries 0, 1/Steps, 2/Steps … 1, divided
// by its sum: (Steps+1)^members vectors, but for those that are multiples of equal
// weights, which are tried first and once. Of vectors with the same score it takes
// the one that comes first, the last member's weight varying fastest.
//
// It fails if there are more than fifty million vectors.
//
// Accuracy with several outputs counts exact ties of the sums; other metrics see
// the mean as numbers of 32 bits.
type Grid struct {
	Steps int // at least 1; default 10
}

// gridLimit is how many vectors Grid tries at most.
const gridLimit = 50_000_000

// Weights implements [Search].
func (g Grid) Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error) {
	steps, err := count("Grid.Steps", g.Steps, 10, 1)
	if err != nil {
		return nil, err
	}
	n := len(p.Members)
	total := 1
	for range n {
		if total *= steps + 1; total > gridLimit {
			return nil, fmt.Errorf("ensembles: a grid of %d^%d weights has more than %d vectors; use fewer Steps or another search",
				steps+1, n, gridLimit)
		}
	}
	o, err := p.objective(m)
	if err != nil {
		return nil, err
	}
	if _, ok := m.(metrics.Accuracy); ok {
		o.fast = newHits(p)
	}
	return walkGrid(ctx, o, steps, n)
}

// walkGrid divides the grid by the first two weights and joins what the parts
// found in their order.
func walkGrid(ctx context.Context, o *objective, steps, n int) ([]float64, error) {
	lead := min(n, 2)
	parts := 1
	for range lead {
		parts *= steps + 1
	}
	found := make([]*gridPart, parts)
	err := pool.Each(ctx, parts, func(ctx context.Context, part int) error {
		g := &gridPart{ctx: ctx, o: o.clone(), steps: steps, weights: make([]float64, n), best: math.Inf(1)}
		rest := part
		for k := lead - 1; k >= 0; k-- {
			g.weights[k] = float64(rest % (steps + 1))
			rest /= steps + 1
		}
		found[part] = g
		return g.search(lead)
	})
	if err != nil {
		return nil, err
	}
	best, at := o.start(n)
	for _, g := range found {
		if g.best < best {
			best, at = g.best, g.at
		}
	}
	return Normalized(at), nil
}

// start returns the score of equal weights, and these.
func (o *objective) start(n int) (float64, []float64) {
	at := equal(n)
	if o.fast == nil {
		return o.score(at), at
	}
	base := make([]float64, o.fast.classes*o.fast.rows)
	for k := range n - 1 {
		o.fast.add(base, base, k, 1)
	}
	return -float64(o.fast.right(base, n-1, 1)), at
}

// gridPart is the search of the vectors that begin with the same weights.
type gridPart struct {
	ctx     context.Context
	o       *objective
	steps   int
	weights []float64
	best    float64
	at      []float64
	sums    [][]float64 // of the first members, for accuracy
}

func (g *gridPart) search(lead int) error {
	n := len(g.weights)
	if g.o.fast == nil {
		return g.slow(lead)
	}
	g.sums = make([][]float64, n)
	for k := range g.sums {
		g.sums[k] = make([]float64, g.o.fast.classes*g.o.fast.rows)
	}
	if n == 1 {
		return nil // every weight is a multiple of equal weights
	}
	for k := range min(lead, n-1) {
		g.sum(k)
	}
	if lead == n {
		g.try(n - 1)
		return nil
	}
	return g.fast(lead)
}

// sum makes sums[k] from sums[k−1] and member k.
func (g *gridPart) sum(k int) {
	var base []float64
	if k > 0 {
		base = g.sums[k-1]
	}
	g.o.fast.add(g.sums[k], base, k, g.weights[k])
}

// fast goes through the weights from member k on, the last one over sums.
func (g *gridPart) fast(k int) error {
	if err := g.ctx.Err(); err != nil {
		return err
	}
	for v := range g.steps + 1 {
		g.weights[k] = float64(v)
		if k == len(g.weights)-1 {
			g.try(k)
			continue
		}
		g.sum(k)
		if err := g.fast(k + 1); err != nil {
			return err
		}
	}
	return nil
}

// try counts with the last weight.
func (g *gridPart) try(last int) {
	if g.level() {
		return
	}
	g.keep(-float64(g.o.fast.right(g.sums[last-1], last, g.weights[last])))
}

// slow scores every vector by itself.
func (g *gridPart) slow(k int) error {
	if k == len(g.weights) {
		if g.level() {
			return nil
		}
		g.keep(g.o.score(g.weights))
		return g.ctx.Err()
	}
	for v := range g.steps + 1 {
		g.weights[k] = float64(v)
		if err := g.slow(k + 1); err != nil {
			return err
		}
	}
	return nil
}

// level reports weights that are all the same.
func (g *gridPart) level() bool {
	for _, w := range g.weights[1:] {
		if w != g.weights[0] {
			return false
		}
	}
	return true
}

// keep takes the weights if they are better than all before.
func (g *gridPart) keep(value float64) {
	if value < g.best {
		g.best, g.at = value, append(g.at[:0], g.weights...)
	}
}

func init() { RegisterSearch("Grid", Grid{}) }
