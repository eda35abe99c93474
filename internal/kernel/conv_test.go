package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// randomAxis draws an axis of a convolution: any stride, dilation and padding,
// and windows that may lie outside of it altogether.
func randomAxis(rng *rand.Rand, most int) kernel.ConvAxis {
	a := kernel.ConvAxis{Large: 1 + rng.IntN(most), Kernel: 1 + rng.IntN(4), Stride: 1 + rng.IntN(3), Dilation: 1 + rng.IntN(3), Before: rng.IntN(4)}
	a.Small = (a.Large+2*a.Before)/a.Stride + 1
	return a
}

// randomConv draws a convolution whose product is not too large for the slow loop.
func randomConv(rng *rand.Rand) kernel.Conv {
	groups := []int{1, 1, 1, 2, 3}[rng.IntN(5)]
	c := kernel.Conv{Images: 1 + rng.IntN(3), Y: randomAxis(rng, 6), X: randomAxis(rng, 12),
		LargeChannels: groups * (1 + rng.IntN(9)), SmallChannels: groups * (1 + rng.IntN(20)), Groups: groups}
	switch rng.IntN(8) {
	case 3, 4: // many groups of few channels
		c.Groups = 6 + rng.IntN(30)
		c.LargeChannels, c.SmallChannels = c.Groups*(1+rng.IntN(6)), c.Groups*(1+rng.IntN(6))
	case 0: // a group for each channel
		c.Groups = c.LargeChannels
		c.SmallChannels = c.Groups * (1 + rng.IntN(3))
	case 1: // a sequence
		c.Y = kernel.ConvAxis{Large: 1, Small: 1, Kernel: 1, Stride: 1, Dilation: 1}
	case 2: // several panels
		c.SmallChannels = c.Groups * (60 + rng.IntN(80))
	}
	return c
}

// meets lists, for position i of the small side of an axis and tap k, the position
// of the large side.
func meets(a kernel.ConvAxis, i, k int) (int, bool) {
	j := i*a.Stride + k*a.Dilation - a.Before
	return j, j >= 0 && j < a.Large
}

// eachMeeting calls f for every pair of places that meet in an image, in ascending
// order of the small side and then of the taps: the first values of both in their
// images, and the tap.
func eachMeeting(c *kernel.Conv, f func(large, small, tap int)) {
	for i := range c.Y.Small {
		for j := range c.X.Small {
			for tap := range c.Y.Kernel * c.X.Kernel {
				y, inY := meets(c.Y, i, tap/c.X.Kernel)
				x, inX := meets(c.X, j, tap%c.X.Kernel)
				if inY && inX {
					f((y*c.X.Large+x)*c.LargeChannels, (i*c.X.Small+j)*c.SmallChannels, tap)
				}
			}
		}
	}
}

// convData is the operands of a convolution. w is taps×channels of a group×filters.
type convData struct {
	kernel.Conv
	large, small, w []float32
}

func newConvData(c kernel.Conv, fill func() float32) *convData {
	d := &convData{Conv: c}
	d.large, _ = guarded(c.Images*c.Y.Large*c.X.Large*c.LargeChannels, 0, fill)
	d.small, _ = guarded(c.Images*c.Y.Small*c.X.Small*c.SmallChannels, 3, fill)
	d.w, _ = guarded(c.KernelSize(), 1, fill)
	return d
}

// channels calls f for the channels of a tap that meet: one of each side and their
// weight.
func (d *convData) channels(tap int, f func(c, k, w int)) {
	cg, fg := d.LargeChannels/d.Groups, d.SmallChannels/d.Groups
	for k := range d.SmallChannels {
		for c := range cg {
			f(k/fg*cg+c, k, (tap*cg+c)*d.SmallChannels+k)
		}
	}
}

// slow runs one chain of fused multiply-adds for each result, as documented.
// Meetings come in the order of the small side, which is that of the large side's
// sources too; for the small side's own chains it is that of the taps.
func (d *convData) slow(f func(large, small, w int)) {
	for image := range d.Images {
		l, s := image*d.Y.Large*d.X.Large*d.LargeChannels, image*d.Y.Small*d.X.Small*d.SmallChannels
		eachMeeting(&d.Conv, func(large, small, tap int) {
			d.channels(tap, func(c, k, w int) { f(l+large+c, s+small+k, w) })
		})
	}
}

func (d *convData) toSmall() []float32 {
	y := make([]float32, len(d.small))
	d.slow(func(large, small, w int) { y[small] = kernel.FMA(d.large[large], d.w[w], y[small]) })
	return y
}

func (d *convData) toLarge() []float32 {
	y := make([]float32, len(d.large))
	d.slow(func(large, small, w int) { y[large] = kernel.FMA(d.small[small], d.w[w], y[large]) })
	return y
}

func (d *convData) weights() (w, sums []float32) {
	w, sums = make([]float32, len(d.w)), make([]float32, d.SmallChannels)
	d.slow(func(large, small, at int) { w[at] = kernel.FMA(d.large[large], d.small[small], w[at]) })
	for i, v := range d.small {
		sums[i%d.SmallChannels] += v
	}
	return w, sums
}

// finish applies bias, ReLU and mask to a product.
func finish(y, bias []float32, relu bool, mask []float32) {
	for i := range y {
		if bias != nil {
			y[i] += bias[i%len(bias)]
		}
		if relu && y[i] < 0 {
			y[i] = 0
		}
		if mask != nil && (!(mask[i] > 0) || float32(math.Abs(float64(y[i]))) < 0x1p-126) {
			y[i] = 0
		}
	}
}

// task runs something in so many parts, one after the other.
func inParts(n int, task kernel.Task) {
	for i := range n {
		task.Part(i, n)
	}
}

func checkSame(t *testing.T, what string, got, want []float32) {
	t.Helper()
	if i := firstDifference(got, want); i >= 0 {
		t.Fatalf("%s: element %d is %x, want %x", what, i, got[i], want[i])
	}
}

// The products have the documented order of operations at every level, in any
// number of parts.
func TestConvFollowsItsOrder(t *testing.T) {
	cases := 150
	if testing.Short() {
		cases = 40
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(11, 1))
		for i := range cases {
			c, fill := randomConv(rng), normal(rng)
			if i%2 == 0 {
				fill = extremes(rng)
			}
			d := newConvData(c, fill)
			what := fmt.Sprintf("%+v", c)
			d.checkToSmall(t, what, rng)
			d.checkToLarge(t, what, rng)
			d.checkWeights(t, what, rng)
		}
	})
}

func (d *convData) checkToSmall(t *testing.T, what string, rng *rand.Rand) {
	t.Helper()
	p := d.ToSmall()
	dst, all := guarded(len(d.small), 5, extremes(rng))
	p.Src, p.Weights, p.Dst = d.large, d.w, dst
	want := d.toSmall()
	if rng.IntN(2) == 0 {
		p.Bias, _ = guarded(d.SmallChannels, 0, extremes(rng))
	}
	if rng.IntN(2) == 0 {
		p.Act = kernel.EpReLU
	}
	finish(want, p.Bias, p.Act == kernel.EpReLU, nil)
	inParts(1+rng.IntN(5), p)
	checkSame(t, what+", to small", dst, want)
	if !intact(dst, all, 5) {
		t.Fatalf("%s, to small: wrote outside", what)
	}
}

func (d *convData) checkToLarge(t *testing.T, what string, rng *rand.Rand) {
	t.Helper()
	packed := make([]float32, len(d.w))
	d.PackBackward(packed, d.w)
	p := d.ToLarge()
	dst, all := guarded(len(d.large), 2, extremes(rng))
	p.Src, p.Weights, p.Dst = d.small, packed, dst
	want := d.toLarge()
	if rng.IntN(2) == 0 {
		p.Mask, _ = guarded(len(d.large), 0, extremes(rng))
	}
	finish(want, nil, false, p.Mask)
	inParts(1+rng.IntN(5), p)
	checkSame(t, what+", to large", dst, want)
	if !intact(dst, all, 2) {
		t.Fatalf("%s, to large: wrote outside", what)
	}
}

func (d *convData) checkWeights(t *testing.T, what string, rng *rand.Rand) {
	t.Helper()
	w := d.Weights()
	dst, all := guarded(len(d.w), 4, extremes(rng))
	w.A, w.B, w.Dst, w.Sums = d.large, d.small, dst, make([]float32, d.SmallChannels)
	want, sums := d.weights()
	inParts(1+rng.IntN(5), w)
	checkSame(t, what+", weights", dst, want)
	checkSame(t, what+", sums", w.Sums, sums)
	if !intact(dst, all, 4) {
		t.Fatalf("%s, weights: wrote outside", what)
	}
}

// A transposed convolution's weights have their last two axes exchanged; all else
// is the convolution's.
func TestConvTransposed(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(12, 1))
		for range 20 {
			c := randomConv(rng)
			c.LargeChannels, c.SmallChannels, c.Groups = 1+rng.IntN(20), 1+rng.IntN(9), 1
			d := newConvData(c, normal(rng))
			exchanged := make([]float32, len(d.w))
			size := c.LargeChannels * c.SmallChannels
			for i, v := range d.w {
				tap, l, s := i/size, i%size/c.SmallChannels, i%c.SmallChannels
				exchanged[tap*size+s*c.LargeChannels+l] = v
			}
			packed := make([]float32, len(d.w))
			large, small := c.ToLarge(), c.ToSmall()
			c.PackTransposed(packed, exchanged)
			large.Src, large.Weights, large.Dst = d.small, packed, make([]float32, len(d.large))
			large.Run(nil)
			checkSame(t, "transposed", large.Dst, d.toLarge())
			c.PackTransposedBackward(packed, exchanged)
			small.Src, small.Weights, small.Dst = d.large, packed, make([]float32, len(d.small))
			small.Run(nil)
			checkSame(t, "transposed, back", small.Dst, d.toSmall())
			w := c.TransposedWeights()
			w.A, w.B, w.Dst, w.Sums = d.small, d.large, make([]float32, len(d.w)), make([]float32, c.LargeChannels)
			inParts(1+rng.IntN(4), w)
			want, _ := d.weights()
			for i, v := range want {
				tap, l, s := i/size, i%size/c.SmallChannels, i%c.SmallChannels
				if got := w.Dst[tap*size+s*c.LargeChannels+l]; !same(got, v) {
					t.Fatalf("%+v: weight %d is %x, want %x", c, i, got, v)
				}
			}
			checkSums(t, w.Sums, d.large)
		}
	})
}

// checkSums compares sums with those of x's columns, one by one.
func checkSums(t *testing.T, sums, x []float32) {
	t.Helper()
	want := make([]float32, len(sums))
	for i, v := range x {
		want[i%len(want)] += v
	}
	checkSame(t, "sums", sums, want)
}

// Large convolutions run on threads, with the bits of one.
func TestConvThreads(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 1))
	for _, c := range []kernel.Conv{convolution(4, 14, 8, 40, 3), grouped(convolution(4, 14, 32, 64, 3), 16), grouped(convolution(4, 14, 48, 48, 3), 48)} {
		sameOnThreads(t, newConvData(c, normal(rng)))
	}
}

func sameOnThreads(t *testing.T, d *convData) {
	t.Helper()
	var first [][]float32
	for _, r := range []kernel.Runner{nil, threads(1), threads(2), threads(3), threads(7)} {
		p, q, w := d.ToSmall(), d.ToLarge(), d.Weights()
		packed := make([]float32, len(d.w))
		d.PackBackward(packed, d.w)
		p.Src, p.Weights, p.Dst = d.large, d.w, make([]float32, len(d.small))
		q.Src, q.Weights, q.Dst = d.small, packed, make([]float32, len(d.large))
		w.A, w.B, w.Dst, w.Sums = d.large, d.small, make([]float32, len(d.w)), make([]float32, d.SmallChannels)
		p.Run(r)
		q.Run(r)
		w.Run(r)
		got := [][]float32{p.Dst, q.Dst, w.Dst, w.Sums}
		if first == nil {
			first = got
		}
		for i := range got {
			checkSame(t, fmt.Sprintf("product %d on %v threads", i, r), got[i], first[i])
		}
	}
}

func TestConvOfNothing(t *testing.T) {
	c := convolution(0, 5, 2, 3, 3)
	w := c.Weights()
	w.Dst, w.Sums = []float32{17: 1}, []float32{1, 2, 3}
	w.Dst = make([]float32, c.KernelSize())
	w.Dst[3] = 1
	w.Run(nil)
	checkSame(t, "weights of no images", w.Dst, make([]float32, len(w.Dst)))
	checkSame(t, "sums of no images", w.Sums, make([]float32, 3))
	p := c.ToSmall()
	p.Weights = make([]float32, c.KernelSize())
	p.Run(nil)
}

func TestConvPanics(t *testing.T) {
	c := convolution(2, 5, 2, 3, 3)
	panics(t, "kernel: ConvProduct of 2 images", func() { c.ToSmall().Run(nil) })
	panics(t, "kernel: ConvWeights of 2 images", func() { c.Weights().Run(nil) })
	c.Groups = 2
	panics(t, "kernel: Conv of ", func() { c.ToLarge() })
}

func TestConvAllocatesNothing(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(14, 1))
		for _, c := range []kernel.Conv{convolution(2, 6, 3, 5, 3), grouped(convolution(2, 6, 18, 36, 3), 9)} {
			d := newConvData(c, normal(rng))
			p, w := d.ToSmall(), d.Weights()
			p.Src, p.Weights, p.Dst = d.large, d.w, d.small
			w.A, w.B, w.Dst, w.Sums = d.large, d.small, d.w, make([]float32, c.SmallChannels)
			if n := testing.AllocsPerRun(5, func() {
				p.Run(nil)
				w.Run(nil)
			}); n != 0 {
				t.Errorf("a run allocates %g times", n)
			}
		}
	})
}
