package plots_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"

	"github.com/goodfit-ml/goodfit/plots"
)

// drawing is what an SVG shows, y upwards, in points.
type drawing struct {
	width, height float64
	paths         []path
	texts         []text
	images        []image.Image
}

type path struct {
	stroke, fill, dashes string
	points               []point
	round                bool // has arcs
}

type text struct {
	point
	size    float64
	content string
	rotated bool
}

type point struct{ x, y float64 }

const (
	trainColor      = "#0072B2"
	validationColor = "#D55E00"
	frameColor      = "#999999"
	gridColor       = "#E6E6E6"
)

// drawn parses the SVG of a figure.
func drawn(t *testing.T, f plots.Figure) drawing {
	t.Helper()
	svg, err := plots.SVG(f)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, svg)
}

func parsed(t *testing.T, svg string) drawing {
	t.Helper()
	var d drawing
	var content strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(svg))
	depth := 0 // of rotated groups
	var groups []bool
	for {
		token, err := decoder.Token()
		if token == nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			content.Reset()
			switch e.Name.Local {
			case "svg":
				fmt.Sscanf(attr(e, "viewBox"), "0 0 %g %g", &d.width, &d.height)
			case "g":
				rotated := strings.HasPrefix(attr(e, "transform"), "rotate")
				groups = append(groups, rotated)
				if rotated {
					depth++
				}
			case "path":
				d.paths = append(d.paths, parsedPath(t, e))
			case "text":
				d.texts = append(d.texts, text{
					point:   point{number(t, attr(e, "x")), -number(t, attr(e, "y"))},
					size:    number(t, strings.TrimSuffix(css(e, "font-size"), "px")),
					rotated: depth > 0,
				})
			case "image":
				d.images = append(d.images, parsedImage(t, e))
			}
		case xml.CharData:
			content.Write(e)
		case xml.EndElement:
			switch e.Name.Local {
			case "text":
				d.texts[len(d.texts)-1].content = content.String()
			case "g":
				if last := len(groups) - 1; last >= 0 {
					if groups[last] {
						depth--
					}
					groups = groups[:last]
				}
			}
		}
	}
	return d
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func css(e xml.StartElement, name string) string {
	for _, part := range strings.Split(attr(e, "style"), ";") {
		if k, v, _ := strings.Cut(part, ":"); k == name {
			return v
		}
	}
	return ""
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func parsedPath(t *testing.T, e xml.StartElement) path {
	t.Helper()
	p := path{stroke: css(e, "stroke"), fill: css(e, "fill"), dashes: css(e, "stroke-dasharray")}
	data := attr(e, "d")
	p.round = strings.Contains(data, "A")
	for _, part := range strings.FieldsFunc(data, func(r rune) bool { return r == 'M' || r == 'L' || r == 'Z' }) {
		part, _, _ = strings.Cut(part, "A")
		x, y, ok := strings.Cut(part, ",")
		if ok {
			p.points = append(p.points, point{number(t, x), number(t, y)})
		}
	}
	return p
}

func parsedImage(t *testing.T, e xml.StartElement) image.Image {
	t.Helper()
	data, ok := strings.CutPrefix(attr(e, "href"), "data:image/png;base64,")
	if !ok {
		t.Fatalf("image is not a PNG data URL: %.40s", attr(e, "href"))
	}
	img, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// sameColor compares #RRGGBB colours. SVG output divides translucent colours by their opacity and
// truncates, which costs up to 2 of 255.
func sameColor(a, b string) bool {
	if len(a) != 7 || len(b) != 7 {
		return false
	}
	for i := 1; i < 7; i += 2 {
		x, errX := strconv.ParseUint(a[i:i+2], 16, 8)
		y, errY := strconv.ParseUint(b[i:i+2], 16, 8)
		if errX != nil || errY != nil || max(x, y)-min(x, y) > 2 {
			return false
		}
	}
	return true
}

// stroked returns the lines of a colour.
func (d drawing) stroked(color string) []path {
	var ps []path
	for _, p := range d.paths {
		if sameColor(p.stroke, color) {
			ps = append(ps, p)
		}
	}
	return ps
}

// filled returns the areas of a colour.
func (d drawing) filled(color string) []path {
	var ps []path
	for _, p := range d.paths {
		if sameColor(p.fill, color) {
			ps = append(ps, p)
		}
	}
	return ps
}

// rect is a rectangle with its lower left and upper right corners.
type rect struct{ min, max point }

func bounds(ps []point) rect {
	r := rect{point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}}
	for _, p := range ps {
		r.min = point{min(r.min.x, p.x), min(r.min.y, p.y)}
		r.max = point{max(r.max.x, p.x), max(r.max.y, p.y)}
	}
	return r
}

func (r rect) holds(p point) bool {
	const slack = 0.02 // SVG numbers have five digits
	return p.x >= r.min.x-slack && p.x <= r.max.x+slack && p.y >= r.min.y-slack && p.y <= r.max.y+slack
}

// frames returns the panels: closed frames, without the ticks of the same colour.
func (d drawing) frames() []rect {
	var rs []rect
	for _, p := range d.stroked(frameColor) {
		if len(p.points) == 6 {
			rs = append(rs, bounds(p.points))
		}
	}
	return rs
}

// has reports whether the text stands somewhere.
func (d drawing) count(content string) int {
	n := 0
	for _, t := range d.texts {
		if t.content == content {
			n++
		}
	}
	return n
}

// scale maps canvas coordinates back to data by the labelled grid lines of one direction: the text
// of the axis says what value a line stands for.
type scale struct{ at, value []float64 }

func (s scale) data(at float64) float64 {
	n := len(s.at) - 1
	return s.value[0] + (at-s.at[0])/(s.at[n]-s.at[0])*(s.value[n]-s.value[0])
}

// scales reads the axes of the panel with the given frame.
func (d drawing) scales(t *testing.T, frame rect) (x, y scale) {
	t.Helper()
	return d.xScale(t, frame), d.yScale(t, frame)
}

func (d drawing) xScale(t *testing.T, frame rect) scale {
	t.Helper()
	return d.readScale(t, frame,
		func(b rect) (float64, bool) { return b.min.x, b.min.x == b.max.x },
		func(p point) bool { return p.y < frame.min.y-5 && p.y > frame.min.y-20 })
}

func (d drawing) yScale(t *testing.T, frame rect) scale {
	t.Helper()
	return d.readScale(t, frame,
		func(b rect) (float64, bool) { return b.min.y, b.min.y == b.max.y },
		func(p point) bool { return p.x < frame.min.x && p.y > frame.min.y-5 && p.y < frame.max.y })
}

// readScale pairs the grid lines of one direction with the numbers beside them by their order, of
// which the drawing under test knows nothing.
func (d drawing) readScale(t *testing.T, frame rect, line func(rect) (float64, bool), beside func(point) bool) scale {
	t.Helper()
	var s scale
	for _, p := range d.stroked(gridColor) {
		b := bounds(p.points)
		if at, ok := line(b); ok && frame.holds(b.min) && frame.holds(b.max) {
			s.at = append(s.at, at)
		}
	}
	for _, txt := range d.texts {
		v, err := strconv.ParseFloat(strings.ReplaceAll(txt.content, "−", "-"), 64)
		if err == nil && !txt.rotated && txt.size == 8 && beside(txt.point) {
			s.value = append(s.value, v)
		}
	}
	slices.Sort(s.at)
	slices.Sort(s.value)
	if len(s.at) != len(s.value) || len(s.at) < 2 {
		t.Fatalf("panel has %d grid lines and %d numbers at an axis", len(s.at), len(s.value))
	}
	return s
}

var faces = font.NewCache(liberation.Collection())

// width is the width of a text in the regular face, a little less than in the bold one.
func (txt text) width() float64 {
	face := faces.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, font.Length(txt.size))
	return float64(face.Width(txt.content))
}

// near compares canvas positions read from a drawing. Coordinates carry five digits, at most 0.01
// points off; a panel is at least 100 points wide, so a value read back is off by at most 2e-4 of
// the axis' range.
func near(t *testing.T, what string, got, want, span float64) {
	t.Helper()
	if math.Abs(got-want) > 5e-4*span {
		t.Errorf("%s at %g, want %g", what, got, want)
	}
}
