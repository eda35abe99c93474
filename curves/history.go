package curves

import (
	"fmt"
	"math"
	"slices"
)

// Direction says which values of a series are better. It comes from the loss or metric that made
// the series, or from the caller; it is never guessed from a name while training. For files of
// other programs, which carry no direction, see [KnownDirection].
type Direction int

const (
	// Unknown means that no better value exists (a learning rate) or that none was stated.
	Unknown Direction = iota
	// Minimize means that lower is better, as for every loss.
	Minimize
	// Maximize means that higher is better, as for accuracy.
	Maximize
)

// String returns "unknown", "minimize" or "maximize".
func (d Direction) String() string {
	switch d {
	case Minimize:
		return "minimize"
	case Maximize:
		return "maximize"
	}
	return "unknown"
}

// Better reports whether a is better than b. NaN is never better, anything else is better than NaN
// unless the direction is Unknown, where the result is always false.
func (d Direction) Better(a, b float64) bool {
	switch {
	case d == Unknown || math.IsNaN(a):
		return false
	case math.IsNaN(b):
		return true
	case d == Minimize:
		return a < b
	}
	return a > b
}

// Series is one quantity over the epochs: Values[e] belongs to epoch e, counted from 0, and is NaN
// where nothing was measured. Names follow Keras: "loss", "accuracy", "val_loss", "val_accuracy",
// "rate" for the learning rate, and with several outputs "out_loss", "val_out_loss".
type Series struct {
	Name      string
	Direction Direction
	Values    []float64
}

// LayerSeries holds what was measured inside one layer over the epochs. A quantity that was not
// measured has a nil slice, an epoch without a measurement is NaN.
type LayerSeries struct {
	// Layer is the layer's name.
	Layer string
	// GradNorm is the Euclidean norm of the gradient of the loss with respect to all the layer's
	// parameters.
	GradNorm []float64
	// ActMean and ActStd are mean and standard deviation of the layer's outputs.
	ActMean, ActStd []float64
	// DeadFraction is the share, in [0, 1], of units whose output was zero for every row seen.
	DeadFraction []float64
}

// LayerStats are the measurements of one layer in one epoch; NaN where not measured.
type LayerStats struct {
	Layer                                   string
	GradNorm, ActMean, ActStd, DeadFraction float64
}

// History is the record of one training run: one value per series and epoch. Series and Layers are
// in the order in which they were added, Layers from the input to the output of the network.
//
// The zero History is empty and ready for use. Reading methods accept a nil *History, which reads
// as an empty one. A History may be read from many goroutines at once, but not while it is written.
type History struct {
	Series []Series
	Layers []LayerSeries
}

// New returns an empty history with the given series, whose Values it ignores, and room for the
// given number of epochs, so that [History.Append] does not allocate until then.
// An epoch count below 0 counts as 0.
func New(epochs int, series ...Series) *History {
	h := &History{Series: make([]Series, len(series))}
	epochs = max(epochs, 0)
	for i, s := range series {
		h.Series[i] = Series{Name: s.Name, Direction: s.Direction, Values: make([]float64, 0, epochs)}
	}
	return h
}

// Epochs returns the number of epochs: the length of the longest series.
func (h *History) Epochs() int {
	if h == nil {
		return 0
	}
	n := 0
	for i := range h.Series {
		n = max(n, len(h.Series[i].Values))
	}
	for i := range h.Layers {
		for _, v := range h.Layers[i].columns() {
			n = max(n, len(*v))
		}
	}
	return n
}

// Append adds one epoch: values[i] belongs to Series[i]. Series beyond the values given, as those
// that [History.Record] added, get NaN. It fails, and changes nothing, if there are more values
// than series.
func (h *History) Append(values ...float64) error {
	if len(values) > len(h.Series) {
		return fmt.Errorf("curves: append %d values to a history of %d series", len(values), len(h.Series))
	}
	epoch := h.Epochs()
	for i := range h.Series {
		v := math.NaN()
		if i < len(values) {
			v = values[i]
		}
		h.Series[i].Values = setAt(h.Series[i].Values, epoch, v)
	}
	return nil
}

// Record sets the value of the named series at the last epoch, and adds the series, NaN before, if
// there is none of that name. A direction other than Unknown replaces the series' direction.
// Before the first epoch it only adds the series.
func (h *History) Record(name string, direction Direction, value float64) {
	i := h.add(name, direction)
	if n := h.Epochs(); n > 0 {
		h.Series[i].Values = setAt(h.Series[i].Values, n-1, value)
	}
}

// RecordLayers sets the measurements of layers at the last epoch, and adds layers not seen before
// in the order given. It fails if there is no epoch yet.
func (h *History) RecordLayers(stats ...LayerStats) error {
	epoch := h.Epochs() - 1
	if epoch < 0 {
		return fmt.Errorf("curves: layer statistics recorded before the first epoch")
	}
	for _, s := range stats {
		l := h.layer(s.Layer)
		for i, v := range [...]float64{s.GradNorm, s.ActMean, s.ActStd, s.DeadFraction} {
			column := l.columns()[i]
			if *column == nil && math.IsNaN(v) {
				continue
			}
			*column = setAt(*column, epoch, v)
		}
	}
	return nil
}

// SetDirection states the direction of the named series. It fails if there is none of that name.
func (h *History) SetDirection(name string, direction Direction) error {
	i := h.index(name)
	if i < 0 {
		return fmt.Errorf("curves: no series %q in the history; it has %q", name, h.Names())
	}
	h.Series[i].Direction = direction
	return nil
}

// Names returns the names of the series in their order.
func (h *History) Names() []string {
	if h == nil {
		return nil
	}
	names := make([]string, len(h.Series))
	for i := range h.Series {
		names[i] = h.Series[i].Name
	}
	return names
}

// Get returns the values of the named series. The slice is the history's own.
func (h *History) Get(name string) (values []float64, ok bool) {
	if i := h.index(name); i >= 0 {
		return h.Series[i].Values, true
	}
	return nil, false
}

// Direction returns the direction of the named series, Unknown if there is none of that name.
func (h *History) Direction(name string) Direction {
	if i := h.index(name); i >= 0 {
		return h.Series[i].Direction
	}
	return Unknown
}

// Last returns the value of the named series at the last epoch, NaN if it was not measured there.
func (h *History) Last(name string) float64 {
	if v, ok := h.Get(name); ok && len(v) > 0 && len(v) == h.Epochs() {
		return v[len(v)-1]
	}
	return math.NaN()
}

// Best returns the first epoch, counted from 0, with the best value of the named series, and that
// value. It returns -1 and NaN if there is no such series, its direction is Unknown, or nothing was
// measured.
func (h *History) Best(name string) (epoch int, value float64) {
	epoch, value = -1, math.NaN()
	i := h.index(name)
	if i < 0 {
		return epoch, value
	}
	for e, v := range h.Series[i].Values {
		if h.Series[i].Direction.Better(v, value) {
			epoch, value = e, v
		}
	}
	return epoch, value
}

// Truncate drops all epochs from the given one on; it does nothing if there are not that many.
func (h *History) Truncate(epochs int) {
	epochs = max(epochs, 0)
	for i := range h.Series {
		s := &h.Series[i]
		s.Values = s.Values[:min(len(s.Values), epochs)]
	}
	for i := range h.Layers {
		for _, v := range h.Layers[i].columns() {
			*v = (*v)[:min(len(*v), epochs)]
		}
	}
}

// Clone returns a deep copy, nil for nil.
func (h *History) Clone() *History {
	if h == nil {
		return nil
	}
	c := &History{Series: slices.Clone(h.Series), Layers: slices.Clone(h.Layers)}
	for i := range c.Series {
		c.Series[i].Values = slices.Clone(c.Series[i].Values)
	}
	for i := range c.Layers {
		for _, v := range c.Layers[i].columns() {
			*v = slices.Clone(*v)
		}
	}
	return c
}

func (h *History) index(name string) int {
	if h == nil {
		return -1
	}
	return slices.IndexFunc(h.Series, func(s Series) bool { return s.Name == name })
}

func (h *History) add(name string, direction Direction) int {
	i := h.index(name)
	if i < 0 {
		i = len(h.Series)
		h.Series = append(h.Series, Series{Name: name})
	}
	if direction != Unknown {
		h.Series[i].Direction = direction
	}
	return i
}

func (h *History) layer(name string) *LayerSeries {
	i := slices.IndexFunc(h.Layers, func(l LayerSeries) bool { return l.Layer == name })
	if i < 0 {
		i = len(h.Layers)
		h.Layers = append(h.Layers, LayerSeries{Layer: name})
	}
	return &h.Layers[i]
}

// columns returns the layer's quantities in the order of layerColumns.
func (l *LayerSeries) columns() [4]*[]float64 {
	return [4]*[]float64{&l.GradNorm, &l.ActMean, &l.ActStd, &l.DeadFraction}
}

// layerColumns names a layer's quantities in files.
var layerColumns = [4]string{"grad_norm", "act_mean", "act_std", "dead_fraction"}

// setAt stores v at index i and fills a gap before it with NaN.
func setAt(values []float64, i int, v float64) []float64 {
	for len(values) <= i {
		values = append(values, math.NaN())
	}
	values[i] = v
	return values
}
