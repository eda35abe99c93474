package asmgen

import "slices"

// routine is one kernel at one level under construction.
type routine struct {
	machine
	next int // the next free integer register
}

// ints returns n integer registers that nothing else uses.
func (r *routine) ints(n int) []Reg {
	var list []Reg
	for range n {
		list = append(list, r.integer(r.next))
		r.next++
	}
	return list
}

// args loads integer and pointer arguments, each into a register of its own.
func (r *routine) args(names ...string) []Reg {
	list := r.ints(len(names))
	for i, name := range names {
		r.loadInt(name, list[i])
	}
	return list
}

// straight emits a block once, for variables whose lanes are equal.
func (r *routine) straight(body func(b *block)) {
	b := &block{}
	body(b)
	r.lowerSingle(b)
}

func (r *routine) emit(body func(b *block), ptrs []Reg, disp, part int) {
	b := &block{part: part}
	body(b)
	r.lower(b, ptrs, disp)
}

// along emits a loop over n ≥ 0 contiguous elements, which ends with n = 0 and
// the pointers past the last one but for less than a vector. The main loop has
// unroll blocks.
func (r *routine) along(n Reg, ptrs []Reg, unroll int, body func(b *block)) {
	end := r.newLabel("end")
	for _, count := range slices.Compact([]int{unroll, 1}) {
		r.blocks(n, ptrs, count, func(i int) { r.emit(body, ptrs, 4*i*r.lanes(), 0) })
	}
	r.branch(n, "EQ", 0, end)
	r.tail(n, ptrs, 0, body)
	r.place(end)
}

// blocks emits a loop whose steps have count vectors each.
func (r *routine) blocks(n Reg, ptrs []Reg, count int, emit func(i int)) {
	loop, done := r.newLabel("loop"), r.newLabel("done")
	r.branch(n, "LT", count*r.lanes(), done)
	r.loopHead(loop)
	for i := range count {
		emit(i)
	}
	r.advance(n, ptrs, count)
	r.branch(n, "GE", count*r.lanes(), loop)
	r.place(done)
}

// advance moves on by count vectors.
func (r *routine) advance(n Reg, ptrs []Reg, count int) {
	for _, p := range ptrs {
		r.addImm(4*count*r.lanes(), p)
	}
	r.addImm(-count*r.lanes(), n)
}

// tail emits a block for the n elements left.
func (r *routine) tail(n Reg, ptrs []Reg, part int, body func(b *block)) {
	r.setTail(n)
	r.tailTo(true)
	r.emit(body, ptrs, 0, part)
	r.tailTo(false)
}

// lanes16 is [routine.along] for a body that uses variables of 16 lanes: element
// i meets lane i mod 16.
func (r *routine) lanes16(n Reg, ptrs []Reg, body func(b *block)) {
	parts := 16 / r.lanes()
	end := r.newLabel("end")
	r.blocks(n, ptrs, parts, func(i int) { r.emit(body, ptrs, 4*i*r.lanes(), i) })
	rest := make([]Label, parts)
	for i := range parts - 1 {
		rest[i] = r.newLabel("rest")
		r.branch(n, "LT", r.lanes(), rest[i])
		r.emit(body, ptrs, 0, i)
		r.advance(n, ptrs, 1)
	}
	for i := parts - 1; i >= 0; i-- {
		if i < parts-1 {
			r.jump(end)
			r.place(rest[i])
		}
		r.branch(n, "EQ", 0, end)
		r.tail(n, ptrs, i, body)
	}
	r.place(end)
}
