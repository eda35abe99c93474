package asmgen

import "slices"

// linesFamily has kernels over lines of an image: rows of contiguous elements,
// in each operand a step of its own apart. See lines.go.
func linesFamily() family {
	scale := parameter("s")
	return family{"lines", "Rows of elements a step apart, see lines.go.", []spec{
		lineSpec("maxLines", "dst x", "", "", func(b *block) {
			x, y := b.load(0), b.load(1)
			b.store(0, b.sel(b.compare(x, notEqual, x), x, b.max(x, y)))
		}),
		lineSpec("takeLines", "dx d x y", "", "", func(b *block) {
			d := b.load(1)
			hit := b.compare(b.load(2), equal, b.load(3))
			b.store(0, b.sum(b.load(0), b.sel(hit, d, constant(0))))
			b.store(1, b.sel(hit, constant(0), d))
		}),
		lineSpec("addScaledLines", "dst x", "", "s", func(b *block) { b.store(0, b.fma(b.load(1), scale, b.load(0))) }),
		lineSpec("fmaLines", "dst x", "w", "", func(b *block) { b.store(0, b.fma(b.load(1), b.load(2), b.load(0))) }),
		dotLines(),
	}}
}

// lineArgs are the arguments of a kernel over lines: for each matrix the bytes
// from one row to the next.
func lineArgs(matrices, vectors, numbers string) (list []arg, steps []string) {
	list = append(named(floats, matrices), named(floats, vectors)...)
	list = append(list, named(count, "rows cols")...)
	for _, m := range names(named(floats, matrices)) {
		steps = append(steps, m+"Step")
		list = append(list, arg{m + "Step", count})
	}
	return append(list, named(number, numbers)...), steps
}

// lineSpec is a kernel row by row; slots 0, 1, … are the matrices and then the
// vectors with an element for each column.
func lineSpec(name, matrices, vectors, numbers string, body func(b *block)) spec {
	args, steps := lineArgs(matrices, vectors, numbers)
	return spec{name: name, args: args, build: func(r *routine) {
		m := r.args(names(named(floats, matrices))...)
		v := r.args(names(named(floats, vectors))...)
		rows := r.args("rows")[0]
		rest := r.ints(2)
		n, whole := rest[0], rest[1]
		again, end := r.newLabel("row"), r.newLabel("end")
		r.branch(rows, "EQ", 0, end)
		r.loadInt("cols", whole)
		r.wholeVectors(whole)
		r.loopHead(again)
		r.loadInt("cols", n)
		r.along(n, append(slices.Clone(m), v...), 4, body)
		for i, p := range m {
			r.addArg(steps[i], p)
			r.subReg(whole, p)
		}
		for _, p := range v {
			r.subReg(whole, p)
		}
		r.addImm(-1, rows)
		r.branch(rows, "NE", 0, again)
		r.place(end)
	}}
}

// dotLines adds products down the rows, column by column.
func dotLines() spec {
	args, steps := lineArgs("x y", "sums", "")
	args = append(args, named(count, "xSize ySize")...)
	return spec{name: "dotLines", args: args, build: func(r *routine) {
		matrices, sums := r.args("x", "y"), r.args("sums")
		widths := []int{4, 1}
		if r.lanes() == 4 {
			widths = []int{8, 1}
		}
		r.overColumns(matrices, sums, widths, func(k *columnKernel) {
			acc := k.columnVectors(1)[0]
			k.each(func(b *block) { b.set(acc, b.load(2)) })
			loop, done := k.newLabel("down"), k.newLabel("done")
			k.loadInt("rows", k.n)
			k.branch(k.n, "EQ", 0, done)
			k.loopHead(loop)
			k.each(func(b *block) { b.set(acc, b.fma(b.load(0), b.load(1), b.get(acc))) })
			for i, p := range matrices {
				k.addArg(steps[i], p)
			}
			k.addImm(-1, k.n)
			k.branch(k.n, "NE", 0, loop)
			k.subArg("xSize", matrices[0])
			k.subArg("ySize", matrices[1])
			k.place(done)
			k.each(func(b *block) { b.store(2, b.get(acc)) })
		})
	}}
}
