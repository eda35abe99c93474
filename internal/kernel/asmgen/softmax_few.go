package asmgen

import "fmt"

// narrowCE are cross-entropies of rows of two to four classes for AVX-512: 16 rows
// are turned into a vector for each class, so that sums over classes cost an
// addition each.
func narrowCE() []spec {
	var list []spec
	for classes := 2; classes <= 4; classes++ {
		for _, form := range []fewClasses{{classes: classes}, {classes: classes, grad: true}, {classes: classes, grad: true, scaled: true}} {
			list = append(list, form.spec())
		}
	}
	return list
}

type fewClasses struct {
	classes      int
	grad, scaled bool
}

func (n fewClasses) spec() spec {
	name := fmt.Sprintf("narrowCE%d", n.classes)
	vectors, numbers := "loss target", ""
	matrices := "p z"
	if n.grad {
		name, matrices, numbers = name+"Grad", "p z grad", "uniform"
	}
	if n.scaled {
		name, vectors, numbers = name+"Scaled", "loss target scale", ""
	}
	args := append(named(floats, matrices), append(named(floats, vectors), arg{"rows", count})...)
	args = append(args, named(number, numbers)...)
	return spec{name: name, args: args, wideOnly: true, build: func(r *routine) {
		m := r.args(names(named(floats, matrices))...)
		v := r.args(names(named(floats, vectors))...)
		n.build(r, r.machine.(*x86), m, v, r.args("rows")[0])
	}}
}

// build emits the loop over 16 rows. Slots are the matrices, then the vectors.
func (n fewClasses) build(r *routine, x *x86, matrices, vectors []Reg, rows Reg) {
	x.masks.free = []Reg{K(2), K(7)} // K3 to K6 are for the vectors of the matrices
	size := r.ints(1)[0]
	loop, end := r.newLabel("loop"), r.newLabel("end")
	r.branch(rows, "LE", 0, end)
	r.loopHead(loop)
	x.Op("MOVQ", Imm(16), size)
	x.Op("CMPQ", rows, size)
	x.Op("CMOVQLT", rows, size)
	r.setTail(size)
	x.Op("IMUL3Q", Imm(n.classes), size, size)
	x.Op("MOVQ", Imm(-1), AX)
	x.Op("BZHIQ", size, AX, AX)
	for i := range n.classes {
		x.Op("KMOVW", AX, K(3+i))
		x.Op("SHRQ", Imm(16), AX)
	}
	r.tailTo(true)
	r.emit(func(b *block) { n.block(b, len(matrices)) }, append(append([]Reg(nil), matrices...), vectors...), 0, 0)
	r.tailTo(false)
	for _, p := range matrices {
		r.addImm(64*n.classes, p)
	}
	for _, p := range vectors {
		r.addImm(64, p)
	}
	r.addImm(-16, rows)
	r.branch(rows, "GT", 0, loop)
	r.place(end)
}

func (n fewClasses) block(b *block, vectors int) {
	z := b.loadColumns(1, n.classes)
	m := z[0]
	for _, c := range z[1:] {
		m = b.max(c, m)
	}
	d, e := make([]*vec, n.classes), make([]*vec, n.classes)
	for j := range z {
		d[j] = b.sub(z[j], m)
		e[j] = b.expNegative(d[j])
	}
	sum := e[0]
	switch n.classes {
	case 2:
		sum = b.sum(e[0], e[1])
	case 3:
		sum = b.sum(b.sum(e[0], e[2]), e[1])
	case 4:
		sum = b.sum(b.sum(e[0], e[2]), b.sum(e[1], e[3]))
	}
	inverse := b.div(constant(1), sum)
	for j := range e {
		e[j] = b.mul(e[j], inverse)
	}
	b.storeColumns(0, e)
	target := b.load(vectors + 1)
	ofClass := d[n.classes-1]
	for j := n.classes - 2; j >= 0; j-- {
		ofClass = b.sel(b.compare(target, less, constant(float32(j+1))), d[j], ofClass)
	}
	log := b.sel(b.compare(sum, equal, sum), b.logNormal(sum), sum)
	b.store(vectors, b.sub(log, ofClass))
	if !n.grad {
		return
	}
	scale := parameter("uniform")
	if n.scaled {
		scale = b.load(vectors + 2)
	}
	for j := range e {
		hit := b.both(b.compare(target, greaterEqual, constant(float32(j))), b.compare(target, less, constant(float32(j+1))))
		e[j] = b.flush(b.mul(b.sub(e[j], b.keep(hit, constant(1))), scale))
	}
	b.storeColumns(2, e)
}

// loadColumns loads 16 rows of the matrix and returns its columns.
func (b *block) loadColumns(slot, cols int) []*vec {
	v := make([]*vec, cols)
	for i := range v {
		v[i] = b.add(opLoadPart)
		v[i].slot, v[i].bits = slot, uint32(i)
	}
	return b.rearrange(v, func(part, lane int) int { return lane*cols + part })
}

// storeColumns stores columns as 16 rows of the matrix.
func (b *block) storeColumns(slot int, columns []*vec) {
	cols := len(columns)
	for i, x := range b.rearrange(columns, func(part, lane int) int {
		at := 16*part + lane
		return at%cols*16 + at/cols
	}) {
		v := b.add(opStorePart, x)
		v.slot, v.bits = slot, uint32(i)
	}
}

// rearrange returns as many vectors as v, whose lanes are those of v laid end to
// end at the index that from gives.
func (b *block) rearrange(v []*vec, from func(part, lane int) int) []*vec {
	out := make([]*vec, len(v))
	for part := range v {
		index := make([]int, 16)
		for lane := range index {
			index[lane] = from(part, lane)
		}
		out[part] = b.pick(v, index)
	}
	return out
}

// pick is the vector of the lanes with the given indexes into v, which has two to
// four vectors, laid end to end.
func (b *block) pick(v []*vec, index []int) *vec {
	if len(v) == 4 {
		low, high := make([]int, 16), make([]int, 16)
		choose := make([]int, 16)
		for i, at := range index {
			low[i], high[i], choose[i] = at%32, at%32, i+at/32*16
		}
		return b.permute(b.permute(v[0], v[1], low), b.permute(v[2], v[3], high), choose)
	}
	if len(v) == 3 {
		low, choose := make([]int, 16), make([]int, 16)
		for i, at := range index {
			low[i], choose[i] = at%32, i
			if at >= 32 {
				choose[i] = at - 16
			}
		}
		return b.permute(b.permute(v[0], v[1], low), v[2], choose)
	}
	return b.permute(v[0], v[1], index)
}

// permute is lane index[i] of x and y laid end to end.
func (b *block) permute(x, y *vec, index []int) *vec {
	v := b.add(opPermute, x, y)
	v.index = index
	return v
}
