package asmgen

import "fmt"

// machine lowers blocks and loops for one level. Integer registers are numbered
// from 0; every machine has at least 11.
type machine interface {
	lanes() int
	suffix() string
	start(name string, params []Param)
	finish() // returns from the function

	integer(i int) Reg
	loadInt(arg string, r Reg)   // an argument
	move(from, to Reg)
	addImm(n int, r Reg)
	addReg(n, r Reg)
	scaleBytes(r Reg)            // r ×= 4
	branch(r Reg, cond string, n int, to Label) // jumps where r cond n, signed
	jump(to Label)
	newLabel(stem string) Label
	place(l Label)
	loopHead(l Label)            // place, aligned

	setTail(n Reg)               // makes the tail 1 to lanes−1 lanes long
	tailTo(on bool)              // whether blocks touch only the tail from here on

	// lower emits a block; slot i of it is at ptrs[i] + disp.
	lower(b *block, ptrs []Reg, disp int)
	newVariable(lanes16 bool) *variable
	fill(v *variable, x uint32)
	// sumLanes adds the 16 lanes of v as a tree and sets all lanes of to to the
	// sum; maxLanes and maxIntLanes likewise for the largest.
	reduce(op opcode, v, to *variable)
	// broadcast sets v to the float32 at r.
	broadcast(r Reg, v *variable)
	// storeLane stores the first lane of v at r.
	storeLane(v *variable, r Reg)
}

// pool hands out registers while a block is lowered.
type pool struct {
	free []Reg
	name string
}

func (p *pool) take() Reg {
	if len(p.free) == 0 {
		panic(fmt.Sprintf("asmgen: no %s register left", p.name))
	}
	r := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return r
}

func (p *pool) give(r Reg) { p.free = append(p.free, r) }

// countUses sets how often each vec of the block is used.
func (b *block) countUses() {
	for _, v := range b.ops {
		v.uses, v.reg = 0, ""
	}
	for _, v := range b.ops {
		for _, a := range v.args {
			a.uses++
		}
	}
}
