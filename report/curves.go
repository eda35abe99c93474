package report

import (
	"errors"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

// Curves is an interactive learning curve: the loss, the metrics and the changing learning rate over
// the epochs (counted from 0), training and validation on one panel, with values under the pointer,
// zoom, a logarithmic axis and marks. Without scripts and on paper it is the still picture of
// [plots.LearningCurve]. A table of first, best and last values follows.
type Curves struct {
	Caption string
	History *curves.History
	// Marks are epochs and ranges to point out; see [plots.LearningCurve].
	Marks []plots.Mark
}

// curvesData is what the script draws, as JSON.
type curvesData struct {
	Epochs int         `json:"epochs"`
	Panels []panelData `json:"panels"`
	Marks  []markData  `json:"marks"`
}

type panelData struct {
	Name   string       `json:"name"`
	CanLog bool         `json:"canLog"`
	Series []seriesData `json:"series"`
}

type seriesData struct {
	Name   string   `json:"name"`
	Part   string   `json:"part"` // train, validation or rate
	Values []number `json:"values"`
}

type markData struct {
	Name string  `json:"name"`
	From number  `json:"from"`
	To   *number `json:"to,omitempty"` // nil for a line
}

// number writes six significant digits, and null for what has no number.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) || math.IsInf(float64(n), 0) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', 6, 64), nil
}

type curvesView struct {
	Caption string
	Data    curvesData
	Still   template.HTML
	Summary tableView
}

// view fails for a history without a finite value.
func (c Curves) view() (string, any, error) {
	if c.History == nil {
		return "", nil, errors.New("curves without a history")
	}
	// The drawing escapes its text itself: see plots.SVG.
	still, err := plots.SVG(plots.LearningCurve{Title: c.Caption, History: c.History, Marks: c.Marks, Size: stillSize})
	if err != nil {
		return "", nil, err
	}
	_, summary, err := c.summary().view()
	if err != nil {
		return "", nil, err
	}
	v := curvesView{Caption: c.Caption, Data: c.data(), Still: template.HTML(still), Summary: summary.(tableView)}
	return "curves", v, nil
}

func (c Curves) data() curvesData {
	d := curvesData{Epochs: c.History.Epochs()}
	for _, name := range plots.Quantities(c.History) {
		p := panelData{Name: displayName(name)}
		for _, part := range [...]struct{ prefix, name string }{{"", "train"}, {"val_", "validation"}} {
			values, ok := c.History.Get(part.prefix + name)
			if !ok {
				continue
			}
			s := seriesData{Name: part.name, Part: part.name}
			if name == "rate" {
				s.Name, s.Part = displayName(name), "rate"
			}
			for _, v := range values {
				s.Values = append(s.Values, number(v))
				p.CanLog = p.CanLog || v > 0
			}
			p.Series = append(p.Series, s)
		}
		p.CanLog = p.CanLog && c.History.Direction(name) != curves.Maximize && c.History.Direction("val_"+name) != curves.Maximize
		d.Panels = append(d.Panels, p)
	}
	for _, m := range c.Marks {
		mark := markData{Name: m.Name, From: number(m.X)}
		if m.To != 0 {
			to := number(min(m.To, float64(max(d.Epochs-1, 0))))
			mark.To = &to
		}
		d.Marks = append(d.Marks, mark)
	}
	return d
}

func displayName(quantity string) string {
	if quantity == "rate" {
		return "learning rate"
	}
	return strings.ReplaceAll(quantity, "_", " ")
}

// summary lists the first, best and last finite value of every series.
func (c Curves) summary() Table {
	t := Table{Caption: "Values of the curves", Note: "Epochs count from 0.", Header: []string{"Series", "First", "Best", "at epoch", "Last"}}
	for _, s := range c.History.Series {
		finite := slices.DeleteFunc(slices.Clone(s.Values), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
		if len(finite) == 0 {
			continue
		}
		best, at := missing, missing
		if epoch, v := c.History.Best(s.Name); epoch >= 0 {
			best, at = FormatNumber(v), fmt.Sprint(epoch)
		}
		t.Rows = append(t.Rows, []string{seriesName(s.Name), FormatNumber(finite[0]), best, at, FormatNumber(finite[len(finite)-1])})
	}
	return t
}

func seriesName(name string) string {
	if rest, ok := strings.CutPrefix(name, "val_"); ok {
		return "validation " + displayName(rest)
	}
	if name == "rate" {
		return displayName(name)
	}
	return "train " + displayName(name)
}
