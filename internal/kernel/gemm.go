package kernel

import "fmt"

// Epilogue is the activation that a product applies to its result.
type Epilogue int

// The epilogues.
const (
	EpNone Epilogue = iota
	EpReLU          // +0 where x < 0, otherwise x: NaN stays NaN, −0 stays −0
)

// Gemm is the matrix product
//
//	C = mask ⊙ act(op(A)·op(B) [+ C] + bias)
//
// with C of M×N, op(A) of M×K and op(B) of K×N elements, row-major.
//
// Every element of C is one chain of fused multiply-adds in ascending k that
// starts from +0, or from C when Accumulate is set; the bias is added after the
// chain, then the activation is applied, then the mask. The bits are the same
// for every level, blocking and number of threads.
//
// A caller keeps one Gemm for each product of its plan and runs it again and
// again: Run allocates nothing. C must not overlap the inputs.
type Gemm struct {
	M, N, K int

	A, B, C       []float32
	LDA, LDB, LDC int // distance between rows as stored; 0: the row's length

	TransA bool // A is stored K×M
	TransB bool // B is stored N×K

	Accumulate bool      // chains start from C instead of +0
	Bias       []float32 // N values, one for each column; nil for none
	Act        Epilogue

	// Mask is M×N; nil for none. Where it is not above zero (NaN included), C
	// is set to +0, and so is every subnormal and −0 result: the gradient of
	// ReLU where Mask is its output.
	Mask   []float32
	LDMask int // distance between rows of Mask; 0: N

	// Sums receives the sums of op(B)'s columns, N values: Σ_k op(B)[k,j] in
	// ascending k, on top of what it holds if Accumulate is set. It is the
	// gradient of a bias where B is the gradient of a layer's output. Nil for
	// none; it needs a B that is not stored transposed.
	Sums []float32

	// Work is scratch for packed operands, at least WorkSize(width) long for a
	// runner of that width. Its content means nothing between runs, so that
	// products that do not run at the same time may share it. With less, the
	// product is the same but slower.
	Work []float32
}

// parallelCost is the cost, see [Gemm.cost], from which a product is split over
// threads: about 10 µs of one core's work.
const parallelCost = 1 << 20

// cost estimates the work in fused multiply-adds. Moving an element between
// memory and cache weighs as much as eight of them.
func (g *Gemm) cost() int {
	return g.M*g.N*g.K + 8*(g.M*g.K+g.K*g.N+g.M*g.N)
}

// Run computes the product, on r's threads where it is large enough, and nothing
// if M or N is 0. It panics, with the sizes, if a slice is too short or a
// leading dimension too small.
func (g *Gemm) Run(r Runner) {
	g.check()
	if g.M == 0 || g.N == 0 {
		return
	}
	if w := width(r); w > 1 && g.cost() >= parallelCost {
		r.Run(w, g)
		return
	}
	g.region(span{0, g.M}, span{0, g.N}, g.Work)
}

// Part computes part i of n: a range of C's columns or rows. It implements [Task].
func (g *Gemm) Part(i, n int) {
	rows, cols := g.split(i, n)
	if rows.lo == rows.hi || cols.lo == cols.hi {
		return
	}
	size := len(g.Work) / n
	g.region(rows, cols, g.Work[i*size:(i+1)*size])
}

// span is the half-open range [lo, hi).
type span struct{ lo, hi int }

// cut returns part i of n of the range [0, size), in multiples of grain.
func cut(size, grain, i, n int) span {
	grains := (size + grain - 1) / grain
	lo, hi := grains*i/n*grain, grains*(i+1)/n*grain
	return span{min(lo, size), min(hi, size)}
}

// grains are the ways to split C: along columns or rows, in multiples of so
// many. The first leave whole tiles, and columns come first because then each
// core reads its own share of B.
var grains = []struct {
	cols bool
	size int
}{{true, 64}, {false, 12}, {true, 16}, {false, 4}}

// split returns the rows and columns of part i of n. It takes the grain that
// leaves the least work to the largest part.
func (g *Gemm) split(i, n int) (rows, cols span) {
	best := g.M*g.N + 1
	for _, grain := range grains {
		along, across := g.M, g.N
		if grain.cols {
			along, across = g.N, g.M
		}
		most := min(along, ((along+grain.size-1)/grain.size+n-1)/n*grain.size) * across
		if most >= best {
			continue
		}
		best = most
		if grain.cols {
			rows, cols = span{0, g.M}, cut(g.N, grain.size, i, n)
		} else {
			rows, cols = cut(g.M, grain.size, i, n), span{0, g.N}
		}
	}
	return rows, cols
}

// leading returns the leading dimension that ld stands for.
func leading(ld, cols int) int {
	if ld == 0 {
		return cols
	}
	return ld
}

// stored returns the shape of a matrix as stored.
func stored(rows, cols int, transposed bool) (int, int) {
	if transposed {
		return cols, rows
	}
	return rows, cols
}

// fits reports whether a rows×cols matrix of leading dimension ld lies in n elements.
func fits(n, rows, cols, ld int) bool {
	return rows == 0 || cols == 0 || ld >= cols && n >= (rows-1)*ld+cols
}

// check panics unless every operand holds its matrix.
func (g *Gemm) check() {
	ra, ca := stored(g.M, g.K, g.TransA)
	rb, cb := stored(g.K, g.N, g.TransB)
	ok := g.M >= 0 && g.N >= 0 && g.K >= 0 &&
		fits(len(g.A), ra, ca, leading(g.LDA, ca)) &&
		fits(len(g.B), rb, cb, leading(g.LDB, cb)) &&
		fits(len(g.C), g.M, g.N, leading(g.LDC, g.N)) &&
		(g.Mask == nil || fits(len(g.Mask), g.M, g.N, leading(g.LDMask, g.N))) &&
		(g.Bias == nil || len(g.Bias) >= g.N) &&
		(g.Sums == nil || len(g.Sums) >= g.N && !g.TransB)
	if !ok {
		panic(g.sizes())
	}
}

// sizes describes the operands for a panic.
func (g *Gemm) sizes() string {
	return fmt.Sprintf("kernel: Gemm of M=%d N=%d K=%d (TransA=%t TransB=%t) does not fit: "+
		"A has %d elements (LDA %d), B %d (LDB %d), C %d (LDC %d), bias %d, mask %d (LDMask %d), sums %d",
		g.M, g.N, g.K, g.TransA, g.TransB,
		len(g.A), g.LDA, len(g.B), g.LDB, len(g.C), g.LDC, len(g.Bias), len(g.Mask), g.LDMask, len(g.Sums))
}
