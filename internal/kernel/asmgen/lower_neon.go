package asmgen

import (
	"fmt"
	"slices"
	"strconv"
)

// arm is the [machine] of NEON. Constants and parameters are loaded into a
// register by each instruction that needs them, unless they are hoisted.
type arm struct {
	*Func
	file     *File
	vectors  pool
	words    []uint32
	masked   bool
	hoisted  map[string]Reg
	wishes   wishes
	borrowed []Reg
}

// Registers of arm64 that no kernel holds anything in, and the tail's.
var (
	armTable   = R(24) // address of the constants
	armCount   = R(25) // elements in the tail
	armScratch = R(23)
	armTail    = V(31) // mask of the tail
)

func newARM(file *File) *arm { return &arm{file: file} }

func (a *arm) lanes() int     { return 4 }
func (a *arm) suffix() string { return "NEON" }

func (a *arm) start(name string, params []Param) {
	a.Func = a.file.Func(name+a.suffix(), params...)
	a.hoisted, a.wishes, a.masked, a.borrowed = map[string]Reg{}, wishes{}, false, nil
	a.vectors = pool{name: "vector"}
	for i := 30; i >= 0; i-- {
		a.vectors.give(V(i))
	}
	a.Op("MOVD", "$words<>+0(SB)", armTable)
}

func (a *arm) finish() { a.Op("RET") }

func (a *arm) mark() (undo func()) {
	text, words := a.file.text.String(), len(a.words)
	return func() {
		a.file.text.Reset()
		a.file.text.WriteString(text)
		a.words = a.words[:words]
	}
}

// close adds the constants to the file: first the tail masks.
func (a *arm) close() {
	table := []uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 0, 0, 1, 2, 3}
	for _, w := range a.words {
		table = append(table, slices.Repeat([]uint32{w}, 4)...)
	}
	a.file.Words("words", table...)
}

// Offsets in the table of constants.
const (
	armTailMasks = 16 // of the zeros after the ones
	armIota      = 32
	armConstants = 48
)

func (a *arm) integer(i int) Reg {
	if i >= 16 {
		i += 3 // R16 to R18 belong to the linker and the system
	}
	return R(i)
}

func (a *arm) loadInt(arg string, r Reg) { a.Op("MOVD", a.Arg(arg), r) }
func (a *arm) move(from, to Reg)         { a.Op("MOVD", from, to) }
func (a *arm) addReg(n, r Reg)           { a.Op("ADD", n, r) }
func (a *arm) subReg(n, r Reg)           { a.Op("SUB", n, r) }
func (a *arm) jump(to Label)             { a.Op("JMP", to) }
func (a *arm) newLabel(s string) Label   { return a.NewLabel(s) }
func (a *arm) place(l Label)             { a.Place(l) }
func (a *arm) tailTo(on bool)            { a.masked = on }

func (a *arm) addImm(n int, r Reg) {
	if n < 0 {
		a.Op("SUB", Imm(-n), r)
		return
	}
	a.Op("ADD", Imm(n), r)
}

func (a *arm) addArg(arg string, r Reg) {
	a.loadInt(arg, armScratch)
	a.addReg(armScratch, r)
}

func (a *arm) subArg(arg string, r Reg) {
	a.loadInt(arg, armScratch)
	a.subReg(armScratch, r)
}

func (a *arm) wholeVectors(n Reg) {
	a.Op("AND", Imm(-4), n)
	a.Op("LSL", Imm(2), n)
}

func (a *arm) branch(r Reg, cond string, n int, to Label) {
	a.Op("CMP", Imm(n), r)
	a.Op("B"+cond, to)
}

func (a *arm) loopHead(l Label) {
	a.Align(16)
	a.Place(l)
}

func (a *arm) setTail(n Reg) {
	a.move(n, armCount)
	a.Op("ADD", Imm(armTailMasks), armTable, armScratch)
	a.Op("SUB", string(n)+"<<2", armScratch)
	a.Op("FMOVQ", At(armScratch, 0), a.quad(armTail))
}

// number is the number of a vector register; quad and single are its names as a
// scalar register of 16 and 4 bytes.
func (a *arm) number(r Reg) uint32 {
	n, err := strconv.Atoi(string(r[1:]))
	if err != nil {
		panic(err)
	}
	return uint32(n)
}

func (a *arm) quad(r Reg) Reg   { return "F" + r[1:] }
func (a *arm) single(r Reg) Reg { return "F" + r[1:] }

// code emits to = n op m by the instruction's code.
func (a *arm) code(name string, code uint32, n, m, to Reg) {
	word := code | a.number(m)<<16 | a.number(n)<<5 | a.number(to)
	a.Op(fmt.Sprintf("WORD $0x%08x // %s %s, %s, %s", word, name, to, n, m))
}

// code1 emits to = op n.
func (a *arm) code1(name string, code uint32, n, to Reg) {
	a.Op(fmt.Sprintf("WORD $0x%08x // %s %s, %s", code|a.number(n)<<5|a.number(to), name, to, n))
}

func (a *arm) copy(from, to Reg) {
	if from != to {
		a.code("ORR", 0x4ea01c00, from, from, to)
	}
}

func (a *arm) spread(lane int, from, to Reg) {
	a.code1(fmt.Sprintf("DUP lane %d", lane), 0x4e000400|uint32(4+8*lane)<<16, from, to)
}

func (a *arm) word(w uint32) int {
	i := slices.Index(a.words, w)
	if i < 0 {
		i = len(a.words)
		a.words = append(a.words, w)
	}
	return armConstants + 16*i
}

func (a *arm) loadUniform(v *vec, r Reg) {
	switch {
	case v.op == opParam:
		a.Op("FMOVS", a.Arg(v.name), a.single(r))
		a.spread(0, r, r)
	case v.bits == 0:
		a.Op("VEOR", r+".B16", r+".B16", r+".B16")
	default:
		a.Op("FMOVQ", At(armTable, a.word(v.bits)), a.quad(r))
	}
}

func (a *arm) hoist(v *vec) {
	r := a.vectors.take()
	a.loadUniform(v, r)
	a.hoisted[v.key()] = r
}

func (a *arm) wanted() []*vec { return a.wishes.sorted() }

func (a *arm) newVariable(parts int) *variable {
	v := &variable{}
	for range parts {
		v.regs = append(v.regs, a.vectors.take())
	}
	return v
}

func (a *arm) scope() (end func()) {
	free := slices.Clone(a.vectors.free)
	return func() { a.vectors.free = free }
}

func (a *arm) fill(v *variable, w uint32) {
	for _, r := range v.regs {
		a.loadUniform(constantBits(w), r)
	}
}

func (a *arm) broadcast(r Reg, v *variable) {
	a.Op("FMOVS", At(r, 0), a.single(v.regs[0]))
	a.spread(0, v.regs[0], v.regs[0])
}

func (a *arm) storeLane(v *variable, r Reg) { a.Op("FMOVS", a.single(v.regs[0]), At(r, 0)) }

func (a *arm) reduce(op opcode, v, to *variable) {
	r, t, u := to.regs[0], a.vectors.take(), a.vectors.take()
	from := v.regs[0]
	if len(v.regs) == 4 {
		a.binary(op, v.regs[0], v.regs[2], t)
		a.binary(op, v.regs[1], v.regs[3], u)
		s := a.vectors.take()
		a.binary(op, t, u, s)
		a.vectors.give(t)
		t, from = s, s
	}
	w := a.vectors.take()
	a.code("EXT #8", 0x6e004000, from, from, u) // lanes 2, 3, 0, 1
	a.binary(op, from, u, w)
	a.spread(1, w, u)
	x := a.vectors.take()
	a.binary(op, w, u, x)
	a.spread(0, x, r)
	for _, free := range []Reg{t, u, w, x} {
		a.vectors.give(free)
	}
}

// load reads a vector, or the tail's lanes with zeros in the others.
func (a *arm) load(from Reg, disp int, to Reg) {
	if !a.masked {
		a.Op("FMOVQ", At(from, disp), a.quad(to))
		return
	}
	done, t := a.NewLabel("loaded"), a.vectors.take()
	a.Op("VEOR", to+".B16", to+".B16", to+".B16")
	a.branch(armCount, "EQ", 0, done)
	a.Op("FMOVS", At(from, disp), a.single(to))
	for i := 1; i < 4; i++ {
		a.branch(armCount, "EQ", i, done)
		a.Op("FMOVS", At(from, disp+4*i), a.single(t))
		a.Op("VMOV", Lane(t, "S", 0), Lane(to, "S", i))
	}
	a.Place(done)
	a.vectors.give(t)
}

func (a *arm) store(from, to Reg, disp int) {
	if !a.masked {
		a.Op("FMOVQ", a.quad(from), At(to, disp))
		return
	}
	done, t := a.NewLabel("stored"), a.vectors.take()
	a.branch(armCount, "EQ", 0, done)
	a.Op("FMOVS", a.single(from), At(to, disp))
	for i := 1; i < 4; i++ {
		a.branch(armCount, "EQ", i, done)
		a.spread(i, from, t)
		a.Op("FMOVS", a.single(t), At(to, disp+4*i))
	}
	a.Place(done)
	a.vectors.give(t)
}
