package datasets

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// readAll reads the header and the rows.
func (p *csvParser) readAll() error {
	record, line, err := p.next()
	if err == io.EOF {
		return p.table.fault("", "the file has no line with cells")
	}
	if err != nil {
		return err
	}
	if err := p.makeColumns(record, line); err != nil {
		return err
	}
	if !p.options.NoHeader {
		record, line, err = p.next()
	}
	for ; err == nil; record, line, err = p.next() {
		if err := p.addRow(record, line); err != nil {
			return err
		}
		if p.rows == p.options.MaxRows {
			return nil
		}
	}
	if err != io.EOF {
		return err
	}
	if p.rows == 0 {
		return p.table.fault("", "no rows after the header")
	}
	return nil
}

// makeColumns makes a reader for each column that the first record names.
func (p *csvParser) makeColumns(record []string, line int) error {
	names := slices.Clone(record)
	if p.options.NoHeader {
		for i := range names {
			names[i] = fmt.Sprintf("x%d", i+1)
		}
	} else {
		var fault string
		if names, fault = headerNames(names); fault != "" {
			return p.lineFault(line, "", fault)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.options.Kinds)) {
		if !slices.Contains(names, name) {
			return p.lineFault(line, "", fmt.Sprintf("no column %q; the columns are %s", name, quotedList(names)))
		}
	}
	expect := p.expectRows(len(names))
	for _, name := range names {
		p.columns = append(p.columns, newColumnReader(name, p.options, expect))
	}
	return nil
}

// expectRows estimates the number of rows from the size of the file and its first
// lines, a little too high so that columns need not grow. A cell has two bytes at
// least, so that no file can claim more than four times its size in advance.
func (p *csvParser) expectRows(columns int) int {
	if p.perLine == 0 {
		return 0
	}
	rows := min(1.05*float64(p.size)/p.perLine, float64(p.size)/float64(2*columns))
	if p.options.MaxRows > 0 {
		rows = min(rows, float64(p.options.MaxRows))
	}
	return int(rows)
}

// headerNames returns the names of the columns, or the fault in them. An empty
// name at the end is that of a separator which ends the line.
func headerNames(names []string) (_ []string, fault string) {
	if n := len(names); n > 1 && names[n-1] == "" {
		names = names[:n-1]
	}
	if len(names) > 1 && names[0] == "" && !slices.Contains(names, "index") {
		names[0] = "index"
	}
	first := make(map[string]int, len(names))
	for i, name := range names {
		if name == "" {
			return nil, fmt.Sprintf("column %d has no name", i+1)
		}
		if !utf8.ValidString(name) {
			return nil, fmt.Sprintf("the name %s is not UTF-8 text; save the file as UTF-8", shown(name))
		}
		if other, twice := first[name]; twice {
			hint := ""
			if readNumber(name).spelling != spelledText {
				hint = "; is this a file without header?"
			}
			return nil, fmt.Sprintf("columns %d and %d are both named %s%s", other+1, i+1, shown(name), hint)
		}
		first[name] = i
		names[i] = strings.Clone(name)
	}
	return names, ""
}

func (p *csvParser) addRow(record []string, line int) error {
	width := len(p.columns)
	if len(record) == width+1 && record[width] == "" {
		record = record[:width] // the separator ends the line
	}
	if len(record) != width {
		model := "the header"
		if p.options.NoHeader {
			model = "the first row"
		}
		return p.lineFault(line, "", fmt.Sprintf("%s, but %s has %d", count(len(record), "field"), model, width))
	}
	p.table.lines.add(p.rows, line)
	for i, cell := range record {
		if p.missing.has(cell) {
			cell = ""
		}
		if fault := p.columns[i].add(cell); fault != "" {
			return p.lineFault(line, p.columns[i].name, fault)
		}
	}
	p.rows++
	return nil
}

func (p *csvParser) lineFault(line int, column, reason string) error {
	return &TableError{File: p.options.Name, Line: line, Row: -1, Column: column, Reason: reason}
}

// finish settles the kinds of the columns and returns the table.
func (p *csvParser) finish() (*Table, error) {
	p.settleSeparators()
	var columns []*Column
	for _, r := range p.columns {
		c, row, fault := r.finish()
		if fault != "" {
			return nil, p.table.cellFault(row, r.name, "%s", fault)
		}
		columns = append(columns, c)
		*r = columnReader{} // its memory can go
	}
	return p.table, p.table.setColumns(columns)
}

// settleSeparators makes texts of the columns whose commas or points could as
// well separate thousands.
func (p *csvParser) settleSeparators() {
	if p.options.DecimalComma {
		return
	}
	var commaFile, pointFile bool
	for _, r := range p.columns {
		commaFile = commaFile || !r.texts && r.comma.decimal
		pointFile = pointFile || !r.texts && r.point.decimal
	}
	for _, r := range p.columns {
		if r.texts || r.forced == Number || r.isDecimal(commaFile, pointFile) {
			continue
		}
		r.note = shown(r.marked()) + " may have a decimal mark or separated thousands, so the cells are read as texts"
		r.becomeText()
	}
}

// marked returns the first number with a comma or point.
func (r *columnReader) marked() string {
	for row := range r.numbers {
		if text := r.text(row); strings.ContainsAny(text, ",.") {
			return text
		}
	}
	return ""
}

// quotedList joins the names in quotes, the first ten of them.
func quotedList(names []string) string {
	const most = 10
	var quoted []string
	for i, name := range names {
		if i == most {
			quoted = append(quoted, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		quoted = append(quoted, shown(name))
	}
	return strings.Join(quoted, ", ")
}

// count returns "1 field" or "4 fields".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
