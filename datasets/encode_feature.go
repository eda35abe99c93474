package datasets

import (
	"cmp"
	"slices"
)

// Endings of the names of columns that do not stand for a level.
const (
	missingSuffix = "=(missing)"
	otherSuffix   = "=(other)"
)

// feature is what an Encoder learned about one column of the table.
type feature struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Fill is the value of a missing number or boolean, FillLevel that of a missing
	// category, "" if there is none.
	Fill      float64 `json:"fill,omitzero"`
	FillLevel string  `json:"fillLevel,omitzero"`
	// Indicator: a last column tells the missing cells.
	Indicator bool `json:"indicator,omitzero"`
	// Levels are those with a place of their own, in that order.
	Levels []string `json:"levels,omitempty"`
	// Ordinal: one column with the place of the level; else a column for each.
	Ordinal   bool `json:"ordinal,omitzero"`
	DropFirst bool `json:"dropFirst,omitzero"`
	// MissingLevel and Other: after Levels come a place for missing cells, and one
	// for levels without a place.
	MissingLevel bool `json:"missingLevel,omitzero"`
	Other        bool `json:"other,omitzero"`
	// Strict: a level that is neither in Levels nor in Rare is an error.
	Strict bool     `json:"strict,omitzero"`
	Rare   []string `json:"rare,omitempty"`
}

// learn returns the coding of a column from its schema in the training rows.
func (e Encode) learn(t *Table, s ColumnSchema, rows []int) (feature, error) {
	c := t.columns[t.index[s.Name]]
	f := feature{Name: s.Name, Kind: s.Kind}
	switch s.Kind {
	case Number:
		f.Fill = e.Numbers.number(c.present(rows))
		f.Indicator = e.Numbers.Indicator && s.Missing > 0
		return f, nil
	case Boolean:
		return e.learnBoolean(t, f, s)
	}
	levels := c.levelCounts(rows)
	f.Strict = e.Unseen == UnseenError
	order, ordered := e.Order[s.Name]
	f.Ordinal = ordered || e.Coding == CodeOrdinal
	levels = e.fillCategories(&f, levels, s.Missing)
	f.MissingLevel = e.Categories.Fill == FillDefault && s.Missing > 0
	f.Indicator = e.Categories.Indicator && s.Missing > 0 && (f.Ordinal || !f.MissingLevel)
	switch {
	case ordered:
		f.Levels = order
		return f, checkOrdered(t, c, order, rows)
	case f.Ordinal:
		f.setLevels(levels, len(levels))
	default:
		f.DropFirst = e.DropFirst
		f.setLevels(levels, e.mostLevels())
	}
	return f, nil
}

func (e Encode) learnBoolean(t *Table, f feature, s ColumnSchema) (feature, error) {
	if s.Levels[1].Count > s.Levels[0].Count {
		f.Fill = 1
	}
	if e.Categories.Fill == FillConstant {
		_, truth, ok := booleanWord(e.Categories.Text)
		if !ok {
			return f, t.fault(f.Name, "%s cannot fill a column of booleans", shown(e.Categories.Text))
		}
		f.Fill = 0
		if truth {
			f.Fill = 1
		}
	}
	f.Indicator = s.Missing > 0 && (e.Categories.Fill == FillDefault || e.Categories.Indicator)
	return f, nil
}

// levelCounts returns the levels that occur in the rows, in sorted order.
func (c *Column) levelCounts(rows []int) []Level {
	var levels []Level
	counts, _ := c.counts(rows)
	for i, text := range c.levels {
		if counts[i] > 0 {
			levels = append(levels, Level{Text: text, Count: counts[i]})
		}
	}
	return levels
}

// fillCategories sets the level that missing cells take and returns the levels
// with these cells counted.
func (e Encode) fillCategories(f *feature, levels []Level, missing int) []Level {
	switch e.Categories.Fill {
	case FillDefault:
		return levels
	case FillConstant:
		f.FillLevel = e.Categories.Text
	case FillMostFrequent:
		f.FillLevel = slices.MaxFunc(levels, func(a, b Level) int { // the first of several
			return cmp.Compare(a.Count, b.Count)
		}).Text
	}
	at, found := slices.BinarySearchFunc(levels, f.FillLevel, func(l Level, text string) int {
		return cmp.Compare(l.Text, text)
	})
	switch {
	case found:
		levels[at].Count += missing
	case missing > 0:
		levels = slices.Insert(levels, at, Level{Text: f.FillLevel, Count: missing})
	}
	return levels
}

func (e Encode) mostLevels() int {
	if e.MaxLevels == 0 {
		return defaultMaxLevels
	}
	return e.MaxLevels
}

// setLevels gives places to all levels if there are no more than most (−1: any
// number), else to the most frequent ones and one to the others together.
func (f *feature) setLevels(levels []Level, most int) {
	if most < 0 || len(levels) <= most {
		for _, level := range levels {
			f.Levels = append(f.Levels, level.Text)
		}
		return
	}
	f.Other = true
	byCount := slices.Clone(levels)
	slices.SortStableFunc(byCount, func(a, b Level) int { return cmp.Compare(b.Count, a.Count) })
	for i, level := range byCount {
		switch {
		case i < most-1:
			f.Levels = append(f.Levels, level.Text)
		case f.Strict:
			f.Rare = append(f.Rare, level.Text)
		}
	}
	slices.Sort(f.Levels)
	slices.Sort(f.Rare)
}

// checkOrdered reports the first training cell whose level has no place.
func checkOrdered(t *Table, c *Column, order []string, rows []int) error {
	known := make([]bool, len(c.levels))
	for i, text := range c.levels {
		known[i] = slices.Contains(order, text)
	}
	for row := range eachRow(rows, len(c.codes)) {
		if code := c.codes[row]; code >= 0 && !known[code] {
			return t.cellFault(row, c.name, "%s is not in the order %s", shown(c.levels[code]), quotedList(order))
		}
	}
	return nil
}
