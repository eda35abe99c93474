package asmgen

// lossFamily has the losses of one prediction per row; see loss.go.
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
	return family{"loss", "Losses, see loss.go.", list}
}

// sigmoidBCE returns sigmoid(z) and the cross-entropy for target t.
func (b *block) sigmoidBCE(z, t *vec) (p, loss *vec) {
	p, e := b.sigmoidParts(z)
	top := b.keep(b.compare(z, greaterEqual, constant(0)), z)
	return p, b.sum(b.fnma(z, t, top), b.log1p01(e))
}
