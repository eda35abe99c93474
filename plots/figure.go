package plots

import (
	"bytes"
	"fmt"
	"html"
	"image"
	"io"
	"path/filepath"
	"strings"

	"github.com/goodfit-ml/goodfit/internal/atomicfile"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Figure is a description that can be drawn. The figures of this package implement it.
type Figure interface {
	// Save draws the figure into the file, as PNG or SVG by the extension .png or .svg. It fails
	// for another extension, for a figure without a value to draw, for inconsistent lengths and
	// for an impossible [Size]; an existing file is replaced only by a whole new one.
	Save(path string) error

	sheet() (*sheet, error)
}

// Size is the size of a drawn figure. Zero fields take the defaults.
type Size struct {
	// Width and Height are in centimetres. The default width is 16; the default height follows
	// from the number of panels.
	Width, Height float64
	// DPI is the resolution of a PNG in pixels per inch; the default is 150. SVG ignores it.
	DPI int
}

const (
	defaultWidth = 16
	defaultDPI   = 150
	maxPixels    = 20000 // per side
)

func cm(length float64) vg.Length { return vg.Length(length) * vg.Centimeter }

// resolved replaces zero fields by the defaults for the sheet.
func (z Size) resolved(s *sheet) (Size, error) {
	if z.Width == 0 {
		z.Width = defaultWidth
	}
	if z.Height == 0 {
		z.Height = s.defaultHeight()
	}
	if z.DPI == 0 {
		z.DPI = defaultDPI
	}
	longest := max(z.Width, z.Height) / 2.54 * float64(z.DPI)
	if !(z.Width > 0 && z.Height > 0 && z.DPI > 0 && longest <= maxPixels) {
		return z, fmt.Errorf("plots: size %g × %g cm at %d dpi; each must be above 0 and no side over %d pixels",
			z.Width, z.Height, z.DPI, maxPixels)
	}
	return z, nil
}

// WritePNG draws the figure as PNG.
func WritePNG(w io.Writer, f Figure) error {
	s, size, err := composed(f)
	if err != nil {
		return err
	}
	c := vgimg.NewWith(vgimg.UseWH(cm(size.Width), cm(size.Height)), vgimg.UseDPI(size.DPI))
	if err := s.draw(draw.New(c)); err != nil {
		return err
	}
	_, err = vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// Image draws the figure as an image.
func Image(f Figure) (image.Image, error) {
	s, size, err := composed(f)
	if err != nil {
		return nil, err
	}
	c := vgimg.NewWith(vgimg.UseWH(cm(size.Width), cm(size.Height)), vgimg.UseDPI(size.DPI))
	if err := s.draw(draw.New(c)); err != nil {
		return nil, err
	}
	return c.Image(), nil
}

// WriteSVG draws the figure as a standalone SVG document. Its text is text, in Liberation Sans or
// a sans-serif font of the viewer.
func WriteSVG(w io.Writer, f Figure) error {
	svg, err := SVG(f)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+svg)
	return err
}

// SVG draws the figure as an svg element, to be put into an HTML page. It scales down to the width
// of its surroundings, and all text from the description is escaped.
func SVG(f Figure) (string, error) {
	s, size, err := composed(f)
	if err != nil {
		return "", err
	}
	c := vgsvg.New(cm(size.Width), cm(size.Height))
	page := draw.New(c)
	page.FillPolygon(white, []vg.Point{
		page.Min, {X: page.Max.X, Y: page.Min.Y}, page.Max, {X: page.Min.X, Y: page.Max.Y},
	})
	if err := s.draw(page); err != nil {
		return "", err
	}
	var raw bytes.Buffer
	if _, err := c.WriteTo(&raw); err != nil {
		return "", err
	}
	return inlined(raw.String(), s.name()), nil
}

// inlined turns a document of vgsvg into an element with a name, fallback fonts and a size that
// yields to narrow pages.
func inlined(svg, name string) string {
	if i := strings.Index(svg, "<svg "); i >= 0 {
		svg = svg[i:]
	}
	head, body, _ := strings.Cut(svg, ">")
	head = strings.Join(strings.Fields(head), " ")
	name = html.EscapeString(name)
	body = strings.ReplaceAll(body, "font-family:Liberation Sans;", "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;")
	body = strings.ReplaceAll(body, "data:image/jpg;", "data:image/png;")
	return head + ` role="img" aria-label="` + name + `" style="max-width:100%;height:auto">` +
		"\n<title>" + name + "</title>" + body
}

// name is what a reader who cannot see the figure is told that it shows.
func (s *sheet) name() string {
	if s.title != "" {
		return s.title
	}
	for _, row := range s.rows {
		for _, p := range row {
			if p != nil && p.y.label != "" {
				return strings.TrimSuffix(p.y.label+" over "+p.x.label, " over ")
			}
		}
	}
	return "figure"
}

func composed(f Figure) (*sheet, Size, error) {
	s, err := f.sheet()
	if err != nil {
		return nil, Size{}, err
	}
	size, err := s.size.resolved(s)
	return s, size, err
}

func save(path string, f Figure) error {
	var write func(io.Writer, Figure) error
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		write = WritePNG
	case ".svg":
		write = WriteSVG
	default:
		return fmt.Errorf("plots: save %s: extension %q; want .png or .svg", path, ext)
	}
	// Drawn in memory first: a figure that cannot be drawn leaves no trace on disk.
	var out bytes.Buffer
	if err := write(&out, f); err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := out.WriteTo(w)
		return err
	})
}
