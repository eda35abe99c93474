package asmgen

import "fmt"

// neon emits float32 vector instructions of arm64 into a function. Those that
// the Go assembler lacks are written as words.
type neon struct{ *Func }

// s4 is a vector operand of four float32.
func s4(i int) string { return fmt.Sprintf("V%d.S4", i) }

func b16(i int) string { return fmt.Sprintf("V%d.B16", i) }

// word emits an instruction by its code and says what it is.
func (n neon) word(code uint32, format string, args ...any) {
	n.Op(fmt.Sprintf("WORD $0x%08x // %s", code, fmt.Sprintf(format, args...)))
}

// fmaLane is acc += b·a[0], a's first lane for all.
func (n neon) fmaLane(a, b, acc int) {
	n.word(0x4f801000|uint32(a<<16|b<<5|acc), "FMLA V%d.S4 += V%d.S4 * V%d.S[0]", acc, b, a)
}

// add is to = a + b.
func (n neon) add(a, b, to int) {
	n.word(0x4e20d400|uint32(b<<16|a<<5|to), "FADD V%d.S4 = V%d.S4 + V%d.S4", to, a, b)
}

// below sets the bits of to's lanes where x < 0, above where x > 0.
func (n neon) below(x, to int) {
	n.word(0x4ea0e800|uint32(x<<5|to), "FCMLT V%d.S4 = V%d.S4 < 0", to, x)
}

func (n neon) above(x, to int) {
	n.word(0x4ea0c800|uint32(x<<5|to), "FCMGT V%d.S4 = V%d.S4 > 0", to, x)
}

// clear is x &^= mask.
func (n neon) clear(mask, x int) {
	n.word(0x4e601c00|uint32(mask<<16|x<<5|x), "BIC V%d &^= V%d", x, mask)
}

func (n neon) zero(x int) { n.Op("VEOR", b16(x), b16(x), b16(x)) }

// relu clears x where it is below zero.
func (n neon) relu(x, temp int) {
	n.below(x, temp)
	n.clear(temp, x)
}

// A piece is a run of columns that one instruction loads and stores.
type piece struct{ vectors, lanes int }

// cols is the number of columns of the piece.
func (p piece) cols() int { return p.vectors * p.lanes }

// list is the operand for the piece's registers from first on.
func (p piece) list(first int) string {
	s := "["
	for i := range p.vectors {
		if i > 0 {
			s += ", "
		}
		s += s4(first + i)
	}
	return s + "]"
}

func (n neon) load(p piece, from Reg, first int) {
	switch p.lanes {
	case 4:
		n.Op("VLD1", At(from, 0), p.list(first))
	case 2:
		n.Op("FMOVD", At(from, 0), F(first))
	case 1:
		n.Op("FMOVS", At(from, 0), F(first))
	}
}

func (n neon) store(p piece, first int, to Reg) {
	switch p.lanes {
	case 4:
		n.Op("VST1", p.list(first), At(to, 0))
	case 2:
		n.Op("FMOVD", F(first), At(to, 0))
	case 1:
		n.Op("FMOVS", F(first), At(to, 0))
	}
}
