package datasets

import "slices"

// Table is named columns of numbers, categories and booleans with missing cells:
// what a CSV file holds before it is encoded as a numeric [Dataset].
//
// It does not change: its methods return new tables, which share the memory of
// columns. Several goroutines may read it at once.
type Table struct {
	name    string
	columns []*Column
	index   map[string]int
	rows    int
	lines   *lineIndex // nil if the table is not from a file
}

// NewTable returns a table of the columns, which must have different names and
// equal lengths of at least one cell. An infinite number is an error.
func NewTable(columns ...*Column) (*Table, error) {
	t := &Table{}
	if err := t.setColumns(columns); err != nil {
		return nil, err
	}
	return t, t.checkFinite(columns)
}

func (t *Table) setColumns(columns []*Column) error {
	if len(columns) == 0 {
		return t.fault("", "no columns")
	}
	t.columns = columns
	t.rows = columns[0].Len()
	t.index = make(map[string]int, len(columns))
	for i, c := range columns {
		if c.name == "" {
			return t.fault("", "column %d has no name", i+1)
		}
		if first, twice := t.index[c.name]; twice {
			return t.fault("", "columns %d and %d are both named %q", first+1, i+1, c.name)
		}
		if c.Len() != t.rows {
			return t.fault(c.name, "%d cells, but column %q has %d", c.Len(), columns[0].name, t.rows)
		}
		t.index[c.name] = i
	}
	if t.rows == 0 {
		return t.fault("", "no rows")
	}
	return nil
}

func (t *Table) checkFinite(columns []*Column) error {
	for _, c := range columns {
		for row, x := range c.numbers {
			if x-x != 0 && x == x {
				return t.cellFault(row, c.name, "the number is infinite (%s); leave the cell empty if it is unknown", c.Text(row))
			}
		}
	}
	return nil
}

// Name returns the name of the file as errors print it; it may be empty.
func (t *Table) Name() string { return t.name }

// Rows returns the number of rows.
func (t *Table) Rows() int { return t.rows }

// Columns returns the columns in order. The slice is the table's own.
func (t *Table) Columns() []*Column { return t.columns }

// Column returns the column with the given name, or an error that lists the names.
func (t *Table) Column(name string) (*Column, error) {
	if i, ok := t.index[name]; ok {
		return t.columns[i], nil
	}
	return nil, t.fault("", "no column %q; the columns are %s", name, quotedList(t.names()))
}

func (t *Table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// Line returns the line of the file in which the row begins, counted from 1, or 0
// if the table is not from a file.
func (t *Table) Line(row int) int {
	if t.lines == nil {
		return 0
	}
	return t.lines.at(row)
}

// Take returns the rows with the given indices, in that order, with the line
// numbers that they have in the file. It panics if an index is out of range.
func (t *Table) Take(rows []int) *Table {
	out := &Table{name: t.name, index: t.index, rows: len(rows)}
	for _, c := range t.columns {
		out.columns = append(out.columns, c.take(rows))
	}
	if t.lines != nil {
		out.lines = t.lines.take(rows)
	}
	return out
}

// With returns the table with more columns on its right. It fails if a name is
// taken, a length differs, or a number is infinite.
func (t *Table) With(columns ...*Column) (*Table, error) {
	out, err := t.replaceColumns(append(slices.Clone(t.columns), columns...))
	if err != nil {
		return nil, err
	}
	return out, out.checkFinite(columns)
}

// Without returns the table without the named columns. It fails if there is no
// such column, or if none remains.
func (t *Table) Without(names ...string) (*Table, error) {
	for _, name := range names {
		if _, err := t.Column(name); err != nil {
			return nil, err
		}
	}
	kept := slices.DeleteFunc(slices.Clone(t.columns), func(c *Column) bool {
		return slices.Contains(names, c.name)
	})
	return t.replaceColumns(kept)
}

func (t *Table) replaceColumns(columns []*Column) (*Table, error) {
	out := &Table{name: t.name, lines: t.lines}
	if err := out.setColumns(columns); err != nil {
		return nil, err
	}
	return out, nil
}
