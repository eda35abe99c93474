package plots

import (
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// area is the rectangle of a panel in which the data are drawn, with its axes.
type area struct {
	draw.Canvas
	x, y *axis
}

// at maps a pair of drawable values to the canvas.
func (a *area) at(x, y float64) vg.Point {
	return vg.Point{X: a.X(a.x.place(x)), Y: a.Y(a.y.place(y))}
}

// holds reports whether the pair lies inside the panel.
func (a *area) holds(x, y float64) bool {
	return a.x.drawable(x) && a.y.drawable(y) && a.Contains(a.at(x, y))
}

// line draws y over x, interrupted where a value cannot be drawn. A value with gaps on both sides
// becomes a dot, since a line through one point has no length.
func (a *area) line(p pen, xs, ys []float64) {
	for _, pts := range a.segments(xs, ys) {
		if len(pts) == 1 {
			a.dot(p.color, pts[0], p.width*1.4)
			continue
		}
		a.StrokeLines(p.style(), a.ClipLinesXY(thinned(pts))...)
	}
}

// segments maps the drawable runs of the pairs to the canvas.
func (a *area) segments(xs, ys []float64) [][]vg.Point {
	var runs [][]vg.Point
	var run []vg.Point
	for i := range xs {
		if a.x.drawable(xs[i]) && a.y.drawable(ys[i]) {
			run = append(run, a.at(xs[i], ys[i]))
			continue
		}
		if run != nil {
			runs, run = append(runs, run), nil
		}
	}
	if run != nil {
		runs = append(runs, run)
	}
	return runs
}

// thinned drops points that cannot be seen: of the neighbours within half a point in x it
// keeps the first, the lowest, the highest and the last. Short lines come back as they are.
func thinned(pts []vg.Point) []vg.Point {
	const column = 0.5
	if len(pts) < 1000 {
		return pts
	}
	kept := pts[:0:0]
	for i := 0; i < len(pts); {
		j, lowest, highest := i, i, i
		for ; j < len(pts) && math.Abs(float64(pts[j].X-pts[i].X)) < column; j++ {
			if pts[j].Y < pts[lowest].Y {
				lowest = j
			}
			if pts[j].Y > pts[highest].Y {
				highest = j
			}
		}
		last := -1
		for _, k := range []int{i, min(lowest, highest), max(lowest, highest), j - 1} {
			if k > last {
				kept = append(kept, pts[k])
				last = k
			}
		}
		i = j
	}
	return kept
}

// band fills the room between lower and upper over x, interrupted where a value cannot be drawn.
func (a *area) band(c color.Color, xs, lower, upper []float64) {
	var low, high []vg.Point
	flush := func() {
		if len(low) > 1 {
			for i := len(high) - 1; i >= 0; i-- {
				low = append(low, high[i])
			}
			a.FillPolygon(c, a.ClipPolygonXY(low))
		}
		low, high = nil, nil
	}
	for i := range xs {
		if !a.x.drawable(xs[i]) || !a.y.drawable(lower[i]) || !a.y.drawable(upper[i]) {
			flush()
			continue
		}
		low = append(low, a.at(xs[i], lower[i]))
		high = append(high, a.at(xs[i], upper[i]))
	}
	flush()
}

// dot draws a disc; points outside the panel are left out.
func (a *area) dot(c color.Color, p vg.Point, radius vg.Length) {
	if a.Contains(p) {
		a.SetColor(c)
		a.Fill(disc(nil, p, radius))
	}
}

func disc(path vg.Path, p vg.Point, radius vg.Length) vg.Path {
	path.Move(vg.Point{X: p.X + radius, Y: p.Y})
	path.Arc(p, radius, 0, 2*math.Pi)
	path.Close()
	return path
}

// dots draws a disc with a thin white edge at every pair inside the panel.
func (a *area) dots(c color.NRGBA, radius vg.Length, xs, ys []float64) {
	for i := range xs {
		if !a.holds(xs[i], ys[i]) {
			continue
		}
		p := a.at(xs[i], ys[i])
		a.dot(faded(white, 0.8), p, radius*1.18)
		a.dot(c, p, radius)
	}
}

// box fills the rectangle between two corners, clipped to the panel.
func (a *area) box(c color.Color, x0, y0, x1, y1 float64) {
	p, q := a.at(x0, y0), a.at(x1, y1)
	a.FillPolygon(c, a.ClipPolygonXY([]vg.Point{p, {X: q.X, Y: p.Y}, q, {X: p.X, Y: q.Y}}))
}

// outline strokes the rectangle between two corners.
func (a *area) outline(p pen, x0, y0, x1, y1 float64) {
	c, d := a.at(x0, y0), a.at(x1, y1)
	a.StrokeLines(p.style(), []vg.Point{c, {X: d.X, Y: c.Y}, d, {X: c.X, Y: d.Y}, c})
}

// image stretches img over the whole panel.
func (a *area) image(img image.Image) { a.DrawImage(a.Rectangle, img) }

// text writes txt with its middle at the point.
func (a *area) text(s text.Style, x, y float64, txt string) { a.FillText(s, a.at(x, y), txt) }
