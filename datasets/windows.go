package datasets

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Windows cuts a time series, whose rows are steps in order, into examples: Length
// steps to learn from, and the Horizon steps after them to predict.
//
//	input:  rows s … s+Length−1                        (Length×features)
//	target: rows s+Length+Gap … s+Length+Gap+Horizon−1 (Horizon·targets values)
//
// for s = 0, Stride, 2·Stride, … as long as the target is there.
type Windows struct {
	Length  int // steps of an input, at least 1
	Horizon int // steps to predict; 0 means 1
	Gap     int // steps between input and target that are not used
	Stride  int // steps from one window to the next; 0 means 1
	// Targets names the columns to predict, of X or Y. Nil: the columns of Y, or
	// those of X where there is no Y.
	Targets []string
	// PastTargets makes the past of Y's columns features too, after those of X.
	PastTargets bool
	// History lets the first windows of a later part of Split see the steps before
	// it, which are known by then. Targets are never shared.
	History bool
}

// Make returns the windows of one or more series with the same columns, in order;
// no window reaches from one series into the next. X has Shape (Length×features),
// Y a column for each step and target, step by step. Columns with names are named
// after their step, 0 being the last of the input: "load[-1]", "load[0]",
// "load[+1]". A window has the weight of its first target.
//
// It fails if a field is out of range, a name is unknown, or no series is long
// enough.
func (w Windows) Make(series ...*Dataset) (*Dataset, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	if len(series) == 0 {
		return nil, fmt.Errorf("datasets: no series to cut windows from")
	}
	c, err := w.columns(series[0])
	if err != nil {
		return nil, err
	}
	total, longest := 0, 0
	for k, s := range series {
		if other, err := w.columns(s); err != nil || !other.equal(c) {
			return nil, fmt.Errorf("datasets: series %d has other columns than the first", k)
		}
		total, longest = total+w.count(s.Rows()), max(longest, s.Rows())
	}
	if total == 0 {
		return nil, fmt.Errorf("datasets: windows of %d steps and a target %d steps on need %d rows; the longest series has %d",
			w.Length, w.Gap+w.horizon(), w.need(), longest)
	}
	return w.cut(series, c, total), nil
}

// Split returns the windows of three parts of a series, cut by time: parts says how
// much of the end is for validation and for the test. No step of a part's targets
// is in another part's targets, or in the windows of the parts before it; without
// History no window shares any step with another part. What is learnt from data,
// as a [Scaler], is learnt from the first rows alone: those of parts.Rows with
// NoShuffle.
//
// It fails as [ThreeWay.Split] and Make do, and on a parts that stratifies.
func (w Windows) Split(series *Dataset, parts ThreeWay) (train, validation, test *Dataset, err error) {
	if parts.Stratify {
		return nil, nil, nil, fmt.Errorf("datasets: windows are cut by time; leave out Stratify")
	}
	parts.NoShuffle = true
	a, b, c, err := parts.Rows(series)
	if err != nil {
		return nil, nil, nil, err
	}
	var out [3]*Dataset
	for k, rows := range [][]int{a, b, c} {
		first := rows[0]
		if w.History {
			first = max(0, first-w.Length-w.Gap)
		}
		if out[k], err = w.Make(series.Take(span(first, rows[len(rows)-1]+1))); err != nil {
			return nil, nil, nil, fmt.Errorf("%w, of %s", err, [...]string{"the training part", "the validation part", "the test part"}[k])
		}
	}
	return out[0], out[1], out[2], nil
}

func (w Windows) check() error {
	for _, f := range []struct {
		name         string
		value, least int
	}{{"Length", w.Length, 1}, {"Horizon", w.Horizon, 0}, {"Gap", w.Gap, 0}, {"Stride", w.Stride, 0}} {
		if f.value < f.least {
			return fmt.Errorf("datasets: windows with %s %d, want at least %d", f.name, f.value, f.least)
		}
	}
	return nil
}

func (w Windows) horizon() int { return max(w.Horizon, 1) }
func (w Windows) stride() int  { return max(w.Stride, 1) }

// need is the number of rows of one window with its target.
func (w Windows) need() int { return w.Length + w.Gap + w.horizon() }

// count is the number of windows in so many rows.
func (w Windows) count(rows int) int {
	if rows < w.need() {
		return 0
	}
	return (rows-w.need())/w.stride() + 1
}

// windowColumns are the columns of a series that windows take: those of X, then
// those of Y counted on.
type windowColumns struct {
	features, targets   []int
	names               []string // of the features; nil without
	targetNames         []string
	classes             []string
	width, targetsWidth int // of X and Y
}

func (c *windowColumns) equal(o *windowColumns) bool {
	return c.width == o.width && c.targetsWidth == o.targetsWidth && slices.Equal(c.features, o.features) &&
		slices.Equal(c.targets, o.targets) && slices.Equal(c.names, o.names) && slices.Equal(c.classes, o.classes)
}

func (w Windows) columns(s *Dataset) (*windowColumns, error) {
	c := &windowColumns{width: s.Features()}
	if s.Y != nil {
		_, c.targetsWidth = s.Y.Dims()
	}
	c.features = span(0, c.width)
	if w.PastTargets {
		if s.Y == nil {
			return nil, fmt.Errorf("datasets: windows with PastTargets of a series without targets")
		}
		c.features = span(0, c.width+c.targetsWidth)
	}
	if err := c.setTargets(w.Targets, s); err != nil {
		return nil, err
	}
	c.names, c.targetNames = c.namesOf(s, c.features), c.namesOf(s, c.targets)
	if w.horizon() == 1 && len(c.targets) == 1 && c.targets[0] >= c.width {
		c.classes = s.Classes
	}
	return c, nil
}

// setTargets finds the columns to predict.
func (c *windowColumns) setTargets(names []string, s *Dataset) error {
	switch {
	case names == nil && s.Y != nil:
		c.targets = span(c.width, c.width+c.targetsWidth)
		return nil
	case names == nil:
		c.targets = span(0, c.width)
		return nil
	}
	for _, name := range names {
		at := slices.Index(s.Names, name)
		if at < 0 {
			if at = slices.Index(s.TargetNames, name); at >= 0 {
				at += c.width
			}
		}
		if at < 0 {
			return fmt.Errorf("datasets: no column %q to predict; the columns are %s", name, quotedList(slices.Concat(s.Names, s.TargetNames)))
		}
		c.targets = append(c.targets, at)
	}
	return nil
}

// namesOf returns the names of columns; nil if one has none.
func (c *windowColumns) namesOf(s *Dataset, columns []int) (names []string) {
	for _, j := range columns {
		list := s.Names
		if j >= c.width {
			j, list = j-c.width, s.TargetNames
		}
		if j >= len(list) {
			return nil
		}
		names = append(names, list[j])
	}
	return names
}

// cut copies the windows.
func (w Windows) cut(series []*Dataset, c *windowColumns, total int) *Dataset {
	h := w.horizon()
	out := &Dataset{Shape: tensor.Shape{w.Length, len(c.features)}, Classes: c.classes,
		X: mat.NewDense(total, w.Length*len(c.features), nil), Y: mat.NewDense(total, h*len(c.targets), nil),
		Names: stepNames(c.names, 1-w.Length, w.Length), TargetNames: stepNames(c.targetNames, 1+w.Gap, h)}
	i := 0
	for _, s := range series {
		for k := range w.count(s.Rows()) {
			start := k * w.stride()
			target := start + w.Length + w.Gap
			c.copy(out.X.RawRowView(i), s, start, w.Length, c.features)
			c.copy(out.Y.RawRowView(i), s, target, h, c.targets)
			if s.Weights != nil {
				if out.Weights == nil {
					out.Weights = slices.Repeat([]float64{1}, total)
				}
				out.Weights[i] = s.Weights[target]
			}
			i++
		}
	}
	return out
}

// copy writes columns of the rows from first on.
func (c *windowColumns) copy(dst []float64, s *Dataset, first, rows int, columns []int) {
	for k := range rows {
		x := s.X.RawRowView(first + k)
		for j, column := range columns {
			if column < c.width {
				dst[k*len(columns)+j] = x[column]
			} else {
				dst[k*len(columns)+j] = s.Y.At(first+k, column-c.width)
			}
		}
	}
}

// stepNames names the columns of steps first, first+1, …; nil without names.
func stepNames(names []string, first, steps int) (out []string) {
	for k := range steps {
		for _, name := range names {
			step := fmt.Sprintf("%s[%+d]", name, first+k)
			if first+k == 0 {
				step = name + "[0]"
			}
			out = append(out, step)
		}
	}
	return out
}
