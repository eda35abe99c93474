package curves

import (
	"errors"
	"math"
	"slices"
	"strings"
)

// layout says what the columns of a table mean.
type layout struct {
	epoch, step int      // column numbers, -1 if there is none
	log         bool     // a log by steps: rows of one epoch are merged
	columns     []column // the curves
}

type column struct {
	index int
	name  string // goodfit's
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
	for _, c := range l.columns {
		values, err := t.merge(c, epochs)
		if err != nil {
			return nil, err
		}
		if values == nil {
			continue
		}
		if err := h.place(c.name, values, t.places[c.index]); err != nil {
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
	if len(t.names) != 3 || t.names[0] != "Wall time" || t.names[1] != "Step" || t.names[2] != "Value" {
		return nil
	}
	values := make([]float64, len(t.rows))
	for i, row := range t.rows {
		values[i] = row[2].number
	}
	return &History{Series: []Series{{Name: scalarName, Values: values}}}
}

// bookkeeping are columns that are no curves, as plain names.
var bookkeeping = []string{
	"", "epoch", "epochs", "step", "global_step", "time", "wall_time", "unnamed:_0", "timestamp",
	"created_at", "total_flos", "train_runtime", "train_samples_per_second", "train_steps_per_second",
	"eval_runtime", "eval_samples_per_second", "eval_steps_per_second",
}

func (t *table) layout() layout {
	l := layout{epoch: -1, step: -1}
	plain := make([]string, len(t.names))
	for i, name := range t.names {
		plain[i] = plainName(name)
		switch plain[i] {
		case "epoch", "epochs":
			l.epoch = i
		case "step", "global_step":
			l.step = i
		}
	}
	l.log = l.epoch >= 0 && (l.step >= 0 || t.repeats(l.epoch))
	fastai := slices.Contains(plain, "epoch") && slices.Contains(plain, "train_loss") &&
		slices.Contains(plain, "valid_loss") && slices.Contains(plain, "time")
	for i, name := range t.names {
		if slices.Contains(bookkeeping, plain[i]) || l.log && leftOut(plain, plain[i]) {
			continue
		}
		c := column{i, canonicalName(name)}
		if r, base := splitRole(plain[i]); fastai && r == unstated {
			c.name = "val_" + canonicalName(base)
		}
		l.columns = append(l.columns, c)
	}
	return l
}

// repeats reports whether successive rows have the same number in a column.
func (t *table) repeats(column int) bool {
	for i := 1; i < len(t.rows); i++ {
		a, b := t.rows[i-1][column], t.rows[i][column]
		if !a.blank && !b.blank && a.number == b.number {
			return true
		}
	}
	return false
}

// leftOut reports whether a column of a log by steps is no curve over epochs: a per-step form with
// a per-epoch form beside it, a score on the test set, measured once after training, or the summary
// "train_loss" that Hugging Face's trainer writes beside "loss".
func leftOut(names []string, name string) bool {
	r, plain := splitRole(name)
	if r == onTest || r == onTrain && slices.Contains(names, plain) {
		return true
	}
	base, step := strings.CutSuffix(name, "_step")
	if step {
		return slices.Contains(names, base+"_epoch")
	}
	return slices.Contains(names, name+"_epoch")
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
	last, count := math.Inf(-1), 0
	pending := 0
	for i, row := range t.rows {
		c := row[l.epoch]
		if c.blank {
			continue
		}
		number := math.Ceil(c.number - 1e-9)
		if c.text != "" || math.IsNaN(number) || number < last {
			return nil, errorAt(c.at, "epoch %s after epoch %s, expected epochs in ascending order",
				formatNumber(c.number), formatNumber(last))
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
func (t *table) merge(c column, epochs []int) ([]float64, error) {
	values := make([]float64, epochs[len(epochs)-1]+1)
	counts := make([]int, len(values))
	var text *cell
	numbers := 0
	for i, row := range t.rows {
		cell := &row[c.index]
		switch {
		case cell.text != "":
			if text == nil {
				text = cell
			}
		case !cell.blank:
			values[epochs[i]] += cell.number
			counts[epochs[i]]++
			numbers++
		}
	}
	if numbers == 0 {
		return nil, nil
	}
	if text != nil {
		return nil, errorAt(text.at, "%s in column %q, expected a number", shorten(text.text), t.names[c.index])
	}
	for e, n := range counts {
		values[e] /= float64(n)
	}
	return values, nil
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
