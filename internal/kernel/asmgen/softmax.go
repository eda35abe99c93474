package asmgen

// softmaxFamily has softmax and its cross-entropy, by rows; see softmax.go and
// loss_softmax.go.
func softmaxFamily() family {
	list := []spec{softmaxRows(), softmaxBackward()}
	for _, form := range []crossEntropy{{}, {sparse: true}, {sparse: true, smooth: true}} {
		list = append(list, form.spec())
		form.grad = true
		list = append(list, form.spec())
	}
	return family{"softmax", "Softmax by rows, see softmax.go and loss_softmax.go.", append(list, narrowCE()...)}
}

// byRows are the arguments of kernels by rows after the matrices: stride is the
// bytes of a row.
func byRows(matrices string, more ...arg) []arg {
	list := append(named(floats, matrices), more...)
	return append(list, named(count, "rows cols stride")...)
}

// largest sets m to the row's largest element, slot x.
func (k *rowKernel) largest(slot int) *variable {
	m := k.lanesOf()
	k.fill(m, infinity|1<<31)
	k.pass(func(b *block) {
		x := b.insideOr(b.load(slot), constantBits(infinity|1<<31))
		b.set(m, b.max(x, b.get(m)))
	})
	k.reduce(opMax, m, k.first(m))
	return k.first(m)
}

// first is the variable's first register as a variable.
func (k *rowKernel) first(v *variable) *variable { return &variable{v.regs[:1]} }

// total joins the lanes of v in its first register.
func (k *rowKernel) total(v *variable) { k.reduce(opAdd, v, k.first(v)) }

// sums makes variables of 16 lanes that start at +0.
func (k *rowKernel) sums(n int) []*variable {
	var list []*variable
	for range n {
		v := k.lanesOf()
		k.fill(v, 0)
		list = append(list, v)
	}
	return list
}

func softmaxRows() spec {
	return spec{name: "softmaxRows", args: byRows("dst x"), build: func(r *routine) {
		r.overRows(r.args("dst", "x"), func(k *rowKernel) {
			m := k.largest(1)
			sum := k.sums(1)[0]
			k.pass(func(b *block) {
				e := b.inside(b.expNegative(b.sub(b.load(1), b.get(m))))
				k.put(b, 0, e)
				b.set(sum, b.sum(e, b.get(sum)))
			})
			k.total(sum)
			sum = k.first(sum)
			k.straight(func(b *block) { b.set(sum, b.div(constant(1), b.get(sum))) })
			k.pass(func(b *block) { b.store(0, b.mul(k.take(b, 0), b.get(sum))) })
		})
	}}
}

func softmaxBackward() spec {
	return spec{name: "softmaxBackward", args: byRows("dx dy y"), build: func(r *routine) {
		r.overRows(r.args("dx", "dy", "y"), func(k *rowKernel) {
			dot := k.sums(1)[0]
			k.pass(func(b *block) { b.set(dot, b.fma(b.load(1), b.load(2), b.get(dot))) })
			k.total(dot)
			dot = k.first(dot)
			k.pass(func(b *block) {
				d := b.sub(b.load(1), b.get(dot))
				b.store(0, b.flush(b.mul(d, b.load(2))))
			})
		})
	}}
}

// crossEntropy is a form of the cross-entropy on logits. With sparse targets the
// loss comes in as the class's logit, and the gradient at the class is left to
// the caller.
type crossEntropy struct{ sparse, smooth, grad bool }

func (c crossEntropy) spec() spec {
	name, matrices, more := "denseCE", "p z target", named(number, "keep rest")
	if c.sparse {
		name, matrices, more = "sparseCE", "p z", named(number, "rest")
	}
	if c.smooth {
		name, more = "smoothCE", named(number, "rest smoothing size")
	}
	if c.grad {
		name += "Grad"
		matrices += " grad"
		more = append(named(floats, "scale"), append(more, named(count, "scaleStep")...)...)
	}
	more = append(named(floats, "loss"), more...)
	return spec{name: name, args: byRows(matrices, more...), build: func(r *routine) {
		slots := r.args(names(named(floats, matrices))...)
		perRow := r.args("loss")
		if c.grad {
			perRow = append(perRow, r.args("scale")...)
		}
		r.overRows(slots, func(k *rowKernel) { c.row(k, perRow) })
	}}
}

// target is (1−ε)·t + ε/cols, +0 past the end.
func (b *block) target() *vec {
	return b.inside(b.fma(b.load(2), parameter("keep"), parameter("rest")))
}

// row emits one row: loss and perhaps scale are in perRow.
func (c crossEntropy) row(k *rowKernel, perRow []Reg) {
	m := k.largest(1)
	sums := c.sums(k, m)
	loss := k.newVariable(1)
	if c.sparse {
		k.broadcast(perRow[0], loss)
	}
	k.straight(func(b *block) {
		s := b.get(sums[0])
		log := b.sel(b.compare(s, equal, s), b.logNormal(s), s)
		b.set(loss, c.loss(b, log, m, loss, sums))
		b.set(sums[0], b.div(constant(1), s))
	})
	k.storeLane(loss, perRow[0])
	k.addImm(4, perRow[0])
	if !c.grad {
		k.pass(func(b *block) { b.store(0, b.mul(k.take(b, 0), b.get(sums[0]))) })
		return
	}
	scale := loss
	k.broadcast(perRow[1], scale)
	k.addArg("scaleStep", perRow[1])
	k.pass(func(b *block) {
		p := b.mul(k.take(b, 0), b.get(sums[0]))
		b.store(0, p)
		slot, g := 3, (*vec)(nil)
		if c.sparse {
			slot, g = 2, b.sub(p, parameter("rest"))
		} else {
			g = b.fms(p, b.get(sums[1]), b.target())
		}
		b.store(slot, b.flush(b.mul(g, b.get(scale))))
	})
}

// sums puts e^(z−m) and adds it up; with numbers as targets also t and t·(z−m),
// with class indices and smoothing z−m.
func (c crossEntropy) sums(k *rowKernel, m *variable) []*variable {
	count := 3
	switch {
	case c.smooth:
		count = 2
	case c.sparse:
		count = 1
	}
	sums := k.sums(count)
	k.pass(func(b *block) {
		d := b.sub(b.load(1), b.get(m))
		if c.smooth {
			b.set(sums[1], b.sum(b.get(sums[1]), b.inside(d)))
		}
		if !c.sparse {
			t := b.target()
			b.set(sums[1], b.sum(b.get(sums[1]), t))
			d := b.keep(b.compare(t, notEqual, constant(0)), d)
			b.set(sums[2], b.fma(t, d, b.get(sums[2])))
		}
		e := b.inside(b.expNegative(d))
		k.put(b, 0, e)
		b.set(sums[0], b.sum(b.get(sums[0]), e))
	})
	for i := range sums {
		k.total(sums[i])
		sums[i] = k.first(sums[i])
	}
	return sums
}

// loss is the row's loss, from the logarithm of the first sum; for class indices
// logit holds the class's logit.
func (c crossEntropy) loss(b *block, log *vec, m, logit *variable, sums []*variable) *vec {
	if !c.sparse {
		return b.fms(b.get(sums[1]), log, b.get(sums[2]))
	}
	d := b.sub(b.get(logit), b.get(m))
	l := b.sub(log, d)
	if c.smooth {
		mean := b.div(b.get(sums[1]), parameter("size"))
		l = b.fma(b.sub(d, mean), parameter("smoothing"), l)
	}
	return l
}
