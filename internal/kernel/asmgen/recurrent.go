package asmgen

// recurrentFamily has the steps of recurrent layers, all gates and states in one
// pass; see recurrent.go for what they compute.
func recurrentFamily() family {
	return family{"recurrent", "Steps of recurrent layers, see recurrent.go.", []spec{
		elementwise("lstmForward", "in forget cell out cPrev c h", "", 1, (*block).lstmForward),
		elementwise("lstmBackward", "in forget cell out cPrev c dh dc", "", 1, (*block).lstmBackward),
		elementwise("gruForward", "update reset candidate q hPrev h", "", 1, (*block).gruForward),
		elementwise("gruBackward", "update reset candidate q hPrev dh", "", 1, (*block).gruBackward),
	}}
}

func (b *block) lstmForward() {
	in := b.put(0, b.sigmoid(b.load(0)))
	cell := b.put(2, b.tanh(b.load(2)))
	in = b.mul(in, cell)
	forget := b.put(1, b.sigmoid(b.load(1)))
	state := b.put(5, b.flush(b.fma(forget, b.load(4), in)))
	out := b.put(3, b.sigmoid(b.load(3)))
	b.store(6, b.flush(b.mul(out, b.tanh(state))))
}

// gateSlope is y·(1−y), the derivative of a sigmoid from its output.
func (b *block) gateSlope(y *vec) *vec { return b.mul(y, b.sub(constant(1), y)) }

// cellSlope is 1−y², that of tanh.
func (b *block) cellSlope(y *vec) *vec { return b.fnma(y, y, constant(1)) }

func (b *block) lstmBackward() {
	t, dh, out := b.tanh(b.load(5)), b.load(6), b.load(3)
	d := b.fma(b.mul(dh, out), b.cellSlope(t), b.load(7))
	b.store(3, b.flush(b.mul(b.mul(dh, t), b.gateSlope(out))))
	in, cell := b.load(0), b.load(2)
	b.store(0, b.flush(b.mul(b.mul(d, cell), b.gateSlope(in))))
	b.store(2, b.flush(b.mul(b.mul(d, in), b.cellSlope(cell))))
	forget := b.load(1)
	b.store(1, b.flush(b.mul(b.mul(d, b.load(4)), b.gateSlope(forget))))
	b.store(7, b.flush(b.mul(d, forget)))
}

func (b *block) gruForward() {
	reset := b.put(1, b.sigmoid(b.load(1)))
	candidate := b.put(2, b.tanh(b.fma(reset, b.load(3), b.load(2))))
	update := b.put(0, b.sigmoid(b.load(0)))
	b.store(5, b.flush(b.fma(update, b.sub(b.load(4), candidate), candidate)))
}

func (b *block) gruBackward() {
	update, candidate, d := b.load(0), b.load(2), b.load(5)
	dk := b.put(2, b.flush(b.mul(b.mul(d, b.sub(constant(1), update)), b.cellSlope(candidate))))
	b.store(0, b.flush(b.mul(b.mul(d, b.sub(b.load(4), candidate)), b.gateSlope(update))))
	reset := b.load(1)
	b.store(1, b.flush(b.mul(b.mul(dk, b.load(3)), b.gateSlope(reset))))
	b.store(3, b.flush(b.mul(dk, reset)))
	b.store(5, b.flush(b.mul(d, update)))
}
