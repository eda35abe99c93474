package curves

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// WriteCSV writes the history as comma-separated text: a header, then a line per epoch. The first
// column is "epoch", counted from 0, then come the series sorted by name, as Keras' CSVLogger has
// them, then the layers' quantities in the order of the network, named "layer/grad_norm",
// "layer/act_mean", "layer/act_std" and "layer/dead_fraction".
//
// A number is the shortest decimal that reads back to the same float64; what was not measured is
// "nan", infinities are "inf" and "-inf". Directions and the order of the series are not in the
// file; JSON keeps both.
func (h *History) WriteCSV(w io.Writer) error {
	names, columns := h.csvColumns()
	out := csv.NewWriter(w)
	if err := out.Write(names); err != nil {
		return err
	}
	row := make([]string, len(names))
	for e := range h.Epochs() {
		row[0] = strconv.Itoa(e)
		for i, values := range columns {
			row[i+1] = formatNumber(at(values, e))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvColumns returns the header and, for all names after the first, the values.
func (h *History) csvColumns() (names []string, columns [][]float64) {
	names = []string{"epoch"}
	if h == nil {
		return names, nil
	}
	series := slices.Clone(h.Series)
	slices.SortStableFunc(series, func(a, b Series) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range series {
		names, columns = append(names, s.Name), append(columns, s.Values)
	}
	for _, l := range h.Layers {
		for i, v := range l.columns() {
			if *v != nil {
				names, columns = append(names, l.Layer+"/"+layerColumns[i]), append(columns, *v)
			}
		}
	}
	return names, columns
}

// formatNumber returns the shortest decimal that reads back exactly, in the spelling that numpy and
// pandas read too.
func formatNumber(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 1):
		return "inf"
	case math.IsInf(v, -1):
		return "-inf"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// at returns values[i], NaN beyond the end.
func at(values []float64, i int) float64 {
	if i < len(values) {
		return values[i]
	}
	return math.NaN()
}

// jsonFormat marks a file as a history of goodfit.
const jsonFormat = "goodfit-history"

// jsonHistory is the file format: every series with its direction, in order.
type jsonHistory struct {
	Format  string       `json:"format"`
	Version int          `json:"version"`
	Series  []jsonSeries `json:"series"`
	Layers  []jsonLayer  `json:"layers,omitempty"`
}

type jsonSeries struct {
	Name      string  `json:"name"`
	Direction string  `json:"direction"`
	Values    numbers `json:"values"`
}

type jsonLayer struct {
	Layer        string  `json:"layer"`
	GradNorm     numbers `json:"grad_norm,omitempty"`
	ActMean      numbers `json:"act_mean,omitempty"`
	ActStd       numbers `json:"act_std,omitempty"`
	DeadFraction numbers `json:"dead_fraction,omitempty"`
}

// numbers is a list that JSON, which has no NaN and no infinity, can hold: NaN is null, infinities
// are the strings "inf" and "-inf".
type numbers []float64

// MarshalJSON writes the list.
func (n numbers) MarshalJSON() ([]byte, error) {
	text := make([]byte, 0, 2+12*len(n))
	text = append(text, '[')
	for i, v := range n {
		if i > 0 {
			text = append(text, ',')
		}
		text = appendNumber(text, v)
	}
	return append(text, ']'), nil
}

func appendNumber(text []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(text, "null"...)
	case math.IsInf(v, 0):
		return strconv.AppendQuote(text, formatNumber(v))
	}
	return strconv.AppendFloat(text, v, 'g', -1, 64)
}

// MarshalJSON writes {"format":"goodfit-history","version":1,"series":[…],"layers":[…]}: every
// series with name, direction and values, in order. Numbers are the shortest decimals that read
// back exactly, NaN is null, infinities are the strings "inf" and "-inf".
func (h *History) MarshalJSON() ([]byte, error) {
	file := jsonHistory{Format: jsonFormat, Version: 1, Series: []jsonSeries{}}
	if h != nil {
		for _, s := range h.Series {
			file.Series = append(file.Series, jsonSeries{s.Name, s.Direction.String(), s.Values})
		}
		for _, l := range h.Layers {
			file.Layers = append(file.Layers,
				jsonLayer{l.Layer, l.GradNorm, l.ActMean, l.ActStd, l.DeadFraction})
		}
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [History.MarshalJSON] wrote, or a JSON history of another program as
// [Read] does, and replaces the whole history.
func (h *History) UnmarshalJSON(text []byte) error {
	read, err := readJSON(text)
	if err != nil {
		return err
	}
	*h = *read
	return nil
}
