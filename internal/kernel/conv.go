package kernel

import "fmt"

// ConvAxis is one axis of a convolution from the large side to the small one:
// position i of the small side meets the positions i·Stride + k·Dilation − Before
// of the large side, for k from 0 to Kernel−1, as far as they lie inside.
type ConvAxis struct {
	Large, Small                     int // lengths
	Kernel, Stride, Dilation, Before int
}

// large returns what tap k of position i of the small side meets, and whether it
// lies inside.
func (a ConvAxis) large(i, k int) (int, bool) {
	j := i*a.Stride + k*a.Dilation - a.Before
	return j, j >= 0 && j < a.Large
}

// small returns the position of the small side whose tap k meets position j of
// the large side, and whether there is one.
func (a ConvAxis) small(j, k int) (int, bool) {
	i := j + a.Before - k*a.Dilation
	return i / a.Stride, i >= 0 && i%a.Stride == 0 && i/a.Stride < a.Small
}

// reach returns the first position of the small side whose tap k lies inside, and
// how many there are.
func (a ConvAxis) reach(k int) (first, count int) {
	offset := k*a.Dilation - a.Before
	if offset < 0 {
		first = (-offset + a.Stride - 1) / a.Stride
	}
	if last := a.Large - 1 - offset; last >= 0 {
		count = min(a.Small, last/a.Stride+1) - first
	}
	return first, max(count, 0)
}

// Conv is the geometry of a two-dimensional convolution of Images images with
// channels last. The large side is images×Y.Large×X.Large×LargeChannels, the
// small side images×Y.Small×X.Small×SmallChannels; both have their channels in
// Groups groups that meet only each other.
//
// A convolution reads the large side and writes the small one, and its gradient
// goes the other way; a transposed convolution is that other way forward.
type Conv struct {
	Images                       int
	Y, X                         ConvAxis
	LargeChannels, SmallChannels int
	Groups                       int
}

func (c *Conv) taps() int      { return c.Y.Kernel * c.X.Kernel }
func (c *Conv) largeSize() int { return c.Y.Large * c.X.Large * c.LargeChannels }
func (c *Conv) smallSize() int { return c.Y.Small * c.X.Small * c.SmallChannels }

// check panics unless the numbers make sense.
func (c *Conv) check() {
	ok := c.Images >= 0 && c.Groups > 0 && c.LargeChannels > 0 && c.SmallChannels > 0 &&
		c.LargeChannels%c.Groups == 0 && c.SmallChannels%c.Groups == 0
	for _, a := range []ConvAxis{c.Y, c.X} {
		ok = ok && a.Large > 0 && a.Small > 0 && a.Kernel > 0 && a.Stride > 0 && a.Dilation > 0 && a.Before >= 0
	}
	if !ok {
		panic(fmt.Sprintf("kernel: Conv of %+v", *c))
	}
}

// KernelSize is the number of weights: taps×channels of a group×filters.
func (c *Conv) KernelSize() int {
	return c.taps() * c.LargeChannels / c.Groups * c.SmallChannels
}

// Weights in the order that a [ConvProduct] reads them: for each tap, in
// ascending order of what it meets, a matrix of the source's channels of one
// group × all destination's channels.

// PackBackward writes the weights of a convolution, taps×channels of a
// group×filters, in the order that [Conv.ToLarge] reads: the taps reversed and
// each matrix transposed. Both have KernelSize elements and must not overlap.
func (c *Conv) PackBackward(dst, w []float32) {
	mustMatch("PackBackward", len(dst), len(w), c.KernelSize())
	cg, fg, taps := c.LargeChannels/c.Groups, c.SmallChannels/c.Groups, c.taps()
	size := cg * c.SmallChannels
	for t := range taps {
		from, to := w[t*size:(t+1)*size], dst[(taps-1-t)*size:(taps-t)*size]
		for g := range c.Groups {
			transpose(to[g*cg:], c.LargeChannels, from[g*fg:], c.SmallChannels, cg, fg)
		}
	}
}

// PackTransposed writes the weights of a transposed convolution, taps×the small
// side's channels×the large side's, in the order that [Conv.ToLarge] reads: the
// taps reversed. The convolution has one group.
func (c *Conv) PackTransposed(dst, w []float32) {
	mustMatch("PackTransposed", len(dst), len(w), c.KernelSize())
	size, taps := c.LargeChannels*c.SmallChannels, c.taps()
	for t := range taps {
		copy(dst[(taps-1-t)*size:(taps-t)*size], w[t*size:])
	}
}

// PackTransposedBackward writes the weights of a transposed convolution in the
// order that [Conv.ToSmall] reads: each matrix transposed.
func (c *Conv) PackTransposedBackward(dst, w []float32) {
	mustMatch("PackTransposedBackward", len(dst), len(w), c.KernelSize())
	size := c.LargeChannels * c.SmallChannels
	for t := range c.taps() {
		transpose(dst[t*size:], c.SmallChannels, w[t*size:], c.LargeChannels, c.SmallChannels, c.LargeChannels)
	}
}
