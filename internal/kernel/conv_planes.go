package kernel

// Where groups are many and have few channels, products of a group would be tiny.
// There lanes are groups: images are taken apart into planes, of which plane c has
// channel c of every group, positions×groups, and each tap multiplies lines of a
// plane by the weights that lie in the same order. A depthwise convolution with one
// filter for each channel is the case of one plane on either side, which is the
// image itself. The chains are those of [Conv].

const (
	planeGroups = 8  // fewest groups for which lanes are groups,
	planePairs  = 32 // and most pairs of channels that meet in a group
)

// inPlanes reports whether lanes are groups.
func (c *Conv) inPlanes() bool {
	pairs := c.LargeChannels / c.Groups * (c.SmallChannels / c.Groups)
	return c.Groups > 1 && (pairs == 1 || c.Groups >= planeGroups && pairs <= planePairs)
}

// plane is the geometry of one plane with another.
func (c Conv) plane() Conv {
	c.LargeChannels, c.SmallChannels = c.Groups, c.Groups
	return c
}

// planeMemory has scratch for the planes of an image, as much as that many threads
// use at once; what is more goes to the collector.
var planeMemory = make(chan *planes, 64)

// planes are the operands of a part, taken apart.
type planes struct {
	memory         []float32
	from, to, pack []float32
}

// borrowPlanes returns memory for planes of the given sizes; 0 leaves out.
func borrowPlanes(from, to, pack int) *planes {
	var s *planes
	select {
	case s = <-planeMemory:
	default:
		s = new(planes)
	}
	if len(s.memory) < from+to+pack {
		s.memory = make([]float32, from+to+pack)
	}
	s.from, s.to, s.pack = s.memory[:from], s.memory[from:from+to], s.memory[from+to:from+to+pack]
	return s
}

// release gives the memory back.
func (s *planes) release() {
	s.from, s.to, s.pack = nil, nil, nil
	select {
	case planeMemory <- s:
	default:
	}
}

// takeApart returns the planes of x, positions×groups×channels of a group, in
// memory, which is not used for one plane.
func takeApart(memory, x []float32, channels int) []float32 {
	if channels > 1 {
		transpose(memory, len(memory)/channels, x, channels, len(memory)/channels, channels)
		return memory
	}
	return x
}

// planeWeights returns the weights in the order of the planes: for each tap and
// channel of the source's groups, and each of the destination's, those of all
// groups.
func (p *ConvProduct) planeWeights(memory []float32) []float32 {
	n := p.to.channels / p.groups
	if n == 1 {
		return p.Weights
	}
	for at := 0; at < len(memory); at += p.to.channels {
		transpose(memory[at:], p.groups, p.Weights[at:], n, p.groups, n)
	}
	return memory
}

// borrow returns memory for the planes, with the weights in their order.
func (p *ConvProduct) borrow() *planes {
	several := p.to.channels > p.groups
	s := borrowPlanes(sizeIf(p.from.channels > p.groups, p.from.size()), sizeIf(several, p.to.size()), sizeIf(several, p.weights))
	s.pack = p.planeWeights(s.pack)
	return s
}

// sizeIf returns n where there are several planes.
func sizeIf(several bool, n int) int {
	if several {
		return n
	}
	return 0
}

// planesOf computes rows lo to hi-1 of an image.
func (p *ConvProduct) planesOf(s *planes, image, lo, hi int) {
	cols, channels := p.to.width*p.groups, p.to.channels/p.groups
	whole := p.Dst[image*p.to.size():][:p.to.size()]
	src := takeApart(s.from, part(p.Src, image, p.from.size()), p.from.channels/p.groups)
	dst := whole
	if channels > 1 {
		dst = s.to
	}
	for k := range p.plane.rects {
		p.plane.eachLine(&p.plane.rects[k], 0, lo, hi, func(l line) { p.planeLine(&p.plane.rects[k], l, src, dst, s.pack) })
	}
	if channels > 1 {
		transpose(whole[lo*cols*channels:], channels, dst[lo*cols:], p.to.height*cols, channels, (hi-lo)*cols)
	}
	p.finish(image*p.to.size()+lo*cols*channels, (hi-lo)*p.to.width)
}

// planeLine computes a line of every plane of the destination.
func (p *ConvProduct) planeLine(r *convRect, l line, src, dst, weights []float32) {
	n, from, to := p.groups, p.from.channels/p.groups, p.to.channels/p.groups
	for f := range to {
		y := dst[f*p.to.height*p.to.width*n+l.dst:]
		for i := range l.count {
			clear(y[i*l.dstStep:][:n])
		}
		for _, s := range r.segments {
			for c := range from {
				fmaLines(y, src[c*p.from.height*p.from.width*n+l.src+s.a:], weights[s.b*from*to+(c*to+f)*n:], l.count, n, l.dstStep, l.srcStep)
			}
		}
	}
}

// finish adds bias, activation and mask to positions from element at on.
func (p *ConvProduct) finish(at, positions int) {
	channels := p.to.channels
	y := p.Dst[at : at+positions*channels]
	if p.Bias != nil {
		for i := range positions {
			Add(y[i*channels:(i+1)*channels], y[i*channels:(i+1)*channels], p.Bias[:channels])
		}
	}
	if p.Act == EpReLU {
		ReLU(y, y)
	}
	if p.Mask != nil {
		ActBackward(ActReLU, 0, 0, y, y, p.Mask[at:at+len(y)])
	}
}

// planePart computes products lo to hi-1 of the gradients, counted through taps,
// channels of a group of A and of one of B, each for all groups.
func (w *ConvWeights) planePart(products span) {
	if products.lo == products.hi {
		return
	}
	n, channels := w.groups, w.b.channels/w.groups
	s := borrowPlanes(sizeIf(w.rows > 1, w.a.size()), sizeIf(channels > 1, w.b.size()), (products.hi-products.lo)*n)
	defer s.release()
	clear(s.pack)
	for image := range w.images {
		a, b := takeApart(s.from, part(w.A, image, w.a.size()), w.rows), takeApart(s.to, part(w.B, image, w.b.size()), channels)
		for k := products.lo; k < products.hi; k++ {
			tap, c, f := k/(w.rows*channels), k/channels%w.rows, k%channels
			x, y := a[c*w.a.height*w.a.width*n:], b[f*w.b.height*w.b.width*n:]
			sums := s.pack[(k-products.lo)*n:][:n]
			for _, at := range w.plane.segments[tap] {
				dotLines(sums, x[at.a:], y[at.b:], w.plane.depths[tap], n, w.plane.aStep, w.plane.bStep)
			}
		}
	}
	for k := products.lo; k < products.hi; k++ {
		to := w.Dst[k/channels*w.b.channels+k%channels:]
		for g, v := range s.pack[(k-products.lo)*n:][:n] {
			to[g*channels] = v
		}
	}
}
