package asmgen

import "slices"

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
