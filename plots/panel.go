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
	turned float64 // angle of the names of categories on the x axis
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
	case p.turned == tilt:
		a.FillText(rotated(aligned(tickText, text.XRight, text.YTop), tilt), at, t.label)
	case p.turned > 0:
		a.FillText(rotated(aligned(tickText, text.XRight, text.YCenter), p.turned), at, t.label)
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
		s := rotated(aligned(labelText, text.XCenter, text.YTop), math.Pi/2)
		a.FillText(s, vg.Point{X: a.Min.X - p.room.left, Y: a.Center().Y}, shortened(labelText, p.y.label, a.Max.Y-a.Min.Y+20))
	}
}
