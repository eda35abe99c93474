package datasets

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Apply returns the dataset with its missing cells filled and the indicator
// columns, if any, after the others. Targets and weights are shared with d. It
// panics if the data does not have the imputer's number of columns;
// [Imputer.Check] asks before.
func (m *Imputer) Apply(d *Dataset) *Dataset {
	if err := m.Check(d.Features()); err != nil {
		panic(err)
	}
	out := *d
	out.X = mat.NewDense(d.Rows(), len(m.fills)+len(m.indicators), nil)
	for i := range d.Rows() {
		m.fillRow(out.X.RawRowView(i), d.X.RawRowView(i))
	}
	if len(m.indicators) > 0 {
		out.Shape = nil
		out.Names = m.names(d.Names)
	}
	return &out
}

// Check reports that the imputer cannot take rows of so many columns.
func (m *Imputer) Check(columns int) error {
	if columns != len(m.fills) {
		return fmt.Errorf("datasets: an imputer of %s cannot take rows of %d", count(len(m.fills), "column"), columns)
	}
	return nil
}

func (m *Imputer) fillRow(dst, src []float64) {
	for j, x := range src {
		if math.IsNaN(x) {
			x = m.fills[j]
		}
		dst[j] = x
	}
	for k, j := range m.indicators {
		if math.IsNaN(src[j]) {
			dst[len(src)+k] = 1
		}
	}
}

func (m *Imputer) names(given []string) []string {
	names := make([]string, len(m.fills), len(m.fills)+len(m.indicators))
	for j := range names {
		names[j] = nameAt(given, j, "x", len(m.fills)+1)
	}
	for _, j := range m.indicators {
		names = append(names, names[j]+missingSuffix)
	}
	return names
}

// imputerJSON is the JSON form of an Imputer.
type imputerJSON struct {
	Fills      []float64 `json:"fills"`
	Indicators []int     `json:"indicators,omitempty"`
}

// MarshalJSON returns the learned values.
func (m *Imputer) MarshalJSON() ([]byte, error) {
	return json.Marshal(imputerJSON{m.fills, m.indicators})
}

// UnmarshalJSON reads what MarshalJSON wrote. It fails if there are no columns, or
// if an indicator is for a column that does not exist.
func (m *Imputer) UnmarshalJSON(data []byte) error {
	var read imputerJSON
	if err := json.Unmarshal(data, &read); err != nil {
		return fmt.Errorf("datasets: imputer: %w", err)
	}
	if len(read.Fills) == 0 {
		return fmt.Errorf("datasets: imputer: no columns")
	}
	last := -1
	for _, j := range read.Indicators {
		if j <= last || j >= len(read.Fills) {
			return fmt.Errorf("datasets: imputer: indicators %v for %d columns", read.Indicators, len(read.Fills))
		}
		last = j
	}
	m.fills, m.indicators = slices.Clip(read.Fills), read.Indicators
	return nil
}
