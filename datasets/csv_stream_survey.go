package datasets

import (
	"context"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/random"
)

// csvSurvey is what one pass over a file learns of it.
type csvSurvey struct {
	stream  CSVStream
	parser  *csvParser
	columns []columnSurvey
	target  int // the place of the target's column
	rows    int
	held    int
	sample  []csvRow
	classes map[string]csvRow // the first row of each text of the target; nil: too many
	random  *random.Source
	seen    int // rows that could have come into the sample
}

// csvRow is a row of the file.
type csvRow struct {
	row, line int
	cells     []string
}

// columnSurvey is what is known of a column besides what its reader knows of the
// rows under way.
type columnSurvey struct {
	numbers bool            // some cell was a number before the column became texts
	words   map[string]bool // the texts, as long as they may be boolean words
	mixed   bool            // some text is no boolean word
}

// surveyRows is the number of rows after which the readers forget the cells.
const surveyRows = 4096

// mostClasses is the number of different targets up to which the survey looks for
// classes.
const mostClasses = 10_000

// survey reads the file once.
func (s CSVStream) survey(ctx context.Context) (*csvSurvey, error) {
	v := &csvSurvey{stream: s, classes: map[string]csvRow{}, random: random.New(random.Derive(s.Seed, 0))}
	if err := s.eachRecord(ctx, v.begin, v.add); err != nil {
		return nil, err
	}
	return v, v.flush()
}

func (v *csvSurvey) begin(p *csvParser) error {
	v.parser, v.columns = p, make([]columnSurvey, len(p.columns))
	v.target = slices.IndexFunc(p.columns, func(r *columnReader) bool { return r.name == v.stream.Target })
	for k := range v.columns {
		v.columns[k].words = map[string]bool{}
	}
	if v.target < 0 {
		names := make([]string, len(p.columns))
		for k, r := range p.columns {
			names[k] = r.name
		}
		return p.table.fault("", "no column %s to predict; the columns are %s", shown(v.stream.Target), quotedList(names))
	}
	return nil
}

func (v *csvSurvey) add(row int, record []string, line int) error {
	v.rows++
	if err := v.parser.addRow(record, line); err != nil {
		return err
	}
	if v.parser.rows >= surveyRows {
		if err := v.flush(); err != nil {
			return err
		}
	}
	v.addClass(row, record, line)
	if v.stream.isHeld(row) {
		v.held++
		return nil
	}
	v.draw(row, record, line)
	return nil
}

// keep copies a record, whose memory is used again.
func keep(row int, record []string, line int) csvRow {
	cells := make([]string, len(record))
	for k, cell := range record {
		cells[k] = strings.Clone(cell)
	}
	return csvRow{row, line, cells}
}

// draw lets a row into the sample, in the place of a random other once it is full
// (Vitter 1985, algorithm R).
func (v *csvSurvey) draw(row int, record []string, line int) {
	most := or(v.stream.SampleRows, defaultSampleRows)
	v.seen++
	if len(v.sample) < most {
		v.sample = append(v.sample, keep(row, record, line))
	} else if k := v.random.IntN(v.seen); k < most {
		v.sample[k] = keep(row, record, line)
	}
}

// or returns n, or unset if n is 0.
func or(n, unset int) int {
	if n == 0 {
		return unset
	}
	return n
}

// addClass notes the first row with a target.
func (v *csvSurvey) addClass(row int, record []string, line int) {
	if v.classes == nil {
		return
	}
	if _, known := v.classes[record[v.target]]; known {
		return
	}
	if len(v.classes) == mostClasses {
		v.classes = nil
		return
	}
	r := keep(row, record, line)
	v.classes[r.cells[v.target]] = r
}

// flush notes what the readers found and lets them forget the cells.
func (v *csvSurvey) flush() error {
	for k, r := range v.parser.columns {
		if r.infinite > 0 {
			return v.parser.table.cellFault(r.infinite-1, r.name, "the number is infinite (%s); leave the cell empty if it is unknown", r.text(r.infinite-1))
		}
		v.columns[k].see(r)
		r.numbers, r.spelled, r.levels = r.numbers[:0], nil, levelBuilder{codes: r.levels.codes[:0]}
	}
	v.parser.rows = 0
	v.parser.table.lines = &lineIndex{}
	return nil
}

// see notes the cells of a reader.
func (c *columnSurvey) see(r *columnReader) {
	if !r.texts {
		c.numbers = c.numbers || slices.ContainsFunc(r.numbers, func(x float64) bool { return x == x })
		return
	}
	for _, text := range r.levels.levels {
		if _, _, ok := booleanWord(text); !ok {
			c.mixed = true
			return
		}
		c.words[text] = true
	}
}

// kinds returns the kind of each column, as ReadCSV would find it.
func (v *csvSurvey) kinds() map[string]Kind {
	p := v.parser
	var commaFile, pointFile bool
	for _, r := range p.columns {
		commaFile = commaFile || !r.texts && r.comma.decimal
		pointFile = pointFile || !r.texts && r.point.decimal
	}
	kinds := make(map[string]Kind, len(p.columns))
	for k, r := range p.columns {
		c := &v.columns[k]
		kinds[r.name] = Category
		switch {
		case r.forced != 0:
			kinds[r.name] = r.forced
		case !r.texts && (v.stream.Options.DecimalComma || r.isDecimal(commaFile, pointFile)):
			kinds[r.name] = Number
		case r.texts && !c.mixed && !c.numbers && impliesBoolean(sortedKeys(c.words)):
			kinds[r.name] = Boolean
		}
	}
	return kinds
}

func sortedKeys(m map[string]bool) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
