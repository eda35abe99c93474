package asmgen

import (
	"fmt"
	"slices"
)

// machine lowers blocks and loops for one level. Integer registers are numbered
// from 0; every machine has at least 11.
type machine interface {
	lanes() int
	suffix() string
	start(name string, params []Param)
	finish() // returns from the function
	// mark returns a function that takes back what was emitted since.
	mark() (undo func())
	// hoist keeps a constant or parameter in a register from here on. wanted lists
	// those that took an instruction to load, most often loaded first.
	hoist(v *vec)
	wanted() []*vec

	integer(i int) Reg
	loadInt(arg string, r Reg)
	move(from, to Reg)
	addImm(n int, r Reg)
	addReg(n, r Reg)
	subReg(n, r Reg)
	addArg(arg string, r Reg)
	subArg(arg string, r Reg)
	wholeVectors(n Reg) // n elements become the bytes of their whole vectors

	branch(r Reg, cond string, n int, to Label) // jumps where r cond n, signed
	jump(to Label)
	newLabel(stem string) Label
	place(l Label)
	loopHead(l Label) // place, aligned

	setTail(n Reg)  // makes the tail 0 to lanes elements long
	tailTo(on bool) // whether blocks touch only the tail from here on

	// lower emits a block; slot i of it is at ptrs[i] + disp.
	lower(b *block, ptrs []Reg, disp int)
	// lowerSingle emits a block without memory for variables whose lanes are equal.
	lowerSingle(b *block)
	// newVariable has one register for each of the given number of parts.
	newVariable(parts int) *variable
	// scope returns a function that frees the variables made since.
	scope() (end func())
	fill(v *variable, x uint32)
	// reduce joins the lanes of v, 16 or as many as one vector has, by op as a tree
	// and sets all lanes of to, which has one register, to the result.
	reduce(op opcode, v, to *variable)
	// broadcast sets v to the float32 at r.
	broadcast(r Reg, v *variable)
	// storeLane stores the first lane of v at r.
	storeLane(v *variable, r Reg)
	// philox is the whole body of the kernel of that name.
	philox(ptrs []Reg, blocks Reg)
}

// shortage is the panic of a machine out of registers.
type shortage string

// pool hands out registers while a block is lowered.
type pool struct {
	free []Reg
	name string
}

func (p *pool) take() Reg {
	if len(p.free) == 0 {
		panic(shortage(p.name))
	}
	r := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return r
}

func (p *pool) give(r Reg) {
	if slices.Contains(p.free, r) {
		panic("asmgen: " + string(r) + " was free already")
	}
	p.free = append(p.free, r)
}

// prepare drops operations without effect, counts uses, and gives a vec that is
// put into a variable right away the variable's register.
func (b *block) prepare() {
	for _, v := range b.ops {
		v.uses, v.reg, v.fixed = 0, "", false
	}
	var kept []*vec
	for i := len(b.ops) - 1; i >= 0; i-- {
		v := b.ops[i]
		if v.uses == 0 && v.op != opSet && v.op != opStore && v.op != opStorePart {
			continue
		}
		for _, a := range v.args {
			a.uses++
		}
		kept = append(kept, v)
	}
	slices.Reverse(kept)
	b.ops = kept
	for i := 1; i < len(b.ops); i++ {
		made := b.ops[i-1]
		if set := b.ops[i]; set.op == opSet && set.args[0] == made && made.uses == 1 && made.op != opGet {
			made.reg, made.fixed = set.v.part(b), true
		}
	}
}

// part is the register of a variable for the block's part.
func (v *variable) part(b *block) Reg {
	if len(v.regs) == 1 {
		return v.regs[0]
	}
	return v.regs[b.part]
}

// key tells uniform vecs apart.
func (v *vec) key() string { return fmt.Sprint(v.op, v.name, v.bits) }

// wishes counts how often uniform vecs had to be loaded.
type wishes struct {
	list  []*vec
	count map[string]int
}

func (w *wishes) add(v *vec) {
	if w.count == nil {
		w.count = map[string]int{}
	}
	if w.count[v.key()]++; w.count[v.key()] == 1 {
		w.list = append(w.list, v)
	}
}

func (w *wishes) sorted() []*vec {
	slices.SortStableFunc(w.list, func(a, b *vec) int { return w.count[b.key()] - w.count[a.key()] })
	return w.list
}
