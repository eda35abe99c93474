package datasets

import (
	"iter"
	"slices"
	"strings"
)

// fewestTexts is the least number of texts, all different, that make a Category
// an identifier; fewer may differ by chance.
const fewestTexts = 10

// Schema describes the columns as the given rows have them; nil means all rows.
// It panics if a row is out of range.
func (t *Table) Schema(rows []int) Schema {
	s := Schema{Rows: t.rows, Columns: make([]ColumnSchema, len(t.columns))}
	if rows != nil {
		s.Rows = len(rows)
	}
	for i, c := range t.columns {
		if c.kind == Number {
			s.Columns[i] = c.numberSchema(rows, s.Rows)
		} else {
			s.Columns[i] = c.levelSchema(rows)
		}
	}
	return s
}

func (c *Column) numberSchema(rows []int, n int) ColumnSchema {
	values := c.present(rows)
	s := ColumnSchema{Name: c.name, Kind: Number, Missing: n - len(values)}
	if len(values) > 0 {
		s.Distinct = countDistinct(values)
		s.Numbers = statsOf(values)
		s.Identifier = s.Numbers.Whole && len(values) > 1 && namesRows(c.name) && allDifferent(values)
	}
	return s
}

func (c *Column) levelSchema(rows []int) ColumnSchema {
	s := ColumnSchema{Name: c.name, Kind: c.kind, Note: c.note}
	counts, missing := c.counts(rows)
	s.Missing = missing
	present := 0
	for i, text := range c.levels {
		if counts[i] > 0 {
			s.Distinct++
			present += counts[i]
		}
		if counts[i] > 0 || c.kind == Boolean {
			s.Levels = append(s.Levels, Level{Text: text, Count: counts[i]})
		}
	}
	if c.kind == Category && present >= fewestTexts && s.Distinct == present {
		s.Identifier, s.Levels = true, nil
	}
	return s
}

// present returns the numbers of the rows that are not missing, in new memory.
func (c *Column) present(rows []int) []float64 {
	n := len(c.numbers)
	if rows != nil {
		n = len(rows)
	}
	values := make([]float64, 0, n)
	for row := range eachRow(rows, len(c.numbers)) {
		if x := c.numbers[row]; x == x {
			values = append(values, x)
		}
	}
	return values
}

// counts returns how often each level and the missing cell occur.
func (c *Column) counts(rows []int) (counts []int, missing int) {
	counts = make([]int, len(c.levels))
	for row := range eachRow(rows, len(c.codes)) {
		if code := c.codes[row]; code >= 0 {
			counts[code]++
		} else {
			missing++
		}
	}
	return counts, missing
}

// eachRow yields the given rows, or the first n if they are nil.
func eachRow(rows []int, n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if rows != nil {
			for _, row := range rows {
				if !yield(row) {
					return
				}
			}
			return
		}
		for row := range n {
			if !yield(row) {
				return
			}
		}
	}
}

// countDistinct counts different numbers up to MostDistinct.
func countDistinct(values []float64) int {
	seen := make(map[float64]struct{}, MostDistinct)
	for _, x := range values {
		seen[x] = struct{}{}
		if len(seen) == MostDistinct {
			break
		}
	}
	return len(seen)
}

func allDifferent(values []float64) bool {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return len(slices.Compact(sorted)) == len(values)
}

// namesRows reports whether a column of that name numbers or names the rows.
func namesRows(name string) bool {
	lower := strings.ToLower(name)
	switch lower {
	case "id", "index", "row", "#":
		return true
	}
	for _, end := range []string{"_id", " id", "-id", ".id"} {
		if strings.HasSuffix(lower, end) {
			return true
		}
	}
	if word, ok := strings.CutSuffix(name, "Id"); ok || strings.HasSuffix(name, "ID") {
		if !ok {
			word = strings.TrimSuffix(name, "ID")
		}
		last := word[len(word)-1]
		return last >= 'a' && last <= 'z'
	}
	return strings.HasPrefix(lower, "unnamed:") // row labels, as pandas reads them
}
