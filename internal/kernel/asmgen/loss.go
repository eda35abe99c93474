package asmgen

// lossFamily has the losses that are means over a row, with a faster form for
// rows of one prediction; see loss_pointwise.go.
func lossFamily() family {
	var list []spec
	for _, form := range []struct {
		suffix, slices, numbers string
		scale                   func(b *block, slot int) *vec
	}{
		{"", "", "", nil},
		{"Grad", "grad", "scale", func(*block, int) *vec { return parameter("scale") }},
		{"GradScaled", "grad scale", "", (*block).load},
	} {
		grad := func(b *block, d *vec, slot int, factor func(s *vec) *vec) {
			if form.scale != nil {
				b.store(slot, b.flush(b.mul(d, factor(form.scale(b, slot+1)))))
			}
		}
		list = append(list, elementwise("sigmoidBCE"+form.suffix, "p loss z target "+form.slices,
			"keep half "+form.numbers, 1, func(b *block) {
				z := b.load(2)
				t := b.fma(b.load(3), parameter("keep"), parameter("half"))
				p, loss := b.sigmoidBCE(z, t)
				grad(b, b.sub(p, t), 4, func(s *vec) *vec { return s })
				b.store(0, p)
				b.store(1, loss)
			}))
		list = append(list, elementwise("squaredError"+form.suffix, "loss pred target "+form.slices,
			form.numbers, 1, func(b *block) {
				d := b.sub(b.load(1), b.load(2))
				b.store(0, b.mul(d, d))
				grad(b, d, 3, func(s *vec) *vec { return b.sum(s, s) })
			}))
	}
	for _, grad := range []bool{false, true} {
		list = append(list, bceRows(grad), mseRows(grad))
	}
	return family{"loss", "Losses, see loss_pointwise.go.", list}
}

// meanLoss is a loss that is the mean over a row of f's; f returns the loss of
// each prediction and its gradient before the row's factor, which is scale times
// factor over the row's size.
func meanLoss(name, matrices, numbers string, grad bool, factor float32, f func(b *block) (loss, gradient *vec)) spec {
	more := append(named(floats, "loss"), named(number, "size "+numbers)...)
	if grad {
		name += "Grad"
		matrices += " grad"
		more = append(append(more, named(floats, "scale")...), named(count, "scaleStep")...)
	}
	slot := len(named(floats, matrices)) - 1
	return spec{name: name, args: byRows(matrices, more...), build: func(r *routine) {
		slots, perRow := r.args(names(named(floats, matrices))...), r.args("loss")
		if grad {
			perRow = append(perRow, r.args("scale")...)
		}
		r.overRows(slots, func(k *rowKernel) {
			sum, scale := k.sums(1)[0], k.newVariable(1)
			if grad {
				k.broadcast(perRow[1], scale)
				k.addArg("scaleStep", perRow[1])
				k.straight(func(b *block) {
					s := b.mul(b.get(scale), constant(factor))
					b.set(scale, b.div(s, parameter("size")))
				})
			}
			k.pass(func(b *block) {
				loss, gradient := f(b)
				b.set(sum, b.sum(b.get(sum), b.inside(loss)))
				if grad {
					b.store(slot, b.flush(b.mul(gradient, b.get(scale))))
				}
			})
			k.total(sum)
			sum = k.first(sum)
			k.straight(func(b *block) { b.set(sum, b.div(b.get(sum), parameter("size"))) })
			k.storeLane(sum, perRow[0])
			k.addImm(4, perRow[0])
		})
	}}
}

func bceRows(grad bool) spec {
	return meanLoss("sigmoidBCERows", "p z target", "keep half", grad, 1, func(b *block) (loss, gradient *vec) {
		z := b.load(1)
		t := b.fma(b.load(2), parameter("keep"), parameter("half"))
		p, loss := b.sigmoidBCE(z, t)
		b.store(0, p)
		return loss, b.sub(p, t)
	})
}

func mseRows(grad bool) spec {
	return meanLoss("squaredErrorRows", "pred target", "", grad, 2, func(b *block) (loss, gradient *vec) {
		d := b.sub(b.load(0), b.load(1))
		return b.mul(d, d), d
	})
}

// sigmoidBCE returns sigmoid(z) and the cross-entropy for target t.
func (b *block) sigmoidBCE(z, t *vec) (p, loss *vec) {
	p, e := b.sigmoidParts(z)
	top := b.keep(b.compare(z, greaterEqual, constant(0)), z)
	return p, b.sum(b.fnma(z, t, top), b.log1p01(e))
}
