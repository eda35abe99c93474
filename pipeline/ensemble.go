package pipeline

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/internal/pool"
)

// MemberScores are the scores of one member of an ensemble by itself.
type MemberScores struct {
	Train, Validation, Test Scores
}

// runEnsemble trains the members and combines them.
func (r *Result) runEnsemble(ctx context.Context) error {
	t := r.Training
	recipe := t.Recipe
	recipe.Plan.Validation = t.Pipeline.scaled(t.Validation.data)
	var last *goodfit.Model
	if averagesWeights(t.Options.Ensemble) {
		recipe.Plan.Callbacks = append(slices.Clone(recipe.Plan.Callbacks), lastModel{&last})
	}
	e, err := t.Options.Ensemble.Fit(ctx, recipe, t.Pipeline.scaled(t.Train.data))
	r.History = &curves.History{}
	if e != nil && len(e.Histories) > 0 {
		r.History = e.Histories[0]
	}
	if e != nil && ended(err) {
		r.Interrupted, err = true, nil
	}
	if err == nil && e == nil {
		err = errors.New("pipeline: the ensemble has no members")
	}
	if err != nil {
		return err
	}
	r.Ensemble, r.Pipeline.Model = e, e
	if err := r.score(); err != nil {
		return err
	}
	if r.Pipeline.Calibration, err = calibrate(e, t.Pipeline.Encoder.Task(), t.Pipeline.scaled(t.Validation.data)); err != nil {
		return err
	}
	if err := errors.Join(r.scoreOutOfBag(), r.scoreDiversity(), r.scoreSizes(), r.scoreIntervals(), r.scoreUnaveraged(last)); err != nil {
		return err
	}
	return r.scoreMembers(context.WithoutCancel(ctx))
}

func (r *Result) scoreDiversity() error {
	if len(r.Ensemble.Members) < 2 {
		return nil
	}
	d, err := r.Ensemble.Diversity(r.Pipeline.scaled(r.Test.data))
	r.Diversity = &d
	return err
}

// scoreOutOfBag scores the predictions of the training rows by the members that left
// them out, where each member left out some and can be left out itself.
func (r *Result) scoreOutOfBag() error {
	e, p := r.Ensemble, r.Pipeline
	_, divisible := e.Combiner.(ensembles.Subsetter)
	if !divisible || len(e.LeftOut) != len(e.Members) || len(slices.Concat(e.LeftOut...)) == 0 {
		return nil
	}
	oob, err := e.OutOfBag(p.scaled(r.Train.data))
	if err != nil {
		return err
	}
	out := oob.Predictions
	if p.Target != nil {
		out = p.Target.InvertMatrix(out)
	}
	r.OutOfBag, err = scoresFor(p.Encoder.Task(), out, r.Train.data.Take(oob.Rows).Y)
	return err
}

// sizeDraws is how many subsets of the members of each size are scored.
const sizeDraws = 20

// scoreSizes scores subsets of the members.
func (r *Result) scoreSizes() (err error) {
	if _, divisible := r.Ensemble.Combiner.(ensembles.Subsetter); !divisible || len(r.Ensemble.Members) < 2 {
		return nil
	}
	p := r.Pipeline
	sizes := ensembles.Sizes{Draws: sizeDraws, Seed: r.Seed}
	metric := MetricsFor(p.Encoder.Task())[0]
	if p.bent() {
		metric = unitMetric{metric, p.Target}
	}
	r.BySize, err = r.Ensemble.BySize(p.scaled(r.Test.data), metric, sizes)
	if err != nil || p.bent() || p.Target == nil || p.Target.Scale == nil {
		return err
	}
	for k := range r.BySize {
		s, unit := &r.BySize[k], p.Target.Scale[0]
		for i := range s.Values {
			s.Values[i] *= unit
		}
		s.Mean, s.Std, s.Min, s.Max = s.Mean*unit, s.Std*unit, s.Min*unit, s.Max*unit
	}
	return nil
}

// scoreMembers scores each member as if it were the model, side by side.
func (r *Result) scoreMembers(ctx context.Context) error {
	r.Members = make([]MemberScores, len(r.Ensemble.Members))
	return pool.Each(ctx, len(r.Members), func(_ context.Context, i int) (err error) {
		r.Members[i], err = r.scoreAlone(r.Ensemble.Members[i])
		return err
	})
}

// Gain compares an ensemble with its members, each by itself, by one score on the
// test rows.
type Gain struct {
	Name      string
	Direction curves.Direction
	// Mean and SD are mean and standard deviation (divisor members − 1) of the
	// members' scores.
	Mean, SD float64
	Ensemble float64
	// Gain is how much better the ensemble is than its mean member, in the score's
	// unit: above 0 is better, whatever the direction.
	Gain float64
	// Beaten is the number of members that score worse than the ensemble.
	Beaten int
}

// Gains returns the comparison for each score that the ensemble and all its members
// have, the most telling first; nil of a single model, and of an ensemble that is one
// model in the end.
func (r *Result) Gains() []Gain {
	if len(r.Members) < 2 {
		return nil
	}
	var gains []Gain
	for _, s := range r.Test.Scores {
		g := Gain{Name: s.Name, Direction: s.Direction, Ensemble: s.Value}
		var values []float64
		for _, m := range r.Members {
			v, ok := m.Test.Get(s.Name)
			if !ok {
				continue
			}
			values = append(values, v)
			if s.Direction.Better(s.Value, v) {
				g.Beaten++
			}
		}
		if len(values) == 0 || len(values) < len(r.Members) {
			continue
		}
		mean, variance := fmath.Variance(values, 1)
		g.Mean, g.SD = mean, math.Sqrt(variance)
		g.Gain = g.Mean - g.Ensemble
		if s.Direction == curves.Maximize {
			g.Gain = g.Ensemble - g.Mean
		}
		gains = append(gains, g)
	}
	return gains
}
