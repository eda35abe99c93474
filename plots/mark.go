package plots

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/curves"
	"gonum.org/v1/plot/vg"
)

// Mark points out a place on the x axis: a dashed line at X, or, if To is set, the shaded range from
// X to To. To may be +Inf for "up to the end". Its name stands in the legend.
type Mark struct {
	Name  string
	X, To float64
}

// DiagnosisMarks returns what a diagnosis points out on the curves: the best epoch, the range from
// the onset of overfitting, and where training became level.
func DiagnosisMarks(d curves.Diagnosis) []Mark {
	var marks []Mark
	for _, m := range d.Marks {
		mark := Mark{X: float64(m.Epoch)}
		switch m.Kind {
		case "best":
			mark.Name = fmt.Sprintf("best epoch %d", m.Epoch)
		case "overfit":
			mark.Name, mark.To = fmt.Sprintf("overfitting from epoch %d", m.Epoch), math.Inf(1)
		case "plateau":
			mark.Name = fmt.Sprintf("training level from epoch %d", m.Epoch)
		default:
			mark.Name = fmt.Sprintf("%s epoch %d", m.Kind, m.Epoch)
		}
		marks = append(marks, mark)
	}
	return marks
}

func (m Mark) isRange() bool { return m.To != 0 }

var markPen = pen{markGrey, 0.9, dashed}

// nthMarkPen tells two lines apart: the first is dashed, the others dotted.
func nthMarkPen(i int) pen {
	p := markPen
	if i > 0 {
		p.dash = dotted
	}
	return p
}

// shade is translucent over the grid and unlike any line.
var shade = mixed(white, Validation, 0.16)

// addMarks puts ranges under and lines over what has been added so far.
func (p *panel) addMarks(marks []Mark) {
	lines := 0
	for _, m := range marks {
		if m.isRange() {
			p.layers = append([]layer{m.shade}, p.layers...)
			p.label(key{name: m.Name, fill: shade})
			continue
		}
		look := nthMarkPen(lines)
		p.add(func(a *area) { m.line(a, look) })
		p.label(key{name: m.Name, line: look})
		lines++
	}
}

func (m Mark) line(a *area, look pen) {
	if !a.x.drawable(m.X) {
		return
	}
	if x := a.X(a.x.place(m.X)); a.ContainsX(x) {
		a.StrokeLine2(look.style(), x, a.Min.Y, x, a.Max.Y)
	}
}

func (m Mark) shade(a *area) {
	if math.IsNaN(m.X) || math.IsNaN(m.To) {
		return
	}
	left, right := a.Min.X, a.Max.X
	if a.x.drawable(m.X) {
		left = max(left, a.X(a.x.place(m.X)))
	}
	if a.x.drawable(m.To) {
		right = min(right, a.X(a.x.place(m.To)))
	}
	if left < right {
		a.FillPolygon(shade, []vg.Point{
			{X: left, Y: a.Min.Y}, {X: right, Y: a.Min.Y}, {X: right, Y: a.Max.Y}, {X: left, Y: a.Max.Y},
		})
	}
}
