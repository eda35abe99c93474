package datasets_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/datasets"
)

// dialect is a way to write a table as text that ReadCSV has to see through.
type dialect struct {
	separator  string
	lineEnd    string
	encoding   string // "", "mark", "UTF-16LE" or "UTF-16BE"
	quoteAll   bool
	trailing   bool // a separator ends every line
	blankLines bool
	spaces     bool // around every cell
	lastEnd    bool // the last line has an end
}

func drawDialect(r *rapid.T) dialect {
	return dialect{
		separator:  rapid.SampledFrom([]string{",", ";", "\t", "|"}).Draw(r, "separator"),
		lineEnd:    rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(r, "line end"),
		encoding:   rapid.SampledFrom([]string{"", "mark", "UTF-16LE", "UTF-16BE"}).Draw(r, "encoding"),
		quoteAll:   rapid.Bool().Draw(r, "quote all"),
		trailing:   rapid.Bool().Draw(r, "trailing"),
		blankLines: rapid.Bool().Draw(r, "blank lines"),
		spaces:     rapid.Bool().Draw(r, "spaces"),
		lastEnd:    rapid.Bool().Draw(r, "last end"),
	}
}

func (d dialect) write(header []string, rows [][]string) []byte {
	var lines []string
	for i, row := range append([][]string{header}, rows...) {
		var fields []string
		for _, cell := range row {
			fields = append(fields, d.field(cell))
		}
		line := strings.Join(fields, d.separator)
		if d.trailing {
			line += d.separator
		}
		lines = append(lines, line)
		if d.blankLines && i%2 == 0 {
			lines = append(lines, "")
		}
	}
	text := strings.Join(lines, d.lineEnd)
	if d.lastEnd {
		text += d.lineEnd
	}
	return d.encode(text)
}

func (d dialect) field(cell string) string {
	if d.quoteAll || strings.ContainsAny(cell, ",;|\t\"\n") {
		cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	if d.spaces && d.separator != "\t" && cell != "" {
		if strings.HasPrefix(cell, `"`) {
			return " " + cell // after a closing quote comes a separator
		}
		return " " + cell + "  "
	}
	return cell
}

func (d dialect) encode(text string) []byte {
	var order binary.AppendByteOrder
	switch d.encoding {
	case "":
		return []byte(text)
	case "mark":
		return []byte("\ufeff" + text)
	case "UTF-16LE":
		order = binary.LittleEndian
	default:
		order = binary.BigEndian
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// A table reads the same in every dialect. Its first column has a value in each
// row, so that no row is blank, and the header is free of separators, so that a
// reader can tell the dialect at all.
func TestReadCSVDialects(t *testing.T) {
	word := rapid.Map(rapid.StringOfN(rapid.SampledFrom([]rune("ab é\",;|\t\n0.-😀")), 0, 5, -1), strings.TrimSpace)
	rapid.Check(t, func(r *rapid.T) {
		d := drawDialect(r)
		n := rapid.IntRange(1, 8).Draw(r, "rows")
		var rows, want [][]string
		for range n {
			number := rapid.SampledFrom([]string{"1", "-2.5", "1e3", "0.1", "+7", "12.50"}).Draw(r, "number")
			truth := rapid.SampledFrom([]string{"true", "false", ""}).Draw(r, "truth")
			text := rapid.SampledFrom([]string{"x", "", "NA"}).Draw(r, "prefix") + word.Draw(r, "text")
			row := []string{number, text, truth}
			rows = append(rows, row)
			shown := slices.Clone(row)
			for i, cell := range shown {
				if cell == "" || slices.Contains(datasets.MissingTokens(), cell) {
					shown[i] = "·"
				}
			}
			want = append(want, shown)
		}
		data := d.write([]string{"number", "text", "truth"}, rows)
		table, err := datasets.ReadCSV(bytes.NewReader(data), datasets.CSVOptions{
			Kinds: map[string]datasets.Kind{"text": datasets.Category, "truth": datasets.Boolean},
		})
		if err != nil {
			r.Fatalf("%v in %q", err, data)
		}
		if got := cellsOf(table); !slices.EqualFunc(got, want, slices.Equal) {
			r.Fatalf("%q reads %q, want %q", data, got, want)
		}
		if got := table.Columns()[0].Kind(); got != datasets.Number {
			r.Fatalf("numbers in %q are read as %v", data, got)
		}
	})
}

func TestGuessedSeparator(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		columns    int
	}{
		{"one column", "a\n1\n2\n", 1},
		{"one column of texts with commas in some", "a\n\"x,y\"\nz\n", 1},
		{"one column of texts with a blank", "first name\nAnn\n", 1},
		{"a list in a cell", "a,b\n1,x|y\n2,z|w\n", 2},
		{"semicolons in texts", "a,b\n1,x;y\n2,z\n", 2},
		{"semicolons in all texts, not in the header", "a,b\n1,x;y\n2,z;w\n", 2},
		{"commas in all texts, not in the header", "a;b;c\n1;x,y;2\n2;z,w;3\n", 3},
		{"tabs and commas", "a\tb\n1,5\tx\n2,5\ty\n", 2},
		{"one ragged row", "a;b;c\n1;2;3\n1;2;3\n1;2;3;4\n", 0}, // an error about line 4, not a table of one column
		{"header alone", "a|b|c\n", 0},
		{"quotes around everything", "\"a\";\"b\"\n\"1\";\"2\"\n", 2},
		{"a quoted line end in the header", "\"a\nx\";b\n1;2\n", 2},
		{"many columns", strings.Repeat("c", 1) + manyNames(500) + "\n" + strings.Repeat("1;", 500) + "1\n", 501},
	} {
		table, err := datasets.ReadCSV(strings.NewReader(tt.text), datasets.CSVOptions{})
		switch {
		case tt.columns == 0 && err == nil:
			t.Errorf("%s: no error", tt.name)
		case tt.columns > 0 && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.columns > 0 && len(table.Columns()) != tt.columns:
			t.Errorf("%s: %d columns, want %d", tt.name, len(table.Columns()), tt.columns)
		}
	}
	_, err := datasets.ReadCSV(strings.NewReader("a;b;c\n1;2;3\n1;2;3\n1;2;3;4\n"), datasets.CSVOptions{})
	if want := "csv: line 4: 4 fields, but the header has 3"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %v", err, want)
	}
}

// manyNames returns n more names, each after a semicolon.
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ";c%d", i)
	}
	return b.String()
}

// Files that are no text are called by their names.
func TestReadCSVSignatures(t *testing.T) {
	for start, what := range map[string]string{
		"PK\x03\x04":              "a zip archive or an Excel workbook",
		"\xd0\xcf\x11\xe0":        "an old Excel workbook",
		"\x1f\x8b\x08":            "a gzip archive",
		"BZh91AY&SY":              "a bzip2 archive",
		"\xfd7zXZ\x00":            "an xz archive",
		"\x28\xb5\x2f\xfd":        "a zstd archive",
		"PAR1\x15":                "a Parquet file",
		"SQLite format 3\x00":     "an SQLite database",
		"%PDF-1.7":                "a PDF document",
		"\x89PNG\r\n":             "a PNG image",
		"\x89HDF\r\n":             "an HDF5 file",
		"\x93NUMPY\x01":           "a numpy array",
		"\x93NUMPY\x01 and more,": "a numpy array",
	} {
		_, err := datasets.ReadCSV(strings.NewReader(start+"rest,of\nit,\n"), datasets.CSVOptions{})
		if want := "csv: the file is " + what + ", not CSV text"; err == nil || err.Error() != want {
			t.Errorf("%q: error %v, want %v", start, err, want)
		}
	}
	// Names that only begin like them are names.
	for _, name := range []string{"PK", "PAR1", "BZh", "%PDF", "SQLite"} {
		if got := header(mustRead(t, name+",b\n1,2\n", datasets.CSVOptions{})); got != name+":number b:number" {
			t.Errorf("columns %s", got)
		}
	}
}
