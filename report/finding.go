package report

import (
	"errors"
	"fmt"
	"html/template"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/plots"
)

// Finding is one result of a diagnosis: what was found, the numbers that show it, and what to do.
type Finding struct {
	// Code is the finding's name for machines, such as "overfit"; may be empty.
	Code     string
	Severity Severity
	// Title says in a few words what was found, Text in a sentence or two.
	Title, Text string
	Evidence    []Fact
	Advice      []string
}

func (f Finding) view() (string, any, error) {
	if f.Title == "" {
		return "", nil, errors.New("finding without a title")
	}
	return "finding", f, nil
}

// Card is one step of a coach: a technique that was tried, why, and what came of it.
type Card struct {
	// Title names the step, such as the technique.
	Title string
	// Why is the finding that led to the step, Guidance what a source says about the
	// technique, What the change that was made; Guidance may be empty.
	Why, Guidance, What string
	// Variants are all the changes that were tried, with what came of each; may be empty.
	Variants []Fact
	// Before and After are the learning curves without and with the change; nil leaves them out.
	Before, After *curves.History
	// Difference is after − before; its zero value is not shown.
	Difference Interval
	// Kept reports whether the change was kept, and Decision why.
	Kept     bool
	Decision string
}

// Interval is an estimate with its confidence interval.
type Interval struct {
	// Quantity is what was compared, such as "validation loss".
	Quantity string
	// Estimate lies between Low and High.
	Estimate, Low, High float64
	// Level is the confidence in (0, 1); 0 means 0.95.
	Level float64
	// Better says which sign is an improvement: Minimize means that below 0 is better.
	Better curves.Direction
}

type cardView struct {
	Card
	Still    template.HTML
	Interval *intervalView
}

// intervalView places an interval on a bar that reaches from −Reach to Reach, in percent.
type intervalView struct {
	Text, Meaning          string
	Start, Width, Estimate string
	Improves, Worsens      bool
}

// view fails if the interval is not one, or a curve has no finite value.
func (c Card) view() (string, any, error) {
	if c.Title == "" {
		return "", nil, errors.New("card without a title")
	}
	v := cardView{Card: c}
	if c.Before != nil && c.After != nil {
		svg, err := plots.SVG(beforeAfter(c.Before, c.After))
		if err != nil {
			return "", nil, err
		}
		v.Still = template.HTML(svg)
	}
	if c.Difference != (Interval{}) {
		i, err := c.Difference.view()
		if err != nil {
			return "", nil, fmt.Errorf("card %q: %w", c.Title, err)
		}
		v.Interval = i
	}
	return "card", v, nil
}

// beforeAfter draws the loss of both runs side by side on common axes.
func beforeAfter(before, after *curves.History) plots.Figure {
	quantity := plots.Quantities(before)
	quantity = quantity[:min(1, len(quantity))]
	return plots.Grid{
		ShareX: true, ShareY: true, Columns: 2, Size: plots.Size{Width: 12, Height: 5.2},
		Figures: []plots.Figure{
			plots.LearningCurve{Title: "before", History: before, Quantities: quantity},
			plots.LearningCurve{Title: "after", History: after, Quantities: quantity},
		},
	}
}

func (d Interval) view() (*intervalView, error) {
	if !(d.Low <= d.Estimate && d.Estimate <= d.High) || math.IsInf(d.Low, 0) || math.IsInf(d.High, 0) {
		return nil, fmt.Errorf("difference %g outside its interval from %g to %g", d.Estimate, d.Low, d.High)
	}
	level := d.Level
	if level == 0 {
		level = 0.95
	}
	if level < 0 || level >= 1 {
		return nil, fmt.Errorf("confidence level %g; want a share between 0 and 1", level)
	}
	v := &intervalView{Text: fmt.Sprintf("%s: %s (%.4g %% interval %s to %s)", d.Quantity,
		signed(d.Estimate), 100*level, signed(d.Low), signed(d.High))}
	v.judge(d, level)
	v.place(d)
	return v, nil
}

func signed(x float64) string {
	if x > 0 {
		return "+" + FormatNumber(x)
	}
	return FormatNumber(x)
}

// judge says whether the whole interval lies on one side of 0. Below a level of 0.9 that
// makes a difference likely, not certain.
func (v *intervalView) judge(d Interval, level float64) {
	below, above := d.High < 0, d.Low > 0
	switch d.Better {
	case curves.Minimize:
		v.Improves, v.Worsens = below, above
	case curves.Maximize:
		v.Improves, v.Worsens = above, below
	}
	surely, none := "beyond chance", "no difference that chance could not explain"
	if level < 0.9 {
		surely, none = "by all odds", "no clear difference"
	}
	switch {
	case v.Improves:
		v.Meaning = "better " + surely
	case v.Worsens:
		v.Meaning = "worse " + surely
	case below || above:
		v.Meaning = "different " + surely
	default:
		v.Meaning = none
	}
}

// place maps the interval to a bar with 0 in its middle.
func (v *intervalView) place(d Interval) {
	reach := 1.25 * max(math.Abs(d.Low), math.Abs(d.High))
	if reach == 0 {
		reach = 1
	}
	percent := func(x float64) float64 { return 50 + 50*x/reach }
	v.Start = fmt.Sprintf("%.1f", percent(d.Low))
	v.Width = fmt.Sprintf("%.1f", max(percent(d.High)-percent(d.Low), 0.4))
	v.Estimate = fmt.Sprintf("%.1f", percent(d.Estimate))
}
