package asmgen

import "fmt"

// armBinary are the instructions of one result and two operands.
var armBinary = map[opcode]struct {
	name string
	code uint32
}{
	opAdd: {"FADD", 0x4e20d400}, opSub: {"FSUB", 0x4ea0d400}, opMul: {"FMUL", 0x6e20dc00}, opDiv: {"FDIV", 0x6e20fc00},
	opAnd: {"AND", 0x4e201c00}, opOr: {"ORR", 0x4ea01c00}, opXor: {"EOR", 0x6e201c00},
	opAddInt: {"ADD", 0x4ea08400}, opSubInt: {"SUB", 0x6ea08400}, opMaxInt: {"SMAX", 0x4ea06400},
	opGreaterInt: {"CMGT", 0x4ea03400}, opBothMasks: {"AND", 0x4e201c00}, opKeep: {"AND", 0x4e201c00},
}

// armCompare are the comparisons n op m; swapped ones exchange the operands, and
// negated ones are followed by NOT.
var armCompare = [...]struct {
	name             string
	code             uint32
	swapped, negated bool
}{
	less:            {"FCMGT", 0x6ea0e400, true, false},
	lessEqual:       {"FCMGE", 0x6e20e400, true, false},
	equal:           {"FCMEQ", 0x4e20e400, false, false},
	greaterEqual:    {"FCMGE", 0x6e20e400, false, false},
	greater:         {"FCMGT", 0x6ea0e400, false, false},
	notLess:         {"FCMGT", 0x6ea0e400, true, true},
	notLessEqual:    {"FCMGE", 0x6e20e400, true, true},
	notEqual:        {"FCMEQ", 0x4e20e400, false, true},
	notGreaterEqual: {"FCMGE", 0x6e20e400, false, true},
	notGreater:      {"FCMGT", 0x6ea0e400, false, true},
}

// binary is to = x op y; to must be neither for min and max.
func (a *arm) binary(op opcode, x, y, to Reg) {
	switch op {
	case opMin:
		a.code("FCMGT", 0x6ea0e400, y, x, to)
		a.code("BSL", 0x6e601c00, x, y, to)
	case opMax:
		a.code("FCMGT", 0x6ea0e400, x, y, to)
		a.code("BSL", 0x6e601c00, x, y, to)
	default:
		a.code(armBinary[op].name, armBinary[op].code, x, y, to)
	}
}

// inReg is the register that holds v.
func (a *arm) inReg(v *vec) Reg {
	if !v.uniform() {
		return v.reg
	}
	if r, ok := a.hoisted[v.key()]; ok {
		return r
	}
	a.wishes.add(v)
	r := a.vectors.take()
	a.borrowed = append(a.borrowed, r)
	a.loadUniform(v, r)
	return r
}

// use counts one use of each down and frees its register after the last.
func (a *arm) use(args ...*vec) {
	for _, v := range args {
		v.uses--
		if v.uses == 0 && !v.uniform() && v.reg != "" && !v.fixed {
			a.vectors.give(v.reg)
			v.reg = ""
		}
	}
}

// put makes r, a register of its own, the register of v.
func (a *arm) put(v *vec, r Reg) {
	a.use(v.args...)
	if v.fixed {
		a.copy(r, v.reg)
		a.vectors.give(r)
		return
	}
	v.reg = r
}

// result gives v a register after its arguments were read.
func (a *arm) result(v *vec) Reg {
	a.use(v.args...)
	if !v.fixed {
		v.reg = a.vectors.take()
	}
	return v.reg
}

func (a *arm) lower(b *block, ptrs []Reg, disp int) {
	b.prepare()
	for _, v := range b.ops {
		a.lowerOp(b, v, ptrs, disp)
		for _, r := range a.borrowed {
			a.vectors.give(r)
		}
		a.borrowed = a.borrowed[:0]
	}
}

func (a *arm) lowerSingle(b *block) { a.lower(b, nil, 0) }

func (a *arm) lowerOp(b *block, v *vec, ptrs []Reg, disp int) {
	switch v.op {
	case opGet:
		v.reg, v.fixed = v.v.part(b), true
	case opSet:
		a.copy(a.inReg(v.args[0]), v.v.part(b))
		a.use(v.args...)
	case opLoad:
		a.load(ptrs[v.slot], disp, a.result(v))
	case opStore:
		a.store(a.inReg(v.args[0]), ptrs[v.slot], disp)
		a.use(v.args...)
	case opFMA, opFNMA, opFMS:
		a.fused(v)
	case opCompare:
		a.compared(v)
	case opSelect:
		a.selected(v, a.inReg(v.args[0]), v.args[1], v.args[2])
	case opInside:
		a.inside(v)
	case opInsideOr:
		if !a.masked {
			a.inside(v)
			return
		}
		a.selected(v, armTail, v.args[0], v.args[1])
	case opFlush:
		x, e := a.inReg(v.args[0]), a.inReg(constantBits(0x7f800000))
		r := a.vectors.take()
		a.code("CMTST", 0x4ea08c00, x, e, r)
		a.code("AND", 0x4e201c00, x, r, r)
		a.put(v, r)
	default:
		a.plain(v)
	}
}

func (a *arm) plain(v *vec) {
	x := a.inReg(v.args[0])
	switch v.op {
	case opSqrt:
		a.code1("FSQRT", 0x6ea1f800, x, a.result(v))
	case opFloat:
		a.code1("SCVTF", 0x4e21d800, x, a.result(v))
	case opShiftLeft:
		a.code1(fmt.Sprintf("SHL #%d", v.bits), 0x4f005400|(32+v.bits)<<16, x, a.result(v))
	case opShiftRight:
		a.code1(fmt.Sprintf("USHR #%d", v.bits), 0x6f000400|(64-v.bits)<<16, x, a.result(v))
	case opShiftRightSigned:
		a.code1(fmt.Sprintf("SSHR #%d", v.bits), 0x4f000400|(64-v.bits)<<16, x, a.result(v))
	case opMin, opMax:
		y := a.inReg(v.args[1])
		r := a.vectors.take()
		a.binary(v.op, x, y, r)
		a.put(v, r)
	default:
		y := a.inReg(v.args[1])
		a.binary(v.op, x, y, a.result(v))
	}
}

// fused adds to the third operand in place on its last use, else to a copy.
func (a *arm) fused(v *vec) {
	x, y, z := a.inReg(v.args[0]), a.inReg(v.args[1]), v.args[2]
	name, code := "FMLA", uint32(0x4e20cc00)
	if v.op == opFNMA {
		name, code = "FMLS", 0x4ea0cc00
	}
	ends := !z.uniform() && z.uses == 1 && z.fixed == v.fixed && (!v.fixed || z.reg == v.reg) && z.reg != x && z.reg != y
	if ends && v.op != opFMS {
		r := z.reg
		a.code(name, code, x, y, r)
		if !v.fixed {
			z.reg = "" // it becomes v's
		}
		a.use(v.args...)
		v.reg = r
		return
	}
	from, r := a.inReg(z), a.vectors.take()
	if v.op == opFMS {
		a.code1("FNEG", 0x6ea0f800, from, r)
	} else {
		a.copy(from, r)
	}
	a.code(name, code, x, y, r)
	a.put(v, r)
}

func (a *arm) compared(v *vec) {
	x, y, c := a.inReg(v.args[0]), a.inReg(v.args[1]), armCompare[v.bits]
	if c.swapped {
		x, y = y, x
	}
	r := a.result(v)
	a.code(c.name, c.code, x, y, r)
	if c.negated {
		a.code1("NOT", 0x6e205800, r, r)
	}
}

// selected is v = mask ? x : y.
func (a *arm) selected(v *vec, mask Reg, x, y *vec) {
	yes, no, r := a.inReg(x), a.inReg(y), a.vectors.take()
	a.copy(mask, r)
	a.code("BSL", 0x6e601c00, yes, no, r)
	a.put(v, r)
}

// inside is v's first argument, with +0 past the end of the tail.
func (a *arm) inside(v *vec) {
	x := a.inReg(v.args[0])
	r := a.result(v)
	if a.masked {
		a.code("AND", 0x4e201c00, x, armTail, r)
	} else {
		a.copy(x, r)
	}
}

// philox works on four blocks, a register for each word of them.
func (a *arm) philox(ptrs []Reg, blocks Reg) {
	dst, keys := ptrs[0], ptrs[1]
	for i, c := range []string{"c0", "c1", "c2", "c3"} {
		a.Op("FMOVS", a.Arg(c), a.single(V(i)))
		a.spread(0, V(i), V(i))
	}
	a.Op("FMOVQ", At(armTable, armIota), a.quad(V(4)))
	a.binary(opAddInt, V(0), V(4), V(0))
	m0, m1, group, key := V(4), V(5), V(6), V(7)
	a.loadUniform(constantBits(philoxM0), m0)
	a.loadUniform(constantBits(philoxM1), m1)
	a.loadUniform(constantBits(4), group)
	loop := a.NewLabel("loop")
	a.loopHead(loop)
	state := []Reg{V(16), V(17), V(18), V(19)}
	for i, s := range state {
		a.copy(V(i), s)
	}
	for round := range 10 {
		// The low and high words of the products with state 0 and 2.
		low0, high0, low1, high1 := V(24), V(25), V(26), V(27)
		a.product(state[0], m0, low0, high0)
		a.product(state[2], m1, low1, high1)
		a.xorKey(high1, state[1], At(keys, 8*round), key, state[0])
		a.xorKey(high0, state[3], At(keys, 8*round+4), key, state[2])
		a.copy(low1, state[1])
		a.copy(low0, state[3])
	}
	a.Op("VST4.P", "[V16.S4, V17.S4, V18.S4, V19.S4]", At(dst, 64))
	a.binary(opAddInt, V(0), group, V(0))
	a.addImm(-4, blocks)
	a.branch(blocks, "GT", 0, loop)
}

// product is the low and high words of x·y.
func (a *arm) product(x, y, low, high Reg) {
	p, q := V(28), V(29)
	a.code("UMULL", 0x2ea0c000, x, y, p)
	a.code("UMULL2", 0x6ea0c000, x, y, q)
	a.code("UZP1", 0x4e801800, p, q, low)
	a.code("UZP2", 0x4e805800, p, q, high)
}

// xorKey is to = x ^ y ^ the word at mem in all lanes.
func (a *arm) xorKey(x, y Reg, mem Mem, temp, to Reg) {
	a.Op("FMOVS", mem, a.single(temp))
	a.spread(0, temp, temp)
	a.binary(opXor, x, y, to)
	a.binary(opXor, to, temp, to)
}
