package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// poolAxis draws an axis whose windows all have something inside.
func poolAxis(rng *rand.Rand, most int) kernel.ConvAxis {
	a := kernel.ConvAxis{Kernel: 1 + rng.IntN(4), Stride: 1 + rng.IntN(4), Dilation: 1}
	a.Large = a.Kernel + rng.IntN(most)
	a.Before = rng.IntN(a.Kernel)
	a.Small = (a.Large+a.Before-1)/a.Stride + 1
	return a
}

// poolData is a pooling with its operands: values of the large side, gradients of
// the small one, and room for the results of the four passes.
type poolData struct {
	kernel.Pool
	x, dy              []float32
	y, mean, dx, dmean []float32
}

func newPoolData(rng *rand.Rand, fill func() float32) *poolData {
	d := &poolData{Pool: kernel.Pool{Images: 1 + rng.IntN(3), Y: poolAxis(rng, 5), X: poolAxis(rng, 9), Channels: 1 + rng.IntN(40)}}
	large := d.Images * d.Y.Large * d.X.Large * d.Channels
	small := d.Images * d.Y.Small * d.X.Small * d.Channels
	d.x, _ = guarded(large, 1, fill)
	d.dy, _ = guarded(small, 2, fill)
	d.y, d.mean = make([]float32, small), make([]float32, small)
	d.dx, d.dmean = make([]float32, large), make([]float32, large)
	return d
}

// run computes all four passes.
func (d *poolData) run(r kernel.Runner, rectified bool) {
	p := &d.Pool
	p.Rectified = rectified
	p.Large, p.Small = d.x, d.y
	p.Max(r)
	p.Small = d.mean
	p.Average(r)
	p.Values, p.Largest = d.x, d.y
	p.Large, p.Small = d.dmean, append([]float32(nil), d.dy...)
	p.AverageBackward(r)
	p.Large, p.Small = d.dx, append([]float32(nil), d.dy...)
	p.MaxBackward(r)
}

// window lists the places of a position's window in x, in ascending order.
func (d *poolData) window(image, i, j, c int) (places []int) {
	for ky := range d.Y.Kernel {
		for kx := range d.X.Kernel {
			y, inY := meets(d.Y, i, ky)
			x, inX := meets(d.X, j, kx)
			if inY && inX {
				places = append(places, ((image*d.Y.Large+y)*d.X.Large+x)*d.Channels+c)
			}
		}
	}
	return places
}

// Poolings agree with a slow loop: exactly where there is nothing to round, and to
// some roundings elsewhere.
func TestPoolFollowsItsFormula(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(21, 1))
		for range 60 {
			d := newPoolData(rng, normal(rng))
			d.run(nil, false)
			dx, dmean := make([]float64, len(d.x)), make([]float64, len(d.x))
			for at := range d.y {
				c, j := at%d.Channels, at/d.Channels%d.X.Small
				i := at / d.Channels / d.X.Small % d.Y.Small
				places := d.window(at/d.Channels/d.X.Small/d.Y.Small, i, j, c)
				best, sum := places[0], float32(0)
				for _, p := range places {
					if d.x[p] > d.x[best] {
						best = p
					}
					sum += d.x[p]
					dmean[p] += float64(d.dy[at]) / float64(len(places))
				}
				dx[best] += float64(d.dy[at])
				if d.y[at] != d.x[best] {
					t.Fatalf("%+v: maximum %d is %g, want %g", d.Pool, at, d.y[at], d.x[best])
				}
				if mean := sum * (1 / float32(len(places))); d.mean[at] != mean {
					t.Fatalf("%+v: mean %d is %g, want %g", d.Pool, at, d.mean[at], mean)
				}
			}
			for p := range dx {
				if math.Abs(float64(d.dx[p])-dx[p]) > 1e-5 || math.Abs(float64(d.dmean[p])-dmean[p]) > 1e-5 {
					t.Fatalf("%+v: gradients %g and %g at %d, want %g and %g", d.Pool, d.dx[p], d.dmean[p], p, dx[p], dmean[p])
				}
			}
		}
	})
}

// Every level has the bits of the Go twin, and any number of threads.
func TestPoolTwins(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		for seed := range uint64(80) {
			var all []*poolData
			for k := range 2 {
				rng := rand.New(rand.NewPCG(22, seed))
				d := newPoolData(rng, extremes(rng))
				if k == 0 {
					d.run(nil, seed%2 == 0)
				} else {
					restore := kernel.Use(kernel.Generic)
					d.run(nil, seed%2 == 0)
					restore()
				}
				all = append(all, d)
			}
			for i, got := range [][]float32{all[0].y, all[0].mean, all[0].dx, all[0].dmean} {
				want := [][]float32{all[1].y, all[1].mean, all[1].dx, all[1].dmean}[i]
				checkSame(t, fmt.Sprintf("%+v, result %d", all[0].Pool, i), got, want)
			}
		}
	})
}

func TestPoolThreads(t *testing.T) {
	axis := kernel.ConvAxis{Large: 20, Small: 10, Kernel: 2, Stride: 2, Dilation: 1}
	var first *poolData
	for _, r := range []kernel.Runner{nil, threads(2), threads(5)} {
		rng := rand.New(rand.NewPCG(23, 1))
		d := &poolData{Pool: kernel.Pool{Images: 7, Y: axis, X: axis, Channels: 64}}
		d.x, _ = guarded(7*400*64, 0, normal(rng))
		d.dy, _ = guarded(7*100*64, 0, normal(rng))
		d.y, d.mean, d.dx, d.dmean = make([]float32, len(d.dy)), make([]float32, len(d.dy)), make([]float32, len(d.x)), make([]float32, len(d.x))
		d.run(r, true)
		if first == nil {
			first = d
		}
		checkSame(t, "maximum", d.y, first.y)
		checkSame(t, "mean", d.mean, first.mean)
		checkSame(t, "gradient of the maximum", d.dx, first.dx)
		checkSame(t, "gradient of the mean", d.dmean, first.dmean)
	}
	for i, v := range first.dx {
		if v != 0 && !(first.x[i] > 0) {
			t.Fatalf("rectified: gradient %g at a value of %g", v, first.x[i])
		}
	}
}

func TestPoolPanics(t *testing.T) {
	axis := kernel.ConvAxis{Large: 4, Small: 2, Kernel: 2, Stride: 2, Dilation: 1}
	p := &kernel.Pool{Images: 1, Y: axis, X: axis, Channels: 1, Large: make([]float32, 16), Small: make([]float32, 4)}
	panics(t, "kernel: Pool of 1 images", func() { p.MaxBackward(nil) })
	p.Small = p.Small[:3]
	panics(t, "kernel: Pool of 1 images", func() { p.Max(nil) })
}

// Cut undoes Paste, and around what was pasted there are zeros.
func TestWindow(t *testing.T) {
	rng := rand.New(rand.NewPCG(24, 1))
	for range 50 {
		w := kernel.Window{Images: 1 + rng.IntN(3), Channels: 1 + rng.IntN(5), Top: rng.IntN(3), Left: rng.IntN(3), Height: 1 + rng.IntN(4), Width: 1 + rng.IntN(4)}
		w.Rows, w.Cols = w.Top+w.Height+rng.IntN(3), w.Left+w.Width+rng.IntN(3)
		part, _ := guarded(w.Images*w.Height*w.Width*w.Channels, 0, normal(rng))
		whole, all := guarded(w.Images*w.Rows*w.Cols*w.Channels, 2, normal(rng))
		back := make([]float32, len(part))
		w.Paste(whole, part)
		for i, v := range whole {
			y, x := i/w.Channels/w.Cols%w.Rows-w.Top, i/w.Channels%w.Cols-w.Left
			if inside := y >= 0 && y < w.Height && x >= 0 && x < w.Width; inside != (v != 0) {
				t.Fatalf("%+v: place %d has %g", w, i, v)
			}
		}
		w.Cut(back, whole)
		checkSame(t, "cut", back, part)
		if !intact(whole, all, 2) {
			t.Fatalf("%+v: wrote outside", w)
		}
	}
	w := kernel.Window{Images: 1, Channels: 1, Rows: 2, Cols: 2, Height: 2, Width: 3}
	panics(t, "kernel: Window of ", func() { w.Cut(make([]float32, 6), make([]float32, 4)) })
}
