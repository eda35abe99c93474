package asmgen

// randomFamily has Philox and what is made of its words; see random.go.
func randomFamily() family {
	std := parameter("std")
	noise := func(name string, f func(b *block, x, n *vec) *vec) spec {
		return elementwise(name, "y x #words", "std", 1, func(b *block) {
			b.store(0, f(b, b.load(1), b.normal(b.load(2))))
		})
	}
	return family{"random", "Random numbers, see random.go.", []spec{
		philox(),
		elementwise("uniform", "dst #words", "", 2, func(b *block) { b.store(0, b.uniform(b.load(1))) }),
		elementwise("normal", "dst #words", "", 1, func(b *block) { b.store(0, b.normal(b.load(1))) }),
		elementwise("dropout", "y x #words", "rate scale", 2, func(b *block) {
			m := b.compare(b.uniform(b.load(2)), greaterEqual, parameter("rate"))
			b.store(0, b.keep(m, b.mul(b.load(1), parameter("scale"))))
		}),
		noise("addNormal", func(b *block, x, n *vec) *vec { return b.fma(n, std, x) }),
		noise("mulNormal", func(b *block, x, n *vec) *vec { return b.mul(x, b.fma(n, std, constant(1))) }),
	}}
}

// uniform is a word's upper 24 bits as a number in [0, 1).
func (b *block) uniform(w *vec) *vec {
	return b.mul(b.float(b.shift(opShiftRight, w, 8)), constant(0x1p-24))
}

// normal is the standard normal number of a word.
func (b *block) normal(w *vec) *vec {
	p := b.fma(b.float(b.and(w, constantBits(0x7fffffff))), constant(0x1p-32), constant(0x1p-33))
	r := b.sqrt(b.mul(b.logNormal(p), constant(-2)))
	x := b.sum(r, b.poly(normalP, b.div(constant(1), b.sum(r, constant(1.5)))))
	return b.xor(x, b.and(w, constantBits(1<<31)))
}
