package plots

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// layer draws one part of a panel's data.
type layer func(*area)

// panel is one pair of axes with what is drawn on it.
type panel struct {
	name   string // for errors
	title  string
	x, y   axis
	layers []layer
	keys   []key
	bar    *colorBar
	bare   bool    // neither frame nor axes
	noGrid bool    // the data cover the panel
	aspect float64 // height / width of the area; 0 fills the room there is
	xTicks []tick
	yTicks []tick
	tilted bool    // category names run upwards
	room   margins // around the area, common to the panel's row and column
}

func (p *panel) add(l layer) { p.layers = append(p.layers, l) }

// label adds an entry to the legend, unless it has no name.
func (p *panel) label(k key) {
	if k.name != "" {
		p.keys = append(p.keys, k)
	}
}

// check fails if the panel has nothing to draw.
func (p *panel) check() error {
	if p.bare || p.x.ready() && p.y.ready() {
		return nil
	}
	reason := "no finite value to draw"
	if p.x.log || p.y.log {
		reason = "no value to draw: a log axis needs finite values above 0"
	}
	if name := p.name + p.title; name != "" {
		return fmt.Errorf("plots: panel %q has %s", name, reason)
	}
	return fmt.Errorf("plots: the figure has %s", reason)
}

func (a *axis) ready() bool { return a.seen || len(a.categories) > 0 }

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
	p.xTicks = p.x.ticks(int(width / 42))
	p.yTicks = p.y.ticks(min(8, int(height/17)))
	for _, ts := range [][]tick{p.xTicks, p.yTicks} {
		for i := range ts {
			ts[i].label = shortened(tickText, ts[i].label, maxLabel)
		}
	}
	if n := len(p.x.categories); n > 0 {
		p.tilted = maxWidth(p.xTicks) > width/vg.Length(n)-gap
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
	if p.tilted {
		return maxWidth(p.xTicks)*vg.Length(math.Sin(tilt)) + lineHeight(tickText)
	}
	return lineHeight(tickText)
}

// overhang is how far the x labels reach beyond the ends of the axis.
func (p *panel) overhang(width vg.Length) (left, right vg.Length) {
	if p.x.hideLabels {
		return 0, 0
	}
	for _, t := range p.xTicks {
		w, place := tickText.Width(t.label), vg.Length(p.x.place(t.value))
		if p.tilted {
			left = max(left, w*vg.Length(math.Cos(tilt))-place*width+2)
			continue
		}
		left = max(left, w/2-place*width+2)
		right = max(right, w/2-(1-place)*width+2)
	}
	return left, right
}

// draw draws the panel's data into the rectangle of c, its labels around it.
func (p *panel) draw(c draw.Canvas) {
	if p.aspect > 0 {
		c.Rectangle = withAspect(c.Rectangle, p.aspect)
	}
	a := &area{c, &p.x, &p.y}
	if p.title != "" {
		at := vg.Point{X: c.Min.X, Y: c.Max.Y + gap}
		a.FillText(aligned(panelText, text.XLeft, text.YBottom), at, shortened(panelText, p.title, c.Max.X-c.Min.X))
	}
	if !p.bare && !p.noGrid {
		p.drawGrid(a)
	}
	for _, l := range p.layers {
		l(a)
	}
	if p.bare {
		return
	}
	p.drawAxes(a)
	if p.bar != nil {
		p.bar.draw(c)
	}
}

// withAspect returns the largest rectangle of the given height / width in the middle of r.
func withAspect(r vg.Rectangle, aspect float64) vg.Rectangle {
	s := r.Size()
	if h := s.X * vg.Length(aspect); h < s.Y {
		r.Min.Y += (s.Y - h) / 2
		r.Max.Y -= (s.Y - h) / 2
		return r
	}
	w := s.Y / vg.Length(aspect)
	r.Min.X += (s.X - w) / 2
	r.Max.X -= (s.X - w) / 2
	return r
}

func (p *panel) drawGrid(a *area) {
	thin := pen{gridGrey, 0.6, solid}.style()
	if len(p.x.categories) == 0 {
		for _, t := range p.xTicks {
			if x := a.X(p.x.place(t.value)); t.label != "" && a.ContainsX(x) {
				a.StrokeLine2(thin, x, a.Min.Y, x, a.Max.Y)
			}
		}
	}
	if len(p.y.categories) == 0 {
		for _, t := range p.yTicks {
			if y := a.Y(p.y.place(t.value)); t.label != "" && a.ContainsY(y) {
				a.StrokeLine2(thin, a.Min.X, y, a.Max.X, y)
			}
		}
	}
}

func (p *panel) drawAxes(a *area) {
	frame := pen{frameGrey, 0.7, solid}.style()
	a.StrokeLines(frame, []vg.Point{
		a.Min, {X: a.Max.X, Y: a.Min.Y}, a.Max, {X: a.Min.X, Y: a.Max.Y}, a.Min, {X: a.Max.X, Y: a.Min.Y},
	})
	for _, t := range p.xTicks {
		p.drawXTick(a, t, frame)
	}
	for _, t := range p.yTicks {
		p.drawYTick(a, t, frame)
	}
	p.drawLabels(a)
}

func (p *panel) drawXTick(a *area, t tick, frame draw.LineStyle) {
	x := a.X(p.x.place(t.value))
	if !a.ContainsX(x) {
		return
	}
	if len(p.x.categories) == 0 {
		a.StrokeLine2(frame, x, a.Min.Y, x, a.Min.Y-lengthOf(t))
	}
	at := vg.Point{X: x, Y: a.Min.Y - tickLength - gap/2}
	switch {
	case p.x.hideLabels:
	case p.tilted:
		s := aligned(tickText, text.XRight, text.YTop)
		s.Rotation = tilt
		a.FillText(s, at, t.label)
	default:
		a.FillText(aligned(tickText, text.XCenter, text.YTop), at, t.label)
	}
}

func (p *panel) drawYTick(a *area, t tick, frame draw.LineStyle) {
	y := a.Y(p.y.place(t.value))
	if !a.ContainsY(y) {
		return
	}
	if len(p.y.categories) == 0 {
		a.StrokeLine2(frame, a.Min.X, y, a.Min.X-lengthOf(t), y)
	}
	if !p.y.hideLabels {
		at := vg.Point{X: a.Min.X - tickLength - gap/2, Y: y}
		a.FillText(aligned(tickText, text.XRight, text.YCenter), at, t.label)
	}
}

func lengthOf(t tick) vg.Length {
	if t.label == "" {
		return tickLength / 2
	}
	return tickLength
}

func (p *panel) drawLabels(a *area) {
	if p.x.label != "" {
		y := a.Min.Y
		if !p.x.hideLabels {
			y -= p.xLabelHeight() + tickLength
		}
		at := vg.Point{X: a.Center().X, Y: y - gap/2}
		a.FillText(aligned(labelText, text.XCenter, text.YTop), at, shortened(labelText, p.x.label, a.Max.X-a.Min.X+40))
	}
	if p.y.label != "" {
		s := aligned(labelText, text.XCenter, text.YTop)
		s.Rotation = math.Pi / 2
		a.FillText(s, vg.Point{X: a.Min.X - p.room.left, Y: a.Center().Y}, shortened(labelText, p.y.label, a.Max.Y-a.Min.Y+20))
	}
}
