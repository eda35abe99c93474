package asmgen

import (
	"fmt"
	"maps"
	"slices"
)

// x86 is the [machine] of AVX2 and AVX-512. Loads of a constant or parameter are
// operands of the instruction that needs it: AVX-512 broadcasts 4 bytes of
// memory, AVX2 reads constants that are stored eightfold.
type x86 struct {
	simd
	file     *File
	vectors  pool
	masks    pool // AVX-512
	words    []uint32
	tables   map[string][]uint32
	masked   bool
	single   bool           // the block works on one number
	hoisted  map[string]Reg // constants and parameters that live in registers
	wishes   wishes
	borrowed []Reg // temporary registers of the current instruction
}

var x86Integers = []Reg{DI, SI, DX, R8, R9, R10, R11, R12, R13, BX, R15, R14}

func newX86(wide bool, file *File) *x86 {
	return &x86{simd: simd{wide: wide}, file: file, tables: map[string][]uint32{}}
}

func (x *x86) start(name string, params []Param) {
	x.Func = x.file.Func(name+x.suffix(), params...)
	x.hoisted, x.wishes, x.borrowed = map[string]Reg{}, wishes{}, nil
	x.vectors, x.masks, x.masked = pool{name: "vector"}, pool{name: "mask"}, false
	x.single = false
	n := 15 // the last is the tail mask
	if x.wide {
		n = 32
		for i := 7; i >= 2; i-- {
			x.masks.give(K(i))
		}
	}
	for i := n - 1; i >= 0; i-- {
		x.vectors.give(x.simd.reg(i))
	}
}

func (x *x86) finish() {
	x.Op("VZEROUPPER")
	x.Op("RET")
}

// close adds the constants to the file.
func (x *x86) close() {
	if !x.wide {
		x.file.Words("tailWords", append(slices.Repeat([]uint32{0xffffffff}, 8), make([]uint32, 8)...)...)
	}
	for _, name := range slices.Sorted(maps.Keys(x.tables)) {
		x.file.Words(name, x.tables[name]...)
	}
	var words []uint32
	for _, w := range x.words {
		n := 1
		if !x.wide {
			n = 8
		}
		words = append(words, slices.Repeat([]uint32{w}, n)...)
	}
	if len(words) > 0 {
		x.file.Words("words", words...)
	}
}

func (x *x86) integer(i int) Reg         { return x86Integers[i] }
func (x *x86) loadInt(arg string, r Reg) { x.Op("MOVQ", x.Arg(arg), r) }
func (x *x86) move(from, to Reg)         { x.Op("MOVQ", from, to) }
func (x *x86) addImm(n int, r Reg)       { x.Op("ADDQ", Imm(n), r) }
func (x *x86) addReg(n, r Reg)           { x.Op("ADDQ", n, r) }
func (x *x86) subReg(n, r Reg)           { x.Op("SUBQ", n, r) }
func (x *x86) addArg(arg string, r Reg)  { x.Op("ADDQ", x.Arg(arg), r) }
func (x *x86) subArg(arg string, r Reg)  { x.Op("SUBQ", x.Arg(arg), r) }
func (x *x86) jump(to Label)             { x.Op("JMP", to) }
func (x *x86) newLabel(s string) Label   { return x.NewLabel(s) }
func (x *x86) place(l Label)             { x.Place(l) }
func (x *x86) tailTo(on bool)            { x.masked = on }

func (x *x86) wholeVectors(n Reg) {
	x.Op("ANDQ", Imm(-x.lanes()), n)
	x.Op("SHLQ", Imm(2), n)
}

func (x *x86) branch(r Reg, cond string, n int, to Label) {
	if n == 0 {
		x.Op("TESTQ", r, r)
	} else {
		x.Op("CMPQ", r, Imm(n))
	}
	x.Op("J"+cond, to)
}

func (x *x86) loopHead(l Label) {
	x.Align(32)
	x.Place(l)
}

func (x *x86) setTail(n Reg) {
	if x.wide {
		x.Op("MOVL", Imm(1), AX)
		x.Op("SHLXL", n, AX, AX)
		x.Op("DECL", AX)
		x.Op("KMOVW", AX, x.tail())
		return
	}
	x.Op("MOVQ", n, CX)
	x.Op("NEGQ", CX)
	x.Op("LEAQ", Data("tailWords", 32), AX)
	x.Op("VMOVUPS", Mem{Base: AX, Index: CX, Scale: 4}, x.tail())
}

// word is the offset of a constant in the table.
func (x *x86) word(w uint32) string {
	i := slices.Index(x.words, w)
	if i < 0 {
		i = len(x.words)
		x.words = append(x.words, w)
	}
	if x.wide {
		return Data("words", 4*i)
	}
	return Data("words", 32*i)
}

// indexTable is a table of the lanes of a permutation.
func (x *x86) indexTable(index []int) string {
	name, table := "lanes", make([]uint32, len(index))
	for i, lane := range index {
		name += fmt.Sprintf("_%d", lane)
		table[i] = uint32(lane)
	}
	x.tables[name] = table
	return Data(name, 0)
}

func (x *x86) hoist(v *vec) {
	r := x.vectors.take()
	x.loadUniform(v, r)
	x.hoisted[v.key()] = r
}

func (x *x86) wanted() []*vec { return x.wishes.sorted() }

// loadUniform sets a register to a constant or parameter.
func (x *x86) loadUniform(v *vec, r Reg) {
	switch {
	case v.op == opParam:
		x.Op("VBROADCASTSS", x.Arg(v.name), r)
	case v.bits == 0:
		x.zero(r)
	case x.wide:
		x.Op("VBROADCASTSS", x.word(v.bits), r)
	default:
		x.Op("VMOVUPS", x.word(v.bits), r)
	}
}

func (x *x86) mark() (undo func()) {
	text, words := x.file.text.String(), len(x.words)
	return func() {
		x.file.text.Reset()
		x.file.text.WriteString(text)
		x.words = x.words[:words]
	}
}

func (x *x86) newVariable(parts int) *variable {
	v := &variable{}
	for range parts {
		v.regs = append(v.regs, x.vectors.take())
	}
	return v
}

func (x *x86) scope() (end func()) {
	free := slices.Clone(x.vectors.free)
	return func() { x.vectors.free = free }
}

// borrow returns a register that is free again after the current instruction.
func (x *x86) borrow() Reg {
	r := x.vectors.take()
	x.borrowed = append(x.borrowed, r)
	return r
}

func (x *x86) giveBack() {
	for _, r := range x.borrowed {
		x.vectors.give(r)
	}
	x.borrowed = x.borrowed[:0]
}

func (x *x86) fill(v *variable, w uint32) {
	for _, r := range v.regs {
		x.loadUniform(constantBits(w), r)
	}
}

func (x *x86) broadcast(r Reg, v *variable) { x.Op("VBROADCASTSS", At(r, 0), v.regs[0]) }

func (x *x86) storeLane(v *variable, r Reg) { x.Op("VMOVSS", x.low(v.regs[0]), At(r, 0)) }

// low is the 4-lane part of a vector register.
func (x *x86) low(r Reg) Reg { return "X" + r[1:] }

func (x *x86) half(r Reg) Reg { return "Y" + r[1:] }

func (x *x86) reduce(op opcode, v, to *variable) {
	name := x86Plain[op]
	from, r, t := v.regs[0], to.regs[0], x.borrow()
	switch {
	case x.wide:
		x.Op("VEXTRACTF64X4", Imm(1), from, x.half(t))
		x.Op(name, x.half(t), x.half(from), x.half(r))
		x.Op("VEXTRACTF32X4", Imm(1), x.half(r), x.low(t))
	case len(v.regs) == 2:
		x.Op(name, v.regs[1], from, r)
		x.Op("VEXTRACTF128", Imm(1), r, x.low(t))
	default: // the other 8 lanes are zero
		x.Op("VEXTRACTF128", Imm(1), from, x.low(t))
		x.Op("VMOVAPS", from, r)
	}
	x.Op(name, x.low(t), x.low(r), x.low(r))
	x.Op("VPERMILPS", Imm(0b01_00_11_10), x.low(r), x.low(t))
	x.Op(name, x.low(t), x.low(r), x.low(r))
	x.Op("VPERMILPS", Imm(0b00_00_00_01), x.low(r), x.low(t))
	x.Op(name, x.low(t), x.low(r), x.low(r))
	x.Op("VBROADCASTSS", x.low(r), r)
	x.giveBack()
}
