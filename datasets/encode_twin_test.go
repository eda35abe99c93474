package datasets_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/goodfit-ml/goodfit/datasets"
)

// twin is a second, slow and obvious form of what Encode promises for a table of
// one number column "n" and one category "c": it goes cell by cell and counts
// anew each time. A missing number is NaN, a missing text is "".
type twin struct {
	encode  datasets.Encode
	numbers []float64 // of the training rows
	texts   []string
}

// columns returns the names and, for one cell of each column, the values.
func (w twin) row(number float64, text string) (names []string, values []float64) {
	add := func(name string, value float64) {
		names, values = append(names, name), append(values, value)
	}
	gap := 0.0
	if math.IsNaN(number) {
		number, gap = w.fill(), 1
	}
	add("n", number)
	if w.encode.Numbers.Indicator && slices.ContainsFunc(w.numbers, math.IsNaN) {
		add("n=(missing)", gap)
	}
	kept, rest := w.levels()
	hasGaps := slices.Contains(w.texts, "")
	if w.encode.Coding == datasets.CodeOrdinal {
		place := float64(slices.Index(kept, text))
		if text == "" && hasGaps {
			place = float64(len(kept))
		}
		add("c", place)
		return names, values
	}
	hot := func(yes bool) float64 {
		if yes {
			return 1
		}
		return 0
	}
	first := len(names)
	for _, level := range kept {
		add("c="+level, hot(text == level))
	}
	if hasGaps {
		add("c=(missing)", hot(text == ""))
	}
	if len(rest) > 0 {
		add("c=(other)", hot(!slices.Contains(kept, text) && (text != "" || !hasGaps)))
	}
	if w.encode.DropFirst {
		names, values = slices.Delete(names, first, first+1), slices.Delete(values, first, first+1)
	}
	return names, values
}

func (w twin) fill() float64 {
	present := slices.DeleteFunc(slices.Clone(w.numbers), math.IsNaN)
	slices.Sort(present)
	switch w.encode.Numbers.Fill {
	case datasets.FillMean:
		total := 0.0
		for _, x := range present {
			total += x // whole numbers: exact
		}
		return total / float64(len(present))
	case datasets.FillMostFrequent:
		return slices.MaxFunc(present, func(a, b float64) int { // the first, so the least
			return cmp.Compare(times(present, a), times(present, b))
		})
	}
	n := len(present)
	return (present[(n-1)/2] + present[n/2]) / 2
}

func times[T comparable](all []T, one T) (n int) {
	for _, x := range all {
		if x == one {
			n++
		}
	}
	return n
}

// levels returns the levels with columns of their own and the others.
func (w twin) levels() (kept, rest []string) {
	for _, text := range w.texts {
		if text != "" && !slices.Contains(kept, text) {
			kept = append(kept, text)
		}
	}
	slices.Sort(kept)
	most := w.encode.MaxLevels
	if w.encode.Coding == datasets.CodeOrdinal || most <= 0 || len(kept) <= most {
		return kept, nil
	}
	slices.SortStableFunc(kept, func(a, b string) int { return cmp.Compare(times(w.texts, b), times(w.texts, a)) })
	kept, rest = kept[:most-1], kept[most-1:]
	slices.Sort(kept)
	return kept, rest
}

// Encode agrees with the twin on random tables, training rows and settings.
func TestEncodeAgainstTwin(t *testing.T) {
	number := rapid.SampledFrom([]float64{nan, -3, 0, 1, 2, 7, 7})
	text := rapid.SampledFrom([]string{"", "a", "b", "b", "c", "d", "é", "(other)x"})
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(3, 25).Draw(r, "rows")
		numbers := rapid.SliceOfN(number, n, n).Draw(r, "numbers")
		texts := rapid.SliceOfN(text, n, n).Draw(r, "texts")
		numbers[0], texts[0] = 5, "a" // something to learn from
		y := make([]float64, n)
		y[n-1] = 1
		table, err := datasets.NewTable(datasets.NumberColumn("n", numbers), datasets.CategoryColumn("c", texts), datasets.NumberColumn("y", y))
		if err != nil {
			r.Fatal(err)
		}
		rows := append([]int{0}, rapid.SliceOfN(rapid.IntRange(0, n-1), 0, n).Draw(r, "training rows")...)
		w := twin{encode: datasets.Encode{
			Numbers: datasets.Impute{
				Fill:      rapid.SampledFrom([]datasets.Fill{datasets.FillDefault, datasets.FillMean, datasets.FillMostFrequent}).Draw(r, "fill"),
				Indicator: rapid.Bool().Draw(r, "indicator"),
			},
			Coding:    rapid.SampledFrom([]datasets.Coding{datasets.CodeOneHot, datasets.CodeOrdinal}).Draw(r, "coding"),
			DropFirst: rapid.Bool().Draw(r, "drop first"),
			MaxLevels: rapid.IntRange(-1, 4).Draw(r, "most levels"),
			Keep:      []string{"n", "c"},
		}}
		for _, row := range rows {
			w.numbers, w.texts = append(w.numbers, numbers[row]), append(w.texts, texts[row])
		}
		encoder, err := w.encode.Fit(table, "y", rows)
		if err != nil {
			r.Fatal(err)
		}
		d, err := encoder.Apply(table)
		if err != nil {
			r.Fatal(err)
		}
		for i := range n {
			names, values := w.row(numbers[i], texts[i])
			if !slices.Equal(d.Names, names) {
				r.Fatalf("names %q, want %q", d.Names, names)
			}
			if got := d.X.RawRowView(i); !slices.Equal(got, values) {
				r.Fatalf("row %d (%v, %q): %v, want %v as %q", i, numbers[i], texts[i], got, values, names)
			}
		}
	})
}

// A schema agrees with counting by hand on random columns and rows.
func TestSchemaAgainstTwin(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(r, "rows")
		numbers := rapid.SliceOfN(rapid.SampledFrom([]float64{nan, -1, 0.5, 2, 4}), n, n).Draw(r, "numbers")
		texts := rapid.SliceOfN(rapid.SampledFrom([]string{"", "p", "q", "r"}), n, n).Draw(r, "texts")
		table, err := datasets.NewTable(datasets.NumberColumn("n", numbers), datasets.CategoryColumn("c", texts))
		if err != nil {
			r.Fatal(err)
		}
		rows := rapid.SliceOfN(rapid.IntRange(0, n-1), 1, 2*n).Draw(r, "chosen")
		s := table.Schema(rows)
		var present []float64
		var chosen []string
		for _, row := range rows {
			if !math.IsNaN(numbers[row]) {
				present = append(present, numbers[row])
			}
			chosen = append(chosen, texts[row])
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(present)))
		c := s.Columns[0]
		if s.Rows != len(rows) || c.Missing != len(rows)-len(present) || c.Distinct != len(distinct) {
			r.Fatalf("%+v of %v", c, present)
		}
		if len(present) > 0 && (c.Numbers.Min != slices.Min(present) || c.Numbers.Max != slices.Max(present) ||
			c.Numbers.Whole == slices.Contains(present, 0.5)) {
			r.Fatalf("%+v of %v", c.Numbers, present)
		}
		var levels []datasets.Level
		for _, text := range []string{"p", "q", "r"} {
			if k := times(chosen, text); k > 0 {
				levels = append(levels, datasets.Level{Text: text, Count: k})
			}
		}
		if c := s.Columns[1]; fmt.Sprint(c.Levels) != fmt.Sprint(levels) || c.Missing != times(chosen, "") {
			r.Fatalf("%+v of %q", c, chosen)
		}
	})
}
