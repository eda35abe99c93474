package datasets

import (
	"bufio"
	"io"
	"strings"
)

// WriteCSV writes the table as comma-separated values with a header: numbers as
// the shortest text that reads back as exactly the same float64, other cells as
// they were read, missing cells empty. A row without any value begins with NA,
// since blank rows are skipped.
//
// ReadCSV reads the table back. Give it the kind of a Category whose texts look
// like another kind. Spaces around a text are lost, and so is a carriage return
// before a line end in it.
func (t *Table) WriteCSV(w io.Writer) error {
	out := bufio.NewWriterSize(w, sampleBytes)
	var line []byte
	for i, c := range t.columns {
		line = appendField(line, i, c.name)
	}
	line = append(line, '\n')
	for row := range t.rows {
		if _, err := out.Write(line); err != nil {
			return err
		}
		line = t.appendRow(line[:0], row)
	}
	if _, err := out.Write(line); err != nil {
		return err
	}
	return out.Flush()
}

func (t *Table) appendRow(line []byte, row int) []byte {
	blank := true
	for i, c := range t.columns {
		missing := c.Missing(row)
		blank = blank && missing
		switch {
		case missing:
			line = appendField(line, i, "")
		case c.kind == Number:
			if i > 0 {
				line = append(line, ',')
			}
			line = appendNumber(line, c.numbers[row])
		default:
			line = appendField(line, i, c.Text(row))
		}
	}
	if blank {
		line = append([]byte("NA"), line...)
	}
	return append(line, '\n')
}

// appendField appends a cell, in quotes where they are needed.
func appendField(line []byte, i int, cell string) []byte {
	if i > 0 {
		line = append(line, ',')
	}
	if isPlainField(cell) {
		return append(line, cell...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(line, '"')
}

// isPlainField reports whether a cell needs no quotes: it has no separator that
// could be guessed, no quote, no mark of a comment or of a binary file, and no
// control character.
func isPlainField(cell string) bool {
	for i := range len(cell) {
		if cell[i] < ' ' {
			return false
		}
	}
	return !strings.ContainsAny(cell, ",;|\"#%\ufeff")
}

// WriteCSV writes the features and then the targets as comma-separated values,
// with the names that [Dataset.Table] gives and class names where the dataset has
// them. Numbers read back as exactly the same float64.
func (d *Dataset) WriteCSV(w io.Writer) error {
	t, err := d.Table()
	if err != nil {
		return err
	}
	return t.WriteCSV(w)
}
