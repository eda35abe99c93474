package asmgen

import (
	"fmt"
	"slices"
)

// TileFields are the fields of the Go struct tile in their order, each of 8
// bytes; the kernels read it through one pointer.
var TileFields = []string{
	"a", "b", "c", "bias", "mask", "pack", "sums",
	"aRow", "aStep", "bStep", "bCol", "cRow", "maskRow",
	"rows", "cols", "depth", "flags",
	"offset", "maskTile", // for the kernels' own use; offset starts at 0
}

// Bits of the field flags.
const (
	FlagAccumulate = 1
	FlagReLU       = 2
)

// gemmFiles builds the matrix products.
func gemmFiles() []*File {
	return []*File{gemmAMD64(true), gemmAMD64(false), gemmARM64()}
}

// Integer registers of the product kernels.
const (
	regTile  = DI  // *tile
	regA     = R8  // op(A) at the tile's first row
	regB     = SI  // B at the panel's first column
	regC     = DX  // C at the tile's corner
	regRows  = R14 // rows left in the panel
	regS     = R9  // bytes between rows of op(A)
	reg3S    = R10
	reg5S    = R11
	reg7S    = R15
	regBStep = R12 // bytes between rows of B
	regAStep = R13 // bytes between columns of op(A)
	regDepth = CX  // steps of k left
	curA     = BX  // op(A) at step k
	curB     = AX  // B at step k
)

// prefetchRows is how many rows of B ahead the packing tile prefetches. Rows lie
// on different pages, which the processor's own prefetching does not cross.
const prefetchRows = 32

// product builds the kernel of one level.
type product struct {
	simd
	table string
	most  int           // vectors in a panel
	tiles map[int][]int // rows of the tiles for each number of vectors, falling
	wide1 []int         // vectors of the one-row tiles that come before the panels
}

func field(name string) Mem { return At(regTile, 8*slices.Index(TileFields, name)) }

// gemmAMD64 builds gemmAVX512 or gemmAVX2: a product of any size, read in
// place, as column panels of up to four (two) vectors and row tiles in them.
func gemmAMD64(wide bool) *File {
	p := product{simd: simd{wide: wide}}
	name := "gemm_avx2_amd64.s"
	p.most, p.wide1 = 2, []int{8, 4}
	p.tiles = map[int][]int{2: {6, 4, 3, 2, 1}, 1: {8, 4, 2, 1}}
	if wide {
		name = "gemm_avx512_amd64.s"
		p.most, p.wide1 = 4, []int{16, 8}
		p.tiles = map[int][]int{4: {6, 4, 3, 2, 1}, 3: {8, 4, 2, 1}, 2: {8, 4, 2, 1}, 1: {8, 4, 2, 1}}
	}
	f := NewFile(name, "amd64", "Matrix products, see gemm_amd64.go for what the functions do.")
	if !wide {
		p.table = f.tailTable()
		f.Words("exponentBits", slices.Repeat([]uint32{0x7f800000}, 8)...)
	}
	p.Func = f.Func("gemm"+p.suffix(), Ptr("t"))
	p.whole()
	p.Func = f.Func("gemmPack"+p.suffix(), Ptr("t"))
	p.packing()
	p.Func = f.Func("gemmNarrow"+p.suffix(), Ptr("t"))
	narrow{p.simd, p.table}.rowsInBlocks()
	p.Func = f.Func("gemmNarrowT"+p.suffix(), Ptr("t"))
	narrow{p.simd, p.table}.rowsInLanes()
	return f
}

// strides loads the tile's strides and their multiples.
func (p product) strides() {
	p.Op("MOVQ", p.Arg("t"), regTile)
	p.Op("MOVQ", field("aRow"), regS)
	p.Op("MOVQ", field("aStep"), regAStep)
	p.Op("MOVQ", field("bStep"), regBStep)
	p.Op("LEAQ", Mem{Base: regS, Index: regS, Scale: 2}, reg3S)
	p.Op("LEAQ", Mem{Base: regS, Index: regS, Scale: 4}, reg5S)
	p.Op("LEAQ", Mem{Base: reg3S, Index: regS, Scale: 4}, reg7S)
}

// pointers sets the tile pointers to the panel's first row.
func (p product) pointers() {
	p.Op("MOVQ", field("offset"), AX)
	p.Op("MOVQ", field("a"), regA)
	p.Op("MOVQ", field("b"), regB)
	p.Op("MOVQ", field("c"), regC)
	p.Op("ADDQ", AX, regB)
	p.Op("ADDQ", AX, regC)
	p.Op("ADDQ", field("mask"), AX)
	p.Op("MOVQ", AX, field("maskTile"))
}

// whole emits the loop over column panels.
func (p product) whole() {
	p.strides()
	panel, next := p.NewLabel("panel"), p.NewLabel("next")
	p.Place(panel)
	p.pointers()
	p.Op("MOVQ", field("rows"), regRows)
	p.Op("MOVQ", field("cols"), CX)
	p.oneRow(panel)
	p.Op("MOVQ", Imm(p.most*p.lanes()), BX)
	p.Op("CMPQ", CX, BX)
	p.Op("CMOVQGT", BX, CX)
	if !p.wide { // masked moves are slow on many processors without AVX-512
		edge := p.NewLabel("edge")
		p.Op("JLT", edge)
		p.rowTiles(p.most, false, next)
		p.Place(edge)
	}
	p.Op("MOVQ", CX, BX)
	p.setTail(BX, p.table)
	labels := make([]Label, p.most+1)
	for v := 1; v <= p.most; v++ {
		labels[v] = p.NewLabel(fmt.Sprintf("vectors%dx", v))
	}
	for v := 1; v < p.most; v++ {
		p.Op("CMPQ", CX, Imm(v*p.lanes()))
		p.Op("JLE", labels[v])
	}
	for v := p.most; v >= 1; v-- {
		p.Place(labels[v])
		p.rowTiles(v, true, next)
	}
	p.Place(next)
	p.advance(p.most, panel)
}

// advance moves on by the given vectors of columns, jumps to more if any
// column is left, and returns otherwise.
func (p product) advance(vectors int, more Label) {
	p.Op("ADDQ", Imm(vectors*p.size()), field("offset"))
	p.Op("SUBQ", Imm(vectors*p.lanes()), field("cols"))
	p.Op("JG", more)
	p.Op("VZEROUPPER")
	p.Op("RET")
}

// oneRow emits the wide panels of a product with one row, which read B in long
// runs. It expects the columns left in CX.
func (p product) oneRow(panel Label) {
	after := p.NewLabel("several")
	p.Op("CMPQ", regRows, Imm(1))
	p.Op("JNE", after)
	for _, v := range p.wide1 {
		narrower := p.NewLabel("narrower")
		p.Op("CMPQ", CX, Imm(v*p.lanes()))
		p.Op("JLT", narrower)
		p.tile(1, v, false, false)
		p.sums(v, false)
		p.advance(v, panel)
		p.Place(narrower)
	}
	p.Place(after)
}

// rowTiles emits the loop over row tiles in a panel of v vectors, the last one
// masked or not.
func (p product) rowTiles(v int, masked bool, next Label) {
	sizes := p.tiles[v]
	labels := make([]Label, len(sizes))
	for i, r := range sizes {
		labels[i] = p.NewLabel(fmt.Sprintf("tile%dx%dx", r, v))
	}
	choose := p.NewLabel(fmt.Sprintf("rows%dx", v))
	p.Place(choose)
	if sizes[0] == 6 { // 7 = 4+3 and 8 = 4+4 keep more chains in flight than 6+1 and 6+2
		p.Op("CMPQ", regRows, Imm(8))
		p.Op("JGT", labels[0])
		p.Op("CMPQ", regRows, Imm(7))
		p.Op("JGE", labels[1])
	}
	for i, r := range sizes {
		p.Op("CMPQ", regRows, Imm(r))
		p.Op("JGE", labels[i])
	}
	p.sums(v, masked)
	p.Op("JMP", next)
	for i, r := range sizes {
		p.Place(labels[i])
		p.tile(r, v, masked, false)
		p.Op("IMUL3Q", Imm(r), regS, AX)
		p.Op("ADDQ", AX, regA)
		p.Op("IMUL3Q", Imm(r), field("cRow"), AX)
		p.Op("ADDQ", AX, regC)
		p.Op("IMUL3Q", Imm(r), field("maskRow"), AX)
		p.Op("ADDQ", AX, field("maskTile"))
		p.Op("SUBQ", Imm(r), regRows)
		p.Op("JMP", choose)
	}
}

// packing emits one full tile that also copies its panel of B, as read, to pack.
func (p product) packing() {
	p.strides()
	p.pointers()
	p.Op("MOVQ", field("cols"), BX)
	p.setTail(BX, p.table)
	p.Op("MOVQ", regBStep, regRows) // free here: the distance of the prefetch
	p.Op("SHLQ", Imm(log2(prefetchRows)), regRows)
	p.tile(p.tiles[p.most][0], p.most, true, true)
	p.Op("VZEROUPPER")
	p.Op("RET")
}

// rowAt is the operand for row r of op(A) at step k.
func rowAt(r int) Mem {
	m := Mem{Base: curA}
	if r > 0 {
		m.Index = [...]Reg{"", regS, regS, reg3S, regS, reg5S, reg3S, reg7S}[r]
		m.Scale = [...]int{0, 1, 2, 1, 4, 1, 2, 1}[r]
	}
	return m
}

// tile emits one tile of r rows and v vectors: start, chain, epilogue.
func (p product) tile(r, v int, masked, pack bool) {
	acc := func(i, j int) Reg { return p.reg(i*v + j) }
	b := func(j int) Reg { return p.reg(r*v + j) }
	last := func(j int) bool { return masked && j == v-1 }
	p.start(r, v, acc, last)
	loop, done := p.NewLabel("loop"), p.NewLabel("done")
	p.Op("MOVQ", field("depth"), regDepth)
	p.Op("MOVQ", regA, curA)
	p.Op("MOVQ", regB, curB)
	if pack {
		p.Op("MOVQ", field("pack"), reg7S)
	}
	p.Op("TESTQ", regDepth, regDepth)
	p.Op("JZ", done)
	p.Align(32)
	p.Place(loop)
	if r == 1 {
		p.stepOfRow(v, acc, last)
	} else {
		p.step(r, v, acc, b, last, pack)
	}
	p.Op("ADDQ", regBStep, curB)
	p.Op("ADDQ", regAStep, curA)
	p.Op("DECQ", regDepth)
	p.Op("JNZ", loop)
	p.Place(done)
	p.finish(r, v, acc, last)
}

// start emits the chains' first values: C or +0.
func (p product) start(r, v int, acc func(i, j int) Reg, last func(int) bool) {
	fresh, ready := p.NewLabel("fresh"), p.NewLabel("ready")
	p.Op("TESTQ", Imm(FlagAccumulate), field("flags"))
	p.Op("JZ", fresh)
	p.Op("MOVQ", field("cRow"), BX)
	p.Op("MOVQ", regC, AX)
	for i := range r {
		for j := range v {
			p.load(At(AX, j*p.size()), last(j), acc(i, j))
		}
		if i < r-1 {
			p.Op("ADDQ", BX, AX)
		}
	}
	p.Op("JMP", ready)
	p.Place(fresh)
	for i := range r {
		for j := range v {
			p.zero(acc(i, j))
		}
	}
	p.Place(ready)
}

// step emits one step of k for a tile of several rows.
func (p product) step(r, v int, acc func(i, j int) Reg, b func(int) Reg, last func(int) bool, pack bool) {
	for j := range v {
		p.load(At(curB, j*p.size()), last(j), b(j))
	}
	for i := range r {
		temp := p.reg(r*v + v)
		if v == 1 {
			p.fmaBroadcast(rowAt(i), b(0), acc(i, 0), temp)
			continue
		}
		p.broadcast(rowAt(i), temp)
		for j := range v {
			p.fma(b(j), temp, acc(i, j))
		}
	}
	if pack {
		for j := range v {
			p.Op("PREFETCHT0", Mem{Base: curB, Index: regRows, Scale: 1, Disp: j * p.size()})
		}
		for j := range v {
			p.store(b(j), false, At(reg7S, j*p.size()))
		}
		p.Op("ADDQ", Imm(v*p.size()), reg7S)
	}
}

// stepOfRow emits one step of k for a tile of one row.
func (p product) stepOfRow(v int, acc func(i, j int) Reg, last func(int) bool) {
	a, b := p.reg(v), p.reg(v+1)
	p.broadcast(At(curA, 0), a)
	for j := range v {
		if last(j) {
			p.load(At(curB, j*p.size()), true, b)
			p.fma(b, a, acc(0, j))
		} else {
			p.Op("VFMADD231PS", At(curB, j*p.size()), a, acc(0, j))
		}
	}
}

// sums emits the column sums of a panel of B of v vectors, if they are wanted.
func (p product) sums(v int, masked bool) {
	none, fresh, loop, done := p.NewLabel("noSums"), p.NewLabel("fresh"), p.NewLabel("loop"), p.NewLabel("done")
	last := func(j int) bool { return masked && j == v-1 }
	p.Op("MOVQ", field("sums"), curA)
	p.Op("TESTQ", curA, curA)
	p.Op("JZ", none)
	p.Op("ADDQ", field("offset"), curA)
	for j := range v {
		p.zero(p.reg(j))
	}
	p.Op("TESTQ", Imm(FlagAccumulate), field("flags"))
	p.Op("JZ", fresh)
	for j := range v {
		p.load(At(curA, j*p.size()), last(j), p.reg(j))
	}
	p.Place(fresh)
	p.Op("MOVQ", field("depth"), regDepth)
	p.Op("MOVQ", regB, curB)
	p.Op("TESTQ", regDepth, regDepth)
	p.Op("JZ", done)
	p.Place(loop)
	for j := range v {
		if last(j) {
			p.load(At(curB, j*p.size()), true, p.reg(v))
			p.Op("VADDPS", p.reg(v), p.reg(j), p.reg(j))
		} else {
			p.Op("VADDPS", At(curB, j*p.size()), p.reg(j), p.reg(j))
		}
	}
	p.Op("ADDQ", regBStep, curB)
	p.Op("DECQ", regDepth)
	p.Op("JNZ", loop)
	p.Place(done)
	for j := range v {
		p.store(p.reg(j), last(j), At(curA, j*p.size()))
	}
	p.Place(none)
}

// finish emits bias, activation, mask and the stores.
func (p product) finish(r, v int, acc func(i, j int) Reg, last func(int) bool) {
	noBias, noReLU, noMask := p.NewLabel("noBias"), p.NewLabel("noReLU"), p.NewLabel("noMask")
	temp := func(i int) Reg { return p.reg(r*v + i) }
	p.Op("MOVQ", field("bias"), AX)
	p.Op("TESTQ", AX, AX)
	p.Op("JZ", noBias)
	p.Op("ADDQ", field("offset"), AX)
	for j := range v {
		p.load(At(AX, j*p.size()), last(j), temp(0))
		for i := range r {
			p.Op("VADDPS", temp(0), acc(i, j), acc(i, j))
		}
	}
	p.Place(noBias)
	p.Op("TESTQ", Imm(FlagReLU), field("flags"))
	p.Op("JZ", noReLU)
	p.zero(temp(0))
	for i := range r {
		for j := range v {
			p.Op("VMAXPS", acc(i, j), temp(0), acc(i, j))
		}
	}
	p.Place(noReLU)
	p.Op("MOVQ", field("mask"), AX)
	p.Op("TESTQ", AX, AX)
	p.Op("JZ", noMask)
	p.Op("MOVQ", field("maskTile"), AX)
	p.Op("MOVQ", field("maskRow"), BX)
	p.zero(temp(0))
	for i := range r {
		for j := range v {
			p.gate(At(AX, j*p.size()), last(j), acc(i, j), temp(0), temp(1), temp(2))
		}
		if i < r-1 {
			p.Op("ADDQ", BX, AX)
		}
	}
	p.Place(noMask)
	p.Op("MOVQ", field("cRow"), BX)
	p.Op("MOVQ", regC, AX)
	for i := range r {
		for j := range v {
			p.store(acc(i, j), last(j), At(AX, j*p.size()))
		}
		if i < r-1 {
			p.Op("ADDQ", BX, AX)
		}
	}
}

// gate clears the lanes of x where mem is not above zero or x is zero or subnormal.
func (p product) gate(mem Mem, masked bool, x, zero, t1, t2 Reg) {
	if p.wide {
		p.load(mem, masked, t1)
		p.Op("VCMPPS", Imm(0x11), t1, zero, K(2)) // 0 < mem, quiet
		p.Op("VFPCLASSPSZ", Imm(0x24), x, K(3))   // −0 or subnormal
		p.Op("KANDNW", K(2), K(3), K(2))
		p.Op("VMOVAPS.Z", x, K(2), x)
		return
	}
	p.load(mem, masked, t1)
	p.Op("VCMPPS", Imm(0x11), t1, zero, t1)
	p.Op("VANDPS", t1, x, x)
	p.Op("VPAND", Data("exponentBits", 0), x, t2)
	p.Op("VPCMPEQD", zero, t2, t2)
	p.Op("VPANDN", x, t2, x)
}
