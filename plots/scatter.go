package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
)

// Scatter draws points in two dimensions, coloured by class.
type Scatter struct {
	Title, X, Y string // title and axis labels
	Points      Points
	Size        Size
}

// Points are rows of two features with a class each.
type Points struct {
	X, Y []float64
	// Class is the class index of every point, counted from 0; nil is one class.
	Class []int
	// ClassNames name the classes in the legend; the default is their index.
	ClassNames []string
}

// Save implements [Figure]. It also fails if lengths differ or a class is negative.
func (f Scatter) Save(path string) error { return save(path, f) }

func (f Scatter) sheet() (*sheet, error) {
	if err := f.Points.check(); err != nil {
		return nil, err
	}
	p := &panel{x: axis{label: f.X}, y: axis{label: f.Y}}
	p.addPoints(f.Points)
	return single(f.Title, f.Size, p)
}

func (pts Points) check() error {
	if err := sameLength("points", len(pts.X), pts.Y); err != nil {
		return err
	}
	if pts.Y == nil || pts.Class != nil && len(pts.Class) != len(pts.X) {
		return fmt.Errorf("plots: %d points with %d y values and %d classes", len(pts.X), len(pts.Y), len(pts.Class))
	}
	for i, c := range pts.Class {
		if c < 0 {
			return fmt.Errorf("plots: class %d of point %d; classes count from 0", c, i)
		}
	}
	return nil
}

// classes is one more than the highest class index.
func (pts Points) classes() int {
	n := 1
	for _, c := range pts.Class {
		n = max(n, c+1)
	}
	return n
}

func (pts Points) className(c int) string {
	if c < len(pts.ClassNames) {
		return pts.ClassNames[c]
	}
	return fmt.Sprint(c)
}

// addPoints draws the points in their given order, so that no class hides another.
func (p *panel) addPoints(pts Points) {
	for i, x := range pts.X {
		if p.x.drawable(x) && p.y.drawable(pts.Y[i]) {
			p.x.include(x)
			p.y.include(pts.Y[i])
		}
	}
	present := make([]bool, pts.classes())
	colors := make([]color.NRGBA, len(pts.X))
	for i := range pts.X {
		c := 0
		if pts.Class != nil {
			c = pts.Class[i]
		}
		present[c] = true
		colors[i] = nthColor(c)
	}
	for c, is := range present {
		if is && pts.Class != nil {
			p.label(key{name: pts.className(c), dot: nthColor(c)})
		}
	}
	radius := dotRadius(len(pts.X))
	p.add(func(a *area) {
		for i, c := range colors {
			a.dots(faded(c, 0.85), radius, pts.X[i:i+1], pts.Y[i:i+1])
		}
	})
}

// dotRadius, in points, shrinks with the number of dots so that clouds stay clouds.
func dotRadius(n int) vg.Length {
	return vg.Length(min(max(2.8-0.75*math.Log10(float64(max(n, 1))/50), 0.8), 2.6))
}
