package asmgen

// transposeNEON builds the transposition of whole 4×4 blocks.
func transposeNEON() *File {
	f := NewFile("transpose_neon_arm64.s", "arm64", "Transposition, see transpose_arm64.go for what the function does.")
	n := neon{f.Func("transposeNEON", transposeParams...)}
	dst, dstStep, src, srcStep, rows, cols := R(0), R(1), R(2), R(3), R(4), R(5)
	from, to, left, cursor, four, next := R(6), R(7), R(8), R(9), R(10), R(11)
	n.Op("MOVD", n.Arg("dst"), dst)
	n.Op("MOVD", n.Arg("dstStep"), dstStep)
	n.Op("MOVD", n.Arg("src"), src)
	n.Op("MOVD", n.Arg("srcStep"), srcStep)
	n.Op("MOVD", n.Arg("rows"), rows)
	n.Op("MOVD", n.Arg("cols"), cols)
	n.Op("LSL", Imm(2), dstStep, four)
	n.Op("LSL", Imm(2), srcStep, next)
	rowLoop, colLoop := n.NewLabel("rows"), n.NewLabel("cols")
	n.Place(rowLoop)
	n.Op("MOVD", src, from)
	n.Op("MOVD", dst, to)
	n.Op("MOVD", cols, left)
	n.Place(colLoop)
	n.Op("MOVD", from, cursor)
	for i := range 4 {
		n.Op("VLD1", At(cursor, 0), "["+s4(i)+"]")
		n.Op("ADD", srcStep, cursor)
	}
	n.transpose(0, 4)
	n.Op("MOVD", to, cursor)
	for i := range 4 {
		n.Op("VST1", "["+s4(i)+"]", At(cursor, 0))
		n.Op("ADD", dstStep, cursor)
	}
	n.Op("ADD", Imm(16), from)
	n.Op("ADD", four, to)
	n.Op("SUB", Imm(4), left)
	n.Op("CBNZ", left, colLoop)
	n.Op("ADD", next, src)
	n.Op("ADD", Imm(16), dst)
	n.Op("SUB", Imm(4), rows)
	n.Op("CBNZ", rows, rowLoop)
	n.Op("RET")
	return f
}

// transpose transposes the 4×4 block in the four registers from x on, through those
// from t on.
func (n neon) transpose(x, t int) {
	d2 := func(i int) string { return string(V(i)) + ".D2" }
	for i := range 2 {
		n.Op("VTRN1", s4(x+2*i+1), s4(x+2*i), s4(t+2*i))
		n.Op("VTRN2", s4(x+2*i+1), s4(x+2*i), s4(t+2*i+1))
	}
	for i := range 2 {
		n.Op("VTRN1", d2(t+2+i), d2(t+i), d2(x+i))
		n.Op("VTRN2", d2(t+2+i), d2(t+i), d2(x+2+i))
	}
}
