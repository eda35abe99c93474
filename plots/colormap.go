package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// colorMap assigns colours to [0, 1] by linear interpolation between evenly spaced stops.
type colorMap []color.NRGBA

var (
	// viridis (van der Walt and Smith, 2015): lightness rises evenly, for any colour vision.
	viridis = colorMap{
		{0x44, 0x01, 0x54, 0xFF}, {0x47, 0x2D, 0x7B, 0xFF}, {0x3B, 0x52, 0x8B, 0xFF},
		{0x2C, 0x72, 0x8E, 0xFF}, {0x21, 0x91, 0x8C, 0xFF}, {0x28, 0xAE, 0x80, 0xFF},
		{0x5E, 0xC9, 0x62, 0xFF}, {0xAD, 0xDC, 0x30, 0xFF}, {0xFD, 0xE7, 0x25, 0xFF},
	}
	// blues runs from near white to the training blue and on to a dark blue.
	blues = colorMap{{0xF4, 0xF8, 0xFB, 0xFF}, {0x9C, 0xC6, 0xE0, 0xFF}, {0x00, 0x72, 0xB2, 0xFF}, {0x00, 0x3A, 0x66, 0xFF}}
)

func (m colorMap) at(t float64) color.NRGBA {
	if !finite(t) {
		return gridGrey
	}
	t = min(max(t, 0), 1) * float64(len(m)-1)
	i := min(int(t), len(m)-2)
	return mixed(m[i], m[i+1], t-float64(i))
}

// mixed is the share t of the way from one opaque colour to another.
func mixed(from, to color.NRGBA, t float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + t*(float64(b)-float64(a)) + 0.5) }
	return color.NRGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 0xFF}
}

// readableOn returns black or white ink, whichever stands out more from the background (relative
// luminance and contrast after WCAG 2.2).
func readableOn(c color.NRGBA) color.NRGBA {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	luminance := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
	if luminance > 0.18 {
		return ink
	}
	return white
}

// colorBar is the key of a colour map, drawn to the right of a panel.
type colorBar struct {
	colors colorMap
	values axis
	bands  int // number of even steps; 0 is continuous
	ticks  []tick
}

func newColorBar(m colorMap, lo, hi float64, label string) *colorBar {
	b := &colorBar{colors: m, values: axis{label: label, tight: true}}
	b.values.include(lo, hi)
	b.values.fit()
	b.ticks = b.values.ticks(6)
	return b
}

const barWidth = vg.Length(10)

func (b *colorBar) width() vg.Length {
	w := 2*gap + barWidth + tickLength + gap + maxWidth(b.ticks)
	if b.values.label != "" {
		w += lineHeight(labelText) + gap
	}
	return w
}

// color returns the colour of a value, one per band if there are bands.
func (b *colorBar) color(v float64) color.NRGBA {
	t := b.values.place(v)
	if n := float64(b.bands); n > 0 {
		t = min(max(math.Floor(t*n), 0), n-1) / (n - 1)
	}
	return b.colors.at(t)
}

func (b *colorBar) draw(c draw.Canvas) {
	left := c.Max.X + 2*gap
	steps := b.bands
	if steps == 0 {
		steps = 64
	}
	height := (c.Max.Y - c.Min.Y) / vg.Length(steps)
	for i := range steps {
		y := c.Min.Y + vg.Length(i)*height
		v := b.values.lo + (float64(i)+0.5)/float64(steps)*(b.values.hi-b.values.lo)
		top := min(y+height+0.3, c.Max.Y) // overlaps the next step, so that no seam shows
		c.FillPolygon(b.color(v), []vg.Point{
			{X: left, Y: y}, {X: left + barWidth, Y: y}, {X: left + barWidth, Y: top}, {X: left, Y: top},
		})
	}
	frame := pen{frameGrey, 0.7, solid}.style()
	right := left + barWidth
	c.StrokeLines(frame, []vg.Point{
		{X: left, Y: c.Min.Y}, {X: right, Y: c.Min.Y}, {X: right, Y: c.Max.Y}, {X: left, Y: c.Max.Y}, {X: left, Y: c.Min.Y},
	})
	for _, t := range b.ticks {
		y := c.Y(b.values.place(t.value))
		c.StrokeLine2(frame, right, y, right+tickLength, y)
		c.FillText(aligned(tickText, text.XLeft, text.YCenter), vg.Point{X: right + tickLength + gap/2, Y: y}, t.label)
	}
	if b.values.label != "" {
		s := rotated(aligned(labelText, text.XCenter, text.YTop), math.Pi/2)
		x := right + tickLength + gap + maxWidth(b.ticks) + gap/2
		c.FillText(s, vg.Point{X: x, Y: c.Center().Y}, shortened(labelText, b.values.label, c.Max.Y-c.Min.Y))
	}
}
