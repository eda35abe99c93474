package asmgen

import "math"

// A block is straight-line code over vectors, without registers: each operation
// makes a new vec. It is written once and lowered for each level, where lanes are
// 16, 8 or 4 float32. See [machine] for what lowers it.
type block struct {
	ops []*vec
	// part is which of several vectors side by side the block works on: it chooses
	// the register of variables that have several.
	part int
}

// vec is a vector, a mask over lanes, or an operation without result.
type vec struct {
	op    opcode
	args  []*vec
	bits  uint32    // the constant, shift count or comparison
	index []int     // of a permutation
	name  string    // the parameter
	slot  int       // which pointer a load or store goes through
	v     *variable // what get and set mean
	reg   Reg       // while lowering: where the value is
	fixed bool      // while lowering: reg belongs to a variable
	uses  int       // while lowering: how many are left
}

// variable is a vector that outlives a block, or one for each part.
type variable struct {
	regs []Reg
}

type opcode int

const (
	opConst opcode = iota
	opParam
	opGet
	opSet
	opLoad
	opStore
	opAdd
	opSub
	opMul
	opDiv
	opSqrt
	opMin // a < b ? a : b
	opMax // a > b ? a : b
	opFMA // a·b + c
	opFNMA
	opFMS
	opAnd
	opOr
	opXor
	opAddInt
	opSubInt
	opMaxInt
	opShiftLeft
	opShiftRight       // zeros come in
	opShiftRightSigned // the sign comes in
	opFloat            // int32 to float32
	opCompare          // a mask
	opGreaterInt       // a mask, of int32
	opSelect           // mask ? a : b
	opKeep             // mask ? a : +0
	opBothMasks        // a mask
	opFlush            // +0 where zero or subnormal
	opInside           // +0 in lanes past the end
	opInsideOr         // b in lanes past the end
	opLoadPart         // of 16 rows of a matrix, vector number bits; AVX-512 only
	opStorePart
	opPermute // lanes of two vectors by index; AVX-512 only
)

// Comparisons. Those that begin with not are true for NaN.
const (
	less = iota
	lessEqual
	equal
	greaterEqual
	greater
	notLess
	notLessEqual
	notEqual
	notGreaterEqual
	notGreater
)

func (b *block) add(op opcode, args ...*vec) *vec {
	v := &vec{op: op, args: args}
	b.ops = append(b.ops, v)
	return v
}

// Constants and parameters are not operations: they are operands at each use.
func constant(x float32) *vec    { return constantBits(math.Float32bits(x)) }
func constantBits(x uint32) *vec { return &vec{op: opConst, bits: x} }
func parameter(name string) *vec { return &vec{op: opParam, name: name} }
func (v *vec) uniform() bool     { return v.op == opConst || v.op == opParam }
func (v *vec) isMask() bool {
	return v.op == opCompare || v.op == opGreaterInt || v.op == opBothMasks
}

func (b *block) load(slot int) *vec {
	v := b.add(opLoad)
	v.slot = slot
	return v
}

func (b *block) store(slot int, x *vec) {
	v := b.add(opStore, x)
	v.slot = slot
}

func (b *block) get(of *variable) *vec {
	v := b.add(opGet)
	v.v = of
	return v
}

func (b *block) set(of *variable, x *vec) {
	v := b.add(opSet, x)
	v.v = of
}

func (b *block) sum(x, y *vec) *vec        { return b.add(opAdd, x, y) }
func (b *block) sub(x, y *vec) *vec        { return b.add(opSub, x, y) }
func (b *block) mul(x, y *vec) *vec        { return b.add(opMul, x, y) }
func (b *block) div(x, y *vec) *vec        { return b.add(opDiv, x, y) }
func (b *block) sqrt(x *vec) *vec          { return b.add(opSqrt, x) }
func (b *block) min(x, y *vec) *vec        { return b.add(opMin, x, y) }
func (b *block) max(x, y *vec) *vec        { return b.add(opMax, x, y) }
func (b *block) and(x, y *vec) *vec        { return b.add(opAnd, x, y) }
func (b *block) or(x, y *vec) *vec         { return b.add(opOr, x, y) }
func (b *block) xor(x, y *vec) *vec        { return b.add(opXor, x, y) }
func (b *block) addInt(x, y *vec) *vec     { return b.add(opAddInt, x, y) }
func (b *block) subInt(x, y *vec) *vec     { return b.add(opSubInt, x, y) }
func (b *block) maxInt(x, y *vec) *vec     { return b.add(opMaxInt, x, y) }
func (b *block) float(x *vec) *vec         { return b.add(opFloat, x) }
func (b *block) greaterInt(x, y *vec) *vec { return b.add(opGreaterInt, x, y) }
func (b *block) flush(x *vec) *vec         { return b.add(opFlush, x) }
func (b *block) inside(x *vec) *vec        { return b.add(opInside, x) }
func (b *block) insideOr(x, y *vec) *vec   { return b.add(opInsideOr, x, y) }
func (b *block) sel(m, x, y *vec) *vec     { return b.add(opSelect, m, x, y) }
func (b *block) keep(m, x *vec) *vec       { return b.add(opKeep, m, x) }
func (b *block) both(m, n *vec) *vec       { return b.add(opBothMasks, m, n) }

// fma is x·y + z, fnma z − x·y, fms x·y − z, each rounded once.
func (b *block) fma(x, y, z *vec) *vec  { return b.add(opFMA, x, y, z) }
func (b *block) fnma(x, y, z *vec) *vec { return b.add(opFNMA, x, y, z) }
func (b *block) fms(x, y, z *vec) *vec  { return b.add(opFMS, x, y, z) }

func (b *block) compare(x *vec, how uint32, y *vec) *vec {
	v := b.add(opCompare, x, y)
	v.bits = how
	return v
}

func (b *block) shift(op opcode, x *vec, count uint32) *vec {
	v := b.add(op, x)
	v.bits = count
	return v
}

func (b *block) abs(x *vec) *vec { return b.and(x, constantBits(0x7fffffff)) }

func (b *block) copysign(x, sign *vec) *vec {
	return b.or(b.abs(x), b.and(sign, constantBits(0x80000000)))
}

// poly is c[0] + c[1]·x + …, by Horner's rule.
func (b *block) poly(c []float32, x *vec) *vec {
	p := constant(c[len(c)-1])
	for i := len(c) - 2; i >= 0; i-- {
		p = b.fma(p, x, constant(c[i]))
	}
	return p
}
