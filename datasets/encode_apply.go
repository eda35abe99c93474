package datasets

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Encoder turns tables into datasets with what [Encode] learned. It does not
// change; several goroutines may use it at once.
type Encoder struct {
	encode   Encode
	target   target
	schema   Schema
	features []feature
	dropped  []Dropped
}

// Encode returns the description that the encoder was made from.
func (e *Encoder) Encode() Encode { return e.encode }

// Target returns the name of the column to predict.
func (e *Encoder) Target() string { return e.target.Name }

// Task returns what is to be predicted: TaskClassification or TaskRegression.
func (e *Encoder) Task() Task { return e.target.Task }

// Classes returns the names of the classes in the order of their indices: sorted
// texts, ascending numbers, or false before true. Nil for a regression.
func (e *Encoder) Classes() []string { return slices.Clone(e.target.Classes) }

// Schema returns what the features, in order, and the target were in the training
// rows.
func (e *Encoder) Schema() Schema {
	return Schema{Rows: e.schema.Rows, Columns: slices.Clone(e.schema.Columns)}
}

// Dropped returns the columns of the training table that are not features.
func (e *Encoder) Dropped() []Dropped { return slices.Clone(e.dropped) }

// Columns describes the columns of the encoded X in order.
func (e *Encoder) Columns() []EncodedColumn {
	var out []EncodedColumn
	for _, f := range e.features {
		out = append(out, f.columns()...)
	}
	return out
}

// Names returns the names of the columns of the encoded X in order.
func (e *Encoder) Names() []string {
	var names []string
	for _, c := range e.Columns() {
		names = append(names, c.Name)
	}
	return names
}

// Apply encodes a table that has the training table's columns, in any order and
// among others. Y has one column: the target, or the index of its class.
//
// It fails as [Schema.Conform] does, and if a target is missing, is not a number
// in a regression, or is none of the classes; the error names the line.
func (e *Encoder) Apply(t *Table) (*Dataset, error) {
	d, err := e.ApplyFeatures(t)
	if err != nil {
		return nil, err
	}
	y, err := e.target.values(t)
	if err != nil {
		return nil, err
	}
	d.Y = mat.NewDense(t.rows, 1, y)
	return d, nil
}

// ApplyFeatures encodes the features alone: the rows of a table whose target is
// to be predicted. It does not look at the target, which may be absent. Y is nil.
func (e *Encoder) ApplyFeatures(t *Table) (*Dataset, error) {
	features, err := e.featureSchema().Conform(t)
	if err != nil {
		return nil, err
	}
	width := 0
	for _, f := range e.features {
		width += f.width()
	}
	d := &Dataset{
		X: mat.NewDense(t.rows, width, nil), Names: e.Names(),
		TargetNames: []string{e.target.Name}, Classes: e.Classes(),
	}
	at := 0
	for i, f := range e.features {
		if err := f.write(features, features.columns[i], d.X, at); err != nil {
			return nil, err
		}
		at += f.width()
	}
	return d, nil
}

// featureSchema is the part of the schema that the features need of a table.
func (e *Encoder) featureSchema() Schema {
	return Schema{Columns: e.schema.Columns[:len(e.features)]}
}

// write sets the feature's columns of x, which are zero, from column at on.
func (f feature) write(t *Table, c *Column, x *mat.Dense, at int) error {
	raw := x.RawMatrix()
	if f.Indicator {
		last := at + f.width() - 1
		for row := range t.rows {
			if c.Missing(row) {
				raw.Data[row*raw.Stride+last] = 1
			}
		}
	}
	if f.Kind == Category {
		return f.writeLevels(t, c, raw.Data[at:], raw.Stride)
	}
	for row := range t.rows {
		value := f.Fill
		switch {
		case c.Missing(row):
		case f.Kind == Number:
			value = c.numbers[row]
		default:
			value = float64(c.codes[row])
		}
		raw.Data[row*raw.Stride+at] = value
	}
	return nil
}

// writeLevels sets the columns of a category in data, which begins with the first
// row's first such column.
func (f feature) writeLevels(t *Table, c *Column, data []float64, stride int) error {
	places := f.places(c.levels)
	missing := f.missingPlace()
	for row, code := range c.codes {
		place := missing
		if code >= 0 {
			place = places[code]
		}
		switch {
		case place == forbidden && code < 0:
			return t.cellFault(row, f.Name, "the cell is missing, but in the training rows none was")
		case place == forbidden:
			return t.cellFault(row, f.Name, "%s is a level that the training rows did not have", shown(c.levels[code]))
		case f.Ordinal:
			data[row*stride] = float64(place)
		case place >= bit(f.DropFirst):
			data[row*stride+place-bit(f.DropFirst)] = 1
		}
	}
	return nil
}

// Places that are none.
const (
	noPlace   = -1
	forbidden = -2
)

// places returns the place of each text: its index among the feature's levels,
// that of the others, noPlace or forbidden.
func (f feature) places(texts []string) []int {
	known := make(map[string]int, len(f.Levels)+len(f.Rare))
	for _, text := range f.Rare {
		known[text] = f.otherPlace()
	}
	for i, text := range f.Levels {
		known[text] = i
	}
	out := make([]int, len(texts))
	for i, text := range texts {
		place, ok := known[text]
		if !ok {
			place = f.unseenPlace()
		}
		out[i] = place
	}
	return out
}

func (f feature) otherPlace() int { return len(f.Levels) + bit(f.MissingLevel) }

func (f feature) unseenPlace() int {
	switch {
	case f.Strict:
		return forbidden
	case f.Other:
		return f.otherPlace()
	}
	return noPlace
}

func (f feature) missingPlace() int {
	switch {
	case f.MissingLevel:
		return len(f.Levels)
	case f.FillLevel != "":
		return f.places([]string{f.FillLevel})[0]
	}
	return f.unseenPlace()
}
