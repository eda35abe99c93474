package asmgen

// transposeFiles builds the transpositions.
func transposeFiles() []*File {
	wide := NewFile("transpose_avx512_amd64.s", "amd64", "Transposition, see transpose_amd64.go for what the functions do.")
	transposer{simd: simd{Func: wide.Func("transposeAVX512", transposeParams...), wide: true}}.whole()
	narrow := NewFile("transpose_avx2_amd64.s", "amd64", "Transposition, see transpose_amd64.go for what the functions do.")
	table := narrow.tailTable()
	transposer{simd: simd{Func: narrow.Func("transposeAVX2", transposeParams...)}, table: table}.whole()
	return []*File{wide, narrow, transposeNEON()}
}

var transposeParams = []Param{
	Ptr("dst"), Int("dstStep"), Ptr("src"), Int("srcStep"), Int("rows"), Int("cols"),
}

// transposer builds the transposition of one level in square blocks of one
// vector's width.
type transposer struct {
	simd
	table string
}

// Integer registers of the transposition.
const (
	trDst     = DI // block's first row of dst
	trSrc     = SI // block's first row of src
	trDstStep = R8
	trSrcStep = R9
	trRows    = R10 // rows of src left
	trCols    = R11 // columns of src left
	trRowSrc  = R12 // block row's first block in src
	trRowDst  = R13 // block row's first block in dst
	trCursor  = BX
)

// whole emits the loops over blocks: rows of src outside, columns inside.
func (t transposer) whole() {
	n := t.lanes()
	t.Op("MOVQ", t.Arg("dst"), trRowDst)
	t.Op("MOVQ", t.Arg("dstStep"), trDstStep)
	t.Op("MOVQ", t.Arg("src"), trRowSrc)
	t.Op("MOVQ", t.Arg("srcStep"), trSrcStep)
	t.Op("MOVQ", t.Arg("rows"), trRows)
	rows, cols, partial, next := t.NewLabel("rows"), t.NewLabel("cols"), t.NewLabel("partial"), t.NewLabel("next")
	t.Place(rows)
	t.Op("MOVQ", t.Arg("cols"), trCols)
	t.Op("MOVQ", trRowSrc, trSrc)
	t.Op("MOVQ", trRowDst, trDst)
	t.Op("CMPQ", trRows, Imm(n))
	t.Op("JLT", partial)
	t.Place(cols)
	t.Op("CMPQ", trCols, Imm(n))
	t.Op("JLT", partial)
	t.block(false)
	t.step()
	t.Op("JG", cols)
	t.Op("JMP", next)
	t.Place(partial)
	t.Op("TESTQ", trCols, trCols)
	t.Op("JLE", next)
	t.block(true)
	t.step()
	t.Op("JG", partial)
	t.Place(next)
	t.Op("MOVQ", trSrcStep, AX)
	t.Op("SHLQ", Imm(log2(n)), AX)
	t.Op("ADDQ", AX, trRowSrc)
	t.Op("ADDQ", Imm(t.size()), trRowDst)
	t.Op("SUBQ", Imm(n), trRows)
	t.Op("JG", rows)
	t.Op("VZEROUPPER")
	t.Op("RET")
}

func log2(n int) int {
	bits := 0
	for n > 1 {
		n, bits = n/2, bits+1
	}
	return bits
}

// step moves on by one block of columns and compares what is left with zero.
func (t transposer) step() {
	t.Op("ADDQ", Imm(t.size()), trSrc)
	t.Op("MOVQ", trDstStep, AX)
	t.Op("SHLQ", Imm(log2(t.lanes())), AX)
	t.Op("ADDQ", AX, trDst)
	t.Op("SUBQ", Imm(t.lanes()), trCols)
}

// setMask makes the tail mask for min(left, lanes) lanes.
func (t transposer) setMask(left Reg) {
	t.Op("MOVQ", Imm(t.lanes()), DX)
	t.Op("CMPQ", left, DX)
	t.Op("CMOVQLT", left, DX)
	t.setTail(DX, t.table)
}

// block emits one block: loads, shuffles, stores.
func (t transposer) block(partial bool) {
	n := t.lanes()
	loaded, shuffled, stored := t.NewLabel("loaded"), t.NewLabel("shuffled"), t.NewLabel("stored")
	t.Op("MOVQ", trSrc, trCursor)
	if partial {
		wider := t.NewLabel("wider")
		t.setMask(trCols)
		t.Op("CMPQ", trCols, Imm(4))
		t.Op("JGT", wider)
		t.thinRows(trCursor, trSrcStep, trRows, 0, t.tail())
		t.Op("JMP", shuffled)
		t.Place(wider)
	}
	for i := range n {
		t.load(At(trCursor, 0), partial, t.reg(i))
		if partial && i < n-1 {
			t.Op("CMPQ", trRows, Imm(i+1))
			t.Op("JLE", loaded)
		}
		t.Op("ADDQ", trSrcStep, trCursor)
	}
	t.Place(loaded)
	t.shuffle()
	t.Place(shuffled)
	t.Op("MOVQ", trDst, trCursor)
	if partial {
		t.setMask(trRows)
	}
	for i := range n {
		t.store(t.reg(i), partial, At(trCursor, 0))
		if partial && i < n-1 {
			t.Op("CMPQ", trCols, Imm(i+1))
			t.Op("JLE", stored)
		}
		t.Op("ADDQ", trDstStep, trCursor)
	}
	t.Place(stored)
}

// shuffle transposes the block in registers 0 to lanes-1, in place, through the
// four registers after them.
func (s simd) shuffle() {
	if s.wide {
		s.shuffle16()
	} else {
		s.shuffle8()
	}
}

// thinRows is load and shuffle for a block of at most four columns: columns of
// the block go to registers 0 to 3. The mask covers the columns; rows counts
// what is left, and the block's first row is number first of it.
func (s simd) thinRows(cursor, step, rows Reg, first int, mask Reg) {
	loaded := s.NewLabel("thin")
	if s.wide {
		s.Op("KMOVW", mask, K(4))
		for q := 1; q < 4; q++ {
			s.Op("KSHIFTLW", Imm(4*q), K(4), K(4+q))
		}
	}
	for i := range s.lanes() {
		q, m := i/4, i%4
		switch {
		case s.wide && q == 0:
			s.Op("VMOVUPS.Z", At(cursor, 0), K(4), Z(m))
		case s.wide:
			s.Op("VBROADCASTF32X4", At(cursor, 0), K(4+q), Z(m))
		case q == 0:
			s.Op("VMASKMOVPS", At(cursor, 0), "X"+mask[1:], X(m))
		default:
			s.Op("VMASKMOVPS", At(cursor, 0), "X"+mask[1:], X(4))
			s.Op("VINSERTF128", Imm(1), X(4), Y(m), Y(m))
		}
		if i < s.lanes()-1 {
			s.Op("CMPQ", rows, Imm(first+i+1))
			s.Op("JLE", loaded)
			s.Op("ADDQ", step, cursor)
		}
	}
	s.Place(loaded)
	s.quads(0, 4)
}

// quads transposes the 4×4 blocks of the four registers from first on, through
// the four from temp on.
func (s simd) quads(first, temp int) {
	r := func(i int) Reg { return s.reg(first + i) }
	t := func(i int) Reg { return s.reg(temp + i) }
	s.Op("VUNPCKLPS", r(1), r(0), t(0))
	s.Op("VUNPCKHPS", r(1), r(0), t(1))
	s.Op("VUNPCKLPS", r(3), r(2), t(2))
	s.Op("VUNPCKHPS", r(3), r(2), t(3))
	s.Op("VUNPCKLPD", t(2), t(0), r(0))
	s.Op("VUNPCKHPD", t(2), t(0), r(1))
	s.Op("VUNPCKLPD", t(3), t(1), r(2))
	s.Op("VUNPCKHPD", t(3), t(1), r(3))
}

// shuffle16 is shuffle for AVX-512: 4×4 blocks of floats, then of quarters.
func (s simd) shuffle16() {
	for g := range 4 {
		s.quads(4*g, 16)
	}
	for m := range 4 {
		g := func(i int) Reg { return Z(4*i + m) }
		t := func(i int) Reg { return Z(16 + i) }
		s.Op("VSHUFF32X4", Imm(0x44), g(1), g(0), t(0))
		s.Op("VSHUFF32X4", Imm(0xee), g(1), g(0), t(1))
		s.Op("VSHUFF32X4", Imm(0x44), g(3), g(2), t(2))
		s.Op("VSHUFF32X4", Imm(0xee), g(3), g(2), t(3))
		s.Op("VSHUFF32X4", Imm(0x88), t(2), t(0), g(0))
		s.Op("VSHUFF32X4", Imm(0xdd), t(2), t(0), g(1))
		s.Op("VSHUFF32X4", Imm(0x88), t(3), t(1), g(2))
		s.Op("VSHUFF32X4", Imm(0xdd), t(3), t(1), g(3))
	}
}

// shuffle8 is shuffle for AVX2: 4×4 blocks of floats, then of halves.
func (s simd) shuffle8() {
	s.quads(0, 8)
	s.quads(4, 8)
	for m := range 4 {
		s.Op("VPERM2F128", Imm(0x20), Y(4+m), Y(m), Y(8))
		s.Op("VPERM2F128", Imm(0x31), Y(4+m), Y(m), Y(4+m))
		s.Op("VMOVAPS", Y(8), Y(m))
	}
}
