package asmgen

// philox is a kernel that draws random words for blocks of 4, see Philox in
// random.go: block i has the counter (c0+i, c1, c2, c3), where c0+i stays below
// 2³², and keys holds the 10 rounds' keys in pairs. It may write up to 8 blocks
// more than asked for.
func philox() spec {
	args := append(named(words, "dst keys"), append(named(count, "blocks"), named(word, "c0 c1 c2 c3")...)...)
	return spec{name: "philox", args: args, build: func(r *routine) {
		r.philox(r.args("dst", "keys"), r.args("blocks")[0])
	}}
}

const (
	philoxM0 = 0xd2511f53
	philoxM1 = 0xcd9e8d57
)

// philox works on the counters of a block in the lower halves of 64-bit lanes.
// The upper halves hold what a product leaves there, and are never read.
func (x *x86) philox(ptrs []Reg, blocks Reg) {
	dst, keys := ptrs[0], ptrs[1]
	group := x.lanes() / 2 // blocks at a time
	base, m0, m1, key := x.simd.reg(0), x.simd.reg(4), x.simd.reg(5), x.simd.reg(6)
	for i, c := range []string{"c0", "c1", "c2", "c3"} {
		x.Op("VBROADCASTSS", x.Arg(c), x.simd.reg(i))
	}
	x.Op("VPBROADCASTD", x.word(philoxM0), m0)
	x.Op("VPBROADCASTD", x.word(philoxM1), m1)
	plus := map[bool]string{true: ".BCST"}[x.wide]
	x.Op("VPADDD", x.philoxOrder(group), base, base)
	if x.wide {
		x.Op("MOVL", Imm(0xaaaa), AX)
		x.Op("KMOVW", AX, K(2))
	}
	loop := x.NewLabel("loop")
	x.loopHead(loop)
	state, spare := []Reg{}, []Reg{x.simd.reg(11), x.simd.reg(12)}
	for i := range 4 {
		state = append(state, x.simd.reg(7+i))
		x.Op(x.copyOp(), x.simd.reg(i), state[i])
	}
	for round := range 10 {
		a, b, c, d, e, f := state[0], state[1], state[2], state[3], spare[0], spare[1]
		x.Op("VPMULUDQ", m0, a, e)
		x.Op("VPMULUDQ", m1, c, f)
		x.Op("VPSRLQ", Imm(32), f, a)
		x.Op("VPSRLQ", Imm(32), e, c)
		x.xorKey(a, b, At(keys, 8*round), key)
		x.xorKey(c, d, At(keys, 8*round+4), key)
		state, spare = []Reg{a, f, c, e}, []Reg{b, d}
	}
	x.joinHalves(state[0], state[1])
	x.joinHalves(state[2], state[3])
	for i, op := range []string{"VPUNPCKLQDQ", "VPUNPCKHQDQ"} {
		x.Op(op, state[2], state[0], spare[0])
		x.store(spare[0], false, At(dst, i*x.size()))
	}
	x.addImm(2*x.size(), dst)
	x.Op("VPADDD"+plus, x.word(uint32(group)), base, base)
	x.addImm(-group, blocks)
	x.branch(blocks, "GT", 0, loop)
}

// philoxOrder is a table of the blocks in the lower halves of 64-bit lanes, such
// that unpacking, which takes lanes 0, 2, … and then 1, 3, …, restores the order.
func (x *x86) philoxOrder(group int) string {
	const name = "philoxOrder"
	var order []uint32
	for i := range group {
		order = append(order, uint32(i/2+i%2*group/2), 0)
	}
	x.tables[name] = order
	return Data(name, 0)
}

// copyOp is the instruction that copies a register of integers.
func (x *x86) copyOp() string {
	if x.wide {
		return "VMOVDQA32"
	}
	return "VMOVDQA"
}

// xorKey is a ^= b ^ the word at mem in all lanes.
func (x *x86) xorKey(a, b Reg, mem Mem, temp Reg) {
	if x.wide {
		x.Op("VPTERNLOGD.BCST", Imm(0x96), mem, b, a)
		return
	}
	x.Op("VPBROADCASTD", mem, temp)
	x.Op("VPXOR", b, a, a)
	x.Op("VPXOR", temp, a, a)
}

// joinHalves moves b's lower halves into a's upper ones.
func (x *x86) joinHalves(a, b Reg) {
	x.Op("VPSLLQ", Imm(32), b, b)
	if x.wide {
		x.Op("VPBLENDMD", b, a, K(2), a)
	} else {
		x.Op("VPBLENDD", Imm(0xaa), b, a, a)
	}
}
