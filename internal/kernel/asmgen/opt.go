package asmgen

// optFamily has the optimizers, each plain and with penalties, clipping and decay;
// see opt.go for what they compute.
func optFamily() family {
	var list []spec
	for _, adjusts := range []bool{false, true} {
		list = append(list, optimizers(adjusts)...)
	}
	return family{"opt", "Optimizers, see opt.go.", list}
}

// adjust returns weight and gradient as an optimizer takes them.
func (b *block) adjust(adjusts bool) (w, g *vec) {
	w, g = b.load(0), b.load(1)
	if !adjusts {
		return w, b.mul(g, parameter("scale"))
	}
	g = b.fma(w, parameter("l2"), g)
	sign := b.xor(b.and(w, constantBits(1<<31)), parameter("l1"))
	g = b.sum(g, b.keep(b.compare(b.abs(w), greater, constant(0)), sign))
	g = b.mul(g, parameter("scale"))
	g = b.min(parameter("high"), b.max(parameter("low"), g))
	return b.fnma(w, parameter("decay"), w), g
}

// average is the running average m moved towards x.
func (b *block) average(c string, x, m *vec) *vec {
	return b.flush(b.fma(b.sub(x, m), parameter(c), m))
}

// averageSquare is the running average v moved towards x².
func (b *block) averageSquare(c string, x, v *vec) *vec {
	x = b.squarable(x)
	return b.flush(b.fma(b.fms(x, x, v), parameter(c), v))
}

// squarable is x, or 0 where x² is below 2⁻¹²⁶.
func (b *block) squarable(x *vec) *vec {
	return b.keep(b.compare(b.abs(x), notLess, constant(0x1p-63)), x)
}

// step stores w − rate·q, flushed.
func (b *block) step(w, q *vec) { b.store(0, b.flush(b.fnma(q, parameter("rate"), w))) }

var eps = parameter("eps")

// put stores x and returns it.
func (b *block) put(slot int, x *vec) *vec {
	b.store(slot, x)
	return x
}

func optimizers(adjusts bool) []spec {
	suffix, numbers := "", "rate scale "
	if adjusts {
		suffix, numbers = "Adjusted", "rate scale l1 l2 low high decay "
	}
	optimizer := func(name, state, more string, f func(b *block, w, g *vec)) spec {
		return elementwise(name+suffix, "w grad "+state, numbers+more, 1, func(b *block) {
			w, g := b.adjust(adjusts)
			f(b, w, g)
		})
	}
	return []spec{
		optimizer("sgd", "", "", (*block).step),
		optimizer("sgdMomentum", "v", "momentum", func(b *block, w, g *vec) { b.sgdMomentum(w, g, false) }),
		optimizer("sgdNesterov", "v", "momentum", func(b *block, w, g *vec) { b.sgdMomentum(w, g, true) }),
		optimizer("adam", "m v", "c1 c2 eps", func(b *block, w, g *vec) { b.adam(w, g, false) }),
		optimizer("amsgrad", "m v top", "c1 c2 eps", func(b *block, w, g *vec) { b.adam(w, g, true) }),
		optimizer("adamax", "m s", "c1 beta2 eps", (*block).adamax),
		optimizer("nadam", "m v", "c1 c2 eps mean gradient square", (*block).nadam),
		optimizer("adagrad", "s", "eps", (*block).adagrad),
		optimizer("adadelta", "s d", "c eps", (*block).adadelta),
		optimizer("rmsprop", "s", "c eps", func(b *block, w, g *vec) { b.rmsprop(w, g, false, false) }),
		optimizer("rmspropCentered", "s mean", "c eps", func(b *block, w, g *vec) { b.rmsprop(w, g, true, false) }),
		optimizer("rmspropMomentum", "s mom", "c eps momentum", func(b *block, w, g *vec) { b.rmsprop(w, g, false, true) }),
		optimizer("rmspropBoth", "s mean mom", "c eps momentum", func(b *block, w, g *vec) { b.rmsprop(w, g, true, true) }),
	}
}

func (b *block) sgdMomentum(w, g *vec, nesterov bool) {
	step := b.mul(g, parameter("rate"))
	v := b.put(2, b.flush(b.fms(b.load(2), parameter("momentum"), step)))
	if nesterov {
		v = b.fms(v, parameter("momentum"), step)
	}
	b.store(0, b.flush(b.sum(w, v)))
}

func (b *block) adam(w, g *vec, amsgrad bool) {
	m := b.put(2, b.average("c1", g, b.load(2)))
	v := b.put(3, b.averageSquare("c2", g, b.load(3)))
	if amsgrad {
		v = b.put(4, b.max(b.load(4), v))
	}
	b.step(w, b.div(m, b.sum(b.sqrt(v), eps)))
}

func (b *block) adamax(w, g *vec) {
	m := b.put(2, b.average("c1", g, b.load(2)))
	s := b.put(3, b.flush(b.max(b.mul(b.load(3), parameter("beta2")), b.abs(g))))
	b.step(w, b.div(m, b.sum(s, eps)))
}

func (b *block) nadam(w, g *vec) {
	m := b.put(2, b.average("c1", g, b.load(2)))
	v := b.put(3, b.averageSquare("c2", g, b.load(3)))
	top := b.fma(m, parameter("mean"), b.mul(g, parameter("gradient")))
	b.step(w, b.div(top, b.sum(b.sqrt(b.mul(v, parameter("square"))), eps)))
}

func (b *block) adagrad(w, g *vec) {
	q := b.squarable(g)
	s := b.put(2, b.flush(b.fma(q, q, b.load(2))))
	b.step(w, b.div(g, b.sqrt(b.sum(s, eps))))
}

func (b *block) adadelta(w, g *vec) {
	s := b.put(2, b.averageSquare("c", g, b.load(2)))
	d := b.load(3)
	delta := b.div(b.mul(b.sqrt(b.sum(d, eps)), g), b.sqrt(b.sum(s, eps)))
	b.store(3, b.averageSquare("c", delta, d))
	b.step(w, delta)
}

func (b *block) rmsprop(w, g *vec, centered, momentum bool) {
	square := b.put(2, b.averageSquare("c", g, b.load(2)))
	next := 3
	if centered {
		mean := b.put(3, b.average("c", g, b.load(3)))
		square = b.max(constant(0), b.fnma(mean, mean, square))
		next = 4
	}
	q := b.div(g, b.sqrt(b.sum(square, eps)))
	if !momentum {
		b.step(w, q)
		return
	}
	m := b.fma(b.load(next), parameter("momentum"), b.mul(q, parameter("rate")))
	b.store(0, b.flush(b.sub(w, b.put(next, b.flush(m)))))
}
