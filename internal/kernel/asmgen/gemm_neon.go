package asmgen

import (
	"fmt"
	"slices"
)

// Integer registers of the NEON products.
var (
	neTile  = R(0)
	neA     = R(1) // op(A) at the tile's first row
	neB     = R(2) // B at the panel's first column
	neC     = R(3) // C at the tile's corner
	neAStep = R(4)
	neBStep = R(5)
	neCRow  = R(6)
	neMRow  = R(7)
	neDepth = R(8) // steps of k left
	neCurA  = R(9)
	neCurB  = R(10)
	neRow   = [...]Reg{"", R(11), R(12), R(13), R(14), R(15)} // 1 to 5 times aRow
	neRows  = R(19)                                           // rows left in the panel
	neCols  = R(20)                                           // columns left
	neTemp  = R(21)
	neFlags = R(22)
	neMask  = R(23) // mask at the tile's corner, 0 for none
	neBias  = R(24) // bias at the panel's first column, 0 for none
	nePack  = R(25)
)

// neField loads a field of the tile.
func (p neonProduct) field(name string, to Reg) {
	p.Op("MOVD", At(neTile, 8*slices.Index(TileFields, name)), to)
}

// neonProduct builds gemmNEON and gemmPackNEON.
type neonProduct struct{ neon }

// neonTileRows are the rows of the tiles, falling.
var neonTileRows = []int{6, 4, 2, 1}

// neonPieces are the widths of the panels, falling; every width is a sum of them.
var neonPieces = []piece{{4, 4}, {1, 4}, {1, 2}, {1, 1}}

// gemmARM64 builds the products of NEON.
func gemmARM64() *File {
	f := NewFile("gemm_neon_arm64.s", "arm64", "Matrix products, see gemm_arm64.go for what the functions do.")
	p := neonProduct{neon{f.Func("gemmNEON", Ptr("t"))}}
	p.whole()
	p = neonProduct{neon{f.Func("gemmPackNEON", Ptr("t"))}}
	p.begin()
	p.panel()
	p.tile(neonPieces[0], neonTileRows[0], true)
	p.Op("RET")
	narrowARM64(f)
	return f
}

// begin loads what does not change from panel to panel.
func (p neonProduct) begin() {
	p.Op("MOVD", p.Arg("t"), neTile)
	p.field("aRow", neRow[1])
	p.Op("ADD", neRow[1], neRow[1], neRow[2])
	p.Op("ADD", neRow[1], neRow[2], neRow[3])
	p.Op("ADD", neRow[2], neRow[2], neRow[4])
	p.Op("ADD", neRow[2], neRow[3], neRow[5])
	p.field("aStep", neAStep)
	p.field("bStep", neBStep)
	p.field("cRow", neCRow)
	p.field("maskRow", neMRow)
	p.field("cols", neCols)
	p.field("flags", neFlags)
	p.field("bias", neBias)
	p.field("pack", nePack)
}

// panel sets the tile pointers to the panel's first row.
func (p neonProduct) panel() {
	p.field("a", neA)
	p.field("rows", neRows)
	p.field("offset", neTemp)
	for _, f := range []struct {
		name string
		reg  Reg
	}{{"b", neB}, {"c", neC}, {"mask", neMask}} {
		p.field(f.name, f.reg)
		none := p.NewLabel("none")
		p.Op("CBZ", f.reg, none)
		p.Op("ADD", neTemp, f.reg)
		p.Place(none)
	}
}

// whole emits the loop over column panels.
func (p neonProduct) whole() {
	p.begin()
	panel, end := p.NewLabel("panel"), p.NewLabel("end")
	p.Place(panel)
	p.Op("CBZ", neCols, end)
	p.panel()
	for i, w := range neonPieces {
		narrower := p.NewLabel("narrower")
		if i < len(neonPieces)-1 {
			p.Op("CMP", Imm(w.cols()), neCols)
			p.Op("BLT", narrower)
		}
		p.rowTiles(w)
		p.Op("SUB", Imm(w.cols()), neCols)
		p.field("offset", neTemp)
		p.Op("ADD", Imm(4*w.cols()), neTemp)
		p.Op("MOVD", neTemp, At(neTile, 8*slices.Index(TileFields, "offset")))
		skip := p.NewLabel("noBias")
		p.Op("CBZ", neBias, skip)
		p.Op("ADD", Imm(4*w.cols()), neBias)
		p.Place(skip)
		p.Op("JMP", panel)
		p.Place(narrower)
	}
	p.Place(end)
	p.Op("RET")
}

// rowTiles emits the loop over the row tiles of a panel.
func (p neonProduct) rowTiles(w piece) {
	next := p.NewLabel("next")
	for _, r := range neonTileRows {
		tile, fewer := p.NewLabel(fmt.Sprintf("tile%dx%dx", r, w.cols())), p.NewLabel("fewer")
		p.Place(tile)
		p.Op("CMP", Imm(r), neRows)
		p.Op("BLT", fewer)
		p.tile(w, r, false)
		p.move(r)
		p.Op("JMP", tile)
		p.Place(fewer)
	}
	p.Place(next)
}

// move moves the tile pointers on by r rows.
func (p neonProduct) move(r int) {
	p.Op("MOVD", Imm(r), neTemp)
	p.Op("MADD", neTemp, neA, neRow[1], neA)
	p.Op("MADD", neTemp, neC, neCRow, neC)
	p.Op("MADD", neTemp, neMask, neMRow, neMask)
	p.Op("SUB", Imm(r), neRows)
}

// tile emits one tile of r rows: start, chain, epilogue. The accumulators are
// the first registers, B is in 24 to 27, op(A) in 28 to 31.
func (p neonProduct) tile(w piece, r int, pack bool) {
	acc := func(i int) int { return i * w.vectors }
	p.start(w, r, acc)
	loop, done := p.NewLabel("loop"), p.NewLabel("done")
	p.field("depth", neDepth)
	p.Op("MOVD", neA, neCurA)
	p.Op("MOVD", neB, neCurB)
	p.Op("CBZ", neDepth, done)
	p.Align(16)
	p.Place(loop)
	p.load(w, neCurB, 24)
	for i := range r {
		a := 28 + i%4
		if i == 0 {
			p.Op("FMOVS", At(neCurA, 0), F(a))
		} else {
			p.Op("FMOVS", fmt.Sprintf("(%s)(%s)", neCurA, neRow[i]), F(a))
		}
		for j := range w.vectors {
			p.fmaLane(a, 24+j, acc(i)+j)
		}
	}
	if pack {
		p.store(w, 24, nePack)
		p.Op("ADD", Imm(4*w.cols()), nePack)
	}
	p.Op("ADD", neBStep, neCurB)
	p.Op("ADD", neAStep, neCurA)
	p.Op("SUB", Imm(1), neDepth)
	p.Op("CBNZ", neDepth, loop)
	p.Place(done)
	p.finish(w, r, acc)
}

// start emits the chains' first values: C or +0.
func (p neonProduct) start(w piece, r int, acc func(int) int) {
	fresh, ready := p.NewLabel("fresh"), p.NewLabel("ready")
	p.Op("TBZ", Imm(log2(FlagAccumulate)), neFlags, fresh)
	p.Op("MOVD", neC, neTemp)
	for i := range r {
		p.load(w, neTemp, acc(i))
		p.Op("ADD", neCRow, neTemp)
	}
	p.Op("JMP", ready)
	p.Place(fresh)
	for i := range r * w.vectors {
		p.zero(i)
	}
	p.Place(ready)
}

// finish emits bias, activation, mask and the stores.
func (p neonProduct) finish(w piece, r int, acc func(int) int) {
	noBias, noReLU, noMask := p.NewLabel("noBias"), p.NewLabel("noReLU"), p.NewLabel("noMask")
	p.Op("CBZ", neBias, noBias)
	p.load(w, neBias, 24)
	for i := range r {
		for j := range w.vectors {
			p.add(acc(i)+j, 24+j, acc(i)+j)
		}
	}
	p.Place(noBias)
	p.Op("TBZ", Imm(log2(FlagReLU)), neFlags, noReLU)
	for i := range r * w.vectors {
		p.relu(i, 28)
	}
	p.Place(noReLU)
	p.Op("CBZ", neMask, noMask)
	p.Op("MOVD", neMask, neTemp)
	p.Op("MOVD", "$0x7f800000", neDepth)
	p.Op("VDUP", neDepth, s4(31))
	p.zero(30)
	for i := range r {
		p.load(w, neTemp, 24)
		p.Op("ADD", neMRow, neTemp)
		for j := range w.vectors {
			x := acc(i) + j
			p.above(24+j, 28)
			p.Op("VAND", b16(28), b16(x), b16(x))
			p.Op("VAND", b16(31), b16(x), b16(29))
			p.Op("VCMEQ", s4(30), s4(29), s4(29))
			p.clear(29, x)
		}
	}
	p.Place(noMask)
	p.Op("MOVD", neC, neTemp)
	for i := range r {
		p.store(w, acc(i), neTemp)
		p.Op("ADD", neCRow, neTemp)
	}
}
