package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// sheet is a figure ready to be drawn: rows of panels under one title and one legend.
type sheet struct {
	title   string
	rows    [][]*panel // nil is an empty place; every row has the same length
	weights []float64  // relative heights of the rows; nil is even
	size    Size
}

// single is the sheet of one panel, which shows its title as the sheet's.
func single(title string, size Size, p *panel) (*sheet, error) {
	p.name = ""
	return newSheet(title, size, []*panel{p})
}

// newSheet checks that every panel has something to draw.
func newSheet(title string, size Size, rows ...[]*panel) (*sheet, error) {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return nil, errors.New("plots: the figure has no panels")
	}
	for _, row := range rows {
		for _, p := range row {
			if p == nil {
				continue
			}
			if err := p.check(); err != nil {
				return nil, err
			}
		}
	}
	return &sheet{title: title, rows: rows, size: size}, nil
}

func (s *sheet) columns() int { return len(s.rows[0]) }

// defaultHeight is the height in centimetres that gives every panel a good shape.
func (s *sheet) defaultHeight() float64 {
	row := 4.0
	switch {
	case s.columns() == 1 && len(s.rows) == 1:
		row = 8.4
	case s.columns() == 1:
		row = 5.4
	case len(s.rows) == 1 && s.columns() == 2:
		row = 6.6
	}
	height := 0.6
	for i, panels := range s.rows {
		height += max(row*s.weight(i), leastHeight(panels))
	}
	if s.title != "" {
		height += 0.7
	}
	return height + 0.5*float64(len(s.legend(cm(defaultWidth)-40)))
}

// leastHeight leaves a line of text for every category on a y axis, up to a page.
func leastHeight(panels []*panel) float64 {
	most := 0
	for _, p := range panels {
		if p != nil {
			most = max(most, len(p.y.categories))
		}
	}
	return min(0.45*float64(most)+2, 26)
}

func (s *sheet) weight(row int) float64 {
	if s.weights == nil {
		return 1
	}
	return s.weights[row]
}

func (s *sheet) legend(width vg.Length) [][]key {
	var keys []key
	for _, row := range s.rows {
		for _, p := range row {
			if p != nil {
				keys = append(keys, p.keys...)
			}
		}
	}
	return legend(keys, width)
}

const edge = vg.Length(6) // empty border of the page

// draw lays the sheet out on the canvas: title, legend, then the panels, whose areas all have the
// same width and, up to the weights of the rows, the same height.
func (s *sheet) draw(c draw.Canvas) error {
	c = draw.Crop(c, edge, -edge, edge, -edge)
	if s.title != "" {
		at := vg.Point{X: c.Min.X, Y: c.Max.Y}
		c.FillText(aligned(titleText, text.XLeft, text.YTop), at, shortened(titleText, s.title, c.Max.X-c.Min.X))
		c.Max.Y -= lineHeight(titleText) + gap
	}
	for _, line := range s.legend(c.Max.X - c.Min.X) {
		at := vg.Point{X: c.Min.X, Y: c.Max.Y - lineHeight(legendText)/2}
		for _, k := range line {
			k.draw(c, at)
			at.X += k.width()
		}
		c.Max.Y -= lineHeight(legendText) + 2
	}
	return s.drawPanels(c)
}

func (s *sheet) drawPanels(c draw.Canvas) error {
	columns, rows := s.measure(c)
	width, unit := c.Max.X-c.Min.X, c.Max.Y-c.Min.Y
	weights := 0.0
	for _, m := range columns {
		width -= m.left + m.right
	}
	for i, m := range rows {
		unit -= m.top + m.bottom
		weights += s.weight(i)
	}
	width /= vg.Length(len(columns))
	unit /= vg.Length(weights)
	if width < 20 || unit < 15 {
		return fmt.Errorf("plots: the size leaves %.0f × %.0f points for each of %d × %d panels; choose a larger one",
			width, unit, len(rows), len(columns))
	}
	top := c.Max.Y
	for i, row := range s.rows {
		top -= rows[i].top
		height := unit * vg.Length(s.weight(i))
		left := c.Min.X
		for j, p := range row {
			left += columns[j].left
			if p != nil {
				data := vg.Rectangle{Min: vg.Point{X: left, Y: top - height}, Max: vg.Point{X: left + width, Y: top}}
				if p.bare { // has no labels of its own around the area, so it may use their room
					data.Min = data.Min.Sub(vg.Point{X: columns[j].left, Y: rows[i].bottom})
					data.Max.X += columns[j].right
				}
				p.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: data})
			}
			left += width + columns[j].right
		}
		top -= height + rows[i].bottom
	}
	return nil
}

// measure prepares the panels and returns the margins that every column and every row needs.
func (s *sheet) measure(c draw.Canvas) (columns, rows []margins) {
	columns, rows = make([]margins, s.columns()), make([]margins, len(s.rows))
	weights := 0.0
	for i := range s.rows {
		weights += s.weight(i)
	}
	for i, row := range s.rows {
		for j, p := range row {
			if p == nil {
				continue
			}
			width := (c.Max.X-c.Min.X)/vg.Length(len(row)) - 40
			height := (c.Max.Y-c.Min.Y)*vg.Length(s.weight(i)/weights) - 24
			p.prepare(width, height)
			m := p.margins(width)
			columns[j], rows[i] = columns[j].widest(m), rows[i].widest(m)
		}
	}
	for i, row := range s.rows {
		for j, p := range row {
			if p != nil {
				p.room = margins{columns[j].left, columns[j].right, rows[i].bottom, rows[i].top}
			}
		}
	}
	return columns, rows
}
