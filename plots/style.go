package plots

import (
	"image/color"
	"strings"

	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Train and Validation are the colours of training and validation data in every figure.
var (
	Train      = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	Validation = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
)

// palette is Okabe and Ito's, "Color Universal Design" (2008), in an order that keeps neighbours
// apart; its yellow and pale orange are left out, they vanish on white.
var palette = []color.NRGBA{
	Train, Validation,
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
	{0x8C, 0x6D, 0x00, 0xFF}, // dark yellow
	{0x55, 0x55, 0x55, 0xFF}, // grey
}

var (
	white     = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
	ink       = color.NRGBA{0x22, 0x22, 0x22, 0xFF}
	faintInk  = color.NRGBA{0x55, 0x55, 0x55, 0xFF}
	frameGrey = color.NRGBA{0x99, 0x99, 0x99, 0xFF}
	gridGrey  = color.NRGBA{0xE6, 0xE6, 0xE6, 0xFF}
	markGrey  = color.NRGBA{0x33, 0x33, 0x33, 0xFF}
)

// dash is a pattern of strokes: solid, dashed or dotted.
type dash int

const (
	solid dash = iota
	dashed
	dotted
)

func (d dash) lengths() []vg.Length {
	switch d {
	case dashed:
		return []vg.Length{5, 2.5}
	case dotted:
		return []vg.Length{1.4, 2}
	}
	return nil
}

// pen is the look of a line; comparable, so that legends can merge equal entries.
type pen struct {
	color color.NRGBA
	width vg.Length
	dash  dash
}

func (p pen) style() draw.LineStyle {
	return draw.LineStyle{Color: p.color, Width: p.width, Dashes: p.dash.lengths()}
}

// nthPen gives 21 different lines, then repeats: all colours solid, then dashed, then dotted.
func nthPen(i int) pen {
	return pen{palette[i%len(palette)], 1.4, dash(i / len(palette) % 3)}
}

func nthColor(i int) color.NRGBA { return palette[i%len(palette)] }

func faded(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(alpha*255 + 0.5)
	return c
}

var fonts = text.Plain{Fonts: font.NewCache(liberation.Collection())}

func sans(size vg.Length, c color.NRGBA) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: fonts,
		XAlign:  text.XCenter,
		YAlign:  text.YCenter,
	}
}

var (
	titleText  = bold(sans(11, ink))
	panelText  = bold(sans(9, ink))
	labelText  = sans(9, ink)
	tickText   = sans(8, faintInk)
	legendText = sans(8.5, ink)
)

func bold(s text.Style) text.Style {
	s.Font.Weight = xfont.WeightBold
	return s
}

// aligned returns s anchored at the given side of the text.
func aligned(s text.Style, x text.XAlignment, y text.YAlignment) text.Style {
	s.XAlign, s.YAlign = x, y
	return s
}

// rotated turns s counterclockwise about its anchor.
func rotated(s text.Style, angle float64) text.Style {
	s.Rotation = angle
	return s
}

// lineHeight is the room one line of the style takes.
func lineHeight(s text.Style) vg.Length { return s.Font.Size * 1.25 }

// shortened cuts txt, with an ellipsis, to what fits into width.
func shortened(s text.Style, txt string, width vg.Length) string {
	txt = strings.Join(strings.Fields(txt), " ")
	if s.Width(txt) <= width {
		return txt
	}
	runes := []rune(txt)
	n := len(runes)
	for n > 1 && s.Width(string(runes[:n])+"…") > width {
		n--
	}
	return string(runes[:n]) + "…"
}
