package asmgen

// normFamily has batch and layer normalization; see norm.go and norm_layer.go.
func normFamily() family {
	return family{"norm", "Normalization, see norm.go and norm_layer.go.", []spec{
		batchStats(), batchForward(), batchInfer(), batchSums(), batchBackward(),
		rowVector("addRow", (*block).sum), rowVector("mulRow", (*block).mul),
		layerForward(), layerBackward(),
	}}
}

// byColumns are the arguments of kernels by columns: stride is the bytes of a
// row, size of the matrix.
func byColumns(matrices, vectors, numbers string) []arg {
	list := append(named(floats, matrices), named(floats, vectors)...)
	list = append(list, named(count, "rows cols stride size")...)
	return append(list, named(number, numbers)...)
}

// columnSpec is a kernel by columns; wide are the widths of its blocks for
// AVX-512 and NEON, half for AVX2.
func columnSpec(name, matrices, vectors, numbers string, width int, block func(k *columnKernel)) spec {
	return spec{name: name, args: byColumns(matrices, vectors, numbers), build: func(r *routine) {
		m := r.args(names(named(floats, matrices))...)
		v := r.args(names(named(floats, vectors))...)
		w := width
		if r.lanes() == 8 {
			w = max(1, width/2)
		}
		widths := []int{w}
		if w > 1 {
			widths = append(widths, 1)
		}
		r.overColumns(m, v, widths, block)
	}}
}

func batchStats() spec {
	return columnSpec("batchNormStats", "x", "mean variance", "n", 8, func(k *columnKernel) {
		v := k.columnVectors(2)
		mean, square := v[0], v[1]
		k.fill(mean, 0)
		k.fill(square, 0)
		k.down(func(b *block) { b.set(mean, b.sum(b.get(mean), b.load(0))) })
		k.each(func(b *block) {
			m := b.div(b.get(mean), parameter("n"))
			b.set(mean, m)
			b.store(1, m)
		})
		k.down(func(b *block) {
			d := b.sub(b.load(0), b.get(mean))
			b.set(square, b.fma(d, d, b.get(square)))
		})
		k.each(func(b *block) { b.store(2, b.div(b.get(square), parameter("n"))) })
	})
}

// rowSpec is a kernel row by row without sums.
func rowSpec(name, matrices, vectors, numbers string, body func(b *block)) spec {
	return spec{name: name, args: byRows(matrices, append(named(floats, vectors), named(number, numbers)...)...), build: func(r *routine) {
		m := r.args(names(named(floats, matrices))...)
		r.rowByRow(m, r.args(names(named(floats, vectors))...), 2, body)
	}}
}

func batchForward() spec {
	return rowSpec("batchNormForward", "y xhat x", "mean invStd gamma beta", "", func(b *block) {
		h := b.mul(b.sub(b.load(2), b.load(3)), b.load(4))
		b.store(1, h)
		b.store(0, b.fma(h, b.load(5), b.load(6)))
	})
}

func batchInfer() spec {
	return rowSpec("batchNormInfer", "y x", "mean invStd gamma beta", "", func(b *block) {
		d := b.sub(b.load(1), b.load(2))
		b.store(0, b.fma(d, b.mul(b.load(4), b.load(3)), b.load(5)))
	})
}

// batchSums adds up dbeta and dgamma.
func batchSums() spec {
	return columnSpec("batchNormSums", "dy xhat", "dgamma dbeta", "", 8, func(k *columnKernel) {
		v := k.columnVectors(2)
		gamma, beta := v[0], v[1]
		k.fill(gamma, 0)
		k.fill(beta, 0)
		k.down(func(b *block) {
			d := b.load(0)
			b.set(beta, b.sum(b.get(beta), d))
			b.set(gamma, b.fma(d, b.load(1), b.get(gamma)))
		})
		k.each(func(b *block) {
			b.store(2, b.get(gamma))
			b.store(3, b.get(beta))
		})
	})
}

// batchBackward is dx, from the sums; inverse is 1/rows.
func batchBackward() spec {
	inverse := parameter("inverse")
	return rowSpec("batchNormBackward", "dx dy xhat", "dgamma dbeta gamma invStd", "inverse", func(b *block) {
		d := b.sub(b.load(1), b.mul(b.load(4), inverse))
		d = b.fnma(b.load(2), b.mul(b.load(3), inverse), d)
		b.store(0, b.flush(b.mul(d, b.mul(b.load(5), b.load(6)))))
	})
}

func rowVector(name string, f func(b *block, x, y *vec) *vec) spec {
	return rowSpec(name, "dst a", "row", "", func(b *block) { b.store(0, f(b, b.load(1), b.load(2))) })
}

func layerForward() spec {
	args := byRows("y xhat x", append(named(floats, "gamma beta invStd"), named(number, "size eps")...)...)
	return spec{name: "layerNormForward", args: args, build: func(r *routine) {
		slots := r.args("y", "xhat", "x")
		perColumn := r.args("gamma", "beta")
		invStd := r.args("invStd")[0]
		r.overRows(slots, func(k *rowKernel) {
			v := k.sums(2)
			mean, square := v[0], v[1]
			k.pass(func(b *block) { b.set(mean, b.sum(b.get(mean), b.load(2))) })
			k.total(mean)
			mean = k.first(mean)
			k.straight(func(b *block) { b.set(mean, b.div(b.get(mean), parameter("size"))) })
			k.pass(func(b *block) {
				d := b.inside(b.sub(b.load(2), b.get(mean)))
				k.put(b, 1, d)
				b.set(square, b.fma(d, d, b.get(square)))
			})
			k.total(square)
			square = k.first(square)
			k.straight(func(b *block) {
				root := b.sqrt(b.sum(b.div(b.get(square), parameter("size")), parameter("eps")))
				b.set(square, b.div(constant(1), root))
			})
			k.storeLane(square, invStd)
			k.addImm(4, invStd)
			k.passWith(perColumn, func(b *block) {
				h := b.mul(k.take(b, 1), b.get(square))
				b.store(1, h)
				b.store(0, b.fma(h, b.load(3), b.load(4)))
			})
		})
	}}
}

func layerBackward() spec {
	args := byRows("dx dy xhat", append(named(floats, "gamma invStd"), named(number, "size")...)...)
	return spec{name: "layerNormBackward", args: args, build: func(r *routine) {
		slots := r.args("dx", "dy", "xhat")
		perColumn := r.args("gamma")
		invStd := r.args("invStd")[0]
		r.overRows(slots, func(k *rowKernel) {
			v := k.sums(2)
			sum, dot := v[0], v[1]
			k.passWith(perColumn, func(b *block) {
				g := b.mul(b.load(1), b.load(3))
				k.put(b, 0, g)
				b.set(sum, b.sum(b.get(sum), g))
				b.set(dot, b.fma(g, b.load(2), b.get(dot)))
			})
			k.total(sum)
			k.total(dot)
			sum, dot = k.first(sum), k.first(dot)
			factor := k.newVariable(1)
			k.broadcast(invStd, factor)
			k.addImm(4, invStd)
			k.straight(func(b *block) {
				b.set(sum, b.div(b.get(sum), parameter("size")))
				b.set(dot, b.div(b.get(dot), parameter("size")))
			})
			k.pass(func(b *block) {
				d := b.fnma(b.load(2), b.get(dot), b.sub(k.take(b, 0), b.get(sum)))
				b.store(0, b.flush(b.mul(d, b.get(factor))))
			})
		})
	}}
}
