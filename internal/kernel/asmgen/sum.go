package asmgen

// sumFamily has the reductions over 16 lanes; see sum.go.
func sumFamily() family {
	one := constantBits(1)
	return family{"sum", "Reductions over 16 lanes, see sum.go.", []spec{
		reduction("sum", "x", opAdd, func(b *block, acc *vec) *vec { return b.sum(acc, b.load(0)) }),
		reduction("sumAbs", "x", opAdd, func(b *block, acc *vec) *vec { return b.sum(acc, b.abs(b.load(0))) }),
		reduction("dot", "a b", opAdd, func(b *block, acc *vec) *vec { return b.fma(b.load(0), b.load(1), acc) }),
		reduction("maxAbs", "x", opMaxInt, func(b *block, acc *vec) *vec { return b.maxInt(acc, b.abs(b.load(0))) }),
		reduction("countZero", "x", opAddInt, func(b *block, acc *vec) *vec {
			zero := b.compare(b.load(0), equal, constant(0))
			return b.addInt(acc, b.inside(b.keep(zero, one)))
		}),
	}}
}

// reduction is a kernel that joins f over the elements by op and stores the
// result's 32 bits at out.
func reduction(name, slices string, op opcode, f func(b *block, acc *vec) *vec) spec {
	args := append(named(floats, slices), arg{"n", count}, arg{"out", result})
	return spec{name: name, args: args, build: func(r *routine) {
		ptrs := r.args(names(named(floats, slices))...)
		rest := r.args("n", "out")
		acc := r.newVariable(16 / r.lanes())
		r.fill(acc, 0)
		r.lanes16(rest[0], ptrs, func(b *block) { b.set(acc, f(b, b.get(acc))) })
		total := &variable{acc.regs[:1]}
		r.reduce(op, acc, total)
		r.storeLane(total, rest[1])
	}}
}
