package plots

import (
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// Surface draws a field as a surface in three dimensions, seen from above at an angle. Cells with
// a corner that is not finite are left open.
type Surface struct {
	Title, X, Y, Z string // title and axis labels
	Field          Field
	Size           Size
}

// Save implements [Figure].
func (f Surface) Save(path string) error { return save(path, f) }

func (f Surface) sheet() (*sheet, error) {
	field, err := f.Field.resolved()
	if err != nil {
		return nil, err
	}
	const n = 40
	z, values, err := field.samples(n)
	if err != nil {
		return nil, err
	}
	values.tight = true
	values.fit()
	s := &scene{z: z, height: values}
	s.height.label = f.Z
	s.x = axis{label: f.X, lo: field.XFrom, hi: field.XTo}
	s.y = axis{label: f.Y, lo: field.YFrom, hi: field.YTo}
	p := &panel{bare: true, layers: []layer{s.draw}}
	return single(f.Title, f.Size, p)
}

// scene is a surface inside a unit cube, viewed in parallel projection.
type scene struct {
	x, y, height axis
	z            [][]float64 // z[j][i] at the i-th x and the j-th y
	scale        vg.Length
	middle       vg.Point
	want         int // ticks per axis
}

const (
	turn = 40 * math.Pi / 180 // of the cube about its vertical axis
	tip  = 28 * math.Pi / 180 // of the viewer above the floor
	tall = 0.72               // height of the cube's sides relative to their width
)

// project maps cube coordinates in [0, 1] to the canvas. The corner (0, 0) is nearest.
func (s *scene) project(u, v, w float64) vg.Point {
	u, v, w = u-0.5, v-0.5, (w-0.5)*tall
	x := u*math.Cos(turn) - v*math.Sin(turn)
	away := u*math.Sin(turn) + v*math.Cos(turn)
	y := w*math.Cos(tip) + away*math.Sin(tip)
	return vg.Point{X: s.middle.X + vg.Length(x)*s.scale, Y: s.middle.Y + vg.Length(y)*s.scale}
}

func (s *scene) draw(a *area) {
	size := a.Size()
	s.scale = max(min((size.X-56)/1.41, (size.Y-34)/1.3), 1) // the cube's outline is 1.41 × 1.3
	s.middle = vg.Point{X: a.Center().X + 14, Y: a.Center().Y + 12}
	s.want = 5
	if s.scale < 110 {
		s.want = 3
	}
	s.drawWalls(a)
	s.drawCells(a)
	s.drawScales(a)
}

// drawWalls draws the floor and the two far sides with lines at the ticks.
func (s *scene) drawWalls(a *area) {
	pane := mixed(white, frameGrey, 0.08)
	for _, corners := range [][4][3]float64{
		{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}},
		{{1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 0, 1}},
		{{0, 1, 0}, {1, 1, 0}, {1, 1, 1}, {0, 1, 1}},
	} {
		var pts []vg.Point
		for _, c := range corners {
			pts = append(pts, s.project(c[0], c[1], c[2]))
		}
		a.FillPolygon(pane, pts)
		a.StrokeLines(pen{frameGrey, 0.6, solid}.style(), append(pts, pts[0]))
	}
	thin := pen{mixed(white, frameGrey, 0.4), 0.5, solid}.style()
	for _, t := range s.x.ticks(s.want) {
		u := s.x.place(t.value)
		a.StrokeLines(thin, []vg.Point{s.project(u, 0, 0), s.project(u, 1, 0), s.project(u, 1, 1)})
	}
	for _, t := range s.y.ticks(s.want) {
		v := s.y.place(t.value)
		a.StrokeLines(thin, []vg.Point{s.project(0, v, 0), s.project(1, v, 0), s.project(1, v, 1)})
	}
	for _, t := range s.height.ticks(s.want) {
		w := s.height.place(t.value)
		a.StrokeLines(thin, []vg.Point{s.project(0, 1, w), s.project(1, 1, w), s.project(1, 0, w)})
	}
}

// drawCells fills the cells from the farthest to the nearest, so that near ones hide far ones.
func (s *scene) drawCells(a *area) {
	n := len(s.z) - 1
	for j := n - 1; j >= 0; j-- {
		for i := n - 1; i >= 0; i-- {
			s.drawCell(a, i, j, n)
		}
	}
}

func (s *scene) drawCell(a *area, i, j, n int) {
	var pts []vg.Point
	sum := 0.0
	for _, c := range [4][2]int{{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}} {
		z := s.z[c[1]][c[0]]
		if !s.height.drawable(z) {
			return
		}
		w := s.height.place(z)
		sum += w
		pts = append(pts, s.project(float64(c[0])/float64(n), float64(c[1])/float64(n), w))
	}
	c := viridis.at(sum / 4)
	a.FillPolygon(c, pts)
	a.StrokeLines(pen{mixed(c, ink, 0.25), 0.35, solid}.style(), append(pts, pts[0]))
}

// drawScales writes ticks and labels along the two near edges of the floor and the left edge.
func (s *scene) drawScales(a *area) {
	for _, t := range s.x.ticks(s.want) {
		s.mark(a, s.project(s.x.place(t.value), 0, 0), vg.Point{X: 5, Y: -7}, text.XLeft, t.label)
	}
	for _, t := range s.y.ticks(s.want) {
		s.mark(a, s.project(0, s.y.place(t.value), 0), vg.Point{X: -5, Y: -7}, text.XRight, t.label)
	}
	widest := vg.Length(0)
	for _, t := range s.height.ticks(s.want) {
		widest = max(widest, tickText.Width(t.label))
		s.mark(a, s.project(0, 1, s.height.place(t.value)), vg.Point{X: -6}, text.XRight, t.label)
	}
	name := func(at, off vg.Point, x text.XAlignment, label string) {
		a.FillText(aligned(labelText, x, text.YCenter), at.Add(off), label)
	}
	name(s.project(0.5, 0, 0), vg.Point{X: 22, Y: -20}, text.XLeft, s.x.label)
	name(s.project(0, 0.5, 0), vg.Point{X: -22, Y: -20}, text.XRight, s.y.label)
	vertical := rotated(aligned(labelText, text.XCenter, text.YBottom), math.Pi/2)
	a.FillText(vertical, s.project(0, 1, 0.5).Add(vg.Point{X: -12 - widest}), s.height.label)
}

func (s *scene) mark(a *area, at, off vg.Point, x text.XAlignment, label string) {
	a.StrokeLines(pen{frameGrey, 0.6, solid}.style(), []vg.Point{at, at.Add(off.Scale(0.6))})
	a.FillText(aligned(tickText, x, text.YCenter), at.Add(off), label)
}
