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
	single   bool // the block works on one number
	table    string
	hoisted  map[string]Reg // constants and parameters that live in registers
	wishes   wishes
	borrowed []Reg // temporary registers of the current instruction
}

// x86Scratch are integer registers that no kernel holds anything in.
var x86Scratch = []Reg{AX, CX}

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

// inReg is the register that holds v.
func (x *x86) inReg(v *vec) Reg {
	if !v.uniform() {
		return v.reg
	}
	if r, ok := x.hoisted[v.key()]; ok {
		return r
	}
	x.wishes.add(v)
	r := x.borrow()
	x.loadUniform(v, r)
	return r
}

// source is v as the operand that may be memory, and the suffix that the
// instruction then needs.
func (x *x86) source(v *vec) (operand any, suffix string) {
	if v.uniform() && x.hoisted[v.key()] == "" {
		switch {
		case v.op == opConst && x.wide:
			return x.word(v.bits), ".BCST"
		case v.op == opConst:
			return x.word(v.bits), ""
		case x.wide:
			x.wishes.add(v)
			return x.Arg(v.name), ".BCST"
		}
	}
	return x.inReg(v), ""
}

// use counts one use of each down and frees its register after the last.
func (x *x86) use(args ...*vec) {
	for _, v := range args {
		v.uses--
		if v.uses > 0 || v.uniform() || v.reg == "" || v.fixed {
			continue
		}
		if x.wide && v.isMask() {
			x.masks.give(v.reg)
		} else {
			x.vectors.give(v.reg)
		}
		v.reg = ""
	}
}

// result gives v its register, unless it has one.
func (x *x86) result(v *vec) Reg {
	if v.fixed {
		return v.reg
	}
	if x.wide && v.isMask() {
		v.reg = x.masks.take()
	} else {
		v.reg = x.vectors.take()
	}
	return v.reg
}

// Op emits an instruction; in blocks of one number, on the registers' low parts.
func (x *x86) Op(name string, operands ...any) {
	if x.single {
		for i, o := range operands {
			if r, ok := o.(Reg); ok && (r[0] == 'Y' || r[0] == 'Z') {
				operands[i] = x.low(r)
			}
		}
	}
	x.Func.Op(name, operands...)
}

func (x *x86) lowerSingle(b *block) {
	x.single = true
	x.lower(b, nil, 0)
	x.single = false
	for _, v := range b.ops {
		if v.op == opSet {
			r := v.v.part(b)
			x.Op("VBROADCASTSS", x.low(r), r)
		}
	}
}

func (x *x86) lower(b *block, ptrs []Reg, disp int) {
	b.prepare()
	for _, v := range b.ops {
		x.lowerOp(b, v, ptrs, disp)
		x.giveBack()
	}
}

func (x *x86) lowerOp(b *block, v *vec, ptrs []Reg, disp int) {
	switch v.op {
	case opGet:
		v.reg, v.fixed = v.v.part(b), true
	case opSet:
		from := x.inReg(v.args[0])
		if to := v.v.part(b); from != to {
			x.Op("VMOVAPS", from, to)
		}
		x.use(v.args...)
	case opLoad:
		x.load(At(ptrs[v.slot], disp), x.masked, x.result(v))
	case opStore:
		x.store(x.inReg(v.args[0]), x.masked, At(ptrs[v.slot], disp))
		x.use(v.args...)
	case opLoadPart:
		x.Op("VMOVUPS.Z", At(ptrs[v.slot], disp+64*int(v.bits)), K(3+int(v.bits)), x.result(v))
	case opStorePart:
		x.Op("VMOVUPS", x.inReg(v.args[0]), K(3+int(v.bits)), At(ptrs[v.slot], disp+64*int(v.bits)))
		x.use(v.args...)
	case opPermute:
		r := x.vectors.take()
		x.Op("VMOVUPS", x.indexTable(v.index), r)
		x.Op("VPERMI2PS", v.args[1].reg, v.args[0].reg, r)
		x.use(v.args...)
		v.reg = r
	case opFMA, opFNMA, opFMS:
		x.fused(v)
	case opCompare, opGreaterInt:
		x.compared(v)
	case opSelect, opKeep, opBothMasks, opInside, opInsideOr:
		x.chosen(v)
	case opFlush:
		x.flushed(v)
	default:
		x.plain(v)
	}
}

// x86Plain are the instructions of two operands, one of which may be memory.
var x86Plain = map[opcode]string{
	opAdd: "VADDPS", opSub: "VSUBPS", opMul: "VMULPS", opDiv: "VDIVPS", opMin: "VMINPS", opMax: "VMAXPS",
	opAnd: "VANDPS", opOr: "VORPS", opXor: "VXORPS",
	opAddInt: "VPADDD", opSubInt: "VPSUBD", opMaxInt: "VPMAXSD",
}

var x86Unary = map[opcode]string{opSqrt: "VSQRTPS", opFloat: "VCVTDQ2PS"}

var x86Shift = map[opcode]string{opShiftLeft: "VPSLLD", opShiftRight: "VPSRLD", opShiftRightSigned: "VPSRAD"}

func commutes(op opcode) bool {
	return slices.Contains([]opcode{opAdd, opMul, opAnd, opOr, opXor, opAddInt, opMaxInt}, op)
}

func (x *x86) plain(v *vec) {
	if name, ok := x86Unary[v.op]; ok {
		from, suffix := x.source(v.args[0])
		x.use(v.args...)
		x.Op(name+suffix, from, x.result(v))
		return
	}
	if name, ok := x86Shift[v.op]; ok {
		from := x.inReg(v.args[0])
		x.use(v.args...)
		x.Op(name, Imm(v.bits), from, x.result(v))
		return
	}
	a, c := v.args[0], v.args[1]
	if commutes(v.op) && a.uniform() {
		a, c = c, a
	}
	left := x.inReg(a)
	right, suffix := x.source(c)
	x.use(v.args...)
	x.Op(x86Plain[v.op]+suffix, right, left, x.result(v))
}

// fused picks the form of the instruction that overwrites an operand on its last
// use, and copies one if there is none.
func (x *x86) fused(v *vec) {
	stem := map[opcode]string{opFMA: "VFMADD", opFNMA: "VFNMADD", opFMS: "VFMSUB"}[v.op]
	a, c, z := v.args[0], v.args[1], v.args[2]
	if a.uniform() {
		a, c = c, a // the memory operand, if any, is c
	}
	ends := func(u *vec) bool {
		if u.uniform() || u.uses != 1 || u.fixed != v.fixed {
			return false
		}
		return !v.fixed || u.reg == v.reg
	}
	emit := func(form string, dst *vec, last, middle *vec) {
		m := x.inReg(middle)
		l, suffix := x.source(last)
		r := dst.reg
		dst.reg = "" // it becomes v's
		x.Op(stem+form+"PS"+suffix, l, m, r)
		x.use(v.args...)
		v.reg = r
	}
	switch {
	case ends(z):
		emit("231", z, c, a)
	case ends(a) && z.uniform():
		emit("213", a, z, c)
	case ends(a):
		emit("132", a, c, z)
	case ends(c):
		emit("213", c, z, a)
	default:
		l, suffix := x.source(c)
		m := x.inReg(a)
		r := x.result(v)
		if z.uniform() && x.hoisted[z.key()] == "" {
			x.loadUniform(z, r)
		} else {
			x.Op("VMOVAPS", x.inReg(z), r)
		}
		x.Op(stem+"231PS"+suffix, l, m, r)
		x.use(v.args...)
	}
}

// x86Compare are the immediates of VCMPPS, none of which signals.
var x86Compare = [...]int{less: 0x11, lessEqual: 0x12, equal: 0, greaterEqual: 0x1d, greater: 0x1e,
	notLess: 0x15, notLessEqual: 0x16, notEqual: 4, notGreaterEqual: 0x19, notGreater: 0x1a}

func (x *x86) compared(v *vec) {
	left := x.inReg(v.args[0])
	right, suffix := x.source(v.args[1])
	x.use(v.args...)
	switch {
	case v.op == opCompare:
		x.Op("VCMPPS"+suffix, Imm(x86Compare[v.bits]), right, left, x.result(v))
	case x.wide:
		x.Op("VPCMPD"+suffix, Imm(6), right, left, x.result(v))
	default:
		x.Op("VPCMPGTD", right, left, x.result(v))
	}
}

// chosen lowers the operations that take masks.
func (x *x86) chosen(v *vec) {
	switch v.op {
	case opInside:
		x.keepLanes(v, x.tail(), v.args[0])
		return
	case opInsideOr:
		x.selectLanes(v, x.tail(), v.args[0], v.args[1])
		return
	case opBothMasks:
		m, n := v.args[0].reg, v.args[1].reg
		x.use(v.args...)
		if x.wide {
			x.Op("KANDW", m, n, x.result(v))
		} else {
			x.Op("VANDPS", m, n, x.result(v))
		}
		return
	case opKeep:
		x.keepLanes(v, v.args[0].reg, v.args[1])
		return
	}
	x.selectLanes(v, v.args[0].reg, v.args[1], v.args[2])
}

// keepLanes is v = mask ? a : +0. For opInside the mask is the tail's, and in full
// blocks there is nothing to do.
func (x *x86) keepLanes(v *vec, mask Reg, a *vec) {
	if v.op == opInside && !x.masked {
		x.same(v, a)
		return
	}
	from := x.inReg(a)
	x.use(v.args...)
	switch {
	case x.wide:
		x.Op("VMOVAPS.Z", from, mask, x.result(v))
	default:
		x.Op("VANDPS", from, mask, x.result(v))
	}
}

// same makes v the value a, in a's register if it is its last use.
func (x *x86) same(v, a *vec) {
	if !v.fixed && !a.fixed && !a.uniform() && a.uses == 1 {
		v.reg, a.reg = a.reg, ""
		x.use(v.args...)
		return
	}
	from := x.inReg(a)
	x.use(v.args...)
	x.Op("VMOVAPS", from, x.result(v))
}

func (x *x86) selectLanes(v *vec, mask Reg, a, c *vec) {
	if v.op == opInsideOr && !x.masked {
		x.same(v, a)
		return
	}
	yes, suffix := x.source(a)
	no := x.inReg(c)
	x.use(v.args...)
	if x.wide {
		x.Op("VBLENDMPS"+suffix, yes, no, mask, x.result(v))
	} else {
		x.Op("VBLENDVPS", mask, yes, no, x.result(v))
	}
}

func (x *x86) flushed(v *vec) {
	from := x.inReg(v.args[0])
	if x.wide {
		k := x.masks.take()
		x.Op("VPTESTMD.BCST", x.word(0x7f800000), from, k)
		x.use(v.args...)
		x.Op("VMOVAPS.Z", from, k, x.result(v))
		x.masks.give(k)
		return
	}
	t := x.borrow()
	x.Op("VANDPS", x.word(0x7f800000), from, t)
	x.Op("VPCMPGTD", x.word(0x007fffff), t, t)
	x.use(v.args...)
	x.Op("VANDPS", from, t, x.result(v))
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
