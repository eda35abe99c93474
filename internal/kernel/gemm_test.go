package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// threads is a Runner that starts a goroutine for each part.
type threads int

func (w threads) Width() int { return int(w) }

func (w threads) Run(n int, t kernel.Task) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { t.Part(i, n) })
	}
	wg.Wait()
}

// each runs f at every level of this machine.
func each(t *testing.T, f func(t *testing.T, level kernel.Level)) {
	for _, level := range kernel.Levels() {
		t.Run(level.String(), func(t *testing.T) {
			defer kernel.Use(level)()
			f(t, level)
		})
	}
}

// guard is the number of canary elements on each side of a guarded slice.
const guard = 40

// canary is a NaN that no arithmetic here makes.
var canary = math.Float32frombits(0x7fc5a5a5)

// guarded returns n elements made by fill, in the middle of canaries, at an
// offset that is not a multiple of a vector.
func guarded(n, offset int, fill func() float32) (inner, all []float32) {
	all = make([]float32, guard+offset+n+guard)
	for i := range all {
		all[i] = canary
	}
	inner = all[guard+offset : guard+offset+n : guard+offset+n]
	for i := range inner {
		inner[i] = fill()
	}
	return inner, all
}

// intact reports whether the canaries around a guarded slice are.
func intact(inner, all []float32, offset int) bool {
	for i, v := range all {
		if in := i >= guard+offset && i < guard+offset+len(inner); !in && math.Float32bits(v) != math.Float32bits(canary) {
			return false
		}
	}
	return true
}

// same compares bits; any NaN equals any NaN.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// problem is one product to test: shape, form, fusions and paddings.
type problem struct {
	m, n, k                      int
	transA, transB, accumulate   bool
	bias, relu, mask, sums       bool
	padA, padB, padC, padM, work int
	width                        int  // of the runner; 0 for none
	parts                        bool // parts in turn, however small
}

// operands holds the guarded slices of one product.
type operands struct {
	gemm  kernel.Gemm
	all   [6][]float32
	inner [6][]float32
}

func shapeOf(rows, cols int, transposed bool) (int, int) {
	if transposed {
		return cols, rows
	}
	return rows, cols
}

// build makes the operands of p; the elements come from fill.
func (p problem) build(fill func() float32) *operands {
	o := &operands{gemm: kernel.Gemm{M: p.m, N: p.n, K: p.k, TransA: p.transA, TransB: p.transB, Accumulate: p.accumulate}}
	g := &o.gemm
	matrix := func(slot, rows, cols, pad int) ([]float32, int) {
		size := 0
		if rows > 0 && cols > 0 {
			size = (rows-1)*(cols+pad) + cols
		}
		o.inner[slot], o.all[slot] = guarded(size, slot, fill)
		return o.inner[slot], cols + pad
	}
	ra, ca := shapeOf(p.m, p.k, p.transA)
	rb, cb := shapeOf(p.k, p.n, p.transB)
	g.A, g.LDA = matrix(0, ra, ca, p.padA)
	g.B, g.LDB = matrix(1, rb, cb, p.padB)
	g.C, g.LDC = matrix(2, p.m, p.n, p.padC)
	if p.bias {
		g.Bias, _ = matrix(3, 1, p.n, 0)
	}
	if p.relu {
		g.Act = kernel.EpReLU
	}
	if p.mask {
		g.Mask, g.LDMask = matrix(4, p.m, p.n, p.padM)
	}
	if p.sums {
		g.Sums, _ = matrix(5, 1, p.n, 0)
	}
	if p.work > 0 {
		g.Work = make([]float32, g.WorkSize(max(p.width, 1)))
	}
	return o
}

// reference computes the product element by element from the contract.
func reference(g *kernel.Gemm) []float32 {
	c := append([]float32(nil), g.C...)
	for i := range g.M {
		for j := range g.N {
			sum := float32(0)
			if g.Accumulate {
				sum = c[i*g.LDC+j]
			}
			for k := range g.K {
				a, b := i*g.LDA+k, k*g.LDB+j
				if g.TransA {
					a = k*g.LDA + i
				}
				if g.TransB {
					b = j*g.LDB + k
				}
				sum = kernel.FMA(g.A[a], g.B[b], sum)
			}
			if g.Bias != nil {
				sum += g.Bias[j]
			}
			if g.Act == kernel.EpReLU && sum < 0 {
				sum = 0
			}
			if g.Mask != nil && (!(g.Mask[i*g.LDMask+j] > 0) || math.Abs(float64(sum)) < 0x1p-126) {
				sum = 0
			}
			c[i*g.LDC+j] = sum
		}
	}
	return c
}

// columnSum sums column j of B; old is what Sums held.
func (p problem) columnSum(g *kernel.Gemm, old float32, j int) float32 {
	if p.m == 0 {
		return old
	}
	if !p.accumulate {
		old = 0
	}
	for k := range p.k {
		old += g.B[k*g.LDB+j]
	}
	return old
}

// verify runs the product and compares every element, the paddings of C, the
// inputs and the canaries.
func (p problem) verify(t *testing.T, fill func() float32) {
	t.Helper()
	o := p.build(fill)
	want := reference(&o.gemm)
	var before [6][]float32
	for i, s := range o.inner {
		before[i] = append([]float32(nil), s...)
	}
	switch {
	case p.parts:
		for i := range p.width {
			o.gemm.Part(i, p.width)
		}
	case p.width > 0:
		o.gemm.Run(threads(p.width))
	default:
		o.gemm.Run(nil)
	}
	for i, w := range want {
		if !same(o.gemm.C[i], w) {
			t.Fatalf("%+v: C[%d,%d] = %x, want %x", p, i/o.gemm.LDC, i%o.gemm.LDC, o.gemm.C[i], w)
		}
	}
	for j, got := range o.gemm.Sums {
		if want := p.columnSum(&o.gemm, before[5][j], j); !same(got, want) {
			t.Fatalf("%+v: sum of column %d = %x, want %x", p, j, got, want)
		}
	}
	for slot, s := range o.inner {
		if !intact(s, o.all[slot], slot) {
			t.Fatalf("%+v: wrote outside operand %d", p, slot)
		}
		for i := range s {
			if slot != 2 && slot != 5 && math.Float32bits(s[i]) != math.Float32bits(before[slot][i]) {
				t.Fatalf("%+v: operand %d changed at %d", p, slot, i)
			}
		}
	}
}

// normal draws values for which every chain rounds.
func normal(rng *rand.Rand) func() float32 {
	return func() float32 { return float32(rng.NormFloat64()) }
}

// extremes draws NaN, infinities, zeros of both signs, subnormals, values near
// the ends of the range and ordinary ones.
func extremes(rng *rand.Rand) func() float32 {
	special := []float32{
		float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, float32(math.Copysign(0, -1)),
		0x1p-149, -0x1p-127, 0x1p-126, 0x1p-75, -0x1p-63, 0x1p127, -0x1p64,
		(1 + 0x1p-23) * 0x1p-12, (1 - 0x1p-23) * 0x1p-12, 1 + 0x1p-23,
	}
	return func() float32 {
		if rng.IntN(8) == 0 {
			return special[rng.IntN(len(special))]
		}
		return float32(rng.NormFloat64())
	}
}

// random draws a problem with dimensions up to most.
func random(rng *rand.Rand, most int) problem {
	coin := func() bool { return rng.IntN(2) == 0 }
	p := problem{
		m: rng.IntN(most + 1), n: rng.IntN(most + 1), k: rng.IntN(most + 1),
		transA: coin(), transB: coin(), accumulate: coin(),
		bias: coin(), relu: coin(), mask: rng.IntN(3) == 0,
		padA: rng.IntN(4), padB: rng.IntN(4), padC: rng.IntN(4), padM: rng.IntN(4), work: rng.IntN(3),
	}
	p.sums = !p.transB && rng.IntN(3) == 0
	p.parts, p.width = p.m > 0 && p.n > 0 && rng.IntN(4) == 0, 1+rng.IntN(3)
	return p
}

func TestGemmSmall(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(1, 1))
		rounds := 6000
		if testing.Short() {
			rounds = 1500
		}
		for range rounds {
			random(rng, 40).verify(t, normal(rng))
			random(rng, 12).verify(t, extremes(rng))
			flat := random(rng, 12)
			flat.n, flat.k = rng.IntN(300), rng.IntN(3) // most chains stay finite
			flat.verify(t, extremes(rng))
			thin := random(rng, 70)
			thin.n, thin.k = rng.IntN(5), rng.IntN(6)
			thin.verify(t, extremes(rng))
		}
	})
}

// TestGemmLarge has dimensions beyond every block: columns of several panels,
// depths of several blocks, rows of many tiles, and calls cut short.
func TestGemmLarge(t *testing.T) {
	shapes := [][3]int{
		{25, 64, 1025}, {7, 200, 1030}, {61, 129, 300}, {24, 63, 2050}, {1, 1030, 70}, {1, 333, 2100},
		{300, 4, 700}, {1000, 1, 33}, {503, 70, 260}, {790, 70, 140}, {485, 20, 1100}, {1, 200, 300}, {9, 3, 40000}, {12, 33, 9000}, {1, 5, 33000}, {131, 67, 129}, {2, 515, 64}, {80, 16, 1500}, {500, 50, 2},
	}
	each(t, func(t *testing.T, level kernel.Level) {
		rng := rand.New(rand.NewPCG(2, 2))
		for i, s := range shapes {
			for form := range 4 {
				if testing.Short() && form != i%4 {
					continue
				}
				p := random(rng, 0)
				p.m, p.n, p.k, p.transA, p.transB = s[0], s[1], s[2], form&1 > 0, form&2 > 0
				p.work, p.width, p.sums, p.parts = i%2, form, form == 1, false
				p.verify(t, normal(rng))
			}
		}
	})
}

// TestGemmRoundsOnce multiplies numbers whose product plus the running sum lies
// half-way between two float32 in float64 but not exactly, so that rounding
// twice gives the wrong neighbour. Every column and every row of every tile
// size must round once.
func TestGemmRoundsOnce(t *testing.T) {
	cases := []struct{ a, b, c, want float32 }{
		{(1 + 0x1p-23) * 0x1p-12, (1 - 0x1p-23) * 0x1p-12, 1 + 0x1p-23, 0x1.000002p0},
		{-(1 + 0x1p-23) * 0x1p-12, (1 - 0x1p-23) * 0x1p-12, -(1 + 0x1p-23), -0x1.000002p0},
		{(1 + 0x1p-12) * 0x1p-12, (1 + 0x1p-12) * 0x1p-12, 1, 0x1.000002p0},
		{0x1.000002p-75, 0x1.000002p-75, 0x1p-149, 0x1p-148}, // subnormal: just above half a unit
		{0x1.fffffep-76, 0x1.000002p-75, 0x1p-149, 0x1p-148},
		{(1 + 0x1p-23) * 0x1p-75, (1 - 0x1p-23) * 0x1p-75, 0x1p-127 + 0x1p-149, 0x1p-127 + 0x1p-149}, // just below
		{0x1p-75, 0x1p-75, 0x1p-149, 0x1p-148},                                                       // a tie, to even
		{0x1p-75, 0x1p-75, 0x1p-148, 0x1p-148},                                                       // a tie, to even
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		for _, c := range cases {
			for _, s := range [][2]int{{1, 1}, {1, 300}, {17, 1}, {9, 3}, {8, 20}, {13, 70}} {
				m, n := s[0], s[1]
				a, b := make([]float32, m*2), make([]float32, 2*n)
				for i := range m {
					a[2*i], a[2*i+1] = c.c, c.a
				}
				for j := range n {
					b[j], b[n+j] = 1, c.b
				}
				g := kernel.Gemm{M: m, N: n, K: 2, A: a, B: b, C: make([]float32, m*n)}
				g.Run(nil)
				for i, got := range g.C {
					if got != c.want {
						t.Fatalf("%d×%d: FMA(%x, %x, %x) = %x at element %d, want %x", m, n, c.a, c.b, c.c, got, i, c.want)
					}
				}
			}
		}
	})
}

func TestGemmPanics(t *testing.T) {
	f := func(n int) []float32 { return make([]float32, n) }
	good := kernel.Gemm{M: 3, N: 4, K: 2, A: f(6), B: f(8), C: f(12), Bias: f(4), Mask: f(12)}
	good.Run(nil)
	faults := map[string]func(*kernel.Gemm){
		"A short":        func(g *kernel.Gemm) { g.A = f(5) },
		"B short":        func(g *kernel.Gemm) { g.B = f(7) },
		"C short":        func(g *kernel.Gemm) { g.C = f(11) },
		"bias short":     func(g *kernel.Gemm) { g.Bias = f(3) },
		"mask short":     func(g *kernel.Gemm) { g.Mask = f(11) },
		"sums short":     func(g *kernel.Gemm) { g.Sums = f(3) },
		"sums of TransB": func(g *kernel.Gemm) { g.Sums, g.TransB = f(4), true },
		"LDA small":      func(g *kernel.Gemm) { g.LDA = 1 },
		"LDB small":      func(g *kernel.Gemm) { g.LDB = 3 },
		"LDC small":      func(g *kernel.Gemm) { g.LDC = 3 },
		"LDMask small":   func(g *kernel.Gemm) { g.LDMask = 3 },
		"M negative":     func(g *kernel.Gemm) { g.M = -1 },
		"K negative":     func(g *kernel.Gemm) { g.K = -1 },
		"TransA":         func(g *kernel.Gemm) { g.TransA, g.LDA = true, 2 },
		"TransB":         func(g *kernel.Gemm) { g.TransB, g.LDB = true, 1 },
	}
	for name, fault := range faults {
		g := good
		fault(&g)
		t.Run(name, func(t *testing.T) { panics(t, "kernel: Gemm of", func() { g.Run(nil) }) })
	}
}

// panics checks that f panics with a message that starts so.
func panics(t *testing.T, start string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if p := recover(); p == nil || !strings.HasPrefix(fmt.Sprint(p), start) {
			t.Errorf("panic %v, want %q", p, start)
		}
	}()
	f()
}

// TestGemmAllocatesNothing runs products with and without scratch.
func TestGemmAllocatesNothing(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(6, 6))
		for _, s := range [][3]int{{1, 50, 2}, {16, 3, 50}, {16, 50, 3}, {40, 70, 90}} {
			for form := range 4 {
				p := problem{m: s[0], n: s[1], k: s[2], transA: form&1 > 0, transB: form&2 > 0, work: form % 2}
				g := &p.build(normal(rng)).gemm
				if n := testing.AllocsPerRun(50, func() { g.Run(nil) }); n != 0 {
					t.Errorf("%+v: %v allocations", p, n)
				}
			}
		}
	})
}

// TestGemmNegativeZero has a chain whose only product is −0: it starts from +0,
// so that the result is +0.
func TestGemmNegativeZero(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		for _, s := range [][2]int{{1, 1}, {20, 1}, {20, 70}} {
			a, b := make([]float32, s[0]), make([]float32, s[1])
			for i := range a {
				a[i] = -1
			}
			g := kernel.Gemm{M: s[0], N: s[1], K: 1, A: a, B: b, C: make([]float32, s[0]*s[1])}
			g.Run(nil)
			for _, c := range g.C {
				if math.Float32bits(c) != 0 {
					t.Fatalf("%v: −1·0 + 0 = %v", s, c)
				}
			}
		}
	})
}
