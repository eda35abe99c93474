package plots

import (
	"errors"
	"fmt"
	"image"
	"image/color"
)

// Regions draws which class a classifier gives to every place of a two-dimensional feature space,
// under the points it was trained or tested on.
type Regions struct {
	Title, X, Y string
	// Classify returns the class, counted from 0, of every pair (x[i], y[i]).
	Classify func(x, y []float64) ([]int, error)
	Points   Points
	// Resolution is the number of places per side at which the classifier is asked; the default
	// is 160.
	Resolution int
	Size       Size
}

// Save implements [Figure]. It also fails if Classify does, or returns another number of classes
// than it was asked for.
func (f Regions) Save(path string) error { return save(path, f) }

func (f Regions) sheet() (*sheet, error) {
	if f.Classify == nil {
		return nil, errors.New("plots: regions without a Classify function")
	}
	if err := f.Points.check(); err != nil {
		return nil, err
	}
	p := &panel{x: axis{label: f.X, tight: true}, y: axis{label: f.Y, tight: true}, noGrid: true}
	p.addPoints(f.Points)
	if err := p.check(); err != nil {
		return nil, err
	}
	widen(&p.x)
	widen(&p.y)
	n := f.Resolution
	if n == 0 {
		n = 160
	}
	img, err := f.image(p, n)
	if err != nil {
		return nil, err
	}
	p.layers = append([]layer{func(a *area) { a.image(img) }}, p.layers...)
	return single(f.Title, f.Size, p)
}

// widen gives the axis room around the points, where the regions go on.
func widen(a *axis) {
	a.tight = false
	a.fit()
	a.tight = true
}

func (f Regions) image(p *panel, n int) (image.Image, error) {
	if n < 2 || n > 2000 {
		return nil, fmt.Errorf("plots: resolution %d of regions; want 2 to 2000", n)
	}
	xs, ys := mesh(&p.x, &p.y, n)
	classes, err := f.Classify(xs, ys)
	if err != nil {
		return nil, fmt.Errorf("plots: regions: %w", err)
	}
	if len(classes) != n*n {
		return nil, fmt.Errorf("plots: regions: Classify gave %d classes for %d places", len(classes), n*n)
	}
	img := image.NewPaletted(image.Rect(0, 0, n, n), paleColors())
	for i, c := range classes {
		if c < 0 {
			return nil, fmt.Errorf("plots: regions: Classify gave class %d; classes count from 0", c)
		}
		img.Pix[i] = uint8(c % len(palette))
	}
	return img, nil
}

// mesh returns the middles of n × n cells row by row from the top left, as pixels are ordered.
func mesh(x, y *axis, n int) (xs, ys []float64) {
	xs, ys = make([]float64, n*n), make([]float64, n*n)
	for i := range n * n {
		xs[i] = x.lo + (float64(i%n)+0.5)/float64(n)*(x.hi-x.lo)
		ys[i] = y.hi - (float64(i/n)+0.5)/float64(n)*(y.hi-y.lo)
	}
	return xs, ys
}

func paleColors() color.Palette {
	pale := make(color.Palette, len(palette))
	for i, c := range palette {
		pale[i] = mixed(white, c, 0.28)
	}
	return pale
}
