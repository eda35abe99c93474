package datasets

import (
	"math"
	"slices"
	"strings"
)

// Kind says what the cells of a column are.
type Kind uint8

// The kinds of columns.
const (
	// Number is a float64; NaN is a missing cell.
	Number Kind = iota + 1
	// Category is one of some texts, which are called levels.
	Category
	// Boolean is false or true.
	Boolean
)

var kindNames = []string{"", "number", "category", "boolean"}

// String returns "number", "category" or "boolean".
func (k Kind) String() string { return enumString("Kind", k, kindNames) }

// MarshalText returns the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return marshalEnum("kind", k, kindNames) }

// UnmarshalText takes the name of a kind; another text is an error.
func (k *Kind) UnmarshalText(text []byte) (err error) {
	*k, err = parseEnum[Kind]("kind", text, kindNames)
	return err
}

// Column is a named column of a [Table]: cells of one [Kind], some of them
// missing. It does not change; several goroutines may read it at once.
type Column struct {
	name    string
	kind    Kind
	numbers []float64
	codes   []int32 // of Category and Boolean: index into levels, −1 if missing
	levels  []string
	spelled *cells // nil where the text follows from the value
	note    string // what the reader could not decide; may be empty
}

// NumberColumn returns a column of numbers, NaN where a cell is missing. It keeps
// the slice, which must not change from then on.
func NumberColumn(name string, values []float64) *Column {
	return &Column{name: name, kind: Number, numbers: values}
}

// CategoryColumn returns a column of texts, "" where a cell is missing. Its
// levels are the distinct texts in sorted order.
func CategoryColumn(name string, texts []string) *Column {
	var b levelBuilder
	for _, text := range texts {
		b.add(text)
	}
	c := &Column{name: name, kind: Category}
	c.levels, c.codes = b.finish()
	return c
}

// BooleanColumn returns a column of truth values, none missing. Its levels are
// "false" and "true".
func BooleanColumn(name string, values []bool) *Column {
	c := &Column{name: name, kind: Boolean, levels: []string{"false", "true"}}
	c.codes = make([]int32, len(values))
	for i, v := range values {
		if v {
			c.codes[i] = 1
		}
	}
	return c
}

// Name returns the name of the column.
func (c *Column) Name() string { return c.name }

// Kind returns what the cells are.
func (c *Column) Kind() Kind { return c.kind }

// Len returns the number of cells.
func (c *Column) Len() int {
	if c.kind == Number {
		return len(c.numbers)
	}
	return len(c.codes)
}

// Missing reports whether the cell of the row is missing.
func (c *Column) Missing(row int) bool {
	if c.kind == Number {
		return math.IsNaN(c.numbers[row])
	}
	return c.codes[row] < 0
}

// Text returns the cell as the file spells it, without spaces around it, or else
// the shortest text that reads back as its value; "" if it is missing.
func (c *Column) Text(row int) string {
	switch {
	case c.Missing(row):
		return ""
	case c.spelled != nil:
		return c.spelled.at(row)
	case c.kind == Number:
		return formatNumber(c.numbers[row])
	}
	return c.levels[c.codes[row]]
}

// Numbers returns the cells of a Number column, NaN where one is missing, and nil
// for another kind. The slice is the column's own: do not change it.
func (c *Column) Numbers() []float64 { return c.numbers }

// Codes returns the cells of a Category or Boolean column as indices into
// [Column.Levels], −1 where one is missing, and nil for a Number column. Of a
// Boolean column, 0 is false and 1 is true. The slice is the column's own.
func (c *Column) Codes() []int32 { return c.codes }

// Levels returns the distinct texts of a Category column in sorted order, the
// texts for false and true of a Boolean column, and nil for a Number column. The
// slice is the column's own.
func (c *Column) Levels() []string { return c.levels }

func (c *Column) take(rows []int) *Column {
	out := &Column{name: c.name, kind: c.kind, levels: c.levels, spelled: c.spelled.take(rows), note: c.note}
	if c.kind == Number {
		out.numbers = make([]float64, len(rows))
		for i, row := range rows {
			out.numbers[i] = c.numbers[row]
		}
		return out
	}
	out.codes = make([]int32, len(rows))
	for i, row := range rows {
		out.codes[i] = c.codes[row]
	}
	return out
}

// levelBuilder codes texts by their place among the distinct texts.
type levelBuilder struct {
	index  map[string]int32
	levels []string // in order of appearance
	codes  []int32
}

// add codes the next cell; an empty text is missing. It reports whether the text
// is new.
func (b *levelBuilder) add(text string) bool {
	if text == "" {
		b.codes = append(b.codes, -1)
		return false
	}
	code, known := b.index[text]
	if !known {
		if b.index == nil {
			b.index = map[string]int32{}
		}
		code = int32(len(b.levels))
		text = strings.Clone(text) // a cell shares the memory of its row
		b.index[text] = code
		b.levels = append(b.levels, text)
	}
	b.codes = append(b.codes, code)
	return !known
}

// finish sorts the levels and returns them with the codes that fit them.
func (b *levelBuilder) finish() (levels []string, codes []int32) {
	levels = slices.Clone(b.levels)
	slices.Sort(levels)
	place := make([]int32, len(levels))
	for i, text := range levels {
		place[b.index[text]] = int32(i)
	}
	for i, code := range b.codes {
		if code >= 0 {
			b.codes[i] = place[code]
		}
	}
	return levels, trimmed(b.codes)
}
