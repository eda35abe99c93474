package asmgen

import "fmt"

// narrow builds the products with at most four columns at one level. There the
// lanes of a vector are rows of C, one accumulator for each column: op(A) is
// either loaded that way (stored transposed) or transposed in registers.
type narrow struct {
	simd
	table string
}

// narrowCols is the most columns of a narrow product.
const narrowCols = 4

// Integer registers of the narrow products, beside those of all products.
const (
	nwBlock = R10 // bytes between blocks of rows of op(A)
	nwB     = R11 // B at the current step
	nwBCol  = R13 // bytes between columns of B
	nwBCol3 = R15
	nwARow  = R9
	nwAStep = R9 // in rowsInLanes
)

// colAt is the operand for column j of B at the current step.
func colAt(j int) Mem {
	m := Mem{Base: nwB}
	if j > 0 {
		m.Index = [...]Reg{"", nwBCol, nwBCol, nwBCol3}[j]
		m.Scale = [...]int{0, 1, 2, 1}[j]
	}
	return m
}

// begin loads what both functions need and jumps to the code for the number of
// columns, whose labels it returns.
func (w narrow) begin() (labels [narrowCols + 1]Label) {
	w.Op("MOVQ", w.Arg("t"), regTile)
	w.Op("MOVQ", field("bStep"), regBStep)
	w.Op("MOVQ", field("bCol"), nwBCol)
	w.Op("LEAQ", Mem{Base: nwBCol, Index: nwBCol, Scale: 2}, nwBCol3)
	w.Op("MOVQ", field("a"), regA)
	w.Op("MOVQ", field("c"), regC)
	w.Op("MOVQ", field("rows"), regRows)
	w.Op("MOVQ", field("cols"), CX)
	if w.wide { // K2 has a bit for each column
		w.Op("MOVL", Imm(1), AX)
		w.Op("SHLXL", CX, AX, AX)
		w.Op("DECL", AX)
		w.Op("KMOVW", AX, K(2))
	}
	for n := 1; n <= narrowCols; n++ {
		labels[n] = w.NewLabel(fmt.Sprintf("cols%dx", n))
	}
	for n := 1; n < narrowCols; n++ {
		w.Op("CMPQ", CX, Imm(n))
		w.Op("JEQ", labels[n])
	}
	w.Op("JMP", labels[narrowCols])
	return labels
}

// end emits the way out.
func (w narrow) end() {
	w.Op("VZEROUPPER")
	w.Op("RET")
}

// tailOf makes the tail mask for the rows of C from first on, of which at
// least one is left; with a vector or more left it is full.
func (w narrow) tailOf(first int) {
	w.Op("MOVQ", Imm(w.lanes()), nwB)
	w.Op("LEAQ", At(regRows, -first), AX)
	w.Op("CMPQ", AX, nwB)
	w.Op("CMOVQLT", AX, nwB)
	w.setTail(nwB, w.table)
}

// epilogue emits bias, activation and stores for one vector of rows, from row
// first of the tile on, with the accumulators of n columns. It uses the eight
// registers from scratch on and jumps to done after the last row.
func (w narrow) epilogue(n int, acc func(j int) Reg, first, scratch int, done Label) {
	noBias, noReLU, scattered, next := w.NewLabel("noBias"), w.NewLabel("noReLU"), w.NewLabel("scattered"), w.NewLabel("next")
	temp := w.reg(scratch)
	w.Op("MOVQ", field("bias"), AX)
	w.Op("TESTQ", AX, AX)
	w.Op("JZ", noBias)
	for j := range n {
		w.broadcast(At(AX, 4*j), temp)
		w.Op("VADDPS", temp, acc(j), acc(j))
	}
	w.Place(noBias)
	w.Op("TESTQ", Imm(FlagReLU), field("flags"))
	w.Op("JZ", noReLU)
	w.zero(temp)
	for j := range n {
		w.Op("VMAXPS", acc(j), temp, acc(j))
	}
	w.Place(noReLU)
	w.Op("MOVQ", field("cRow"), BX)
	if n == 1 {
		w.Op("CMPQ", BX, Imm(4))
		w.Op("JNE", scattered)
		w.tailOf(first)
		w.store(acc(0), true, At(regC, 4*first))
		w.Op("JMP", next)
		w.Place(scattered)
	}
	for j := range n {
		w.Op("VMOVAPS", acc(j), w.reg(scratch+j))
	}
	w.quads(scratch, scratch+4)
	w.Op("MOVQ", regC, AX)
	if first > 0 {
		w.Op("IMUL3Q", Imm(first), BX, AX)
		w.Op("ADDQ", regC, AX)
	}
	for i := range w.lanes() {
		w.storeRow(n, scratch+i%4, i/4, scratch+4)
		w.Op("CMPQ", regRows, Imm(first+i+1))
		w.Op("JLE", done)
		w.Op("ADDQ", BX, AX)
	}
	w.Place(next)
}

// storeRow stores the first n lanes of quarter q of a register to (AX).
func (w narrow) storeRow(n, reg, q, temp int) {
	to := At(AX, 0)
	if w.wide {
		if q > 0 { // a masked extract to memory may fault for lanes outside the mask
			w.Op("VEXTRACTF32X4", Imm(q), Z(reg), X(temp))
			reg = temp
		}
		w.Op("VMOVUPS", X(reg), K(2), to)
		return
	}
	if q > 0 {
		w.Op("VEXTRACTF128", Imm(q), Y(reg), X(temp))
		reg = temp
	}
	switch n {
	case 1:
		w.Op("VMOVSS", X(reg), to)
	case 2:
		w.Op("VMOVLPS", X(reg), to)
	case 3:
		w.Op("VMOVLPS", X(reg), to)
		w.Op("VEXTRACTPS", Imm(2), X(reg), to.Plus(8))
	case 4:
		w.Op("VMOVUPS", X(reg), to)
	}
}

// rowsInLanes emits the product with op(A) stored transposed.
func (w narrow) rowsInLanes() {
	labels := w.begin()
	for n := narrowCols; n >= 1; n-- {
		w.Place(labels[n])
		w.Op("MOVQ", field("aStep"), nwAStep)
		w.sums(n)
		most := 4
		if !w.wide && n > 2 {
			most = 2
		}
		again, end := w.NewLabel("again"), w.NewLabel("end")
		sizes := make([]Label, most+1)
		w.Place(again)
		for v := 1; v <= most; v++ {
			sizes[v] = w.NewLabel(fmt.Sprintf("cols%dvectors%dx", n, v))
			if v < most {
				w.Op("CMPQ", regRows, Imm(v*w.lanes()))
				w.Op("JLE", sizes[v])
			}
		}
		for v := most; v >= 1; v-- {
			w.Place(sizes[v])
			w.lanesTile(n, v, end)
			w.Op("SUBQ", Imm(v*w.lanes()), regRows)
			w.Op("JLE", end)
			w.Op("ADDQ", Imm(v*w.size()), regA)
			w.Op("IMUL3Q", Imm(v*w.lanes()), field("cRow"), AX)
			w.Op("ADDQ", AX, regC)
			w.Op("JMP", again)
		}
		w.Place(end)
		w.end()
	}
}

// sums emits the column sums of B, whose columns are neighbours, if they are wanted.
func (w narrow) sums(n int) {
	none, loop := w.NewLabel("noSums"), w.NewLabel("loop")
	w.Op("MOVQ", field("sums"), AX)
	w.Op("TESTQ", AX, AX)
	w.Op("JZ", none)
	for j := range n {
		w.Op("VXORPS", X(j), X(j), X(j))
	}
	w.Op("MOVQ", field("b"), nwB)
	w.Op("MOVQ", field("depth"), regDepth)
	w.Place(loop)
	for j := range n {
		w.Op("VADDSS", At(nwB, 4*j), X(j), X(j))
	}
	w.Op("ADDQ", regBStep, nwB)
	w.Op("DECQ", regDepth)
	w.Op("JNZ", loop)
	for j := range n {
		w.Op("VMOVSS", X(j), At(AX, 4*j))
	}
	w.Place(none)
}

// lanesTile emits a tile of n columns and up to v vectors of rows.
func (w narrow) lanesTile(n, v int, end Label) {
	acc := func(i, j int) Reg { return w.reg(i*n + j) }
	scratch := 8
	if w.wide {
		scratch = 16
	}
	a, b := func(i int) Reg { return w.reg(scratch + i) }, w.reg(scratch+4)
	w.tailOf((v - 1) * w.lanes())
	for i := range v {
		for j := range n {
			w.zero(acc(i, j))
		}
	}
	loop := w.NewLabel("loop")
	w.Op("MOVQ", regA, BX)
	w.Op("MOVQ", field("b"), nwB)
	w.Op("MOVQ", field("depth"), regDepth)
	w.Align(32)
	w.Place(loop)
	for i := range v {
		w.load(At(BX, i*w.size()), i == v-1, a(i))
	}
	for j := range n {
		if v == 1 {
			w.fmaBroadcast(colAt(j), a(0), acc(0, j), b)
			continue
		}
		w.broadcast(colAt(j), b)
		for i := range v {
			w.fma(a(i), b, acc(i, j))
		}
	}
	w.Op("ADDQ", nwAStep, BX)
	w.Op("ADDQ", regBStep, nwB)
	w.Op("DECQ", regDepth)
	w.Op("JNZ", loop)
	for i := range v {
		w.epilogue(n, func(j int) Reg { return acc(i, j) }, i*w.lanes(), scratch, end)
	}
}

// rowsInBlocks emits the product with op(A) stored row by row: square blocks
// of it are transposed in registers. Two blocks of rows run side by side, as
// far as there are rows and registers, to hide the latency of the chains.
func (w narrow) rowsInBlocks() {
	labels := w.begin()
	for n := narrowCols; n >= 1; n-- {
		w.Place(labels[n])
		w.Op("MOVQ", field("aRow"), nwARow)
		w.Op("MOVQ", nwARow, nwBlock)
		w.Op("SHLQ", Imm(log2(w.lanes())), nwBlock)
		most := 2
		if !w.wide && n > 2 {
			most = 1
		}
		again, single, end := w.NewLabel("again"), w.NewLabel("single"), w.NewLabel("end")
		w.Place(again)
		for blocks := most; blocks >= 1; blocks-- {
			if blocks == 2 {
				w.Op("CMPQ", regRows, Imm(w.lanes()))
				w.Op("JLE", single)
			} else {
				w.Place(single)
			}
			w.blocksTile(n, blocks, end)
			w.Op("SUBQ", Imm(blocks*w.lanes()), regRows)
			w.Op("JLE", end)
			for range blocks {
				w.Op("ADDQ", nwBlock, regA)
			}
			w.Op("IMUL3Q", Imm(blocks*w.lanes()), field("cRow"), AX)
			w.Op("ADDQ", AX, regC)
			w.Op("JMP", again)
		}
		w.Place(end)
		w.end()
	}
}

// blocksTile emits a tile of n columns and one or two blocks of rows.
func (w narrow) blocksTile(n, blocks int, end Label) {
	first := 12
	if w.wide {
		first = 20
	}
	acc := func(b, j int) Reg { return w.reg(first + b*n + j) }
	for b := range blocks {
		for j := range n {
			w.zero(acc(b, j))
		}
	}
	full, partial, done := w.NewLabel("full"), w.NewLabel("partial"), w.NewLabel("done")
	w.Op("MOVQ", regA, BX)
	w.Op("MOVQ", field("b"), regB)
	w.Op("MOVQ", field("depth"), regDepth)
	w.Place(full)
	w.Op("CMPQ", regDepth, Imm(w.lanes()))
	w.Op("JLT", partial)
	w.blockStep(n, blocks, false, acc)
	w.Op("ADDQ", Imm(w.size()), BX)
	w.Op("MOVQ", nwB, regB)
	w.Op("SUBQ", Imm(w.lanes()), regDepth)
	w.Op("JMP", full)
	w.Place(partial)
	w.Op("TESTQ", regDepth, regDepth)
	w.Op("JZ", done)
	w.blockStep(n, blocks, true, acc)
	w.Place(done)
	for b := range blocks {
		w.epilogue(n, func(j int) Reg { return acc(b, j) }, b*w.lanes(), 0, end)
	}
}

// blockStep emits the steps of k of one column of blocks, as many as the
// vectors have lanes or, if partial, as are left. It leaves nwB after them.
func (w narrow) blockStep(n, blocks int, partial bool, acc func(b, j int) Reg) {
	for b := range blocks {
		loaded, shuffled, summed := w.NewLabel("loaded"), w.NewLabel("shuffled"), w.NewLabel("summed")
		if partial && (b == 0 || !w.wide) {
			w.Op("MOVQ", regDepth, nwB)
			w.setMaskAt(nwB)
		}
		w.Op("MOVQ", BX, AX)
		if b > 0 {
			w.Op("ADDQ", nwBlock, AX)
		}
		if partial {
			wider := w.NewLabel("wider")
			w.Op("CMPQ", regDepth, Imm(4))
			w.Op("JGT", wider)
			mask := K(1)
			if !w.wide {
				mask = Y(8)
			}
			w.thinRows(AX, nwARow, regRows, b*w.lanes(), mask)
			w.Op("JMP", shuffled)
			w.Place(wider)
		}
		for i := range w.lanes() {
			w.loadRow(At(AX, 0), partial, w.reg(i))
			if i < w.lanes()-1 {
				w.Op("CMPQ", regRows, Imm(b*w.lanes()+i+1))
				w.Op("JLE", loaded)
				w.Op("ADDQ", nwARow, AX)
			}
		}
		w.Place(loaded)
		w.shuffle()
		w.Place(shuffled)
		w.Op("MOVQ", regB, nwB)
		for k := range w.lanes() {
			for j := range n {
				w.fmaBroadcast(colAt(j), w.reg(k), acc(b, j), w.reg(w.lanes()))
			}
			w.Op("ADDQ", regBStep, nwB)
			if partial && k < w.lanes()-1 {
				w.Op("CMPQ", regDepth, Imm(k+1))
				w.Op("JLE", summed)
			}
		}
		w.Place(summed)
	}
}

// setMaskAt makes the mask of loadRow for the low bits of count.
func (w narrow) setMaskAt(count Reg) {
	if w.wide {
		w.setTail(count, w.table)
		return
	}
	w.Op("NEGQ", count)
	w.Op("LEAQ", Data(w.table, 4*w.lanes()), AX)
	w.Op("VMOVUPS", Mem{Base: AX, Index: count, Scale: 4}, Y(8))
}

// loadRow loads a row of a block; the accumulators leave no register for the
// AVX2 tail mask, so that it lies in the first temporary one.
func (w narrow) loadRow(from Mem, partial bool, to Reg) {
	if partial && !w.wide {
		w.Op("VMASKMOVPS", from, Y(8), to)
		return
	}
	w.load(from, partial, to)
}
