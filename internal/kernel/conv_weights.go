package kernel

import "fmt"

// ConvWeights is the gradient of a convolution's weights and bias,
//
//	Dst[tap, i, j] = Σ over images and positions of A[·, i]·B[·, j],
//
// where A and B are the sides of a [Conv]: for each tap the products of the
// channels that it brings together. Every element is one chain of fused
// multiply-adds that starts from +0, over images, rows and columns of the small
// side in ascending order. Sums is Σ over images and positions of B[·, j], added
// in the same order.
//
// Make one by [Conv.Weights] or [Conv.TransposedWeights], once for each plan; Run
// allocates nothing.
type ConvWeights struct {
	A, B []float32
	Dst  []float32 // nil for none
	Sums []float32 // nil for none

	images, groups, taps int
	plane                *ConvWeights // of a plane with another, where lanes are groups
	a, b                 convSide
	aStep, bStep         int // between the columns of a step of the small side
	rows, cols           int // of the matrix of a tap and group
	depths               []int
	segments             [][]segment // for each tap
	cost                 int
}

// Weights returns the gradient of a convolution's weights: A is the large side,
// its input, and B the small one.
func (c Conv) Weights() *ConvWeights {
	c.check()
	w := c.weights()
	w.a, w.b = convSide{c.Y.Large, c.X.Large, c.LargeChannels}, convSide{c.Y.Small, c.X.Small, c.SmallChannels}
	w.aStep, w.bStep = c.X.Stride*c.LargeChannels, c.SmallChannels
	w.rows, w.cols = c.LargeChannels/c.Groups, c.SmallChannels/c.Groups
	if c.inPlanes() {
		one := c.plane()
		w.plane = one.weights()
		w.plane.aStep, w.plane.bStep = c.X.Stride*c.Groups, c.Groups
	}
	return w
}

// TransposedWeights returns the gradient of a transposed convolution's weights: A
// is the small side, its input, and B the large one.
func (c Conv) TransposedWeights() *ConvWeights {
	c.check()
	w := c.weights()
	for _, s := range w.segments {
		for i := range s {
			s[i].a, s[i].b = s[i].b, s[i].a
		}
	}
	w.a, w.b = convSide{c.Y.Small, c.X.Small, c.SmallChannels}, convSide{c.Y.Large, c.X.Large, c.LargeChannels}
	w.aStep, w.bStep = c.SmallChannels, c.X.Stride*c.LargeChannels
	w.rows, w.cols = c.SmallChannels/c.Groups, c.LargeChannels/c.Groups
	return w
}

// weights lists the segments of each tap, one for each row of the small side:
// first the offset in the large side.
func (c *Conv) weights() *ConvWeights {
	w := &ConvWeights{images: c.Images, groups: c.Groups, taps: c.taps()}
	for ky := range c.Y.Kernel {
		for kx := range c.X.Kernel {
			first, count := c.X.reach(kx)
			var list []segment
			for i := range c.Y.Small {
				j, ok := c.Y.large(i, ky)
				if ok && count > 0 {
					x, _ := c.X.large(first, kx)
					list = append(list, segment{(j*c.X.Large + x) * c.LargeChannels, (i*c.X.Small + first) * c.SmallChannels})
				}
			}
			w.segments, w.depths = append(w.segments, list), append(w.depths, count)
		}
	}
	w.cost = c.Images * (c.Y.Small*c.X.Small*c.taps()*c.LargeChannels/c.Groups*c.SmallChannels + 8*(c.largeSize()+c.smallSize()))
	return w
}

// Run computes the gradients that are wanted, on r's threads where there is
// enough to do. It panics, with the sizes, if a slice is too short.
func (w *ConvWeights) Run(r Runner) {
	w.check()
	if n := width(r); n > 1 && w.cost >= parallelCost {
		r.Run(n, w)
		return
	}
	w.Part(0, 1)
}

func (w *ConvWeights) check() {
	size := w.taps * w.rows * w.b.channels
	if len(w.A) < w.images*w.a.size() || len(w.B) < w.images*w.b.size() ||
		w.Dst != nil && len(w.Dst) < size || w.Sums != nil && len(w.Sums) < w.b.channels {
		panic(fmt.Sprintf("kernel: ConvWeights of %d images, %v and %v, with %d weights: A has %d elements, B %d, destination %d, sums %d",
			w.images, w.a, w.b, size, len(w.A), len(w.B), len(w.Dst), len(w.Sums)))
	}
}

// Part computes part i of n: a range of the weights. It implements [Task].
func (w *ConvWeights) Part(i, n int) {
	all := w.taps * w.rows
	rows, cols := span{0, all}, span{0, w.cols}
	if all >= 12*n {
		rows = cut(all, 6, i, n)
	} else if w.cols >= 16*n {
		cols = cut(w.cols, 16, i, n)
	} else {
		rows = cut(all, 1, i, n)
	}
	sums := cut(w.b.channels, 16, i, n)
	if w.plane != nil && w.Dst != nil {
		w.planePart(cut(all*w.cols, 1, i, n))
	}
	for image := range max(w.images, 1) {
		if w.Dst != nil && w.plane == nil {
			w.image(image, rows, cols)
		}
		if w.Sums != nil && sums.hi > sums.lo {
			w.sums(image, sums)
		}
	}
}

// image adds an image to the given rows, counted through the taps, and columns of
// each group.
func (w *ConvWeights) image(image int, rows, cols span) {
	if rows.hi == rows.lo || cols.hi == cols.lo {
		return
	}
	for tap := rows.lo / w.rows; tap*w.rows < rows.hi; tap++ {
		lo, hi := max(rows.lo-tap*w.rows, 0), min(rows.hi-tap*w.rows, w.rows)
		for g := range w.groups {
			w.product(image, tap, g, span{lo, hi}, cols)
		}
	}
}

func (w *ConvWeights) product(image, tap, g int, rows, cols span) {
	s := segmented{segments: w.segments[tap]}
	first := g*w.cols + cols.lo
	s.Gemm = Gemm{M: rows.hi - rows.lo, N: cols.hi - cols.lo, K: w.depths[tap], TransA: true, LDA: w.aStep, LDB: w.bStep,
		C: w.Dst[(tap*w.rows+rows.lo)*w.b.channels+first:], LDC: w.b.channels, Accumulate: image > 0}
	if w.images == 0 {
		s.segments = nil
	} else {
		s.A, s.B = w.A[image*w.a.size()+g*w.rows+rows.lo:], w.B[image*w.b.size()+first:]
	}
	s.run()
}

// sums adds an image to the sums of the given channels.
func (w *ConvWeights) sums(image int, cols span) {
	size := w.b.size()
	if w.images > 0 {
		colSumPart(w.Sums[cols.lo:cols.hi], w.B[image*size+cols.lo:(image+1)*size], w.b.channels, w.b.height*w.b.width, image > 0)
		return
	}
	clear(w.Sums[cols.lo:cols.hi])
}
