package main

import (
	"encoding/json"
	"io"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/atomicfile"
)

// printJSON writes one value, indented, without escaping what HTML would need.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return failed(e.Encode(v))
}

// writeTable writes CSV, or a JSON list with an object for each row, to a file, whole
// or not at all; without a path, to standard output.
func writeTable(t *datasets.Table, path string, asJSON bool, stdout io.Writer) error {
	write := t.WriteCSV
	if asJSON {
		write = func(w io.Writer) error { return printJSON(w, rowsOf(t)) }
	}
	if path == "" || path == "-" {
		return failed(write(stdout))
	}
	return unwritten(atomicfile.WriteFile(path, write))
}

// rowsOf returns the rows as objects; missing cells are null.
func rowsOf(t *datasets.Table) []map[string]any {
	rows := make([]map[string]any, t.Rows())
	for i := range rows {
		rows[i] = make(map[string]any, len(t.Columns()))
		for _, c := range t.Columns() {
			rows[i][c.Name()] = cellOf(c, i)
		}
	}
	return rows
}

func cellOf(c *datasets.Column, row int) any {
	switch {
	case c.Missing(row):
		return nil
	case c.Kind() == datasets.Number:
		return c.Numbers()[row]
	case c.Kind() == datasets.Boolean:
		return c.Codes()[row] == 1
	}
	return c.Text(row)
}
