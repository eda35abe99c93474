package pipeline

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Calibration is what the intervals of an ensemble for numbers are made from: its
// errors on validation rows, in spreads of its members (split conformal prediction;
// Papadopoulos et al. 2002, Lei et al. 2018).
//
// Those rows were not trained on, but they stop trainings, and some methods find
// weights on them, so that the intervals hold a little less of new rows than they say.
type Calibration struct {
	// Errors are |target − prediction|/(spread + Floor), ascending. The spread is the
	// standard deviation of the members' predictions.
	Errors []float64
	// Floor is a hundredth of the mean spread: it gives rows that all members agree on
	// an interval too.
	Floor float64
}

// calibrationRows is the most rows that a calibration keeps the errors of.
const calibrationRows = 1000

// calibrate returns the calibration of an ensemble from scaled rows; nil where there
// are no intervals: for classes, without a second member, and without a spread.
func calibrate(e *ensembles.Ensemble, task datasets.Task, d *datasets.Dataset) (*Calibration, error) {
	if task == datasets.TaskClassification || len(e.Members) < 2 {
		return nil, nil
	}
	if d.Rows() > calibrationRows {
		d, _ = d.Split(calibrationRows)
	}
	v, err := e.Interval(d.X, 0.5)
	if err != nil {
		return nil, err
	}
	c := &Calibration{Floor: fmath.Mean(mat.Col(nil, 0, v.Std)) / 100}
	if c.Floor == 0 {
		return nil, nil
	}
	for i := range d.Rows() {
		c.Errors = append(c.Errors, math.Abs(d.Y.At(i, 0)-v.Center.At(i, 0))/(v.Std.At(i, 0)+c.Floor))
	}
	slices.Sort(c.Errors)
	return c, c.check()
}

// check reports a calibration that gives no intervals.
func (c *Calibration) check() error {
	if !(c.Floor > 0) || math.IsInf(c.Floor, 0) || len(c.Errors) == 0 || !slices.IsSorted(c.Errors) {
		return errors.New("the calibration of the intervals has no floor, or errors that do not ascend")
	}
	if first, last := c.Errors[0], c.Errors[len(c.Errors)-1]; !(first >= 0) || math.IsInf(last, 0) || last != last {
		return fmt.Errorf("the calibration of the intervals has errors from %g to %g, want numbers of at least 0", first, last)
	}
	return nil
}

// factor returns how many spreads an interval of the level reaches to each side: the
// ⌈(n+1)·level⌉-th smallest error of n.
func (c *Calibration) factor(level float64) (float64, error) {
	if !(level > 0 && level < 1) {
		return 0, fmt.Errorf("the level of the intervals is %g, want a share above 0 and below 1", level)
	}
	n := len(c.Errors)
	at := int(math.Ceil(float64(float64(n+1) * level)))
	if at > n {
		return 0, fmt.Errorf("the model knows the errors of %d rows, too few for intervals of level %g, which need %.0f", n, level, math.Ceil(level/(1-level)))
	}
	return c.Errors[at-1], nil
}

var (
	errIntervalOfClasses = errors.New("intervals are for numbers, and the model predicts classes")
	errIntervalOfOne     = errors.New("intervals need the members of an ensemble, and the model has none to compare")
)

// PredictIntervals is [Pipeline.Predict] with an interval for each row that holds the
// target of a new row with a probability of about level, such as 0.9; see
// [Calibration]. It is for ensembles of two members or more that predict numbers. It
// fails for others, if level is not between 0 and 1, and if the ensemble was
// calibrated on too few rows for it.
func (p *Pipeline) PredictIntervals(t *datasets.Table, level float64) (*Predictions, error) {
	if err := someRows(t); err != nil {
		return nil, err
	}
	all := &Predictions{}
	for _, block := range blocks(t) {
		d, err := p.Encoder.ApplyFeatures(block)
		if err != nil {
			return nil, err
		}
		some, err := p.intervals(d.X, level)
		if err != nil {
			return nil, err
		}
		all.Values, all.Lower, all.Upper = append(all.Values, some.Values...), append(all.Lower, some.Lower...), append(all.Upper, some.Upper...)
	}
	return all, nil
}

// intervals predicts encoded rows with intervals.
func (p *Pipeline) intervals(x *mat.Dense, level float64) (*Predictions, error) {
	e, ok := p.Model.(*ensembles.Ensemble)
	switch {
	case p.classification():
		return nil, errIntervalOfClasses
	case !ok || p.Calibration == nil:
		return nil, errIntervalOfOne
	}
	factor, err := p.Calibration.factor(level)
	if err != nil {
		return nil, err
	}
	if p.Features != nil {
		x = p.Features.ApplyMatrix(x)
	}
	v, err := e.Interval(x, 0.5)
	if err != nil {
		return nil, err
	}
	for i := range v.Std.RawMatrix().Rows {
		half := float64(factor * (v.Std.At(i, 0) + p.Calibration.Floor))
		v.Lower.Set(i, 0, v.Center.At(i, 0)-half)
		v.Upper.Set(i, 0, v.Center.At(i, 0)+half)
	}
	return &Predictions{Values: p.inTargetUnit(v.Center), Lower: p.inTargetUnit(v.Lower), Upper: p.inTargetUnit(v.Upper)}, nil
}

// inTargetUnit returns the first column of outputs, scaled back.
func (p *Pipeline) inTargetUnit(out *mat.Dense) []float64 {
	if p.Target != nil {
		out = p.Target.InvertMatrix(out)
	}
	return mat.Col(nil, 0, out)
}

// IntervalScore is how prediction intervals do on rows whose targets are known.
type IntervalScore struct {
	// Level is the share of the targets that should lie within their interval, and
	// Coverage the share that does.
	Level, Coverage float64
	// MeanLength is in the target's unit.
	MeanLength float64
}

// scoredLevel is the level of the intervals that a training scores.
const scoredLevel = 0.9

// scoreIntervals scores intervals on the test rows; nil where there are none, or the
// calibration has too few rows.
func (r *Result) scoreIntervals() error {
	if r.Pipeline.Calibration == nil {
		return nil
	}
	if _, err := r.Pipeline.Calibration.factor(scoredLevel); err != nil {
		return nil
	}
	p, err := r.Pipeline.intervals(r.Test.data.X, scoredLevel)
	if err != nil {
		return err
	}
	s := &IntervalScore{Level: scoredLevel}
	lengths, within := make([]float64, p.Rows()), 0
	for i := range lengths {
		lengths[i] = p.Upper[i] - p.Lower[i]
		if y := r.Test.data.Y.At(i, 0); p.Lower[i] <= y && y <= p.Upper[i] {
			within++
		}
	}
	s.Coverage, s.MeanLength = float64(within)/float64(len(lengths)), fmath.Mean(lengths)
	r.Intervals = s
	return nil
}
