package kernel

import "fmt"

// Pool is a pooling of images with channels last, each channel alone, from the
// large side, Images×Y.Large×X.Large×Channels, to the small one. Only what lies
// inside of the image counts, and every window must have some of it.
//
// Set one function's operands and call its Run method; a Pool allocates nothing
// and runs on the runner's threads, each of which has images of its own.
type Pool struct {
	Images   int
	Y, X     ConvAxis
	Channels int

	// Large and Small are the two sides: values, or in a backward pass gradients.
	Large, Small []float32
	// Values are the large side's values, and Largest the small side's: for
	// [Pool.MaxBackward].
	Values, Largest []float32
	// Mask, as long as Large, is the output of a ReLU or nil: for the backward
	// passes, see [Gemm].
	Mask []float32

	what poolPass
}

type poolPass uint8

const (
	poolMax poolPass = iota
	poolMaxBackward
	poolAverage
	poolAverageBackward
)

// Max is Small = the largest of each window; NaN if one is NaN.
func (p *Pool) Max(r Runner) { p.run(r, poolMax) }

// MaxBackward writes Large from Small, both gradients: each goes to the first
// place of its window, rows before columns, that holds the largest value, and
// windows that overlap add in ascending order. It is lost where that is NaN.
func (p *Pool) MaxBackward(r Runner) { p.run(r, poolMaxBackward) }

// Average is Small = the mean of each window: the sum in ascending order, rows
// before columns, times the inverse of the number of places inside.
func (p *Pool) Average(r Runner) { p.run(r, poolAverage) }

// AverageBackward writes Large from Small, both gradients: each is shared out
// evenly over its window.
func (p *Pool) AverageBackward(r Runner) { p.run(r, poolAverageBackward) }

func (p *Pool) largeSize() int { return p.Y.Large * p.X.Large * p.Channels }
func (p *Pool) smallSize() int { return p.Y.Small * p.X.Small * p.Channels }

func (p *Pool) run(r Runner, what poolPass) {
	p.what = what
	large, small := p.Images*p.largeSize(), p.Images*p.smallSize()
	if len(p.Large) < large || len(p.Small) < small || p.Mask != nil && len(p.Mask) < large ||
		what == poolMaxBackward && (len(p.Values) < large || len(p.Largest) < small) {
		panic(fmt.Sprintf("kernel: Pool of %d images, %+v, %+v and %d channels: the sides have %d and %d elements, values %d, largest %d, mask %d",
			p.Images, p.Y, p.X, p.Channels, len(p.Large), len(p.Small), len(p.Values), len(p.Largest), len(p.Mask)))
	}
	if w := width(r); w > 1 && 8*(large+small) >= parallelCost {
		r.Run(w, p)
		return
	}
	p.Part(0, 1)
}

// Part does part i of n of the images. It implements [Task].
func (p *Pool) Part(i, n int) {
	images := cut(p.Images, 1, i, n)
	for image := images.lo; image < images.hi; image++ {
		p.image(image)
	}
}

// image does one image.
func (p *Pool) image(image int) {
	l, s := p.largeSize(), p.smallSize()
	large, small := p.Large[image*l:(image+1)*l], p.Small[image*s:(image+1)*s]
	var values, largest []float32
	if p.what == poolMaxBackward {
		values, largest = p.Values[image*l:(image+1)*l], p.Largest[image*s:(image+1)*s]
	}
	if p.what == poolMaxBackward || p.what == poolAverageBackward {
		clear(large)
	}
	for i := range p.Y.Small {
		for j := range p.X.Small {
			w := p.window(i, j)
			lo := (i*p.X.Small + j) * p.Channels
			at := small[lo : lo+p.Channels]
			switch p.what {
			case poolMax:
				w.max(at, large)
			case poolMaxBackward:
				w.maxBackward(large, at, values, largest[lo:lo+p.Channels])
			case poolAverage:
				w.average(at, large)
			case poolAverageBackward:
				w.averageBackward(large, at)
			}
		}
	}
	if p.Mask != nil && (p.what == poolMaxBackward || p.what == poolAverageBackward) {
		gate(large, p.Mask[image*l:(image+1)*l])
	}
}

// gate sets x to +0 where mask is not above zero, and where x is −0 or subnormal.
func gate(x, mask []float32) {
	for i, m := range mask {
		if !(m > 0) || isFlushed(x[i]) {
			x[i] = 0
		}
	}
}

// inside returns the range of taps of position i of the small side that lie
// inside.
func (a ConvAxis) inside(i int) (from, to int) {
	first := i*a.Stride - a.Before
	if first < 0 {
		from = min((-first+a.Dilation-1)/a.Dilation, a.Kernel)
	}
	to = from
	if last := a.Large - 1 - first; last >= 0 {
		to = max(from, min(a.Kernel, last/a.Dilation+1))
	}
	return from, to
}

// poolWindow is the places of a window that lie inside: rows of cols places. All
// distances are in elements.
type poolWindow struct {
	first, rows, cols int
	rowStep, colStep  int
}

// window returns the window of a position.
func (p *Pool) window(i, j int) poolWindow {
	y0, y1 := p.Y.inside(i)
	x0, x1 := p.X.inside(j)
	y, x := i*p.Y.Stride-p.Y.Before+y0*p.Y.Dilation, j*p.X.Stride-p.X.Before+x0*p.X.Dilation
	row := p.X.Large * p.Channels
	return poolWindow{first: y*row + x*p.Channels, rows: y1 - y0, cols: x1 - x0,
		rowStep: p.Y.Dilation * row, colStep: p.X.Dilation * p.Channels}
}

// place returns where place k begins.
func (w *poolWindow) place(k int) int { return w.first + k/w.cols*w.rowStep + k%w.cols*w.colStep }

func (w *poolWindow) max(dst, large []float32) {
	copy(dst, large[w.first:])
	for k := 1; k < w.rows*w.cols; k++ {
		Max(dst, dst, large[w.place(k):][:len(dst)])
	}
}

func (w *poolWindow) maxBackward(large, small, values, largest []float32) {
	for c, d := range small {
		for k := range w.rows * w.cols {
			at := w.place(k) + c
			if values[at] == largest[c] {
				large[at] += d
				break
			}
		}
	}
}

func (w *poolWindow) average(dst, large []float32) {
	copy(dst, large[w.first:])
	for k := 1; k < w.rows*w.cols; k++ {
		Add(dst, dst, large[w.place(k):][:len(dst)])
	}
	Scale(dst, dst, 1/float32(w.rows*w.cols))
}

func (w *poolWindow) averageBackward(large, small []float32) {
	n := w.rows * w.cols
	for k := range n {
		to := large[w.place(k):][:len(small)]
		AddScaled(to, to, 1/float32(n), small)
	}
}
