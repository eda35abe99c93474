package asmgen

// columnKernel is a kernel over blocks of columns of matrices with rows×cols
// elements, with sums down the rows. Slots 0 to len(matrices)−1 are the
// matrices, the following ones the vectors with an element for each column.
type columnKernel struct {
	*routine
	matrices, vectors []Reg
	n                 Reg // rows left
	width             int // vectors in the block
}

// overColumns emits block for column blocks of the given numbers of vectors,
// falling, down to 1, and for the columns left over.
func (r *routine) overColumns(matrices, vectors []Reg, widths []int, block func(k *columnKernel)) {
	cols := r.args("cols")[0]
	k := &columnKernel{routine: r, matrices: matrices, vectors: vectors, n: r.ints(1)[0]}
	all := append(append([]Reg(nil), matrices...), vectors...)
	end := r.newLabel("end")
	for _, k.width = range widths {
		r.blocks(cols, all, k.width, func(i int) {
			if i == 0 { // the block has all vectors of a step
				k.emitBlock(block)
			}
		})
	}
	r.branch(cols, "EQ", 0, end)
	r.setTail(cols)
	r.tailTo(true)
	k.width = 1
	k.emitBlock(block)
	r.tailTo(false)
	r.place(end)
}

func (k *columnKernel) emitBlock(block func(k *columnKernel)) {
	defer k.scope()()
	block(k)
}

// each emits a block once for each vector.
func (k *columnKernel) each(body func(b *block)) {
	all := append(append([]Reg(nil), k.matrices...), k.vectors...)
	for i := range k.width {
		k.emit(body, all, 4*i*k.lanes(), i)
	}
}

// down emits a loop over the rows, with a block for each vector.
func (k *columnKernel) down(body func(b *block)) {
	loop, done := k.newLabel("down"), k.newLabel("done")
	k.loadInt("rows", k.n)
	k.branch(k.n, "EQ", 0, done)
	k.loopHead(loop)
	k.each(body)
	for _, m := range k.matrices {
		k.addArg("stride", m)
	}
	k.addImm(-1, k.n)
	k.branch(k.n, "NE", 0, loop)
	for _, m := range k.matrices {
		k.subArg("size", m)
	}
	k.place(done)
}

// columnVectors makes a variable of one vector for each of the block's.
func (k *columnKernel) columnVectors(n int) []*variable {
	var list []*variable
	for range n {
		list = append(list, k.newVariable(k.width))
	}
	return list
}
