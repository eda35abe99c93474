package ensembles

import (
	"context"
	"fmt"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/registry"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Search looks for the weights of a weighted mean: a plain value, such as
// Grid{Steps: 10}. A search of one's own implements Search and is named by
// [RegisterSearch].
//
// Weights that are found on the rows that the ensemble is then scored on look
// better than they are; the methods search on rows held out.
type Search interface {
	// Weights returns a weight for each member, none negative, with the sum 1. The
	// metric says what is better; nil means the members' loss. It fails if ctx
	// ends or the metric is not for such predictions.
	Weights(ctx context.Context, p *Predictions, m metrics.Metric) ([]float64, error)
}

// searches is the table of named searches.
var searches = registry.New[Search]("search").RegisteredBy("ensembles.RegisterSearch")

// RegisterSearch names a search type, so that files can hold it: zero is a value of
// the type. It panics if the name is taken by another type.
func RegisterSearch(name string, zero Search) { searches.Register(name, zero) }

// Weigh returns the ensemble of the same members, combined by weights that the
// search finds on data; see [Search]. Members of weight 0 stay; see
// [Ensemble.Trim].
func (e *Ensemble) Weigh(ctx context.Context, s Search, m metrics.Metric, data datasets.Source) (*Ensemble, error) {
	p, err := e.Predictions(data)
	if err != nil {
		return nil, err
	}
	w, err := s.Weights(ctx, p, m)
	if err != nil {
		return nil, err
	}
	out := *e
	out.Combiner = Weighted{Weights: w}
	return &out, nil
}

// Trim returns the ensemble without the members whose weight is 0. It predicts the
// same bits.
func (e *Ensemble) Trim() *Ensemble {
	w, ok := e.Combiner.(Weighted)
	if !ok || w.Check(len(e.Members)) != nil {
		return e
	}
	var kept []int
	for i, v := range w.Weights {
		if v > 0 {
			kept = append(kept, i)
		}
	}
	if len(kept) == len(e.Members) {
		return e
	}
	out, err := e.Take(kept...)
	if err != nil {
		return e
	}
	return out
}

// objective is what a search makes small, for one goroutine: the score of the mean
// with the given weights, which need not sum to 1.
type objective struct {
	p      *Predictions
	scorer *scorer
	metric metrics.Metric
	fast   *hits // nil unless accuracy is counted
	sum    []float64
	err    error // the first
}

// objective returns the function that m, or the loss, means.
func (p *Predictions) objective(m metrics.Metric) (*objective, error) {
	m, err := p.chosen(m)
	if err != nil {
		return nil, err
	}
	o := &objective{p: p, scorer: p.scorer.clone(), metric: m, sum: make([]float64, len(numbers(p.Members[0])))}
	o.score(equal(len(p.Members)))
	if o.err != nil {
		return nil, fmt.Errorf("ensembles: %w", o.err)
	}
	return o, nil
}

// clone returns the objective for another goroutine.
func (o *objective) clone() *objective {
	c := *o
	c.scorer, c.sum = o.scorer.clone(), make([]float64, len(o.sum))
	return &c
}

// score returns the value of weights, which are divided by their sum.
func (o *objective) score(weights []float64) float64 {
	clear(o.sum)
	weighSum(o.sum, Normalized(weights), o.p.Members)
	v, err := o.scorer.value(o.sum, o.metric)
	if err != nil && o.err == nil {
		o.err = err
	}
	return v
}
