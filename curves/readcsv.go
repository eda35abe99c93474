package curves

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strings"
)

// readCSV reads a table with a header line.
func readCSV(text []byte) (*History, error) {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = separator(text)
	reader.ReuseRecord = true
	reader.FieldsPerRecord = -1
	var t table
	for {
		fields, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		place := func(i int) place {
			line, column := reader.FieldPos(i)
			return place{line, column}
		}
		if t.columns == nil {
			err = t.header(fields, place)
		} else {
			err = t.row(fields, place)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(t.rows) == 0 {
		return nil, errors.New("the file has a header but no rows")
	}
	return t.history()
}

// separator returns the most frequent of comma, semicolon and tab in the first line.
func separator(text []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	best, most := ',', 0
	for _, c := range ",;\t" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

func csvError(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return errorAt(place{parse.Line, parse.Column}, "%v", parse.Err)
	}
	return err
}

func (t *table) header(fields []string, at func(int) place) error {
	if len(fields) > maxColumns {
		return errTooWide
	}
	seen := make(map[string]bool)
	for i, name := range fields {
		name = strings.Clone(strings.TrimSpace(name))
		if number, ok := parseNumber(name); ok && !math.IsNaN(number) {
			return errorAt(at(i), "%s in the first line, expected a header with the names of the columns", shorten(name))
		}
		if name != "" && seen[name] {
			return errorAt(at(i), "column %s given twice", shorten(name))
		}
		seen[name] = true
		t.columns = append(t.columns, column{name: name, at: at(i)})
	}
	return nil
}

func (t *table) row(fields []string, at func(int) place) error {
	if len(fields) != len(t.columns) {
		return errorAt(at(0), "%d fields, expected %d as in the header", len(fields), len(t.columns))
	}
	for i, field := range fields {
		t.columns[i].add(field, at(i))
	}
	t.rows = append(t.rows, at(0))
	return nil
}
