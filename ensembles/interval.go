package ensembles

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Interval is where the true values are expected, a row for each row of data.
type Interval struct {
	// Center is the ensemble's prediction, and Std the standard deviation of the
	// members' predictions, with n−1.
	Center, Std *mat.Dense
	// Lower and Upper are Center ∓ Factor·Std.
	Lower, Upper *mat.Dense
	Factor       float64
}

// Interval returns the interval Center ∓ z·Std, where a share of level, such as
// 0.95, of a normal distribution lies within z standard deviations. It is about what
// the members do not agree on, and knows nothing of the noise of the target: use
// [Ensemble.Calibrate] for intervals that hold the share of the targets that they
// say.
//
// It fails unless there are two members and 0 < level < 1.
func (e *Ensemble) Interval(x *mat.Dense, level float64) (*Interval, error) {
	if err := checkLevel(level); err != nil {
		return nil, err
	}
	return e.interval(x, fmath.NormalQuantile(0.5+level/2), 0)
}

func checkLevel(level float64) error {
	if !(level > 0 && level < 1) {
		return fmt.Errorf("ensembles: the level of an interval is %g, want more than 0 and less than 1", level)
	}
	return nil
}

// interval returns Center ∓ factor·(Std + floor).
func (e *Ensemble) interval(x *mat.Dense, factor, floor float64) (*Interval, error) {
	if len(e.Members) < 2 {
		return nil, fmt.Errorf("ensembles: %d members have no spread, want at least 2", len(e.Members))
	}
	members, err := e.PredictMembers(x)
	if err != nil {
		return nil, err
	}
	center, err := e.combine(x, members)
	if err != nil {
		return nil, err
	}
	v := &Interval{Center: center, Std: spread(members), Factor: factor}
	if r, c := v.Std.Dims(); len(numbers(center)) != r*c {
		return nil, errors.New("ensembles: the ensemble's outputs are not those of its members")
	}
	v.Lower, v.Upper = mat.DenseCopyOf(center), mat.DenseCopyOf(center)
	for i, s := range numbers(v.Std) {
		half := float64(factor * (s + floor))
		v.Lower.RawMatrix().Data[i] -= half
		v.Upper.RawMatrix().Data[i] += half
	}
	return v, nil
}

// spread returns the standard deviation of the members' predictions.
func spread(members []*mat.Dense) *mat.Dense {
	rows, cols := members[0].Dims()
	out, values := mat.NewDense(rows, cols, nil), make([]float64, len(members))
	from := make([][]float64, len(members))
	for k, m := range members {
		from[k] = numbers(m)
	}
	for i := range out.RawMatrix().Data {
		for k := range from {
			values[k] = from[k][i]
		}
		_, variance := fmath.Variance(values, 1)
		out.RawMatrix().Data[i] = math.Sqrt(variance)
	}
	return out
}

// Calibration makes intervals that hold at least a share of Level of the targets of
// new rows, on average over calibrations, if these are drawn as the rows that it was
// made from: split conformal prediction with the members' spread as scale (Lei et
// al. 2018; Papadopoulos et al. 2002).
type Calibration struct {
	Level  float64
	Factor float64 // half an interval's length over Std + Floor
	// Floor is added to the spread, so that rows on which all members agree have an
	// interval too: a hundredth of the mean spread over the calibration's rows.
	Floor float64
	Rows  int // that it was made from
}

// Calibrate finds the factor for intervals of the level from rows that the members
// were not trained on. With n rows, Factor is the ⌈(n+1)·level⌉-th smallest of
// |target − Center|/(Std + Floor), of outputs the largest.
//
// It fails as [Ensemble.Predictions] does, unless there is a target for each output,
// and if the rows are too few: at least level/(1−level).
func (e *Ensemble) Calibrate(data datasets.Source, level float64) (Calibration, error) {
	if err := checkLevel(level); err != nil {
		return Calibration{}, err
	}
	d, err := inMemory(data)
	if err != nil {
		return Calibration{}, fmt.Errorf("ensembles: %w", err)
	}
	v, err := e.interval(d.X, 1, 0)
	if err != nil {
		return Calibration{}, err
	}
	n, outputs := v.Center.Dims()
	if _, targets := d.Y.Dims(); targets != outputs {
		return Calibration{}, fmt.Errorf("ensembles: intervals are for numbers, and there are %d targets for %d outputs", targets, outputs)
	}
	at := int(math.Ceil(float64(float64(n+1) * level)))
	if at > n {
		return Calibration{}, fmt.Errorf("ensembles: %d rows are too few for intervals of level %g, want at least %.0f", n, level, math.Ceil(level/(1-level)))
	}
	c := Calibration{Level: level, Floor: fmath.Mean(numbers(v.Std)) / 100, Rows: n}
	if c.Floor == 0 {
		return c, errors.New("ensembles: the members predict the same for all rows; they have no spread")
	}
	c.Factor = smallest(scaledErrors(v, d.Y, c.Floor), at)
	return c, nil
}

// scaledErrors returns the largest scaled error of each row.
func scaledErrors(v *Interval, target *mat.Dense, floor float64) []float64 {
	rows, cols := v.Center.Dims()
	out := make([]float64, rows)
	for i := range out {
		for j := range cols {
			out[i] = max(out[i], math.Abs(target.At(i, j)-v.Center.At(i, j))/(v.Std.At(i, j)+floor))
		}
	}
	return out
}

// smallest returns the k-th smallest number, from 1.
func smallest(x []float64, k int) float64 {
	slices.Sort(x)
	return x[k-1]
}

// Interval returns the calibrated interval Center ∓ Factor·(Std + Floor) for the
// rows of x, by the ensemble that was calibrated.
func (c Calibration) Interval(e *Ensemble, x *mat.Dense) (*Interval, error) {
	return e.interval(x, c.Factor, c.Floor)
}

// Coverage returns the share of targets that lie within the interval; NaN if sizes
// differ.
func (v *Interval) Coverage(target *mat.Dense) float64 {
	lower, upper := numbers(v.Lower), numbers(v.Upper)
	t := numbers(target)
	if len(t) != len(lower) {
		return math.NaN()
	}
	within := 0
	for i, y := range t {
		if lower[i] <= y && y <= upper[i] {
			within++
		}
	}
	return float64(within) / float64(len(t))
}
