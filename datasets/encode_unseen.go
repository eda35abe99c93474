package datasets

// UnseenLevel is a text of a Category column that the training rows did not have.
type UnseenLevel struct {
	Column string `json:"column"`
	Text   string `json:"text"`
	Count  int    `json:"count"` // rows with this text
	Line   int    `json:"line"`  // of the first of them; 0 if the table is not from a file
}

// Unseen returns the levels of the table that the encoder knows no place for, in
// the order of columns and texts. A level that goes to "(other)" has a place. It
// fails as [Schema.Conform] does.
func (e *Encoder) Unseen(t *Table) ([]UnseenLevel, error) {
	features, err := e.featureSchema().Conform(t)
	if err != nil {
		return nil, err
	}
	var all []UnseenLevel
	for i, f := range e.features {
		if f.Kind == Category {
			all = append(all, f.unseen(features, features.columns[i])...)
		}
	}
	return all, nil
}

func (f feature) unseen(t *Table, c *Column) []UnseenLevel {
	counts := make([]int, len(c.levels))
	lines := make([]int, len(c.levels))
	for row, code := range c.codes {
		if code < 0 {
			continue
		}
		if counts[code] == 0 {
			lines[code] = t.Line(row)
		}
		counts[code]++
	}
	var found []UnseenLevel
	for i, place := range f.places(c.levels) {
		if place < 0 && counts[i] > 0 {
			found = append(found, UnseenLevel{Column: f.Name, Text: c.levels[i], Count: counts[i], Line: lines[i]})
		}
	}
	return found
}
