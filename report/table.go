package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Table is rows of text under a header. Columns whose cells are all numbers are set to the right;
// the first column names the rows.
type Table struct {
	Caption string
	Header  []string
	Rows    [][]string
	// Note stands under the table; may be empty.
	Note string
}

// foldedRows is the number of rows from which a table is folded away until it is asked for.
const foldedRows = 40

type tableView struct {
	Table
	Numeric []bool
	Folded  bool
}

// view fails if a row has another length than the header.
func (t Table) view() (string, any, error) {
	v := tableView{Table: t, Numeric: make([]bool, len(t.Header)), Folded: len(t.Rows) >= foldedRows}
	for j := range v.Numeric {
		v.Numeric[j] = j > 0
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Header) {
			return "", nil, fmt.Errorf("table %q: row %d has %d cells under %d headings", t.Caption, i+1, len(row), len(t.Header))
		}
		for j, cell := range row {
			v.Numeric[j] = v.Numeric[j] && isNumber(cell)
		}
	}
	return "table", v, nil
}

// isNumber accepts what FormatNumber writes, counts with thousands separators, and percentages.
func isNumber(cell string) bool {
	cell = strings.NewReplacer(",", "", "−", "-", "%", "", " ", "").Replace(cell)
	if cell == "" || cell == missing {
		return true
	}
	_, err := strconv.ParseFloat(cell, 64)
	return err == nil
}

const missing = "–"

// FormatNumber writes a measured value with four significant digits and at most four decimals,
// "0.8120", "53.26", "5326", with an exponent where it is far from 1, and "–" for NaN.
func FormatNumber(v float64) string {
	abs := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return missing
	case math.IsInf(v, 0):
		return strings.Replace(strings.TrimPrefix(fmt.Sprint(v), "+"), "-", "−", 1)
	case v == 0:
		return "0"
	case abs >= 1e6 || abs < 5e-4:
		return strings.ReplaceAll(strconv.FormatFloat(v, 'e', 3, 64), "-", "−")
	}
	decimals := 4
	for limit := 1.0; decimals > 0 && abs >= limit; limit *= 10 {
		decimals--
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', decimals, 64), "-", "−", 1)
}

// FormatCount writes a count with separators between thousands: 12,345.
func FormatCount(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// FormatShare writes a share of 1 as a percentage with one decimal: 12.5 %.
func FormatShare(v float64) string {
	if math.IsNaN(v) {
		return missing
	}
	return strings.Replace(strconv.FormatFloat(100*v, 'f', 1, 64), "-", "−", 1) + " %"
}
