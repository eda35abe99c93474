package plots

import (
	"errors"
	"math"

	"gonum.org/v1/plot/vg"
)

// Strip draws a dot per value and sample, spread sideways where they would hide each other, with a
// bar at the mean.
type Strip struct {
	Title, Y string
	Samples  []Sample
	LogY     bool
	Size     Size
}

// Save implements [Figure].
func (f Strip) Save(path string) error { return save(path, f) }

func (f Strip) sheet() (*sheet, error) {
	p, err := samplePanel(f.Y, f.LogY, f.Samples)
	if err != nil {
		return nil, err
	}
	for i, s := range f.Samples {
		if vs := p.drawableOf(s); len(vs) > 0 {
			p.add(func(a *area) { a.strip(float64(i), vs) })
		}
	}
	p.label(key{name: "run", dot: Train})
	p.label(key{name: "mean", line: pen{Validation, 1.8, solid}})
	return single(f.Title, f.Size, p)
}

func (a *area) strip(at float64, sorted []float64) {
	m := mean(sorted)
	half := a.boxHalf()
	a.line(pen{Validation, 1.8, solid}, []float64{at - half, at + half}, []float64{m, m})
	const radius = 2.2
	slot := float64((a.Max.X - a.Min.X) / vg.Length(len(a.x.categories)))
	step := min(2*radius/slot, 0.8/float64(len(sorted)))
	for i, side := range swarm(sorted, func(v float64) float64 { return float64(a.at(at, v).Y) }, 2*radius) {
		x := at + float64(side)*step
		a.dots(faded(Train, 0.8), radius, []float64{x}, sorted[i:i+1])
	}
}

// swarm gives every sorted value a place beside the middle, 0, 1, −1, 2, …: the first that no
// earlier value within the given distance has.
func swarm(sorted []float64, position func(float64) float64, distance float64) []int {
	sides := make([]int, len(sorted))
	for i, v := range sorted {
		taken := map[int]bool{}
		for j := i - 1; j >= 0 && math.Abs(position(v)-position(sorted[j])) < distance; j-- {
			taken[sides[j]] = true
		}
		for taken[sides[i]] {
			if sides[i] > 0 {
				sides[i] = -sides[i]
			} else {
				sides[i] = 1 - sides[i]
			}
		}
	}
	return sides
}

// samplePanel has a category per sample on x and covers all values on y.
func samplePanel(y string, log bool, samples []Sample) (*panel, error) {
	if len(samples) == 0 {
		return nil, errors.New("plots: the figure has no samples")
	}
	p := &panel{x: axis{categories: names(samples)}, y: axis{label: y, log: log}}
	for _, s := range samples {
		p.y.include(s.Values...)
	}
	return p, nil
}

func (p *panel) drawableOf(s Sample) []float64 {
	vs := s.finite()
	for len(vs) > 0 && !p.y.drawable(vs[0]) {
		vs = vs[1:]
	}
	return vs
}

// boxHalf is half a box' width in categories: a third, but no more than 24 points.
func (a *area) boxHalf() float64 {
	slot := (a.Max.X - a.Min.X) / vg.Length(len(a.x.categories))
	return min(0.33, float64(24/slot))
}
