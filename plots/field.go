package plots

import (
	"errors"
	"fmt"
	"image"
	"math"
)

// Field is a function of two variables over a rectangle, such as an error over two weights.
type Field struct {
	F func(x, y float64) float64
	// XFrom to XTo and YFrom to YTo are the sides; both ends zero means −5 to 5.
	XFrom, XTo, YFrom, YTo float64
}

// resolved completes and checks the sides.
func (f Field) resolved() (Field, error) {
	if f.XFrom == 0 && f.XTo == 0 {
		f.XFrom, f.XTo = -5, 5
	}
	if f.YFrom == 0 && f.YTo == 0 {
		f.YFrom, f.YTo = -5, 5
	}
	switch {
	case f.F == nil:
		return f, errors.New("plots: field without a function F")
	case !(f.XFrom < f.XTo && f.YFrom < f.YTo):
		return f, fmt.Errorf("plots: field over x %g to %g and y %g to %g; From must be below To", f.XFrom, f.XTo, f.YFrom, f.YTo)
	}
	return f, nil
}

// samples evaluates F on (n+1) × (n+1) crossings and returns the range of the finite values.
func (f Field) samples(n int) (z [][]float64, values axis, err error) {
	z = make([][]float64, n+1)
	for j := range z {
		z[j] = make([]float64, n+1)
		for i := range z[j] {
			z[j][i] = f.F(f.XFrom+(f.XTo-f.XFrom)*float64(i)/float64(n), f.YFrom+(f.YTo-f.YFrom)*float64(j)/float64(n))
		}
		for i, v := range z[j] {
			if !finite(v) {
				z[j][i] = math.NaN()
			}
		}
		values.include(z[j]...)
	}
	if !values.seen {
		return nil, values, errors.New("plots: the field has no finite value to draw")
	}
	return z, values, nil
}

// Contour draws a field as bands of equal height in colours from dark (low) to light (high).
type Contour struct {
	Title, X, Y, Z string // title, axis labels, and the label of the colour bar
	Field          Field
	// Levels is the number of bands; the default is 12.
	Levels int
	// Path, if given, is drawn over the bands from its first point (open) to its last (filled),
	// such as the steps of an optimizer. Only X and Y are read.
	Path Line
	Size Size
}

// Save implements [Figure].
func (f Contour) Save(path string) error { return save(path, f) }

func (f Contour) sheet() (*sheet, error) {
	field, err := f.Field.resolved()
	if err != nil {
		return nil, err
	}
	levels := f.Levels
	if levels == 0 {
		levels = 12
	}
	if levels < 2 || levels > 256 {
		return nil, fmt.Errorf("plots: contour of %d levels; want 2 to 256", levels)
	}
	const n = 120
	z, values, err := field.samples(n)
	if err != nil {
		return nil, err
	}
	if err := sameLength("contour path", len(f.Path.X), f.Path.Y); err != nil {
		return nil, err
	}
	p := &panel{x: axis{label: f.X, tight: true}, y: axis{label: f.Y, tight: true}, noGrid: true}
	p.x.include(field.XFrom, field.XTo)
	p.y.include(field.YFrom, field.YTo)
	p.bar = newColorBar(viridis, values.lo, values.hi, f.Z)
	p.bar.bands = levels
	img := p.bar.image(z)
	p.add(func(a *area) { a.image(img) })
	p.add(func(a *area) { a.path(f.Path.X, f.Path.Y) })
	return single(f.Title, f.Size, p)
}

// path draws steps that stand out from every colour of the map.
func (a *area) path(xs, ys []float64) {
	if len(xs) == 0 {
		return
	}
	a.line(pen{ink, 2.4, solid}, xs, ys)
	a.line(pen{white, 1.2, solid}, xs, ys)
	last := len(xs) - 1
	a.dots(ink, 3, []float64{xs[0]}, []float64{ys[0]})
	a.dots(white, 2, []float64{xs[0]}, []float64{ys[0]})
	a.dots(Validation, 3, []float64{xs[last]}, []float64{ys[last]})
}

// image colours the cells between samples, four pixels each way, interpolating linearly.
func (b *colorBar) image(z [][]float64) image.Image {
	const fine = 4
	n := (len(z) - 1) * fine
	img := image.NewNRGBA(image.Rect(0, 0, n, n))
	for py := range n {
		for px := range n {
			x, y := (float64(px)+0.5)/fine, (float64(n-1-py)+0.5)/fine
			img.SetNRGBA(px, py, b.color(bilinear(z, x, y)))
		}
	}
	return img
}

func bilinear(z [][]float64, x, y float64) float64 {
	i, j := int(math.Floor(x)), int(math.Floor(y))
	u, v := x-float64(i), y-float64(j)
	low := z[j][i] + u*(z[j][i+1]-z[j][i])
	high := z[j+1][i] + u*(z[j+1][i+1]-z[j+1][i])
	return low + v*(high-low)
}
