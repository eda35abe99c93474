package plots

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot/vg"
)

// Bars draws a bar per category and group, from 0, with error bars where Errors are given.
type Bars struct {
	Title, Value string // title and the label of the value axis
	Categories   []string
	Groups       []BarGroup
	// Horizontal draws the bars to the right, the first category on top, which suits long names.
	Horizontal bool
	Size       Size
}

// BarGroup is one value per category. Groups stand side by side, in the order and the colours of
// [Lines].
type BarGroup struct {
	Name   string
	Values []float64
	// Errors are half the lengths of the error bars; nil draws none.
	Errors []float64
}

// Save implements [Figure]. It also fails if a group has another length than Categories.
func (f Bars) Save(path string) error { return save(path, f) }

func (f Bars) sheet() (*sheet, error) {
	if len(f.Categories) == 0 || len(f.Groups) == 0 {
		return nil, errors.New("plots: bars need categories and groups")
	}
	names := axis{categories: f.Categories, flip: f.Horizontal}
	values := axis{label: f.Value, zero: true}
	for _, g := range f.Groups {
		if g.Values == nil {
			return nil, fmt.Errorf("plots: bars %q have no values", g.Name)
		}
		if err := sameLength(fmt.Sprintf("bars %q", g.Name), len(f.Categories), g.Values, g.Errors); err != nil {
			return nil, err
		}
		for i, v := range g.Values {
			values.include(v)
			if g.Errors != nil {
				values.include(v-g.Errors[i], v+g.Errors[i])
			}
		}
	}
	p := &panel{x: names, y: values}
	if f.Horizontal {
		p.x, p.y = values, names
	}
	for i, g := range f.Groups {
		p.addBars(f.Horizontal, i, len(f.Groups), g)
		if len(f.Groups) > 1 {
			p.label(key{name: g.Name, fill: barColor(i)})
		}
	}
	return single(f.Title, f.Size, p)
}

func barColor(group int) color.NRGBA { return mixed(white, nthColor(group), 0.8) }

// addBars draws group i of n groups.
func (p *panel) addBars(horizontal bool, i, n int, g BarGroup) {
	width := 0.76 / float64(n)
	p.add(func(a *area) {
		for c, v := range g.Values {
			if !finite(v) {
				continue
			}
			middle := float64(c) - 0.38 + (float64(i)+0.5)*width
			a.bar(horizontal, barColor(i), middle, width*0.92, v)
			if g.Errors != nil && finite(g.Errors[c]) {
				a.errorBar(horizontal, middle, v, g.Errors[c])
			}
		}
	})
}

func (a *area) bar(horizontal bool, c color.NRGBA, middle, width, value float64) {
	from, to := middle-width/2, middle+width/2
	if horizontal {
		a.box(c, 0, from, value, to)
		return
	}
	a.box(c, from, 0, to, value)
}

// errorBar strokes value ± half with caps.
func (a *area) errorBar(horizontal bool, middle, value, half float64) {
	low, high := a.at(middle, value-half), a.at(middle, value+half)
	across := vg.Point{X: 2.5}
	if horizontal {
		low, high = a.at(value-half, middle), a.at(value+half, middle)
		across = vg.Point{Y: 2.5}
	}
	a.StrokeLines(pen{ink, 0.9, solid}.style(),
		[]vg.Point{low, high},
		[]vg.Point{low.Sub(across), low.Add(across)},
		[]vg.Point{high.Sub(across), high.Add(across)})
}
