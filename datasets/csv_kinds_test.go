package datasets_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

// column reads cells as the first column of a file whose separator is a semicolon.
func column(t *testing.T, options datasets.CSVOptions, cells ...string) *datasets.Column {
	t.Helper()
	options.Separator = ';'
	table := mustRead(t, "c;z\n"+strings.Join(cells, ";0\n")+";0\n", options)
	return table.Columns()[0]
}

func TestKindOfColumn(t *testing.T) {
	for _, tt := range []struct {
		cells []string
		want  datasets.Kind
	}{
		{[]string{"1", "-2", "+3"}, datasets.Number},
		{[]string{"1.5", "-2e-3", ".5", "5.", "1E5", "1e+05"}, datasets.Number},
		{[]string{"0", "1", "1", "0"}, datasets.Number},
		{[]string{"NA", "?", "-", "none", "NULL", "nan"}, datasets.Number},
		{[]string{"1", "NA", "2"}, datasets.Number},
		{[]string{"1", "two"}, datasets.Category},
		{[]string{"one", "2"}, datasets.Category},
		{[]string{"1", "Na"}, datasets.Category},
		{[]string{"0x1F", "0x20"}, datasets.Category},
		{[]string{"1_000", "2_000"}, datasets.Category},
		{[]string{"1 000", "2 000"}, datasets.Category},
		{[]string{"5%", "6%"}, datasets.Category},
		{[]string{"e5", "1e"}, datasets.Category},
		{[]string{"1e", "1"}, datasets.Category},
		{[]string{"1-2", "1"}, datasets.Category},
		{[]string{"--1", "1"}, datasets.Category},
		{[]string{".", "1"}, datasets.Category},
		{[]string{"+", "1"}, datasets.Category},
		{[]string{"inf", "finite"}, datasets.Category},
		{[]string{"2024-01-05", "2024-01-06"}, datasets.Category},
		{[]string{"00501", "10001"}, datasets.Category},
		{[]string{"-01", "1"}, datasets.Number},
		{[]string{"00.50", "1.25"}, datasets.Number},
		{[]string{"true", "false", ""}, datasets.Boolean},
		{[]string{"TRUE", "FALSE"}, datasets.Boolean},
		{[]string{"yes", "No", "NO"}, datasets.Boolean},
		{[]string{"t", "f"}, datasets.Boolean},
		{[]string{"Y", "N"}, datasets.Boolean},
		{[]string{"on", "off"}, datasets.Boolean},
		{[]string{"yes", "yes"}, datasets.Boolean},
		{[]string{"F", "F"}, datasets.Category},
		{[]string{"F", "M"}, datasets.Category},
		{[]string{"true", "1"}, datasets.Category},
		{[]string{"true", "false", "maybe"}, datasets.Category},
		{[]string{"0,5", "1,25"}, datasets.Number},
		{[]string{"1,234", "12,345"}, datasets.Category},
		{[]string{"1,234", "0,345"}, datasets.Number},
		{[]string{"1,234", "1234,345"}, datasets.Number},
		{[]string{"1,234", "1,5"}, datasets.Number},
		{[]string{"1,234", "1,234,567"}, datasets.Category},
		{[]string{"1,5", "1.5"}, datasets.Category},
		{[]string{"1.234", "12.345"}, datasets.Number},
	} {
		if got := column(t, datasets.CSVOptions{}, tt.cells...).Kind(); got != tt.want {
			t.Errorf("%q is a %v, want a %v", tt.cells, got, tt.want)
		}
	}
}

// A number under a header must have a meaning that no other reading has: within
// one file, decimal commas in one column speak for them in another.
func TestDecimalCommaAcrossColumns(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"a;b\n0,5;1,234\n", "a:number b:number"},   // b is 1.234: the file has decimal commas
		{"a;b\n0,5;1.234\n", "a:number b:category"}, // b may be 1234
		{"a;b\n0,5;1.5\n", "a:number b:number"},     // neither has another reading
		{"a;b\n1.5;1,234\n", "a:number b:category"}, // b may be 1234
		{"a;b\n1.234;1,234\n", "a:number b:category"},
		{"a;b\n1;1,234\n", "a:number b:category"},
		{"a;b;c\n0,5;1.5;1,234\n", "a:number b:number c:category"}, // the file has both marks
		{"a\tb\n1\t0,5\n", "a:number b:category"},                  // only a semicolon goes with a decimal comma
	} {
		if got := header(mustRead(t, tt.text, datasets.CSVOptions{})); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, got, tt.want)
		}
	}
	table := mustRead(t, "a;b\n1;1,234\n2;5,678\n", datasets.CSVOptions{})
	warnings := table.Schema(nil).Warnings()
	if len(warnings) != 1 || warnings[0].Code != datasets.WarnSeparators || warnings[0].Column != "b" {
		t.Errorf("warnings %v", warnings)
	}
}

func TestDecimalCommaOption(t *testing.T) {
	options := datasets.CSVOptions{DecimalComma: true}
	table := mustRead(t, "a\tb\tc\n1,234\t-0,5e3\t1.5\n12,345\t7\t2\n", options)
	if got, want := header(table), "a:number b:number c:category"; got != want {
		t.Errorf("columns %s, want %s", got, want)
	}
	if got := table.Columns()[0].Numbers(); !slices.Equal(got, []float64{1.234, 12.345}) {
		t.Errorf("a is %v", got)
	}
	if got := table.Columns()[1].Numbers(); !slices.Equal(got, []float64{-500, 7}) {
		t.Errorf("b is %v", got)
	}
	options.NoHeader = true
	table = mustRead(t, "1,5\n2,25\n", options) // the comma separates nothing
	if got := table.Columns()[0].Numbers(); len(table.Columns()) != 1 || !slices.Equal(got, []float64{1.5, 2.25}) {
		t.Errorf("a single column of decimal commas: %v", cellsOf(table))
	}
	forced := datasets.CSVOptions{Kinds: map[string]datasets.Kind{"b": datasets.Number}}
	table = mustRead(t, "a;b\n1;1,234\n", forced)
	if got := table.Columns()[1].Numbers()[0]; got != 1.234 {
		t.Errorf("a forced number is %v, want 1.234", got)
	}
}

func TestForcedKinds(t *testing.T) {
	kinds := func(k datasets.Kind) datasets.CSVOptions {
		return datasets.CSVOptions{Kinds: map[string]datasets.Kind{"c": k}}
	}
	c := column(t, kinds(datasets.Category), "10", "2", "NA", "10.0")
	if got, want := c.Levels(), []string{"10", "10.0", "2"}; c.Kind() != datasets.Category || !slices.Equal(got, want) {
		t.Errorf("a %v of %q, want a category of %q", c.Kind(), got, want)
	}
	if got, want := c.Codes(), []int32{0, 2, -1, 1}; !slices.Equal(got, want) {
		t.Errorf("codes %v, want %v", got, want)
	}
	c = column(t, kinds(datasets.Number), "00501", "7")
	if got := c.Numbers(); !slices.Equal(got, []float64{501, 7}) {
		t.Errorf("numbers %v", got)
	}
	c = column(t, kinds(datasets.Boolean), "F", "F", "")
	if got, want := c.Levels(), []string{"F", "T"}; c.Kind() != datasets.Boolean || !slices.Equal(got, want) {
		t.Errorf("a %v of %q, want a boolean of %q", c.Kind(), got, want)
	}
}

func TestBooleanLevels(t *testing.T) {
	for _, tt := range []struct {
		cells  string
		levels string
		codes  string
	}{
		{"no yes no", "[no yes]", "[0 1 0]"},
		{"True True", "[False True]", "[1 1]"},
		{"NO NO", "[NO YES]", "[0 0]"},
		{"On on off", "[false true]", "[1 1 0]"}, // two words for true
		{"true no", "[no true]", "[1 0]"},
		{"y ? n", "[n y]", "[1 -1 0]"},
	} {
		c := column(t, datasets.CSVOptions{}, strings.Fields(tt.cells)...)
		if got := fmt.Sprint(c.Levels(), c.Codes()); got != tt.levels+" "+tt.codes {
			t.Errorf("%s: %s, want %s %s", tt.cells, got, tt.levels, tt.codes)
		}
		for i, text := range strings.Fields(tt.cells) {
			if got := c.Text(i); got != text && text != "?" {
				t.Errorf("%s: cell %d reads %q", tt.cells, i, got)
			}
		}
	}
}

func TestMissingTokens(t *testing.T) {
	for _, token := range append(datasets.MissingTokens(), "", `""`) {
		c := column(t, datasets.CSVOptions{}, "1", token, "2")
		if c.Kind() != datasets.Number || !c.Missing(1) || !math.IsNaN(c.Numbers()[1]) {
			t.Errorf("%q between numbers: %v, missing %v", token, c.Kind(), c.Missing(1))
		}
		c = column(t, datasets.CSVOptions{}, "a", token, "b")
		if c.Kind() != datasets.Category || !c.Missing(1) || len(c.Levels()) != 2 {
			t.Errorf("%q between texts: %v, missing %v, levels %q", token, c.Kind(), c.Missing(1), c.Levels())
		}
	}
	own := datasets.CSVOptions{Missing: []string{"-999", "unknown"}}
	c := column(t, own, "1", "-999", "unknown", "", "-9")
	if got := fmt.Sprint(c.Numbers()); got != "[1 NaN NaN NaN -9]" {
		t.Errorf("own tokens: %s", got)
	}
	c = column(t, own, "NA", "none", "-999")
	if got := fmt.Sprintf("%q %v", c.Levels(), c.Codes()); got != `["NA" "none"] [0 1 -1]` {
		t.Errorf("own tokens replace the others: %s", got)
	}
}

// Numbers are those that Python's float reads, bit for bit, and the shortest text
// of each reads back as the same bits.
func TestNumbersAgainstPython(t *testing.T) {
	for _, tt := range fixture(t).Numbers {
		c := column(t, datasets.CSVOptions{}, tt.Text, "1.5")
		if c.Kind() != datasets.Number {
			t.Errorf("%s is a %v", tt.Text, c.Kind())
			continue
		}
		x := c.Numbers()[0]
		if got := fmt.Sprintf("%016x", math.Float64bits(x)); got != tt.Bits {
			t.Errorf("%s is %v (%s), Python has %s (%s)", tt.Text, x, got, tt.Repr, tt.Bits)
		}
		short := datasets.NumberColumn("c", []float64{x}).Text(0)
		if got := column(t, datasets.CSVOptions{}, short, "1.5").Numbers()[0]; math.Float64bits(got) != math.Float64bits(x) {
			t.Errorf("%v is written %s and read as %v", x, short, got)
		}
		if len(short) > len(tt.Repr) && !strings.Contains(tt.Repr, "e") {
			t.Errorf("%v is written %s, longer than %s", x, short, tt.Repr)
		}
		if got := c.Text(0); got != tt.Text {
			t.Errorf("the cell %s reads %s", tt.Text, got)
		}
	}
}

// Tables that Python's csv module wrote read back cell for cell.
func TestCSVAgainstPython(t *testing.T) {
	for i, tt := range fixture(t).CSV {
		if got := cellsOf(mustRead(t, tt.Text, datasets.CSVOptions{})); !slices.EqualFunc(got, tt.Rows, slices.Equal) {
			t.Errorf("table %d: %q\n want %q", i, got, tt.Rows)
		}
	}
}
