package kernel

// A depthwise convolution has a group for each channel of the large side. With one
// filter for each, its products are of lines: vectors of channels, times the
// weights of a tap that lie in the same order. The chains are those of [Conv].

// depthwise reports whether the geometry is that of a depthwise convolution with
// one filter for each channel.
func (c *Conv) depthwise() bool {
	return c.Groups > 1 && c.Groups == c.LargeChannels && c.Groups == c.SmallChannels
}

// linesOf computes the positions of a line of a depthwise product.
func (p *ConvProduct) linesOf(r *convRect, l line) {
	channels := p.to.channels
	for i := range l.count {
		clear(p.Dst[l.dst+i*l.dstStep:][:channels])
	}
	for _, s := range r.segments {
		fmaLines(p.Dst[l.dst:], p.Src[l.src+s.a:], p.Weights[s.b:], l.count, channels, l.dstStep, l.srcStep)
	}
	for i := range l.count {
		at := l.dst + i*l.dstStep
		y := p.Dst[at : at+channels]
		if p.Bias != nil {
			Add(y, y, p.Bias[:channels])
		}
		if p.Act == EpReLU {
			ReLU(y, y)
		}
		if p.Mask != nil {
			ActBackward(ActReLU, 0, 0, y, y, p.Mask[at:at+channels])
		}
	}
}

// tapOf adds an image to the gradient of a depthwise tap.
func (w *ConvWeights) tapOf(image, tap int) {
	dst := w.Dst[tap*w.b.channels : (tap+1)*w.b.channels]
	if image == 0 {
		clear(dst)
	}
	if w.images == 0 {
		return
	}
	a, b := part(w.A, image, w.a.size()), part(w.B, image, w.b.size())
	for _, s := range w.segments[tap] {
		dotLines(dst, a[s.a:], b[s.b:], w.depths[tap], w.b.channels, w.aStep, w.bStep)
	}
}
