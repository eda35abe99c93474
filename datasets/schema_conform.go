package datasets

import (
	"math"
	"slices"
)

// missingNumber marks a missing cell of a Number column.
var missingNumber = math.NaN()

// Conform returns the columns of the table that the schema names, in the schema's
// order and kinds, so that what was learned with the schema can be applied to
// them. Other columns are left out. Of a Category, texts that the schema does not
// list remain: what takes the table decides about them.
//
// It fails, naming the first line and the column, if a column is missing, a text
// stands where the schema has a number, or a text that is not a boolean word
// stands where it has a boolean.
func (s Schema) Conform(t *Table) (*Table, error) {
	if err := s.checkNames(t); err != nil {
		return nil, err
	}
	columns := make([]*Column, len(s.Columns))
	for i, want := range s.Columns {
		c, row, fault := t.columns[t.index[want.Name]].as(want)
		if fault != "" {
			return nil, t.cellFault(row, want.Name, "%s", fault)
		}
		columns[i] = c
	}
	return t.replaceColumns(columns)
}

func (s Schema) checkNames(t *Table) error {
	var absent []string
	for _, c := range s.Columns {
		if _, ok := t.index[c.Name]; !ok {
			absent = append(absent, c.Name)
		}
	}
	switch {
	case len(s.Columns) == 0:
		return t.fault("", "the schema has no columns")
	case len(absent) == 1:
		return t.fault("", "no column %s, which is needed; the columns are %s", quotedList(absent), quotedList(t.names()))
	case len(absent) > 1:
		return t.fault("", "no columns %s, which are needed; the columns are %s", quotedList(absent), quotedList(t.names()))
	}
	return nil
}

// as returns the column with the kind that is wanted, or the first row that does
// not fit and the reason.
func (c *Column) as(want ColumnSchema) (_ *Column, row int, fault string) {
	switch {
	case c.kind == want.Kind:
		return c, 0, ""
	case want.Kind == Category:
		return c.asCategory(), 0, ""
	case c.isEmpty():
		return emptyColumn(c.name, want, c.Len()), 0, ""
	case want.Kind == Number:
		return c.asNumber()
	}
	return c.asBoolean(want)
}

func (c *Column) isEmpty() bool {
	for row := range c.Len() {
		if !c.Missing(row) {
			return false
		}
	}
	return true
}

func emptyColumn(name string, want ColumnSchema, n int) *Column {
	if want.Kind == Number {
		numbers := make([]float64, n)
		for i := range numbers {
			numbers[i] = missingNumber
		}
		return NumberColumn(name, numbers)
	}
	return &Column{name: name, kind: want.Kind, codes: slices.Repeat([]int32{-1}, n), levels: want.texts()}
}

func (c *Column) asCategory() *Column {
	var b levelBuilder
	for row := range c.Len() {
		b.add(c.Text(row))
	}
	out := &Column{name: c.name, kind: Category}
	out.levels, out.codes = b.finish()
	return out
}

// asNumber reads texts as numbers. Digits after a zero (00501) count as one.
func (c *Column) asNumber() (_ *Column, row int, fault string) {
	numbers := make([]float64, c.Len())
	for row := range numbers {
		numbers[row] = missingNumber
		if c.Missing(row) {
			continue
		}
		text := c.Text(row)
		n := readNumber(text)
		switch {
		case n.spelling == spelledText, n.comma:
			return nil, row, shown(text) + " is not a number"
		case n.spelling == spelledInfinite:
			return nil, row, "the number is infinite (" + text + "); leave the cell empty if it is unknown"
		}
		numbers[row] = n.value
	}
	return NumberColumn(c.name, numbers), 0, ""
}

// asBoolean reads texts as truth values, which must be boolean words.
func (c *Column) asBoolean(want ColumnSchema) (_ *Column, row int, fault string) {
	texts := c
	if c.kind == Number {
		texts = c.asCategory()
	}
	b, row := toBoolean(texts)
	if b == nil {
		return nil, row, shown(c.Text(row)) + " is not a boolean such as " + quotedList(want.texts())
	}
	return b, 0, ""
}
