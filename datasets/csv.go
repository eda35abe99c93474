package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// CSVOptions say how a CSV file is read. The zero value reads a file with a
// header whose separator, decimal mark and types are found in the file.
type CSVOptions struct {
	// Name is the file's name in errors. ReadCSVFile takes the path; the default
	// of ReadCSV is "csv".
	Name string
	// Separator stands between fields. 0: the one of comma, semicolon, tab and
	// vertical bar that fits the first rows.
	Separator rune
	// NoHeader says that the first row is data. The columns are named x1, x2, ….
	NoHeader bool
	// Missing are the texts of a missing cell besides the empty one, compared
	// exactly. Nil: MissingTokens().
	Missing []string
	// Comment begins a line that is skipped. 0: no line is.
	Comment rune
	// MaxRows is the most rows to read. 0: all.
	MaxRows int
	// DecimalComma says that numbers are written 1,5, and that 1.5 is none.
	// Without it a decimal comma is recognized if the separator is a semicolon and
	// nothing speaks against it.
	DecimalComma bool
	// Kinds are the kinds of columns by name where they should not be found from
	// the cells: a Category for a postal code of digits, a Number where a text is
	// to be an error. A name that the file lacks is an error.
	Kinds map[string]Kind
}

// ReadCSVFile reads the CSV file at path. See [ReadCSV].
func ReadCSVFile(path string, options CSVOptions) (*Table, error) {
	if options.Name == "" {
		options.Name = path
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(options.Name, err)
	}
	defer f.Close()
	return ReadCSV(f, options)
}

// ReadCSV reads a table of comma-separated values (RFC 4180) with a header line.
//
// The text is UTF-8, or UTF-16, which is recognized; a byte order mark, either
// line end, blank lines, rows of empty cells, spaces around a cell, a separator at
// the end of the lines, and a nameless first column (then named "index", as
// pandas and R write row labels) are taken as meant. A cell of a text, a quoted
// separator, quote ("") or line end within it, keeps them.
//
// The kind of a column fits all its cells that are not missing: a Boolean of
// true/false, yes/no, t/f, y/n or on/off in any case, never 0/1; a Number of
// decimal numbers such as −12, 0.5 and 1e-3; else a Category. Digits after a zero
// (00501) are a code, so a Category. A column without any cell is a Number. With
// a semicolon as separator 1,5 is a number, unless it could as well be 1,500
// with separated thousands: then the column is a Category, and the schema's
// Warnings say so.
//
// Errors are [TableError] with the file's line: rows whose length differs from the
// header's, names that are missing or given twice, an infinite number (inf,
// 1e999), a quote that does not end, a row beyond 16 MiB, text that is not UTF-8,
// binary files, no rows.
func ReadCSV(r io.Reader, options CSVOptions) (*Table, error) {
	if options.Name == "" {
		options.Name = "csv"
	}
	p, err := newCSVParser(r, options)
	if err != nil {
		return nil, fileError(options.Name, err)
	}
	if err := p.readAll(); err != nil {
		return nil, err
	}
	return p.finish()
}

// fileError names the file in an error about it.
func fileError(name string, err error) error {
	var placed *TableError
	if errors.As(err, &placed) {
		return err
	}
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// csvParser reads the records of one file into columns.
type csvParser struct {
	options CSVOptions
	csv     *csv.Reader
	guard   *guard
	missing *tokenSet
	columns []*columnReader
	table   *Table  // under construction
	size    int64   // bytes of the file; 0 if unknown
	perLine float64 // bytes of a line at the beginning
	rows    int
	line    int // of the last record
}

func newCSVParser(r io.Reader, o CSVOptions) (*csvParser, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	text, err := openText(r)
	if err != nil {
		return nil, err
	}
	sample, err := text.Peek(sampleBytes)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if o.Separator == 0 {
		o.Separator = guessSeparator(sample, err == io.EOF, o)
	}
	if o.Missing == nil {
		o.Missing = missingTokens
	}
	g := &guard{in: text, limit: maxRowBytes}
	p := &csvParser{
		options: o, guard: g, missing: newTokenSet(o.Missing),
		csv:   csv.NewReader(bufio.NewReaderSize(g, sampleBytes)),
		table: &Table{name: o.Name, lines: &lineIndex{}},
		size:  sizeOf(r), perLine: bytesPerLine(sample),
	}
	p.csv.Comma, p.csv.Comment = o.Separator, o.Comment
	p.csv.FieldsPerRecord, p.csv.ReuseRecord = -1, true
	p.csv.TrimLeadingSpace = trimsSpace(o.Separator)
	return p, nil
}

func (o CSVOptions) check() error {
	switch {
	case !canMark(o.Separator):
		return fmt.Errorf("%q cannot be the separator", o.Separator)
	case !canMark(o.Comment):
		return fmt.Errorf("%q cannot be the comment mark", o.Comment)
	case o.Comment != 0 && o.Comment == o.Separator:
		return fmt.Errorf("%q cannot be both the separator and the comment mark", o.Comment)
	case o.DecimalComma && o.Separator == ',':
		return errors.New("a comma cannot be both the separator and the decimal mark")
	case o.MaxRows < 0:
		return fmt.Errorf("MaxRows is %d, want at least 0", o.MaxRows)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Kinds)) {
		if k := o.Kinds[name]; k < Number || k > Boolean {
			return fmt.Errorf("column %q: no kind has the number %d", name, k)
		}
	}
	return nil
}

// canMark reports whether the character may separate fields or begin a comment.
func canMark(mark rune) bool {
	return utf8.ValidRune(mark) && mark != utf8.RuneError && !strings.ContainsRune("\"\r\n", mark)
}

// next returns the next record and its line, without records that are blank.
func (p *csvParser) next() ([]string, int, error) {
	for {
		record, err := p.csv.Read()
		if err == io.EOF {
			return nil, 0, io.EOF
		}
		if err != nil {
			return nil, 0, p.readFault(err)
		}
		p.guard.limit = p.csv.InputOffset() + maxRowBytes
		for i, cell := range record {
			record[i] = strings.TrimSpace(cell)
		}
		p.line, _ = p.csv.FieldPos(0)
		if !p.isBlank(record) {
			return record, p.line, nil
		}
	}
}

// isBlank reports whether a record has nothing in it. A lone quoted empty cell
// of a single column is a missing cell and no blank line.
func (p *csvParser) isBlank(record []string) bool {
	if len(record) == 1 && len(p.columns) == 1 {
		return false
	}
	for _, cell := range record {
		if cell != "" {
			return false
		}
	}
	return true
}

// readFault words an error of encoding/csv or of the file.
func (p *csvParser) readFault(err error) error {
	fault := &TableError{File: p.options.Name, Row: -1, Reason: err.Error()}
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		fault.Line, fault.Reason = parse.StartLine, "a quoted field does not end, or goes on after its closing quote"
		if errors.Is(err, csv.ErrBareQuote) {
			fault.Line, fault.Reason = parse.Line, `a quote within a field; put the field in quotes and write "" for the quote`
		}
	case errors.Is(err, errLongRow):
		fault.Reason = fmt.Sprintf("after line %d, %v", p.line, err)
	default:
		return fileError(p.options.Name, err)
	}
	return fault
}
