package asmgen

import "fmt"

// Reg is a register by its assembler name.
type Reg string

// X is vector register i of amd64, its lowest 128 bits.
func X(i int) Reg { return numbered("X", i) }

// Y is vector register i of amd64, its lowest 256 bits.
func Y(i int) Reg { return numbered("Y", i) }

// Z is vector register i of amd64, all 512 bits.
func Z(i int) Reg { return numbered("Z", i) }

// K is mask register i of amd64; K0 means no mask where one is asked for.
func K(i int) Reg { return numbered("K", i) }

// R is integer register i of arm64.
func R(i int) Reg { return numbered("R", i) }

// F is scalar floating-point register i of arm64.
func F(i int) Reg { return numbered("F", i) }

// V is vector register i of arm64.
func V(i int) Reg { return numbered("V", i) }

func numbered(class string, i int) Reg { return Reg(fmt.Sprint(class, i)) }

// The integer registers of amd64. BP belongs to the frame pointer.
const (
	AX  Reg = "AX"
	BX  Reg = "BX"
	CX  Reg = "CX"
	DX  Reg = "DX"
	SI  Reg = "SI"
	DI  Reg = "DI"
	R8  Reg = "R8"
	R9  Reg = "R9"
	R10 Reg = "R10"
	R11 Reg = "R11"
	R12 Reg = "R12"
	R13 Reg = "R13"
	R14 Reg = "R14"
	R15 Reg = "R15"
)

// Imm is an immediate operand.
type Imm int64

// String returns the operand as the assembler reads it.
func (i Imm) String() string { return fmt.Sprintf("$%d", int64(i)) }

// Mem is the memory operand Base + Index·Scale + Disp; Index may be empty.
type Mem struct {
	Base, Index Reg
	Scale, Disp int
}

// At is the memory operand base + disp.
func At(base Reg, disp int) Mem { return Mem{Base: base, Disp: disp} }

// Plus is the operand disp bytes further on.
func (m Mem) Plus(disp int) Mem { m.Disp += disp; return m }

// String returns the operand as the assembler reads it.
func (m Mem) String() string {
	s := ""
	if m.Disp != 0 {
		s = fmt.Sprint(m.Disp)
	}
	s += fmt.Sprintf("(%s)", m.Base)
	if m.Index != "" {
		s += fmt.Sprintf("(%s*%d)", m.Index, m.Scale)
	}
	return s
}

// Lane is one lane of an arm64 vector register, as V3.S[1].
func Lane(v Reg, width string, i int) string { return fmt.Sprintf("%s.%s[%d]", v, width, i) }
