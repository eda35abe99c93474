package pipeline

import (
	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/ensembles"
)

// averagesWeights reports whether a method makes one model of the weights that one
// training went through.
func averagesWeights(m ensembles.Method) bool {
	switch m.(type) {
	case ensembles.WeightAverage, ensembles.SWA, ensembles.EMA:
		return true
	}
	return false
}

// lastModel is a callback that keeps the model as a fit leaves it, before a callback
// behind it puts others in the place of the weights.
type lastModel struct{ to **goodfit.Model }

// Start implements goodfit.Callback.
func (c lastModel) Start(*goodfit.Run) (goodfit.Watcher, error) { return c, nil }

// FitEnd implements goodfit.FitEnder.
func (c lastModel) FitEnd(run *goodfit.Run) error {
	m := run.Model().Clone(true)
	*c.to = m
	return m.Compile(run.Model().Config())
}

// scoreUnaveraged scores the model that the training ended with as if it were the
// pipeline's.
func (r *Result) scoreUnaveraged(last *goodfit.Model) error {
	if last == nil {
		return nil
	}
	scores, err := r.scoreAlone(last)
	r.Unaveraged = &scores
	return err
}

// scoreAlone scores a member of the ensemble as if it were the pipeline's model.
func (r *Result) scoreAlone(m *goodfit.Model) (s MemberScores, err error) {
	alone := *r.Pipeline
	alone.Model = m
	for k, to := range []*Scores{&s.Train, &s.Validation, &s.Test} {
		e, err := alone.evaluate(r.Parts()[k].data)
		if err != nil {
			return s, err
		}
		*to = e.Scores
	}
	return s, nil
}
