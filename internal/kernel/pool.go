package kernel

import (
	"fmt"
	"math"
)

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
	// Rectified is set where Values are the output of a ReLU: the backward passes
	// then multiply by its derivative, 1 where a value is above zero and else 0.
	Rectified bool

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
// place of its window, rows before columns, that holds the largest value. Windows
// that overlap add row by row of the small side, in each of them place by place of
// the window. A gradient is lost where the largest is NaN. Small is overwritten.
func (p *Pool) MaxBackward(r Runner) { p.run(r, poolMaxBackward) }

// Average is Small = the mean of each window: the sum in ascending order, rows
// before columns, times the inverse of the number of places inside.
func (p *Pool) Average(r Runner) { p.run(r, poolAverage) }

// AverageBackward writes Large from Small, both gradients: each is shared out
// evenly over its window, added in the order of [Pool.MaxBackward].
func (p *Pool) AverageBackward(r Runner) { p.run(r, poolAverageBackward) }

func (p *Pool) largeSize() int { return p.Y.Large * p.X.Large * p.Channels }
func (p *Pool) smallSize() int { return p.Y.Small * p.X.Small * p.Channels }

func (p *Pool) run(r Runner, what poolPass) {
	p.what = what
	large, small := p.Images*p.largeSize(), p.Images*p.smallSize()
	if len(p.Large) < large || len(p.Small) < small || p.backward() && p.needsValues() && len(p.Values) < large ||
		what == poolMaxBackward && len(p.Largest) < small {
		panic(fmt.Sprintf("kernel: Pool of %d images, %+v, %+v and %d channels: the sides have %d and %d elements, values %d, largest %d",
			p.Images, p.Y, p.X, p.Channels, len(p.Large), len(p.Small), len(p.Values), len(p.Largest)))
	}
	if w := width(r); w > 1 && 8*(large+small) >= parallelCost {
		r.Run(w, p)
		return
	}
	p.Part(0, 1)
}

func (p *Pool) backward() bool    { return p.what == poolMaxBackward || p.what == poolAverageBackward }
func (p *Pool) needsValues() bool { return p.what == poolMaxBackward || p.Rectified }

// Part does part i of n of the images. It implements [Task].
func (p *Pool) Part(i, n int) {
	images := cut(p.Images, 1, i, n)
	for image := images.lo; image < images.hi; image++ {
		at := poolImage{Pool: p, large: part(p.Large, image, p.largeSize()), small: part(p.Small, image, p.smallSize())}
		if p.backward() && p.needsValues() {
			at.values = part(p.Values, image, p.largeSize())
		}
		if p.what == poolMaxBackward {
			at.largest = part(p.Largest, image, p.smallSize())
		}
		at.rows()
	}
}

// part returns part i of x, cut into parts of n elements.
func part(x []float32, i, n int) []float32 { return x[i*n : (i+1)*n] }

// poolImage is one image of a pooling.
type poolImage struct {
	*Pool
	large, small, values, largest []float32
	cleared                       int // rows of large that have been cleared
}

// rows does one row of the small side after the other.
func (p *poolImage) rows() {
	for i := range p.Y.Small {
		y0, y1 := p.Y.inside(i)
		first := i*p.Y.Stride - p.Y.Before
		p.start(i, first+(y1-1)*p.Y.Dilation+1)
		for ky := y0; ky < y1; ky++ {
			for kx := range p.X.Kernel {
				p.line(i, first+ky*p.Y.Dilation, kx)
			}
		}
		if p.what == poolAverage {
			p.divide(i, y1-y0)
		}
	}
	if p.backward() {
		p.clear(p.Y.Large)
		if p.what == poolAverageBackward && p.Rectified {
			ActBackward(ActReLU, 0, 0, p.large, p.large, p.values)
		}
	}
}

// row returns row i of the small side.
func (p *poolImage) row(x []float32, i int) []float32 { return part(x, i, p.X.Small*p.Channels) }

// start prepares row i of the small side, and the large side's up to reach.
func (p *poolImage) start(i, reach int) {
	row := p.row(p.small, i)
	switch p.what {
	case poolMax:
		Fill(row, float32(math.Inf(-1)))
	case poolAverage:
		clear(row)
	case poolMaxBackward:
		if p.Rectified { // where the largest is above zero
			ActBackward(ActReLU, 0, 0, row, row, p.row(p.largest, i))
		}
	}
	if p.backward() {
		p.clear(reach)
	}
}

// clear clears the large side up to the given row.
func (p *poolImage) clear(reach int) {
	if n := p.X.Large * p.Channels; reach > p.cleared {
		clear(p.large[p.cleared*n : reach*n])
		p.cleared = reach
	}
}

// line does column kx of the windows of row i, in row y of the large side.
func (p *poolImage) line(i, y, kx int) {
	j, n := p.X.reach(kx)
	if n == 0 {
		return
	}
	x, _ := p.X.large(j, kx)
	at, from := (y*p.X.Large+x)*p.Channels, (i*p.X.Small+j)*p.Channels
	largeStep, smallStep := p.X.Stride*p.Channels, p.Channels
	large, small := p.large[at:], p.small[from:]
	switch p.what {
	case poolMax:
		maxLines(small, large, n, p.Channels, smallStep, largeStep)
	case poolMaxBackward:
		takeLines(large, small, p.values[at:], p.largest[from:], n, p.Channels, largeStep, smallStep)
	case poolAverage:
		addScaledLines(small, large, 1, n, p.Channels, smallStep, largeStep)
	case poolAverageBackward:
		p.share(large, small, i, j, n)
	}
}

// divide turns the sums of row i, over windows of the given rows, into means.
func (p *poolImage) divide(i, rows int) {
	row := p.row(p.small, i)
	for j := range p.X.Small {
		x0, x1 := p.X.inside(j)
		at := part(row, j, p.Channels)
		Scale(at, at, 1/float32(rows*(x1-x0)))
	}
}

// share adds a part of the gradients of n positions of row i from j on.
func (p *poolImage) share(large, small []float32, i, j, n int) {
	y0, y1 := p.Y.inside(i)
	step := p.X.Stride * p.Channels
	for k := 0; k < n; {
		x0, x1 := p.X.inside(j + k)
		same := 1
		for k+same < n && p.X.count(j+k+same) == x1-x0 {
			same++
		}
		addScaledLines(large[k*step:], small[k*p.Channels:], 1/float32((y1-y0)*(x1-x0)), same, p.Channels, step, p.Channels)
		k += same
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

// count returns how many taps of position i lie inside.
func (a ConvAxis) count(i int) int {
	from, to := a.inside(i)
	return to - from
}
