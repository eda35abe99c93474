package plots

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goodfit-ml/goodfit/curves"
)

// LearningCurve draws what training recorded, one panel per quantity: the loss on top, then the
// metrics, then the learning rate; in each the training series in the colour [Train] and the
// validation series ("val_" before the same name) in the colour [Validation]. Epochs count from 0,
// as in [curves.History], its files and its diagnoses.
//
// Several runs share the panels: named runs have a colour each, training drawn solid and validation
// dashed; runs without names are thin lines in the two usual colours, for the spread of repeats.
type LearningCurve struct {
	Title string
	// History is one run without a name.
	History *curves.History
	// Runs are further runs.
	Runs []Run
	// Quantities are the names of the panels, such as "loss" or "accuracy", from top to bottom.
	// The default is all, and the rate ("rate") only where it changes.
	Quantities []string
	// LogX and LogY ask for logarithmic axes. LogX starts at epoch 1; LogY leaves metrics alone for
	// which higher is better.
	LogX, LogY bool
	// Marks are drawn in all panels. See [DiagnosisMarks].
	Marks []Mark
	Size  Size
}

// Run is a training run among several.
type Run struct {
	Name    string
	History *curves.History
}

// Save implements [Figure]. It also fails if there is no run, or none has one of the Quantities.
func (f LearningCurve) Save(path string) error { return save(path, f) }

const (
	valPrefix  = "val_"
	rateSeries = "rate"
)

func (f LearningCurve) sheet() (*sheet, error) {
	runs := f.runs()
	if len(runs) == 0 {
		return nil, errors.New("plots: learning curve without a history")
	}
	names := f.Quantities
	if names == nil {
		names = quantities(runs)
	}
	if len(names) == 0 {
		return nil, errors.New("plots: learning curve of a history without series")
	}
	var rows [][]*panel
	var weights []float64
	for i, name := range names {
		p, err := f.panel(name, runs)
		if err != nil {
			return nil, err
		}
		last := i == len(names)-1
		p.x.hideLabels = !last
		if !last {
			p.x.label = ""
		}
		rows = append(rows, []*panel{p})
		weights = append(weights, weightOf(name))
	}
	s, err := newSheet(f.Title, f.Size, rows...)
	if err != nil {
		return nil, err
	}
	s.weights = weights
	if len(rows) == 1 {
		s.weights = nil
	}
	shareRange(rows, func(p *panel) *axis { return &p.x })
	return s, nil
}

func (f LearningCurve) runs() []Run {
	var runs []Run
	if f.History != nil {
		runs = append(runs, Run{History: f.History})
	}
	for _, r := range f.Runs {
		if r.History != nil {
			runs = append(runs, r)
		}
	}
	return runs
}

// Quantities lists the panels that [LearningCurve] draws of a history by default, from top to bottom:
// the loss, the metrics in the order of their first appearance, and the rate where it changes.
func Quantities(h *curves.History) []string {
	if h == nil {
		return nil
	}
	return quantities([]Run{{History: h}})
}

// quantities lists the loss, the metrics in the order of their first appearance, and the rate.
func quantities(runs []Run) []string {
	var names []string
	varies := false
	for _, r := range runs {
		for _, s := range r.History.Series {
			name := strings.TrimPrefix(s.Name, valPrefix)
			if name == rateSeries {
				varies = varies || changes(s.Values)
			} else if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if i := slices.Index(names, "loss"); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, "loss")
	}
	if varies {
		names = append(names, rateSeries)
	}
	return names
}

func changes(values []float64) bool {
	for _, v := range values {
		if v != values[0] {
			return true
		}
	}
	return false
}

func weightOf(quantity string) float64 {
	if quantity == rateSeries {
		return 0.5
	}
	return 1
}

func (f LearningCurve) panel(name string, runs []Run) (*panel, error) {
	p := &panel{name: name}
	p.x = axis{label: "epoch", log: f.LogX, tight: true, whole: true}
	p.y = axis{label: label(name)}
	p.y.log = f.LogY && !maximized(name, runs)
	found, dashes := false, false
	for i, r := range runs {
		for _, part := range []string{"", valPrefix} {
			if values, ok := r.History.Get(part + name); ok {
				found = true
				line, legend := look(name, i, r.Name, len(runs), part == valPrefix)
				p.addCurve(line, values)
				p.label(key{name: legend, line: strong(line)})
				dashes = dashes || line.dash == dashed
			}
		}
	}
	if !found {
		return nil, fmt.Errorf("plots: no series %q in the history; it has %q", name, runs[0].History.Names())
	}
	if dashes {
		p.label(key{name: "validation", line: pen{faintInk, 1.4, dashed}})
	}
	p.addMarks(f.Marks)
	return p, nil
}

// strong is the line as the legend shows it: opaque and wide enough to tell the colour.
func strong(p pen) pen {
	p.color.A, p.width = 0xFF, max(p.width, 1.4)
	return p
}

// maximized reports whether higher is better for the quantity in some run.
func maximized(name string, runs []Run) bool {
	return slices.ContainsFunc(runs, func(r Run) bool {
		return r.History.Direction(name) == curves.Maximize || r.History.Direction(valPrefix+name) == curves.Maximize
	})
}

// look is the line of a series and its name in the legend. Validation series of named runs have
// no entry of their own: their dashes are explained once.
func look(quantity string, i int, run string, runs int, validation bool) (pen, string) {
	line, name := pen{Train, 1.4, solid}, "train"
	switch {
	case validation:
		line, name = pen{Validation, 1.4, solid}, "validation"
	case quantity == rateSeries:
		line, name = pen{palette[2], 1.4, solid}, "" // the axis label says it
	}
	if run != "" {
		line, name = nthPen(i), run
		line.dash = solid
		if validation {
			line.dash, name = dashed, ""
		}
		return line, name
	}
	if runs > 1 {
		line.width, line.color = 0.8, faded(line.color, 0.55)
	}
	return line, name
}

// label is the name of a quantity in words.
func label(quantity string) string {
	if quantity == rateSeries {
		return "learning rate"
	}
	return strings.ReplaceAll(quantity, "_", " ")
}

// addCurve draws values over the epochs 0, 1, 2, ….
func (p *panel) addCurve(line pen, values []float64) {
	epochs := make([]float64, len(values))
	for e, v := range values {
		epochs[e] = float64(e)
		if p.x.drawable(epochs[e]) && p.y.drawable(v) {
			p.x.include(epochs[e])
			p.y.include(v)
		}
	}
	p.add(func(a *area) { a.line(line, epochs, values) })
}

// shareRange gives the chosen axis of all panels one range.
func shareRange(rows [][]*panel, of func(*panel) *axis) {
	var all axis
	first := true
	for _, row := range rows {
		for _, p := range row {
			if p == nil || p.bare {
				continue
			}
			if first {
				all, first = axis{log: of(p).log}, false
			}
			all.join(of(p))
		}
	}
	for _, row := range rows {
		for _, p := range row {
			if p != nil && !p.bare {
				of(p).join(&all)
			}
		}
	}
}
