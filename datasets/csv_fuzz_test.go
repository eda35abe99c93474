package datasets_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit/datasets"
)

// Any bytes give a table or an error in one line. A table has cells of the kinds
// it says, and what is written of it reads back.
func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{
		people, flowers, "a;b\n0,5;1,234\n", "\ufeffa\tb\n1\t\"x\ny\"\n", "1,2\n3,4\n", "a\n\n\"\"\n", ",,\n", "a,a\n1,1\n",
		"a,b\n1,inf\n", "a,b\n1,\"2\n", "\xff\xfea\x00\n\x001\x00\n\x00", "PK\x03\x04", "a,b\r\nyes,NO\r\n", "#c\na|b\n-|?\n",
	} {
		f.Add([]byte(text), false, false)
		f.Add([]byte(text), true, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, noHeader, decimalComma bool) {
		options := datasets.CSVOptions{NoHeader: noHeader, DecimalComma: decimalComma}
		table, err := datasets.ReadCSV(bytes.NewReader(data), options)
		if err != nil {
			if text := err.Error(); !strings.HasPrefix(text, "csv: ") || strings.ContainsAny(text, "\n\r") {
				t.Fatalf("error %q", text)
			}
			return
		}
		checkTable(t, table)
		table.Schema(nil).Summary()
		rewrite(t, table)
	})
}

// checkTable verifies what every table promises.
func checkTable(t *testing.T, table *datasets.Table) {
	t.Helper()
	for _, c := range table.Columns() {
		if c.Len() != table.Rows() || c.Name() == "" {
			t.Fatalf("column %q of %d cells in %d rows", c.Name(), c.Len(), table.Rows())
		}
		if c.Kind() == datasets.Category && (!slices.IsSorted(c.Levels()) || len(slices.Compact(slices.Clone(c.Levels()))) != len(c.Levels())) {
			t.Fatalf("levels %q", c.Levels())
		}
		for row := range table.Rows() {
			switch {
			case c.Kind() == datasets.Number && math.IsInf(c.Numbers()[row], 0):
				t.Fatal("an infinite number")
			case c.Missing(row) != (c.Text(row) == ""):
				t.Fatalf("cell %q, missing %v", c.Text(row), c.Missing(row))
			}
		}
	}
	for row := 1; row < table.Rows(); row++ {
		if table.Line(row) <= table.Line(row-1) {
			t.Fatalf("row %d is in line %d, the one before in %d", row, table.Line(row), table.Line(row-1))
		}
	}
}

// rewrite writes a table, reads it and compares the cells.
func rewrite(t *testing.T, table *datasets.Table) {
	t.Helper()
	kinds := map[string]datasets.Kind{}
	for _, c := range table.Columns() {
		kinds[c.Name()] = c.Kind()
	}
	var b bytes.Buffer
	if err := table.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "\r\n") {
		return // within quotes it reads as a line end alone
	}
	again, err := datasets.ReadCSV(bytes.NewReader(b.Bytes()), datasets.CSVOptions{Kinds: kinds})
	if err != nil {
		t.Fatalf("%v in %q", err, b.String())
	}
	for i, c := range table.Columns() {
		other := again.Columns()[i]
		for row := range table.Rows() {
			if c.Kind() == datasets.Number {
				x, y := c.Numbers()[row], other.Numbers()[row]
				if math.Float64bits(x) != math.Float64bits(y) && !(math.IsNaN(x) && math.IsNaN(y)) {
					t.Fatalf("row %d: %v reads back as %v from %q", row, x, y, b.String())
				}
			} else if c.Text(row) != other.Text(row) {
				t.Fatalf("row %d: %q reads back as %q from %q", row, c.Text(row), other.Text(row), b.String())
			}
		}
	}
	var fault *datasets.TableError
	if _, err := again.Column("no such column\x00"); !errors.As(err, &fault) {
		t.Fatalf("error %v", err)
	}
}
