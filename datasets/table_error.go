package datasets

import (
	"fmt"
	"strings"
)

// TableError is a fault in the cells or the columns of a [Table], or in the file
// that it is read from.
//
// Its text names the place first, as far as it is known:
//
//	data.csv: line 7: column "age": "abc" is not a number
type TableError struct {
	File   string // the file, or the name of the table; may be empty
	Line   int    // line in the file, from 1; 0 if the fault is not in one line
	Row    int    // row of the table, from 0; −1 if the fault is not in one row
	Column string // name of the column; may be empty
	Reason string // what was found and what was expected
}

// Error returns the place and the reason.
func (e *TableError) Error() string {
	var parts []string
	if e.File != "" {
		parts = append(parts, e.File)
	}
	switch {
	case e.Line > 0:
		parts = append(parts, fmt.Sprintf("line %d", e.Line))
	case e.Row >= 0:
		parts = append(parts, fmt.Sprintf("row %d", e.Row))
	}
	if e.Column != "" {
		parts = append(parts, fmt.Sprintf("column %q", e.Column))
	}
	return strings.Join(append(parts, e.Reason), ": ")
}

// fault returns an error about the whole table, or about one column if it is named.
func (t *Table) fault(column, format string, args ...any) error {
	return &TableError{File: t.name, Row: -1, Column: column, Reason: fmt.Sprintf(format, args...)}
}

// cellFault returns an error about one cell.
func (t *Table) cellFault(row int, column, format string, args ...any) error {
	return &TableError{
		File: t.name, Line: t.Line(row), Row: row, Column: column,
		Reason: fmt.Sprintf(format, args...),
	}
}

// shown is a cell's text as an error quotes it: cut if it is long.
func shown(cell string) string {
	const most = 40
	if runes := []rune(cell); len(runes) > most {
		cell = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%q", cell)
}
