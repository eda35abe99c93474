package datasets

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// mostShownLevels is the number of levels that a summary lists.
const mostShownLevels = 6

// Summary returns the schema as text: a line about the table, then a line for
// each column with its kind, missing cells, and range or most frequent levels.
func (s Schema) Summary() string {
	var b strings.Builder
	missing := 0
	for _, c := range s.Columns {
		missing += c.Missing
	}
	fmt.Fprintf(&b, "%s, %s, %s\n", count(s.Rows, "row"), count(len(s.Columns), "column"), missingText(missing))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "column\tkind\tmissing\tvalues")
	for _, c := range s.Columns {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", plain(c.Name), c.Kind, c.missingShare(s.Rows), c.valuesText())
	}
	w.Flush() // a strings.Builder takes everything
	return b.String()
}

func missingText(n int) string {
	if n == 0 {
		return "no missing cells"
	}
	return count(n, "missing cell")
}

func (c ColumnSchema) missingShare(rows int) string {
	if c.Missing == 0 || rows == 0 {
		return "0"
	}
	return fmt.Sprintf("%d (%.3g%%)", c.Missing, 100*float64(c.Missing)/float64(rows))
}

// valuesText describes the values in a few words.
func (c ColumnSchema) valuesText() string {
	switch {
	case c.Distinct == 0:
		return "none"
	case c.Kind == Number:
		text := c.numbersText()
		if c.Identifier {
			text += "; names the rows"
		}
		return text
	case c.Identifier:
		return count(c.Distinct, "level") + "; names the rows"
	}
	return count(c.Distinct, "level") + ": " + c.levelsText()
}

func (c ColumnSchema) numbersText() string {
	n := c.Numbers
	if c.Distinct == 1 {
		return fmt.Sprintf("only %.6g", n.Min)
	}
	return fmt.Sprintf("%.6g to %.6g, mean %.4g, std %.4g", n.Min, n.Max, n.Mean, n.Std)
}

// levelsText lists the levels with their counts, the most frequent first.
func (c ColumnSchema) levelsText() string {
	levels := slices.Clone(c.Levels)
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Compare(b.Count, a.Count) })
	var parts []string
	for i, level := range levels {
		if i == mostShownLevels {
			parts = append(parts, "…")
			break
		}
		if level.Count > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", plain(level.Text), level.Count))
		}
	}
	return strings.Join(parts, ", ")
}

// plain makes a name from a file fit for a line of text: line ends, tabs and
// other control characters become spaces, and a long name is cut.
func plain(s string) string {
	const most = 30
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
