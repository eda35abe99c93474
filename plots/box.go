package plots

// Box draws a box-and-whisker plot per sample: the box from the first to the third quartile, the
// median across it, a black dot at the mean, whiskers to the farthest values within 1.5 times the
// box' height of the box (Tukey, 1977), and dots beyond.
type Box struct {
	Title, Y string
	Samples  []Sample
	LogY     bool
	Size     Size
}

// Save implements [Figure].
func (f Box) Save(path string) error { return save(path, f) }

func (f Box) sheet() (*sheet, error) {
	p, err := samplePanel(f.Y, f.LogY, f.Samples)
	if err != nil {
		return nil, err
	}
	for i, s := range f.Samples {
		if vs := p.drawableOf(s); len(vs) > 0 {
			p.add(func(a *area) { a.boxplot(float64(i), vs) })
		}
	}
	return single(f.Title, f.Size, p)
}

func (a *area) boxplot(at float64, sorted []float64) {
	q1, q2, q3 := quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)
	reach := 1.5 * (q3 - q1)
	low, high := q1, q3
	var beyond []float64
	for _, v := range sorted {
		switch {
		case v < q1-reach || v > q3+reach:
			beyond = append(beyond, v)
		default:
			low, high = min(low, v), max(high, v)
		}
	}
	half := a.boxHalf()
	edgePen := pen{Train, 1, solid}
	a.line(edgePen, []float64{at, at}, []float64{low, q1})
	a.line(edgePen, []float64{at, at}, []float64{q3, high})
	for _, v := range []float64{low, high} {
		a.line(edgePen, []float64{at - half/2, at + half/2}, []float64{v, v})
	}
	a.box(mixed(white, Train, 0.25), at-half, q1, at+half, q3)
	a.outline(edgePen, at-half, q1, at+half, q3)
	a.line(pen{Validation, 1.8, solid}, []float64{at - half, at + half}, []float64{q2, q2})
	a.dots(ink, 1.5, []float64{at}, []float64{mean(sorted)})
	for _, v := range beyond {
		a.dots(Train, 1.6, []float64{at}, []float64{v})
	}
}
