package datasets

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/goodfit-ml/goodfit/internal/random"
	"github.com/goodfit-ml/goodfit/tensor"
)

// CSVStream describes a CSV file that is larger than memory as a [Source] of
// batches. [CSVStream.Open] reads it once, to learn what its columns are; every
// epoch reads it again, while the model trains on the rows before.
type CSVStream struct {
	Path    string
	Options CSVOptions // as for ReadCSV; MaxRows holds too
	Target  string     // the column to predict
	// Encode turns columns into numbers, and Scale, if it is not nil, scales the
	// features that are not codes of 0 and 1. ScaleTarget does so for the target of
	// a regression.
	Encode      Encode
	Scale       Scaling
	ScaleTarget Scaling
	// SampleRows is the number of rows, drawn at random from all, that Encode and
	// the scalings learn from, and which are in memory for that; 0 means 100000. A
	// file that has no more gives what the same rows in memory give. The kinds of
	// columns and the classes come from all rows.
	SampleRows int
	// Buffer is the number of encoded rows that each epoch shuffles among; 0 means
	// 10000. A file sorted by target needs a buffer of the order of the file.
	Buffer int
	// Holdout is the part of the rows, drawn at random, that is not trained with:
	// see [CSVSource.Holdout].
	Holdout float64
	// Seed draws the sample and the holdout.
	Seed uint64
}

// CSVSource is a CSV file as a [Source]: one input, the encoded columns, and one
// target, a number or the index of a class. Several goroutines may read it at once.
type CSVSource struct {
	stream  CSVStream
	kinds   map[string]Kind
	encoder *Encoder
	scaler  *Scaler // nil: none
	targets *Scaler // nil: none
	rows    int     // that the source yields
	total   int     // of the file
	held    *CSVSource
	heldOut bool // the source yields the rows held out
}

// Open reads the file once and learns its encoding. It fails as [ReadCSV] and
// [Encode.Fit] do, if a field is out of range, and when ctx ends.
func (s CSVStream) Open(ctx context.Context) (*CSVSource, error) {
	if s.Options.Name == "" {
		s.Options.Name = s.Path
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	survey, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	return survey.learn()
}

func (s CSVStream) check() error {
	switch {
	case s.SampleRows < 0:
		return fmt.Errorf("%s: a sample of %d rows, want at least 1, or 0 for %d", s.Options.Name, s.SampleRows, defaultSampleRows)
	case s.Buffer < 0:
		return fmt.Errorf("%s: a buffer of %d rows, want at least 1, or 0 for %d", s.Options.Name, s.Buffer, defaultBufferRows)
	case !(s.Holdout >= 0 && s.Holdout < 1):
		return fmt.Errorf("%s: a holdout of the part %g, want at least 0 and below 1", s.Options.Name, s.Holdout)
	}
	return nil
}

// The defaults of a CSVStream.
const (
	defaultSampleRows = 100_000
	defaultBufferRows = 10_000
)

// isHeld reports whether a row of the file is held out.
func (s CSVStream) isHeld(row int) bool {
	return s.Holdout > 0 && float64(random.Derive(s.Seed, 1, uint64(row))>>11)*0x1p-53 < s.Holdout
}

// eachRecord calls f with the rows of the file, in order, until it fails; the
// record is valid during the call.
func (s CSVStream) eachRecord(ctx context.Context, begin func(*csvParser) error, f func(row int, record []string, line int) error) error {
	file, err := os.Open(s.Path)
	if err != nil {
		return fileError(s.Options.Name, err)
	}
	defer file.Close()
	p, err := newCSVParser(file, s.Options)
	if err != nil {
		return fileError(s.Options.Name, err)
	}
	p.size = 0 // columns are read in parts
	record, line, err := p.next()
	if err == io.EOF {
		return p.table.fault("", "the file has no line with cells")
	}
	if err == nil {
		if err = p.makeColumns(record, line); err == nil {
			err = begin(p)
		}
	}
	if err != nil {
		return err
	}
	if !s.Options.NoHeader {
		record, line, err = p.next()
	}
	row := 0
	for ; err == nil && (s.Options.MaxRows == 0 || row < s.Options.MaxRows); row++ {
		if row%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err = f(row, record, line); err == nil {
			record, line, err = p.next()
		}
	}
	if err == io.EOF {
		err = nil
	}
	if err == nil && row == 0 {
		return p.table.fault("", "no rows after the header")
	}
	return err
}

// Encoder returns what was learnt of the columns, for tables to predict from.
func (c *CSVSource) Encoder() *Encoder { return c.encoder }

// Scaler returns the scaling of the features, nil if there is none.
func (c *CSVSource) Scaler() *Scaler { return c.scaler }

// TargetScaler returns the scaling of the target, nil if there is none.
func (c *CSVSource) TargetScaler() *Scaler { return c.targets }

// Holdout returns the rows that are held out, nil if none are.
func (c *CSVSource) Holdout() *CSVSource { return c.held }

// Rows returns the number of rows.
func (c *CSVSource) Rows() int { return c.rows }

// Layout says that there is one input and one target.
func (c *CSVSource) Layout() Layout {
	return Layout{Rows: c.rows, Inputs: []Field{{Shape: tensor.Shape{c.width()}}}, Targets: []Field{{Shape: tensor.Shape{1}}}}
}

// width is the number of encoded columns.
func (c *CSVSource) width() (n int) {
	for _, f := range c.encoder.features {
		n += f.width()
	}
	return n
}
