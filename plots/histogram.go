package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
)

// Histogram draws how often values occur. Several samples share the bins and lie over each other,
// translucent.
type Histogram struct {
	Title, X string
	Samples  []Sample
	// Bins is the number of bins; the default follows Freedman and Diaconis (1981), from 5 to 60.
	Bins int
	Size Size
}

// Save implements [Figure].
func (f Histogram) Save(path string) error { return save(path, f) }

func (f Histogram) sheet() (*sheet, error) {
	p := &panel{x: axis{label: f.X}, y: axis{label: "count", zero: true}}
	var all []float64
	for _, s := range f.Samples {
		all = append(all, s.finite()...)
	}
	all = Sample{Values: all}.finite()
	if len(all) == 0 {
		return nil, errors.New("plots: histogram has no finite value to draw")
	}
	edges, err := f.edges(all)
	if err != nil {
		return nil, err
	}
	p.x.include(edges...)
	for i, s := range f.Samples {
		counts := binned(s.finite(), edges)
		p.y.include(counts...)
		p.addBins(nthColor(i), len(f.Samples) > 1, edges, counts)
		if len(f.Samples) > 1 {
			p.label(key{name: s.Name, fill: mixed(white, nthColor(i), 0.6)})
		}
	}
	return single(f.Title, f.Size, p)
}

// edges returns the ends of the bins over the sorted values.
func (f Histogram) edges(sorted []float64) ([]float64, error) {
	n := f.Bins
	lo, hi := sorted[0], sorted[len(sorted)-1]
	switch {
	case n < 0 || n > 10000:
		return nil, fmt.Errorf("plots: histogram of %d bins; want 1 to 10000, or 0 for the default", n)
	case lo == hi:
		half := max(0.5, 0.1*math.Abs(lo))
		lo, hi, n = lo-half, hi+half, 1
	case n == 0:
		width := 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / math.Cbrt(float64(len(sorted)))
		n = 10
		if width > 0 {
			n = int(min(max(math.Ceil((hi-lo)/width), 5), 60))
		}
	}
	edges := make([]float64, n+1)
	for i := range edges {
		edges[i] = lo + (hi-lo)*float64(i)/float64(n)
	}
	return edges, nil
}

// binned counts the values per bin; the last bin includes its upper end.
func binned(vs, edges []float64) []float64 {
	n := len(edges) - 1
	counts := make([]float64, n)
	for _, v := range vs {
		i := int((v - edges[0]) / (edges[n] - edges[0]) * float64(n))
		counts[min(max(i, 0), n-1)]++
	}
	return counts
}

func (p *panel) addBins(c color.NRGBA, over bool, edges, counts []float64) {
	fill := mixed(white, c, 0.75)
	if over {
		fill = faded(c, 0.5)
	}
	p.add(func(a *area) {
		for i, n := range counts {
			if n > 0 {
				a.box(fill, edges[i], 0, edges[i+1], n)
				a.outline(pen{white, 0.5, solid}, edges[i], 0, edges[i+1], n)
			}
		}
	})
}
