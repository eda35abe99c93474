package datasets

import (
	"cmp"
	"slices"
)

// learn makes the source from the sample.
func (v *csvSurvey) learn() (*CSVSource, error) {
	s := v.stream
	s.Options.Kinds = v.kinds()
	table, rows, err := v.table(s.Options)
	if err != nil {
		return nil, err
	}
	c := &CSVSource{stream: s, kinds: s.Options.Kinds, rows: v.rows - v.held, total: v.rows}
	if c.encoder, err = s.Encode.Fit(table, s.Target, rows); err != nil {
		return nil, err
	}
	d, err := c.encoder.Apply(table.Take(rows))
	if err != nil {
		return nil, err
	}
	if err := c.learnScales(d); err != nil {
		return nil, err
	}
	if v.held > 0 {
		held := *c
		held.rows, held.heldOut = v.held, true
		c.held = &held
	}
	return c, nil
}

// table returns the sample and, after it, a row of each class that it lacks; rows
// are those of the sample.
func (v *csvSurvey) table(o CSVOptions) (t *Table, rows []int, err error) {
	byRow := func(a, b csvRow) int { return cmp.Compare(a.row, b.row) }
	slices.SortFunc(v.sample, byRow)
	var more []csvRow
	drawn := map[string]bool{}
	for _, r := range v.sample {
		drawn[r.cells[v.target]] = true
	}
	for text, r := range v.classes {
		if !drawn[text] && !v.parser.missing.has(text) && text != "" {
			more = append(more, r)
		}
	}
	slices.SortFunc(more, byRow)
	b := v.parser.block(o)
	for _, r := range slices.Concat(v.sample, more) {
		if err := b.addRow(r.cells, r.line); err != nil {
			return nil, nil, err
		}
	}
	t, err = b.finish()
	return t, span(0, len(v.sample)), err
}

func (c *CSVSource) learnScales(d *Dataset) (err error) {
	if c.stream.Scale != nil {
		if c.scaler, err = c.stream.Scale.Fit(d); err != nil {
			return err
		}
		c.scaler.leaveBinary(c.encoder.Columns())
	}
	if c.stream.ScaleTarget != nil && c.encoder.Task() == TaskRegression {
		c.targets, err = c.stream.ScaleTarget.FitTarget(d)
	}
	return err
}

// leaveBinary makes a scaler leave columns of 0 and 1 as they are.
func (s *Scaler) leaveBinary(columns []EncodedColumn) {
	for j, c := range columns {
		for k, l := range s.lists() {
			if *l.values != nil && c.Binary {
				(*l.values)[j] = [...]float64{0, 1, 1, 0, 1, 0, 1}[k]
			}
		}
	}
}

// block returns a parser of some rows of the same file, with fresh columns.
func (p *csvParser) block(o CSVOptions) *csvParser {
	o.Separator, o.Missing = p.options.Separator, p.options.Missing
	b := &csvParser{options: o, missing: p.missing, table: &Table{name: o.Name, lines: &lineIndex{}}}
	for _, r := range p.columns {
		b.columns = append(b.columns, newColumnReader(r.name, o, 0))
	}
	return b
}
