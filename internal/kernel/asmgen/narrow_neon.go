package asmgen

import (
	"fmt"
	"slices"
)

// neonNarrow builds the products with at most four columns for NEON. Lanes are
// rows of C, four to a vector; the rows must be a multiple of four.
type neonNarrow struct{ neon }

// Integer registers of the narrow products, beside neTile to neCRow, neDepth,
// neCurA, neTemp, neFlags, neRows and neBias.
var (
	nnRow   = R(7) // bytes between rows of op(A)
	nnCurB  = R(10)
	nnCol   = [...]Reg{"", R(11), R(12), R(13)} // 1 to 3 times bCol
	nnBlock = R(14)                             // bytes between blocks of four rows of op(A)
)

// narrowARM64 adds gemmNarrowNEON and gemmNarrowTNEON.
func narrowARM64(f *File) {
	n := neonNarrow{neon{f.Func("gemmNarrowNEON", Ptr("t"))}}
	n.whole(n.blockSteps)
	n = neonNarrow{neon{f.Func("gemmNarrowTNEON", Ptr("t"))}}
	n.whole(n.laneSteps)
}

func (n neonNarrow) field(name string, to Reg) {
	n.Op("MOVD", At(neTile, 8*slices.Index(TileFields, name)), to)
}

// whole emits the loops over tiles of 16 and 4 rows for each number of columns.
// Steps emits the chains of a tile.
func (n neonNarrow) whole(steps func(cols, vectors int)) {
	n.Op("MOVD", n.Arg("t"), neTile)
	n.field("a", neA)
	n.field("c", neC)
	n.field("rows", neRows)
	n.field("cols", neTemp)
	n.field("aRow", nnRow)
	n.field("aStep", neAStep)
	n.field("bStep", neBStep)
	n.field("bCol", nnCol[1])
	n.field("cRow", neCRow)
	n.field("flags", neFlags)
	n.field("bias", neBias)
	n.Op("ADD", nnCol[1], nnCol[1], nnCol[2])
	n.Op("ADD", nnCol[1], nnCol[2], nnCol[3])
	n.Op("LSL", Imm(2), nnRow, nnBlock)
	var labels [narrowCols + 1]Label
	for c := 1; c <= narrowCols; c++ {
		labels[c] = n.NewLabel(fmt.Sprintf("cols%dx", c))
		n.Op("CMP", Imm(c), neTemp)
		n.Op("BEQ", labels[c])
	}
	for c := 1; c <= narrowCols; c++ {
		n.Place(labels[c])
		for _, vectors := range []int{4, 1} {
			tile, fewer := n.NewLabel("tile"), n.NewLabel("fewer")
			n.Place(tile)
			n.Op("CMP", Imm(4*vectors), neRows)
			n.Op("BLT", fewer)
			for i := range c * vectors {
				n.zero(i)
			}
			n.field("b", nnCurB)
			n.field("depth", neDepth)
			n.Op("MOVD", neA, neCurA)
			steps(c, vectors)
			n.finish(c, vectors)
			for range vectors {
				n.Op("ADD", nnBlock, neA)
			}
			n.Op("SUB", Imm(4*vectors), neRows)
			n.Op("JMP", tile)
			n.Place(fewer)
		}
		n.Op("RET")
	}
}

// narrowAcc is the accumulator of a vector of rows and a column.
func narrowAcc(cols, vector, col int) int { return vector*cols + col }

// loadB loads B at the current step to the registers from 24 on.
func (n neonNarrow) loadB(cols int) {
	n.Op("FMOVS", At(nnCurB, 0), F(24))
	for j := 1; j < cols; j++ {
		n.Op("FMOVS", fmt.Sprintf("(%s)(%s)", nnCurB, nnCol[j]), F(24+j))
	}
	n.Op("ADD", neBStep, nnCurB)
}

// laneSteps emits the chains where op(A) is stored transposed.
func (n neonNarrow) laneSteps(cols, vectors int) {
	loop := n.NewLabel("loop")
	n.Place(loop)
	n.load(piece{vectors, 4}, neCurA, 16)
	n.Op("ADD", neAStep, neCurA)
	n.loadB(cols)
	for i := range vectors {
		for j := range cols {
			n.fmaLane(24+j, 16+i, narrowAcc(cols, i, j))
		}
	}
	n.Op("SUB", Imm(1), neDepth)
	n.Op("CBNZ", neDepth, loop)
}

// blockSteps emits the chains where op(A) is stored row by row: 4×4 blocks of
// it are transposed in registers, what is left is loaded lane by lane.
func (n neonNarrow) blockSteps(cols, vectors int) {
	full, single, done := n.NewLabel("full"), n.NewLabel("single"), n.NewLabel("done")
	n.Place(full)
	n.Op("CMP", Imm(4), neDepth)
	n.Op("BLT", single)
	for i := range vectors {
		n.eachRow(i, func(r int) { n.Op("VLD1", At(neTemp, 0), "["+s4(16+r)+"]") })
		n.transpose(16, 20)
		if i > 0 {
			n.Op("SUB", neBStep, nnCurB)
			n.Op("SUB", neBStep, nnCurB)
			n.Op("SUB", neBStep, nnCurB)
			n.Op("SUB", neBStep, nnCurB)
		}
		for k := range 4 {
			n.loadB(cols)
			for j := range cols {
				n.fmaLane(24+j, 16+k, narrowAcc(cols, i, j))
			}
		}
	}
	n.Op("ADD", Imm(16), neCurA)
	n.Op("SUB", Imm(4), neDepth)
	n.Op("JMP", full)
	n.Place(single)
	n.Op("CBZ", neDepth, done)
	n.loadB(cols)
	for i := range vectors {
		n.eachRow(i, func(r int) { n.Op("VLD1", At(neTemp, 0), Lane(V(16), "S", r)) })
		for j := range cols {
			n.fmaLane(24+j, 16, narrowAcc(cols, i, j))
		}
	}
	n.Op("ADD", Imm(4), neCurA)
	n.Op("SUB", Imm(1), neDepth)
	n.Op("JMP", single)
	n.Place(done)
}

// eachRow emits f for each row of a vector with neTemp at the row's element of
// the current step.
func (n neonNarrow) eachRow(vector int, f func(r int)) {
	n.Op("MOVD", neCurA, neTemp)
	for range vector {
		n.Op("ADD", nnBlock, neTemp)
	}
	for r := range 4 {
		f(r)
		if r < 3 {
			n.Op("ADD", nnRow, neTemp)
		}
	}
}

// finish emits bias, activation and the stores, and moves neC past the tile.
func (n neonNarrow) finish(cols, vectors int) {
	noBias, noReLU, scattered, done := n.NewLabel("noBias"), n.NewLabel("noReLU"), n.NewLabel("scattered"), n.NewLabel("done")
	n.Op("CBZ", neBias, noBias)
	n.Op("MOVD", neBias, neTemp)
	for j := range cols {
		n.Op("VLD1R", At(neTemp, 0), "["+s4(24)+"]")
		n.Op("ADD", Imm(4), neTemp)
		for i := range vectors {
			acc := narrowAcc(cols, i, j)
			n.add(acc, 24, acc)
		}
	}
	n.Place(noBias)
	n.Op("TBZ", Imm(log2(FlagReLU)), neFlags, noReLU)
	for i := range cols * vectors {
		n.relu(i, 24)
	}
	n.Place(noReLU)
	if cols == 1 {
		n.Op("CMP", Imm(4), neCRow)
		n.Op("BNE", scattered)
		w := piece{vectors, 4}
		n.store(w, 0, neC)
		n.Op("ADD", Imm(4*w.cols()), neC)
		n.Op("JMP", done)
		n.Place(scattered)
	}
	for i := range vectors {
		for r := range 4 {
			n.Op("MOVD", neC, neTemp)
			for j := range cols {
				n.Op("VST1", Lane(V(narrowAcc(cols, i, j)), "S", r), At(neTemp, 0))
				if j < cols-1 {
					n.Op("ADD", Imm(4), neTemp)
				}
			}
			n.Op("ADD", neCRow, neC)
		}
	}
	n.Place(done)
}
