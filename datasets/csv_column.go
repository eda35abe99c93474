package datasets

import (
	"math"
	"slices"
	"unicode/utf8"
)

// columnReader takes the cells of a column one after another and finds the kind
// that fits all of them. The column is numbers until a text turns up; then the
// texts of the earlier cells are made again.
type columnReader struct {
	name         string
	forced       Kind // 0: to be found
	commas       bool // 1,5 may be a number
	points       bool // 1.5 may be a number
	texts        bool // the cells are texts
	numbers      []float64
	spelled      *cells // from the first number on that is not in its shortest text
	levels       levelBuilder
	infinite     int // 1 + the first row with an infinite number
	comma, point separatorUse
	note         string
}

// separatorUse says what is known of a comma or point within the numbers of a column.
type separatorUse struct {
	used    bool
	decimal bool // some number rules out that it separates thousands
}

func (u *separatorUse) see(n cellNumber, present bool) {
	u.used = u.used || present
	u.decimal = u.decimal || present && !n.grouped
}

// newColumnReader takes the options with the separator that the file has, and the
// number of rows to expect.
func newColumnReader(name string, o CSVOptions, rows int) *columnReader {
	kind := o.Kinds[name]
	r := &columnReader{
		name: name, forced: kind,
		commas: o.DecimalComma || o.Separator == ';',
		points: !o.DecimalComma,
		texts:  kind == Category || kind == Boolean,
	}
	if r.texts {
		r.levels.codes = make([]int32, 0, rows)
	} else {
		r.numbers = make([]float64, 0, rows)
	}
	return r
}

// add takes the next cell, "" if it is missing, and returns the fault in it or "".
func (r *columnReader) add(cell string) (fault string) {
	if r.texts {
		return r.addText(cell)
	}
	if cell == "" {
		r.addNumber(cell, cellNumber{value: math.NaN(), spelling: spelledShort})
		return ""
	}
	n := readNumber(cell)
	if n.comma && !r.commas || n.point && !r.points {
		n = cellNumber{}
	}
	switch {
	case n.spelling == spelledText && r.forced == Number:
		return shown(cell) + " is not a number"
	case n.spelling == spelledText, n.spelling == spelledCode && r.forced != Number:
		r.becomeText()
		return r.addText(cell)
	}
	r.comma.see(n, n.comma)
	r.point.see(n, n.point)
	if n.spelling == spelledInfinite && r.infinite == 0 {
		r.infinite = len(r.numbers) + 1
	}
	r.addNumber(cell, n)
	return ""
}

func (r *columnReader) addText(cell string) (fault string) {
	if r.levels.add(cell) && !utf8.ValidString(cell) {
		return shown(cell) + " is not UTF-8 text; save the file as UTF-8"
	}
	return ""
}

func (r *columnReader) addNumber(cell string, n cellNumber) {
	if n.spelling != spelledShort && r.spelled == nil {
		r.spelled = &cells{ends: make([]int, 0, cap(r.numbers))}
		for _, x := range r.numbers {
			r.spelled.add(formatNumber(x))
		}
	}
	if r.spelled != nil {
		r.spelled.add(cell)
	}
	r.numbers = append(r.numbers, n.value)
}

// text returns an earlier cell of a column of numbers.
func (r *columnReader) text(row int) string {
	if r.spelled != nil {
		return r.spelled.at(row)
	}
	return formatNumber(r.numbers[row])
}

// becomeText makes the column one of texts.
func (r *columnReader) becomeText() {
	r.levels.codes = make([]int32, 0, cap(r.numbers))
	for row := range r.numbers {
		r.levels.add(r.text(row))
	}
	r.texts, r.numbers, r.spelled, r.infinite = true, nil, nil, 0
}

// isDecimal reports whether the commas and points in the column's numbers can
// only be decimal ones, given that other columns of the file use decimal commas
// and points.
func (r *columnReader) isDecimal(commaFile, pointFile bool) bool {
	switch {
	case r.comma.used && r.point.used:
		return false
	case r.comma.used:
		return r.comma.decimal || commaFile && !pointFile
	case r.point.used:
		return r.point.decimal || !commaFile
	}
	return true
}

// finish returns the column. It returns the row and the reason if a cell does not
// fit the kind.
func (r *columnReader) finish() (c *Column, row int, fault string) {
	if r.infinite > 0 {
		return nil, r.infinite - 1, "the number is infinite (" + r.text(r.infinite-1) + "); leave the cell empty if it is unknown"
	}
	if !r.texts {
		return &Column{name: r.name, kind: Number, numbers: trimmed(r.numbers), spelled: r.spelled.trim()}, 0, ""
	}
	c = &Column{name: r.name, kind: Category, note: r.note}
	c.levels, c.codes = r.levels.finish()
	if r.forced == Category {
		return c, 0, ""
	}
	b, bad := toBoolean(c)
	if r.forced == Boolean && b == nil {
		return nil, bad, shown(c.Text(bad)) + " is not a boolean (true or false, yes or no, t or f, y or n, on or off)"
	}
	if b != nil && (r.forced == Boolean || impliesBoolean(c.levels)) {
		return b, 0, ""
	}
	return c, 0, ""
}

// trimmed returns the elements without most of the room behind them.
func trimmed[T any](s []T) []T {
	if cap(s)-len(s) > len(s)/8 {
		return slices.Clone(s)
	}
	return s
}
