package datasets

import (
	"fmt"
	"strings"
)

// Warning is something about a column that its user should know before training.
type Warning struct {
	Column string `json:"column"`
	Code   string `json:"code"` // one of the Warn constants
	Text   string `json:"text"` // what was found, without the column's name
}

// The codes of warnings.
const (
	WarnEmpty         = "empty"          // no cell has a value
	WarnConstant      = "constant"       // all cells have the same value
	WarnIdentifier    = "identifier"     // the column names the rows
	WarnManyLevels    = "many-levels"    // a Category with more levels than MaxLevels is by default
	WarnMostlyMissing = "mostly-missing" // at least half of the cells are missing
	WarnSeparators    = "separators"     // 1,500 may be 1.5 or 1500
	WarnUnits         = "units"          // a Category whose texts are numbers with a unit, as 12.5% and $40
)

// String returns the column and the text.
func (w Warning) String() string { return fmt.Sprintf("column %q: %s", w.Column, w.Text) }

// Warnings returns what is doubtful about the columns, in their order, at most
// one warning for each.
func (s Schema) Warnings() []Warning {
	var all []Warning
	for _, c := range s.Columns {
		if code, text := c.warning(s.Rows); code != "" {
			all = append(all, Warning{Column: c.Name, Code: code, Text: text})
		}
	}
	return all
}

func (c ColumnSchema) warning(rows int) (code, text string) {
	switch {
	case c.Note != "":
		return WarnSeparators, c.Note
	case c.Distinct == 0:
		return WarnEmpty, "every cell is missing"
	case c.Identifier:
		return WarnIdentifier, "names the rows: it has another value in each"
	case c.IsConstant():
		return WarnConstant, "every cell has the same value"
	case c.Missing*2 >= rows:
		return WarnMostlyMissing, fmt.Sprintf("%d of %d cells are missing", c.Missing, rows)
	case c.inUnits():
		return WarnUnits, fmt.Sprintf("holds texts as %q, whose size is not seen; write plain numbers", c.Levels[0].Text)
	case c.Kind == Category && c.Distinct > defaultMaxLevels:
		return WarnManyLevels, fmt.Sprintf("has %d different texts in %d rows", c.Distinct, rows)
	}
	return "", ""
}

// inUnits reports whether every level of a Category is a number with a sign of percent
// or of a currency at one end.
func (c ColumnSchema) inUnits() bool {
	const signs = "%‰$€£¥ "
	for _, level := range c.Levels {
		text := strings.TrimLeft(level.Text, "-+")
		number := strings.Trim(text, signs)
		if len(number) == len(text) || readNumber(strings.ReplaceAll(number, ",", "")).spelling == spelledText {
			return false
		}
	}
	return c.Kind == Category && len(c.Levels) > 0
}
