package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

const (
	tickLength = vg.Length(3)
	gap        = vg.Length(4)
	// maxLabel bounds tick labels, so that one long name cannot squeeze the data away.
	maxLabel = vg.Length(110)
)

// margins is the room around the area for labels.
type margins struct{ left, right, bottom, top vg.Length }

func (m margins) widest(o margins) margins {
	return margins{max(m.left, o.left), max(m.right, o.right), max(m.bottom, o.bottom), max(m.top, o.top)}
}

// prepare fixes ranges and ticks for an area of about the given size.
func (p *panel) prepare(width, height vg.Length) {
	if p.bare {
		return
	}
	if p.aspect > 0 {
		width, height = min(width, height/vg.Length(p.aspect)), min(height, width*vg.Length(p.aspect))
	}
	p.x.fit()
	p.y.fit()
	p.xTicks = p.x.labelled(int(width/42), 12)
	p.yTicks = p.y.labelled(int(height/17), 8)
	for _, ts := range [][]tick{p.xTicks, p.yTicks} {
		for i := range ts {
			ts[i].label = shortened(tickText, ts[i].label, maxLabel)
		}
	}
	p.fitCategories(width, height)
}

// labelled returns ticks with two labels at least, even where there is little room.
func (a *axis) labelled(room, most int) []tick {
	for want := max(min(room, most), 1); ; want++ {
		if ts := a.ticks(want); want >= 4 || countLabels(ts) >= 2 {
			return ts
		}
	}
}

func countLabels(ts []tick) int {
	n := 0
	for _, t := range ts {
		if t.label != "" {
			n++
		}
	}
	return n
}

// fitCategories turns the names of x categories as far as they need to stand side by side, and
// leaves out names where even upright ones do not.
func (p *panel) fitCategories(width, height vg.Length) {
	line := lineHeight(tickText) * 0.9
	if n := len(p.x.categories); n > 0 {
		slot := width / vg.Length(n)
		switch {
		case maxWidth(p.xTicks) <= slot-gap:
			p.turned = 0
		case slot*vg.Length(math.Sin(tilt)) >= line:
			p.turned = tilt
		default:
			p.turned = math.Pi / 2
			keepEvery(p.xTicks, int(math.Ceil(float64(line/slot))))
		}
	}
	if n := len(p.y.categories); n > 0 {
		keepEvery(p.yTicks, int(math.Ceil(float64(line*vg.Length(n)/height))))
	}
}

// keepEvery empties all labels but each n-th.
func keepEvery(ts []tick, n int) {
	for i := range ts {
		if i%n != 0 {
			ts[i].label = ""
		}
	}
}

func maxWidth(ts []tick) vg.Length {
	w := vg.Length(0)
	for _, t := range ts {
		w = max(w, tickText.Width(t.label))
	}
	return w
}

// tilt is the angle of category names that do not fit side by side.
const tilt = 40 * math.Pi / 180

func (p *panel) margins(width vg.Length) margins {
	m := margins{left: 6, right: 6, bottom: 4, top: 5}
	if p.title != "" {
		m.top = lineHeight(panelText) + gap
	}
	if p.bare {
		return m
	}
	if !p.x.hideLabels {
		m.bottom = p.xLabelHeight() + tickLength + gap/2
	}
	if p.x.label != "" {
		m.bottom += lineHeight(labelText) + gap/2
	}
	if !p.y.hideLabels {
		m.left = maxWidth(p.yTicks) + tickLength + gap
	}
	if p.y.label != "" {
		m.left += lineHeight(labelText) + 1.5*gap
	}
	left, right := p.overhang(width)
	m.left, m.right = max(m.left, left), max(m.right, right)
	if p.bar != nil {
		m.right = max(m.right, p.bar.width())
	}
	return m
}

func (p *panel) xLabelHeight() vg.Length {
	sin, cos := math.Sincos(p.turned)
	return maxWidth(p.xTicks)*vg.Length(sin) + lineHeight(tickText)*vg.Length(cos)
}

// overhang is how far the x labels reach beyond the ends of the axis.
func (p *panel) overhang(width vg.Length) (left, right vg.Length) {
	if p.x.hideLabels {
		return 0, 0
	}
	for _, t := range p.xTicks {
		w, place := tickText.Width(t.label), vg.Length(p.x.place(t.value))
		if p.turned > 0 {
			left = max(left, w*vg.Length(math.Cos(p.turned))-place*width+2)
			continue
		}
		left = max(left, w/2-place*width+2)
		right = max(right, w/2-(1-place)*width+2)
	}
	return left, right
}
