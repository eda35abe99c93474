package asmgen

// simd emits the float32 vector instructions of one amd64 level into a
// function. Masked forms touch only the lanes of the tail mask, which lives in
// one register for the whole function.
type simd struct {
	*Func
	wide bool // AVX-512, else AVX2
}

// suffix names the level in function names.
func (s simd) suffix() string {
	if s.wide {
		return "AVX512"
	}
	return "AVX2"
}

// lanes is the number of float32 in a vector, size its bytes.
func (s simd) lanes() int {
	if s.wide {
		return 16
	}
	return 8
}

func (s simd) size() int { return 4 * s.lanes() }

// reg is vector register i.
func (s simd) reg(i int) Reg {
	if s.wide {
		return Z(i)
	}
	return Y(i)
}

// tail is the register of the tail mask.
func (s simd) tail() Reg {
	if s.wide {
		return K(1)
	}
	return Y(15)
}

// setTail makes the tail mask for count & (lanes-1) lanes, all lanes if that is
// zero. It overwrites count, CX and AX.
func (s simd) setTail(count Reg, table string) {
	s.Op("DECQ", count)
	s.Op("ANDQ", Imm(s.lanes()-1), count)
	if s.wide {
		s.Op("MOVL", Imm(2), AX)
		s.Op("SHLXL", count, AX, AX)
		s.Op("DECL", AX)
		s.Op("KMOVW", AX, s.tail())
		return
	}
	s.Op("NEGQ", count)
	s.Op("LEAQ", Data(table, 4*(s.lanes()-1)), AX)
	s.Op("VMOVUPS", Mem{Base: AX, Index: count, Scale: 4}, s.tail())
}

// tailTable adds the table that setTail reads for AVX2.
func (f *File) tailTable() string {
	words := make([]uint32, 16)
	for i := range 8 {
		words[i] = 0xffffffff
	}
	return f.Words("tailMask", words...)
}

func (s simd) load(from Mem, masked bool, to Reg) {
	switch {
	case !masked:
		s.Op("VMOVUPS", from, to)
	case s.wide:
		s.Op("VMOVUPS.Z", from, s.tail(), to)
	default:
		s.Op("VMASKMOVPS", from, s.tail(), to)
	}
}

func (s simd) store(from Reg, masked bool, to Mem) {
	switch {
	case !masked:
		s.Op("VMOVUPS", from, to)
	case s.wide:
		s.Op("VMOVUPS", from, s.tail(), to)
	default:
		s.Op("VMASKMOVPS", from, s.tail(), to)
	}
}

func (s simd) zero(r Reg) {
	if s.wide {
		s.Op("VPXORD", r, r, r)
		return
	}
	s.Op("VXORPS", r, r, r)
}

func (s simd) broadcast(from Mem, to Reg) { s.Op("VBROADCASTSS", from, to) }

// fma is acc += a·b.
func (s simd) fma(a, b, acc Reg) { s.Op("VFMADD231PS", a, b, acc) }

// fmaBroadcast is acc += mem·b with one float32 of memory for all lanes.
func (s simd) fmaBroadcast(mem Mem, b, acc, temp Reg) {
	if s.wide {
		s.Op("VFMADD231PS.BCST", mem, b, acc)
		return
	}
	s.broadcast(mem, temp)
	s.fma(temp, b, acc)
}
