package kernel

import "fmt"

// ConvProduct writes one side of a [Conv] from the other:
//
//	Dst = mask ⊙ act(Σ over taps and channels of Src·Weights + bias).
//
// Every element is one chain of fused multiply-adds that starts from +0, over
// the taps that lie inside, rows before columns, in ascending order of the source
// positions that they meet, and over the channels of the group in each. Taps
// outside add nothing. Then come bias, activation and mask as in [Gemm]. The
// patches are read where they lie in the image; nothing is copied.
//
// Make one by [Conv.ToSmall] or [Conv.ToLarge], once for each plan; Run allocates
// nothing. Dst must not overlap the others.
type ConvProduct struct {
	Src, Dst []float32
	Weights  []float32 // see the Pack functions of [Conv]; ToSmall reads a convolution's own
	Bias     []float32 // a value for each channel of Dst; nil for none
	Act      Epilogue
	Mask     []float32 // as long as Dst; nil for none: see [Gemm]

	images, groups int
	plane          *ConvProduct // of a plane with another, where lanes are groups
	from, to       convSide
	rects          []convRect
	weights        int // of them that are read
	cost           int
}

// convSide is images of height×width×channels.
type convSide struct{ height, width, channels int }

func (s convSide) size() int { return s.height * s.width * s.channels }

// convRect is the destination positions that share their taps on both axes.
type convRect struct {
	y, x convRun
	// depth is the number of steps of k in each segment of the chain.
	depth    int
	segments []segment
}

// segment is a part of the chains of a product: where its operands begin, in
// elements from those of the whole.
type segment struct{ a, b int }

// ToSmall returns the product that writes the small side: a convolution.
func (c Conv) ToSmall() *ConvProduct {
	c.check()
	p := c.product(convSide{c.Y.Large, c.X.Large, c.LargeChannels}, convSide{c.Y.Small, c.X.Small, c.SmallChannels},
		c.Y.toSmall(), c.X.toSmall())
	if c.inPlanes() {
		p.plane = c.plane().product(convSide{c.Y.Large, c.X.Large, c.Groups}, convSide{c.Y.Small, c.X.Small, c.Groups},
			c.Y.toSmall(), c.X.toSmall())
	}
	return p
}

// ToLarge returns the product that writes the large side: the gradient of a
// convolution's input, or a transposed convolution.
func (c Conv) ToLarge() *ConvProduct {
	c.check()
	p := c.product(convSide{c.Y.Small, c.X.Small, c.SmallChannels}, convSide{c.Y.Large, c.X.Large, c.LargeChannels},
		c.Y.toLarge(), c.X.toLarge())
	if c.inPlanes() {
		p.plane = c.plane().product(convSide{c.Y.Small, c.X.Small, c.Groups}, convSide{c.Y.Large, c.X.Large, c.Groups},
			c.Y.toLarge(), c.X.toLarge())
	}
	return p
}

func (c Conv) product(from, to convSide, rows, cols []convRun) *ConvProduct {
	p := &ConvProduct{images: c.Images, groups: c.Groups, from: from, to: to}
	for _, y := range rows {
		for _, x := range cols {
			r := convRect{y: y, x: x}
			r.chain(c.X.Kernel, from, from.channels/c.Groups*to.channels, c.Groups)
			p.rects = append(p.rects, r)
			for _, s := range r.segments {
				p.weights = max(p.weights, s.b+r.depth*to.channels)
			}
		}
	}
	p.cost = c.Images * (c.Y.Small*c.X.Small*c.taps()*c.LargeChannels/c.Groups*c.SmallChannels + 8*(from.size()+to.size()))
	return p
}

// chain lists the segments: for each row of taps one if their sources lie one
// after the other, else one for each tap. matrix is the size of a tap's weights.
func (r *convRect) chain(kernelCols int, from convSide, matrix, groups int) {
	cols := r.x.taps
	joined := groups == 1 && len(cols) > 0
	for i, t := range cols {
		joined = joined && t.distance == i && t.k == cols[0].k+i
	}
	r.depth = from.channels / groups
	if joined {
		r.depth *= len(cols)
		cols = cols[:1]
	}
	for _, ty := range r.y.taps {
		for _, tx := range cols {
			r.segments = append(r.segments, segment{
				a: (ty.distance*from.width + tx.distance) * from.channels,
				b: (ty.k*kernelCols + tx.k) * matrix,
			})
		}
	}
}

// Run computes the product, on r's threads where it is large enough. It panics,
// with the sizes, if a slice is too short.
func (p *ConvProduct) Run(r Runner) {
	p.check()
	if w := width(r); w > 1 && p.cost >= parallelCost {
		r.Run(w, p)
		return
	}
	p.Part(0, 1)
}

func (p *ConvProduct) check() {
	dst := p.images * p.to.size()
	if len(p.Src) < p.images*p.from.size() || len(p.Dst) < dst || len(p.Weights) < p.weights ||
		p.Bias != nil && len(p.Bias) < p.to.channels || p.Mask != nil && len(p.Mask) < dst {
		panic(fmt.Sprintf("kernel: ConvProduct of %d images from %v to %v with %d weights: source has %d elements, destination %d, weights %d, bias %d, mask %d",
			p.images, p.from, p.to, p.weights, len(p.Src), len(p.Dst), len(p.Weights), len(p.Bias), len(p.Mask)))
	}
}

// Part computes part i of n: a range of the images' rows. It implements [Task].
func (p *ConvProduct) Part(i, n int) {
	h := p.to.height
	part := cut(p.images*h, 1, i, n)
	var s *planes
	if p.plane != nil {
		s = p.borrow()
		defer s.release()
	}
	for image := part.lo / h; image*h < part.hi; image++ {
		lo, hi := max(part.lo-image*h, 0), min(part.hi-image*h, h)
		if p.plane != nil {
			p.planesOf(s, image, lo, hi)
			continue
		}
		for k := range p.rects {
			r := &p.rects[k]
			p.eachLine(r, image, lo, hi, func(l line) { p.line(r, l) })
		}
	}
}

// eachLine calls f for the lines of a rectangle's positions in rows lo to hi-1 of
// an image, along its longer axis.
func (p *ConvProduct) eachLine(r *convRect, image, lo, hi int, f func(l line)) {
	lo, hi = r.y.within(lo, hi)
	srcRow, srcCol := p.from.width*p.from.channels, p.from.channels
	dstRow, dstCol := p.to.width*p.to.channels, p.to.channels
	src := image*p.from.size() + (r.y.from+lo*r.y.fromStep)*srcRow + r.x.from*srcCol
	dst := image*p.to.size() + (r.y.first+lo*r.y.step)*dstRow + r.x.first*dstCol
	srcRow, srcCol = srcRow*r.y.fromStep, srcCol*r.x.fromStep
	dstRow, dstCol = dstRow*r.y.step, dstCol*r.x.step
	if r.x.count >= hi-lo {
		for range hi - lo {
			f(line{src: src, srcStep: srcCol, dst: dst, dstStep: dstCol, count: r.x.count})
			src, dst = src+srcRow, dst+dstRow
		}
		return
	}
	for range r.x.count {
		f(line{src: src, srcStep: srcRow, dst: dst, dstStep: dstRow, count: hi - lo})
		src, dst = src+srcCol, dst+dstCol
	}
}

// line is positions a fixed number of elements apart in source and destination.
type line struct{ src, srcStep, dst, dstStep, count int }

// line computes the positions of a line.
func (p *ConvProduct) line(r *convRect, l line) {
	depth, cols := p.from.channels/p.groups, p.to.channels/p.groups
	for g := range p.groups {
		s := segmented{segments: r.segments}
		s.Gemm = Gemm{M: l.count, N: cols, K: r.depth, LDA: max(l.srcStep, 1),
			B: p.Weights[g*cols:], LDB: p.to.channels, C: p.Dst[l.dst+g*cols:], LDC: max(l.dstStep, 1), Act: p.Act}
		if len(r.segments) > 0 { // else the source's place may lie outside
			s.A = p.Src[l.src+g*depth:]
		}
		if p.Bias != nil {
			s.Bias = p.Bias[g*cols:]
		}
		if p.Mask != nil {
			s.Mask, s.LDMask = p.Mask[l.dst+g*cols:], max(l.dstStep, 1)
		}
		s.run()
	}
}
