package datasets

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Fill says what takes the place of a missing cell.
type Fill uint8

// The ways to fill a missing cell, learned from the training rows.
const (
	// FillDefault is FillMedian for numbers; for categories and booleans a missing
	// cell is a level of its own.
	FillDefault Fill = iota
	// FillMean is the mean; of numbers only.
	FillMean
	// FillMedian is the median; of numbers only.
	FillMedian
	// FillMostFrequent is the most frequent value: the least of several numbers,
	// the first of several texts in sorted order, false before true.
	FillMostFrequent
	// FillConstant is a given value: Impute.Value, or Impute.Text in categories.
	FillConstant
)

var fillNames = []string{"default", "mean", "median", "most-frequent", "constant"}

// String returns "default", "mean", "median", "most-frequent" or "constant".
func (f Fill) String() string { return enumString("Fill", f, fillNames) }

// MarshalText returns the name of the fill.
func (f Fill) MarshalText() ([]byte, error) { return marshalEnum("fill", f, fillNames) }

// UnmarshalText takes the name of a fill; another text is an error.
func (f *Fill) UnmarshalText(text []byte) (err error) {
	*f, err = parseEnum[Fill]("fill", text, fillNames)
	return err
}

// Impute fills missing cells, which are NaN in a [Dataset], with a value that it
// learns from the training rows alone. The zero value fills in medians.
//
// Mean, median and most frequent value are those of scikit-learn's SimpleImputer.
type Impute struct {
	Fill Fill `json:"fill,omitzero"`
	// Value fills numbers under FillConstant.
	Value float64 `json:"value,omitzero"`
	// Text fills categories and booleans under FillConstant. It may be a text that
	// the column does not have, which then is a level more.
	Text string `json:"text,omitzero"`
	// Indicator adds a column, 1 where the cell was missing and else 0, for every
	// column with missing training cells. Its name ends in "=(missing)".
	Indicator bool `json:"indicator,omitzero"`
}

// Imputer fills the missing cells of datasets with what [Impute] learned. It does
// not change; several goroutines may use it at once.
type Imputer struct {
	fills      []float64
	indicators []int // columns with an indicator, ascending
}

// Fit learns a value for each column of X. It fails if a column has an infinite
// value, or no value at all where one has to be learned.
func (m Impute) Fit(train *Dataset) (*Imputer, error) {
	if err := m.check(Number); err != nil {
		return nil, err
	}
	if train.Rows() == 0 {
		return nil, fmt.Errorf("datasets: no rows to learn from")
	}
	rows, width := train.X.Dims()
	out := &Imputer{fills: make([]float64, width)}
	for j := range width {
		c := NumberColumn(nameAt(train.Names, j, "x", width+1), mat.Col(nil, j, train.X))
		for i, x := range c.numbers {
			if math.IsInf(x, 0) {
				return nil, fmt.Errorf("datasets: row %d: column %q is infinite", i, c.name)
			}
		}
		values := c.present(nil)
		if len(values) == 0 && m.Fill != FillConstant {
			return nil, fmt.Errorf("datasets: column %q has no value to learn from; leave it out, or fill in a constant", c.name)
		}
		out.fills[j] = m.number(values)
		if m.Indicator && len(values) < rows {
			out.indicators = append(out.indicators, j)
		}
	}
	return out, nil
}

// check reports a description that does not fit columns of the kind.
func (m Impute) check(kind Kind) error {
	switch {
	case m.Fill > FillConstant:
		return fmt.Errorf("datasets: no fill has the number %d", m.Fill)
	case math.IsNaN(m.Value) || math.IsInf(m.Value, 0):
		return fmt.Errorf("datasets: the value to fill in is %v, want a finite number", m.Value)
	case m.Value != 0 && m.Fill != FillConstant:
		return fmt.Errorf("datasets: the value %v is given, but the fill is %v", m.Value, m.Fill)
	case kind == Number && m.Text != "":
		return fmt.Errorf("datasets: the text %s cannot fill numbers", shown(m.Text))
	case kind != Number && (m.Fill == FillMean || m.Fill == FillMedian):
		return fmt.Errorf("datasets: categories have no %s", m.Fill)
	case kind != Number && m.Value != 0:
		return fmt.Errorf("datasets: the value %v cannot fill categories; give a text", m.Value)
	case kind != Number && (m.Fill == FillConstant) != (m.Text != ""):
		return fmt.Errorf("datasets: categories are filled with %s and the text %s", m.Fill, shown(m.Text))
	}
	return nil
}

// number returns the fill for a column with these values, of which there is at
// least one except under FillConstant.
func (m Impute) number(values []float64) float64 {
	switch m.Fill {
	case FillConstant:
		return m.Value
	case FillMean:
		return meanOf(values)
	case FillMostFrequent:
		return modeOf(values)
	}
	return medianOf(values)
}

// Fills returns the value that fills each column. The slice is new.
func (m *Imputer) Fills() []float64 { return append([]float64(nil), m.fills...) }
