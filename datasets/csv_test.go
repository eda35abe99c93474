package datasets_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/goodfit-ml/goodfit/datasets"
)

// mustRead reads a CSV text that has to be right.
func mustRead(t testing.TB, text string, options datasets.CSVOptions) *datasets.Table {
	t.Helper()
	table, err := datasets.ReadCSV(strings.NewReader(text), options)
	if err != nil {
		t.Fatalf("ReadCSV(%.60q): %v", text, err)
	}
	return table
}

// cellsOf returns the texts of a table row by row, "·" for a missing cell.
func cellsOf(table *datasets.Table) [][]string {
	rows := make([][]string, table.Rows())
	for i := range rows {
		for _, c := range table.Columns() {
			text := c.Text(i)
			if c.Missing(i) {
				text = "·"
			}
			rows[i] = append(rows[i], text)
		}
	}
	return rows
}

// header returns "name:kind" of every column.
func header(table *datasets.Table) string {
	var parts []string
	for _, c := range table.Columns() {
		parts = append(parts, c.Name()+":"+c.Kind().String())
	}
	return strings.Join(parts, " ")
}

func TestReadCSVLayouts(t *testing.T) {
	plain := "a:number b:category"
	want := [][]string{{"1", "x"}, {"2", "y"}}
	for _, tt := range []struct {
		name, text string
		options    datasets.CSVOptions
		header     string
		rows       [][]string
	}{
		{"comma", "a,b\n1,x\n2,y\n", datasets.CSVOptions{}, plain, want},
		{"semicolon", "a;b\n1;x\n2;y\n", datasets.CSVOptions{}, plain, want},
		{"tab", "a\tb\n1\tx\n2\ty\n", datasets.CSVOptions{}, plain, want},
		{"bar", "a|b\n1|x\n2|y\n", datasets.CSVOptions{}, plain, want},
		{"given separator", "a:b\n1:x\n2:y\n", datasets.CSVOptions{Separator: ':'}, plain, want},
		{"no last line end", "a,b\n1,x\n2,y", datasets.CSVOptions{}, plain, want},
		{"CRLF", "a,b\r\n1,x\r\n2,y\r\n", datasets.CSVOptions{}, plain, want},
		{"byte order mark", "\ufeffa,b\n1,x\n2,y\n", datasets.CSVOptions{}, plain, want},
		{"mark and quoted name", "\ufeff\"a\",b\n1,x\n2,y\n", datasets.CSVOptions{}, plain, want},
		{"blank lines", "\n\na,b\n\n1,x\n  \n\n2,y\n\n\n", datasets.CSVOptions{}, plain, want},
		{"empty rows of a spreadsheet", "a,b\n1,x\n2,y\n,\n,\n", datasets.CSVOptions{}, plain, want},
		{"spaces", " a , b \n 1 ,\tx\n2, y \n", datasets.CSVOptions{}, plain, want},
		{"space before a quote", "a, \"b\"\n1, \"x\"\n2,\"y\"\n", datasets.CSVOptions{}, plain, want},
		{"separator at every end", "a,b,\n1,x,\n2,y,\n", datasets.CSVOptions{}, plain, want},
		{"separator at some ends", "a,b\n1,x,\n2,y\n", datasets.CSVOptions{}, plain, want},
		{"separator at the header's end", "a,b,\n1,x\n2,y\n", datasets.CSVOptions{}, plain, want},
		{"comments", "# made by hand\na,b\n1,x\n# pause\n2,y\n", datasets.CSVOptions{Comment: '#'}, plain, want},
		{"first rows", "a,b\n1,x\n2,y\n3,z\n", datasets.CSVOptions{MaxRows: 2}, plain, want},
		{"rows after the first are not looked at", "a,b\n1,x\n2,y\nbroken\n", datasets.CSVOptions{MaxRows: 2}, plain, want},
		{"no header", "1,x\n2,y\n", datasets.CSVOptions{NoHeader: true}, "x1:number x2:category", want},
		{"nameless row labels", ",a\nr1,1\nr2,2\n", datasets.CSVOptions{}, "index:category a:number", [][]string{{"r1", "1"}, {"r2", "2"}}},
		{"one column", "a\n1\n\n\"\"\n3\n", datasets.CSVOptions{}, "a:number", [][]string{{"1"}, {"·"}, {"3"}}},
		{"quoted", "a,b\n1,\"x, \"\"y\"\"\nz\"\n2,' '\n", datasets.CSVOptions{}, plain, [][]string{{"1", "x, \"y\"\nz"}, {"2", "' '"}}},
		{"quoted CRLF", "a,b\r\n1,\"x\r\ny\"\r\n", datasets.CSVOptions{}, plain, [][]string{{"1", "x\ny"}}},
		{"separators in quotes do not mislead", "a;b\n\"1,2,3\";x\n\"1,2,4\";y\n", datasets.CSVOptions{}, "a:category b:category", [][]string{{"1,2,3", "x"}, {"1,2,4", "y"}}},
		{"decimal commas do not mislead", "1,5;2,5\n3,5;4,5\n", datasets.CSVOptions{NoHeader: true}, "x1:number x2:number", [][]string{{"1,5", "2,5"}, {"3,5", "4,5"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table := mustRead(t, tt.text, tt.options)
			if got := header(table); got != tt.header {
				t.Errorf("columns %s, want %s", got, tt.header)
			}
			if got := cellsOf(table); fmt.Sprint(got) != fmt.Sprint(tt.rows) {
				t.Errorf("rows %q, want %q", got, tt.rows)
			}
		})
	}
}

func TestReadCSVErrors(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		options    datasets.CSVOptions
		want       string
	}{
		{"empty file", "", datasets.CSVOptions{}, "t.csv: the file is empty"},
		{"only blank lines", "\n \n,,\n", datasets.CSVOptions{}, "t.csv: the file has no line with cells"},
		{"only a mark", "\ufeff", datasets.CSVOptions{}, "t.csv: the file has no line with cells"},
		{"header only", "a,b\n", datasets.CSVOptions{}, "t.csv: no rows after the header"},
		{"short row", "a,b,c\n1,2,3\n\n4,5\n", datasets.CSVOptions{}, "t.csv: line 4: 2 fields, but the header has 3"},
		{"one field", "a,b,c\n1,2,3\nx\n", datasets.CSVOptions{}, "t.csv: line 3: 1 field, but the header has 3"},
		{"long row", "a,b\n1,2\n1,2,3\n", datasets.CSVOptions{}, "t.csv: line 3: 3 fields, but the header has 2"},
		{"two empty fields too many", "a,b\n1,2,,\n", datasets.CSVOptions{}, "t.csv: line 2: 4 fields, but the header has 2"},
		{"ragged without header", "1,2\n1,2,3\n", datasets.CSVOptions{NoHeader: true}, "t.csv: line 2: 3 fields, but the first row has 2"},
		{"line after a cell of several", "a,b\n1,\"x\ny\"\n1\n", datasets.CSVOptions{}, "t.csv: line 4: 1 field, but the header has 2"},
		{"name twice", "age,b,age\n1,2,3\n", datasets.CSVOptions{}, `t.csv: line 1: columns 1 and 3 are both named "age"`},
		{"name twice, in numbers", "5,0,0\n1,2,3\n", datasets.CSVOptions{}, `t.csv: line 1: columns 2 and 3 are both named "0"; is this a file without header?`},
		{"no name", "a,,c\n1,2,3\n", datasets.CSVOptions{}, "t.csv: line 1: column 2 has no name"},
		{"no name and index taken", ",index\n1,2\n", datasets.CSVOptions{}, "t.csv: line 1: column 1 has no name"},
		{"infinite", "a,b\n1,2\n1,inf\n-inf,inf\n1,1e400\n", datasets.CSVOptions{}, `t.csv: line 4: column "a": the number is infinite (-inf); leave the cell empty if it is unknown`},
		{"infinite twice", "a,b\n1,inf\n1,-inf\n", datasets.CSVOptions{}, `t.csv: line 2: column "b": the number is infinite (inf); leave the cell empty if it is unknown`},
		{"minus infinity", "a\n1\n-Infinity\n", datasets.CSVOptions{}, `t.csv: line 3: column "a": the number is infinite (-Infinity); leave the cell empty if it is unknown`},
		{"beyond float64", "a\n1e999\n1\n", datasets.CSVOptions{}, `t.csv: line 2: column "a": the number is infinite (1e999); leave the cell empty if it is unknown`},
		{"open quote", "a,b\n1,2\n3,\"4\n5,6\n", datasets.CSVOptions{}, "t.csv: line 3: a quoted field does not end, or goes on after its closing quote"},
		{"text after a quote", "a,b\n1,\"2\"x\n", datasets.CSVOptions{}, "t.csv: line 2: a quoted field does not end, or goes on after its closing quote"},
		{"bare quote", "a,b\n1,5\" pipe\n", datasets.CSVOptions{}, `t.csv: line 2: a quote within a field; put the field in quotes and write "" for the quote`},
		{"zero byte", "a,b\n1,\x00\n", datasets.CSVOptions{}, "t.csv: the file is not text: its byte 6 is 0"},
		{"Latin-1 cell", "a,b\n1,caf\xe9\n", datasets.CSVOptions{}, `t.csv: line 2: column "b": "caf\xe9" is not UTF-8 text; save the file as UTF-8`},
		{"Latin-1 name", "a,caf\xe9\n1,2\n", datasets.CSVOptions{}, `t.csv: line 1: the name "caf\xe9" is not UTF-8 text; save the file as UTF-8`},
		{"workbook", "PK\x03\x04\x14\x00", datasets.CSVOptions{}, "t.csv: the file is a zip archive or an Excel workbook, not CSV text"},
		{"gzip", "\x1f\x8b\x08\x00", datasets.CSVOptions{}, "t.csv: the file is a gzip archive, not CSV text"},
		{"broken UTF-16", "\xff\xfea\x00\x00\xd8b\x00", datasets.CSVOptions{}, "t.csv: the file is broken UTF-16 text; save it as UTF-8"},
		{"cut UTF-16", "\xff\xfea\x00b", datasets.CSVOptions{}, "t.csv: the file is UTF-16 text cut within a character; save it as UTF-8"},
		{"endless line", "a,b\n1,2\n1," + strings.Repeat("x", 17<<20), datasets.CSVOptions{}, "t.csv: after line 2, a row longer than 16 MiB; is a quote left open?"},
		{"endless quote", "a,b\n1,\"2\n" + strings.Repeat("1,2\n", 5<<20), datasets.CSVOptions{}, "t.csv: after line 1, a row longer than 16 MiB; is a quote left open?"},
		{"text in a forced number", "a\n1\nabc\n", datasets.CSVOptions{Kinds: map[string]datasets.Kind{"a": datasets.Number}}, `t.csv: line 3: column "a": "abc" is not a number`},
		{"text in a forced boolean", "a\nyes\nmaybe\n", datasets.CSVOptions{Kinds: map[string]datasets.Kind{"a": datasets.Boolean}}, `t.csv: line 3: column "a": "maybe" is not a boolean (true or false, yes or no, t or f, y or n, on or off)`},
		{"kind of no column", "a\n1\n", datasets.CSVOptions{Kinds: map[string]datasets.Kind{"b": datasets.Number}}, `t.csv: line 1: no column "b"; the columns are "a"`},
		{"no such kind", "a\n1\n", datasets.CSVOptions{Kinds: map[string]datasets.Kind{"a": 9}}, `t.csv: column "a": no kind has the number 9`},
		{"separator", "a\n1\n", datasets.CSVOptions{Separator: '"'}, `t.csv: '"' cannot be the separator`},
		{"comment", "a\n1\n", datasets.CSVOptions{Comment: '\n'}, `t.csv: '\n' cannot be the comment mark`},
		{"separator and comment", "a\n1\n", datasets.CSVOptions{Separator: '#', Comment: '#'}, `t.csv: '#' cannot be both the separator and the comment mark`},
		{"comma twice", "a\n1\n", datasets.CSVOptions{Separator: ',', DecimalComma: true}, "t.csv: a comma cannot be both the separator and the decimal mark"},
		{"negative rows", "a\n1\n", datasets.CSVOptions{MaxRows: -1}, "t.csv: MaxRows is -1, want at least 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.Name = "t.csv"
			_, err := datasets.ReadCSV(strings.NewReader(tt.text), tt.options)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v\n want %v", err, tt.want)
			}
		})
	}
}

// UTF-16 of either byte order, with a byte order mark or without, holds the same
// table as UTF-8. The text is longer than a decoder's buffer, with characters of
// one and of two units.
func TestReadCSVUTF16(t *testing.T) {
	var text strings.Builder
	text.WriteString("n,note\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%d,row %d é 😀\n", i, i)
	}
	want := cellsOf(mustRead(t, text.String(), datasets.CSVOptions{}))
	for _, mark := range []string{"\ufeff", ""} {
		for _, big := range []bool{false, true} {
			var encoded bytes.Buffer
			for _, unit := range utf16.Encode([]rune(mark + text.String())) {
				if lo, hi := byte(unit), byte(unit>>8); big {
					encoded.Write([]byte{hi, lo})
				} else {
					encoded.Write([]byte{lo, hi})
				}
			}
			table, err := datasets.ReadCSV(&encoded, datasets.CSVOptions{})
			if err != nil {
				t.Fatalf("mark %q, big endian %v: %v", mark, big, err)
			}
			if got := header(table); got != "n:number note:category" {
				t.Errorf("mark %q, big endian %v: columns %s", mark, big, got)
			}
			if got := cellsOf(table); !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("mark %q, big endian %v: other cells than in UTF-8", mark, big)
			}
		}
	}
}

func TestReadCSVFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "data.csv")
	if err := os.WriteFile(path, []byte("a,b\n1,2\n3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{path, path + ": line 3: 1 field, but the header has 2"},
		{filepath.Join(dir, "none.csv"), filepath.Join(dir, "none.csv") + ": no such file or directory"},
		{dir, dir + ": is a directory"},
	} {
		if _, err := datasets.ReadCSVFile(tt.path, datasets.CSVOptions{}); err == nil || err.Error() != tt.want {
			t.Errorf("error %v\n want %v", err, tt.want)
		}
	}
	table, err := datasets.ReadCSVFile(path, datasets.CSVOptions{MaxRows: 1})
	if err != nil || table.Name() != path || table.Rows() != 1 {
		t.Errorf("table %v, error %v", table, err)
	}
}

// Lines count what is between the rows: the header, blank lines, comments and
// cells of several lines.
func TestTableLine(t *testing.T) {
	table := mustRead(t, "# c\na,b\n1,x\n\n2,\"y\ny\"\n3,z\n# c\n,,\n4,x\n", datasets.CSVOptions{Comment: '#'})
	lines := func(table *datasets.Table) (all []int) {
		for row := range table.Rows() {
			all = append(all, table.Line(row))
		}
		return all
	}
	if got, want := lines(table), []int{3, 5, 7, 10}; !slices.Equal(got, want) {
		t.Errorf("lines %v, want %v", got, want)
	}
	if got, want := lines(table.Take([]int{3, 0, 1, 2, 3})), []int{10, 3, 5, 7, 10}; !slices.Equal(got, want) {
		t.Errorf("lines of chosen rows %v, want %v", got, want)
	}
	made, err := datasets.NewTable(datasets.NumberColumn("a", []float64{1}))
	if err != nil || made.Line(0) != 0 {
		t.Errorf("a table without a file: line %d, error %v", made.Line(0), err)
	}
}

// The bound on the length of a row is none on that of the file, nor on rows below it.
func TestReadCSVLargeRows(t *testing.T) {
	row := "7,\"" + strings.Repeat("long\n", 1<<20) + "\"\n" // 5 MiB
	table := mustRead(t, "n,text\n"+strings.Repeat(row, 4), datasets.CSVOptions{})
	if got := table.Rows(); got != 4 {
		t.Errorf("%d rows, want 4", got)
	}
	if got, want := table.Line(3), 2+3*(1<<20+1); got != want {
		t.Errorf("the last row is in line %d, want %d", got, want)
	}
}

// A row that the sample for the guess cuts off does not speak against the
// semicolon that would have come.
func TestReadCSVSampleCutsRow(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	table := mustRead(t, "a,b;c\n1,"+long+";2\n1,"+long+";2\n", datasets.CSVOptions{})
	if got, want := header(table), "a,b:category c:number"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
}

// Reading in pieces of any size, as from a pipe, gives the same table.
func TestReadCSVFromPipe(t *testing.T) {
	text := strings.Repeat("12.5,abc,true\n\"7\",\"d\"\"e\",false\n", 50)
	want := cellsOf(mustRead(t, "x,y,z\n"+text, datasets.CSVOptions{}))
	table, err := datasets.ReadCSV(oneByte{strings.NewReader("x,y,z\n" + text)}, datasets.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := cellsOf(table); !slices.EqualFunc(got, want, slices.Equal) {
		t.Error("other cells than in one piece")
	}
}

type oneByte struct{ r *strings.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.r.Read(p[:min(1, len(p))]) }

func TestReadCSVReaderFails(t *testing.T) {
	_, err := datasets.ReadCSV(failing{}, datasets.CSVOptions{Name: "net"})
	if want := "net: " + os.ErrDeadlineExceeded.Error(); err == nil || err.Error() != want {
		t.Errorf("error %v, want %v", err, want)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// The values of the large table are right across the places where columns change
// their kind late and where memory is claimed in advance.
func TestReadCSVLateTurns(t *testing.T) {
	var b strings.Builder
	b.WriteString("n,late,spelled,gaps\n")
	const rows = 5000
	for i := range rows {
		late, spelled, gap := fmt.Sprint(i), fmt.Sprint(i), ""
		if i == rows-1 {
			late, spelled = "end", "1.50"
		}
		if i%7 == 0 {
			gap = fmt.Sprint(-i)
		}
		fmt.Fprintf(&b, "%d.25,%s,%s,%s\n", i, late, spelled, gap)
	}
	table := mustRead(t, b.String(), datasets.CSVOptions{})
	if got, want := header(table), "n:number late:category spelled:number gaps:number"; got != want {
		t.Fatalf("columns %s, want %s", got, want)
	}
	columns := table.Columns()
	for i := range rows {
		if got := columns[0].Numbers()[i]; got != float64(i)+0.25 {
			t.Fatalf("row %d: n is %v", i, got)
		}
		if got := columns[1].Text(i); i < rows-1 && got != fmt.Sprint(i) {
			t.Fatalf("row %d: late is %q", i, got)
		}
		if got := columns[3].Numbers()[i]; math.IsNaN(got) != (i%7 != 0) || i%7 == 0 && got != float64(-i) {
			t.Fatalf("row %d: gaps is %v", i, got)
		}
	}
	if got := columns[2].Text(rows - 1); got != "1.50" {
		t.Errorf("the last spelled cell is %q", got)
	}
	if got := columns[2].Text(17); got != "17" {
		t.Errorf("an earlier spelled cell is %q", got)
	}
}
