package plots

import (
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// key is an entry of the legend: a name and a sample of a line, a dot, a fill, or several of them.
type key struct {
	name string
	line pen
	dot  color.NRGBA
	fill color.NRGBA
}

const (
	maxSample = vg.Length(18)
	keyGap    = vg.Length(14)
)

// sample is the width of the sample; a dot alone needs little.
func (k key) sample() vg.Length {
	if k.line.width == 0 && k.fill.A == 0 {
		return 7
	}
	return maxSample
}

func (k key) width() vg.Length {
	return k.sample() + gap + legendText.Width(k.name) + keyGap
}

// draw draws the entry with its left end at the point, centred on its height.
func (k key) draw(c draw.Canvas, at vg.Point) {
	sampleWidth := k.sample()
	middle := vg.Point{X: at.X + sampleWidth/2, Y: at.Y}
	if k.fill.A > 0 {
		c.FillPolygon(k.fill, []vg.Point{
			{X: at.X, Y: at.Y - 3.5}, {X: at.X + sampleWidth, Y: at.Y - 3.5},
			{X: at.X + sampleWidth, Y: at.Y + 3.5}, {X: at.X, Y: at.Y + 3.5},
		})
	}
	if k.line.width > 0 {
		c.StrokeLine2(k.line.style(), at.X, at.Y, at.X+sampleWidth, at.Y)
	}
	if k.dot.A > 0 {
		c.SetColor(k.dot)
		c.Fill(disc(nil, middle, 2.6))
	}
	c.FillText(aligned(legendText, text.XLeft, text.YCenter), vg.Point{X: at.X + sampleWidth + gap, Y: at.Y}, k.name)
}

// legend is the entries of all panels, each once, broken into lines of at most the given width.
func legend(keys []key, width vg.Length) [][]key {
	var lines [][]key
	seen := map[key]bool{}
	used := width
	for _, k := range keys {
		k.name = shortened(legendText, k.name, min(width-maxSample-gap-keyGap, 220))
		if seen[k] {
			continue
		}
		seen[k] = true
		if w := k.width(); len(lines) == 0 || used+w-keyGap > width {
			lines, used = append(lines, []key{k}), w
		} else {
			lines[len(lines)-1] = append(lines[len(lines)-1], k)
			used += w
		}
	}
	return lines
}
