package ensembles

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/metrics"
)

// Predictions are what the members of an ensemble predict for some rows, with the
// targets: made once, they score any number of combinations. They do not change;
// several goroutines may use them at once.
type Predictions struct {
	// Members are the members' predictions, a row for each row of the data.
	Members []*mat.Dense

	x      *mat.Dense
	scorer *scorer
	config goodfit.Config
	each   Combiner // the ensemble's own
}

// Predictions predicts for the rows of data with every member. It fails as
// [Ensemble.Predict] does, if the data are not of one input and one target, or if
// the targets are not for the members' loss.
func (e *Ensemble) Predictions(data datasets.Source) (*Predictions, error) {
	if err := e.Check(); err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	d, err := inMemory(data)
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	members, err := e.PredictMembers(d.X)
	if err != nil {
		return nil, err
	}
	return newPredictions(e, d, members)
}

// newPredictions joins predictions of the members for d with its targets.
func newPredictions(e *Ensemble, d *datasets.Dataset, members []*mat.Dense) (*Predictions, error) {
	_, outputs := members[0].Dims()
	if out := outputShape(e.Members[0]); len(out) != 1 {
		return nil, fmt.Errorf("ensembles: the members' outputs have shape %v, and only outputs of one axis are scored", out)
	}
	s, err := newScorer(e.Members[0], outputs, d)
	if err != nil {
		return nil, fmt.Errorf("ensembles: %w", err)
	}
	return &Predictions{Members: members, x: d.X, scorer: s, config: e.Members[0].Config(), each: e.combiner()}, nil
}

// Rows returns the number of rows that were predicted for.
func (p *Predictions) Rows() int {
	rows, _ := p.Members[0].Dims()
	return rows
}

// Combine returns what the combiner makes of the predictions. It fails if the
// combiner is not for that many members.
func (p *Predictions) Combine(c Combiner) (*mat.Dense, error) {
	if err := c.Check(len(p.Members)); err != nil {
		return nil, fmt.Errorf("ensembles: %T: %w", c, err)
	}
	return c.Combine(p.x, p.Members)
}

// Scores returns the members' loss, without penalties, and the given metrics of
// what the combiner makes of the predictions. Without metrics it takes those of the
// members' Config.
func (p *Predictions) Scores(c Combiner, list ...metrics.Metric) (goodfit.Scores, error) {
	y, err := p.Combine(c)
	if err != nil {
		return goodfit.Scores{}, err
	}
	return p.score(y, list)
}

// MemberScores returns the same as Scores for member i alone.
func (p *Predictions) MemberScores(i int, list ...metrics.Metric) (goodfit.Scores, error) {
	if i < 0 || i >= len(p.Members) {
		return goodfit.Scores{}, fmt.Errorf("ensembles: member %d of %d", i, len(p.Members))
	}
	return p.score(p.Members[i], list)
}

func (p *Predictions) score(y *mat.Dense, list []metrics.Metric) (goodfit.Scores, error) {
	if len(list) == 0 {
		list = metricsOf(p.config)
	}
	s, err := p.scorer.clone().scores(numbers(y), list)
	if err != nil {
		return s, fmt.Errorf("ensembles: %w", err)
	}
	return s, nil
}

// Evaluation is how good an ensemble is on some rows, beside its members.
type Evaluation struct {
	Ensemble goodfit.Scores
	Members  []goodfit.Scores // in the order of the members
}

// Evaluate scores the ensemble and each member on data, from one pass through
// each. Losses are without penalties. Without metrics it takes those of the
// members' Config. It fails as [Ensemble.Predictions] does, and if a metric is not
// for such outputs.
func (e *Ensemble) Evaluate(data datasets.Source, list ...metrics.Metric) (Evaluation, error) {
	p, err := e.Predictions(data)
	if err != nil {
		return Evaluation{}, err
	}
	return p.Evaluate(list...)
}

// Evaluate is [Ensemble.Evaluate] of predictions that are there.
func (p *Predictions) Evaluate(list ...metrics.Metric) (v Evaluation, err error) {
	if v.Ensemble, err = p.Scores(p.each, list...); err != nil {
		return v, err
	}
	v.Members = make([]goodfit.Scores, len(p.Members))
	for i := range p.Members {
		if v.Members[i], err = p.MemberScores(i, list...); err != nil {
			return v, err
		}
	}
	return v, nil
}

// chosen returns the metric to go by: nil, the loss, if there is none.
func (p *Predictions) chosen(m metrics.Metric) (metrics.Metric, error) {
	if m == nil && p.scorer.loss == nil {
		return nil, fmt.Errorf("ensembles: %w", errNoLoss)
	}
	if m != nil && m.Direction() != curves.Maximize && m.Direction() != curves.Minimize {
		return nil, fmt.Errorf("ensembles: metric %s does not say which values are better", m.Name())
	}
	return m, nil
}
