package curves

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxColumns bounds the number of series in a file, so that looking up names stays quick.
const maxColumns = 4096

// table is what CSV files and lists of JSON records have in common: named columns of equal length.
type table struct {
	columns []column
	rows    []place
}

// column keeps numbers only, and of text the first place.
type column struct {
	name    string
	at      place
	numbers []float64 // NaN where blank or text
	blank   []bool
	text    string // the first text that is no number
	textAt  place
}

// add appends a cell to a column.
func (c *column) add(text string, at place) {
	v, blank := math.NaN(), false
	switch text = strings.TrimSpace(text); text {
	case "", "NA", "N/A", "None", "null", "-":
		blank = true
	default:
		var ok bool
		if v, ok = parseNumber(text); !ok {
			c.refuse(text, at)
		}
	}
	c.numbers, c.blank = append(c.numbers, v), append(c.blank, blank)
}

// refuse remembers the first text that is no number.
func (c *column) refuse(text string, at place) {
	if c.text == "" {
		c.text, c.textAt = strings.Clone(text), at
	}
}

func (c *column) textError() error {
	return errorAt(c.textAt, "%s in column %q, expected a number", shorten(c.text), c.name)
}

// layout says what the columns of a table mean.
type layout struct {
	epoch, step *column // nil if there is none
	log         bool    // a log by steps: rows of one epoch are merged
	curves      []*column
	names       []string // goodfit's, of the curves
}

// history makes one series of each numeric column, one value per epoch.
func (t *table) history() (*History, error) {
	if scalars := t.scalars(); scalars != nil {
		return scalars, nil
	}
	l := t.layout()
	epochs, err := t.epochs(&l)
	if err != nil {
		return nil, err
	}
	h := &History{}
	for i, c := range l.curves {
		values, err := c.merge(epochs)
		if err != nil {
			return nil, err
		}
		if values == nil {
			continue
		}
		if err := h.place(l.names[i], values, c.at); err != nil {
			return nil, err
		}
	}
	if len(h.Series) == 0 {
		return nil, errors.New("no numeric series in the file")
	}
	if l.log {
		h.dropUnfinished()
	}
	return h, nil
}

// place adds a series, or the quantity of a layer that its name stands for.
func (h *History) place(name string, values []float64, at place) error {
	for i, quantity := range layerColumns {
		if layer, ok := strings.CutSuffix(name, "/"+quantity); ok {
			*h.layer(layer).columns()[i] = values
			return nil
		}
	}
	if h.index(name) >= 0 {
		return errorAt(at, "a second column for the series %q", name)
	}
	h.Series = append(h.Series, Series{Name: name, Direction: KnownDirection(name), Values: values})
	return nil
}

// scalars reads TensorBoard's columns, nil if these are not it.
func (t *table) scalars() *History {
	c := t.columns
	if len(c) != 3 || c[0].name != "Wall time" || c[1].name != "Step" || c[2].name != "Value" || c[2].text != "" {
		return nil
	}
	return &History{Series: []Series{{Name: scalarName, Values: c[2].numbers}}}
}

// bookkeeping are columns that are no curves, as plain names.
var bookkeeping = []string{
	"", "epoch", "epochs", "step", "global_step", "time", "wall_time", "unnamed:_0", "timestamp",
	"created_at", "total_flos", "train_runtime", "train_samples_per_second", "train_steps_per_second",
	"eval_runtime", "eval_samples_per_second", "eval_steps_per_second",
}

func (t *table) layout() layout {
	var l layout
	plain := make(map[string]*column)
	for i := range t.columns {
		plain[plainName(t.columns[i].name)] = &t.columns[i]
	}
	has := func(name string) bool { return plain[name] != nil }
	l.epoch, l.step = plain["epoch"], plain["step"]
	if l.step == nil {
		l.step = plain["global_step"]
	}
	l.log = l.epoch != nil && (l.step != nil || l.epoch.repeats())
	fastai := has("epoch") && has("train_loss") && has("valid_loss") && has("time")
	for i := range t.columns {
		c := &t.columns[i]
		name := plainName(c.name)
		if slices.Contains(bookkeeping, name) || l.log && leftOut(has, name) {
			continue
		}
		series := canonicalName(c.name)
		if r, base := splitRole(name); fastai && r == unstated {
			series = "val_" + canonicalName(base)
		}
		l.curves, l.names = append(l.curves, c), append(l.names, series)
	}
	return l
}

// repeats reports whether successive rows have the same number.
func (c *column) repeats() bool {
	for i := 1; i < len(c.numbers); i++ {
		if c.numbers[i-1] == c.numbers[i] {
			return true
		}
	}
	return false
}

// leftOut reports whether a column of a log by steps is no curve over epochs: a per-step form with
// a per-epoch form beside it, a score on the test set, measured once after training, or the summary
// "train_loss" that Hugging Face's trainer writes beside "loss".
func leftOut(has func(string) bool, name string) bool {
	r, plain := splitRole(name)
	if r == onTest || r == onTrain && has(plain) {
		return true
	}
	if base, step := strings.CutSuffix(name, "_step"); step {
		return has(base + "_epoch")
	}
	return has(name + "_epoch")
}

// epochs returns the epoch, counted from 0 without gaps, of each row. Rows of a log by steps belong
// to the epoch that they name (0.5 to epoch 1), those that name none to the next one named; rows of
// any other table are an epoch each.
func (t *table) epochs(l *layout) ([]int, error) {
	of := make([]int, len(t.rows))
	if !l.log {
		for i := range of {
			of[i] = i
		}
		return of, nil
	}
	if l.epoch.text != "" {
		return nil, l.epoch.textError()
	}
	last, count, pending := math.Inf(-1), 0, 0
	for i, v := range l.epoch.numbers {
		if l.epoch.blank[i] {
			continue
		}
		number := math.Ceil(v - 1e-9)
		if math.IsNaN(number) || number < last {
			return nil, errorAt(t.rows[i], "epoch %s after epoch %s, expected epochs in ascending order",
				formatNumber(v), formatNumber(last))
		}
		if number > last {
			last, count = number, count+1
		}
		for ; pending <= i; pending++ {
			of[pending] = count - 1
		}
	}
	for ; pending < len(of); pending++ {
		of[pending] = max(count-1, 0)
	}
	return of, nil
}

// merge returns the mean of a column's numbers per epoch, nil for a column of text or blanks.
func (c *column) merge(epochs []int) ([]float64, error) {
	sums := make([]float64, epochs[len(epochs)-1]+1)
	counts := make([]int, len(sums))
	numbers := 0
	for i, v := range c.numbers {
		if e := epochs[i]; !c.blank[i] {
			if counts[e]++; counts[e] == 1 {
				sums[e] = v // not 0 + v, which would lose the sign of -0
			} else {
				sums[e] += v
			}
		}
		if !math.IsNaN(v) {
			numbers++
		}
	}
	if numbers == 0 && (c.text != "" || !slices.Contains(c.blank, false)) {
		return nil, nil
	}
	if c.text != "" {
		return nil, c.textError()
	}
	for e, n := range counts {
		sums[e] /= float64(n)
	}
	return sums, nil
}

// dropUnfinished drops last epochs without a training loss, which an interrupted run leaves.
func (h *History) dropUnfinished() {
	values, ok := h.Get("loss")
	if !ok {
		return
	}
	n := len(values)
	for n > 0 && math.IsNaN(values[n-1]) {
		n--
	}
	if n > 0 {
		h.Truncate(n)
	}
}

// errTooWide is returned for a file with more columns than maxColumns.
var errTooWide = fmt.Errorf("more than %d columns", maxColumns)
