package asmgen

import "slices"

// rowKernel is a kernel over rows of the arguments rows and cols, with reductions
// along each row. Slots 0 to len(matrices)−1 are the matrices, whose rows lie one
// after the other.
type rowKernel struct {
	*routine
	matrices []Reg
	narrow   bool // rows are no longer than one vector
	n, whole Reg  // elements left; bytes of a row's whole vectors
	held     map[int]*variable
}

// rowByRow emits a loop over the rows of matrices, whose slots are followed by
// those of vectors with an element for each column.
func (r *routine) rowByRow(matrices, vectors []Reg, unroll int, body func(b *block)) {
	rows := r.args("rows")[0]
	rest := r.ints(2)
	n, whole := rest[0], rest[1]
	again, end := r.newLabel("row"), r.newLabel("end")
	r.branch(rows, "EQ", 0, end)
	r.loadInt("cols", whole)
	r.wholeVectors(whole)
	r.loopHead(again)
	r.loadInt("cols", n)
	r.along(n, append(slices.Clone(matrices), vectors...), unroll, body)
	for _, m := range matrices {
		r.addArg("stride", m)
		r.subReg(whole, m)
	}
	for _, v := range vectors {
		r.subReg(whole, v)
	}
	r.addImm(-1, rows)
	r.branch(rows, "NE", 0, again)
	r.place(end)
}

// put stores x for later passes over the row to take. Short rows stay in a
// register instead: memory just written under a mask is slow to read.
func (k *rowKernel) put(b *block, slot int, x *vec) {
	if !k.narrow {
		b.store(slot, x)
		return
	}
	if k.held[slot] == nil {
		k.held[slot] = k.newVariable(1)
	}
	b.set(k.held[slot], x)
}

// take returns what was put.
func (k *rowKernel) take(b *block, slot int) *vec {
	if !k.narrow {
		return b.load(slot)
	}
	return b.get(k.held[slot])
}

// overRows emits row twice: for rows of more than one vector, where passes are
// loops, and for shorter ones, where each pass is one masked block.
func (r *routine) overRows(matrices []Reg, row func(k *rowKernel)) {
	rows := r.args("rows")[0]
	rest := r.ints(2)
	k := &rowKernel{routine: r, matrices: matrices, n: rest[0], whole: rest[1]}
	narrow, end := r.newLabel("narrow"), r.newLabel("end")
	r.branch(rows, "EQ", 0, end)
	r.loadInt("cols", k.n)
	r.branch(k.n, "LE", r.lanes(), narrow)
	r.move(k.n, k.whole)
	r.wholeVectors(k.whole)
	k.loop(rows, row)
	r.jump(end)
	r.place(narrow)
	r.setTail(k.n)
	k.narrow = true
	k.loop(rows, row)
	r.place(end)
}

func (k *rowKernel) loop(rows Reg, row func(k *rowKernel)) {
	defer k.scope()()
	k.held = map[int]*variable{}
	again := k.newLabel("row")
	k.loopHead(again)
	row(k)
	for _, m := range k.matrices {
		k.addArg("stride", m)
	}
	k.addImm(-1, rows)
	k.branch(rows, "NE", 0, again)
}

// pass emits a block for every vector of the row.
func (k *rowKernel) pass(body func(b *block)) { k.passWith(nil, body) }

// passWith is pass with further slots: vectors that have an element for each column.
func (k *rowKernel) passWith(perColumn []Reg, body func(b *block)) {
	slots := append(slices.Clone(k.matrices), perColumn...)
	if k.narrow {
		k.tailTo(true)
		k.emit(body, slots, 0, 0)
		k.tailTo(false)
		return
	}
	k.loadInt("cols", k.n)
	k.lanes16(k.n, slots, body)
	for _, s := range slots {
		k.subReg(k.whole, s)
	}
}

// lanesOf makes a variable of 16 lanes, or of one vector if rows are that short.
func (k *rowKernel) lanesOf() *variable {
	if k.narrow {
		return k.newVariable(1)
	}
	return k.newVariable(16 / k.lanes())
}
