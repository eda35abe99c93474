package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// TestPanels compares products by panels with those of Gemm, bit by bit: packed,
// transposed and referred to, from +0 and on top of C.
func TestPanels(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(1, 3))
		var panels kernel.Panels
		for _, s := range [][3]int{{1, 1, 1}, {5, 7, 3}, {32, 130, 65}, {7, 64, 128}, {2, 200, 20}, {13, 63, 100}} {
			m, n, k := s[0], s[1], s[2]
			a, b, bias, start := normals(rng, m*(k+1)), normals(rng, k*(n+2)), normals(rng, n), normals(rng, m*n)
			transposed := make([]float32, n*(k+3))
			for i := range k {
				for j := range n {
					transposed[j*(k+3)+i] = b[i*(n+2)+j]
				}
			}
			for way, pack := range []func(){
				func() { panels.Pack(b, k, n, n+2) },
				func() { panels.PackTransposed(transposed, k, n, k+3) },
				func() { panels.Refer(b, k, n, n+2) },
			} {
				pack()
				for _, add := range []bool{false, true} {
					want, got := append([]float32(nil), start...), append([]float32(nil), start...)
					g := kernel.Gemm{M: m, N: n, K: k, A: a, LDA: k + 1, B: b, LDB: n + 2, C: want, Bias: bias, Accumulate: add}
					g.Run(nil)
					if add {
						panels.AddProduct(got, n, a, k+1, m, bias)
					} else {
						panels.Product(got, n, a, k+1, m, bias)
					}
					for i := range want {
						if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
							t.Fatalf("%v, way %d, add %t: %g at %d, want %g", s, way, add, got[i], i, want[i])
						}
					}
				}
			}
		}
	})
}

// TestPanelsAllocateNothing packs again and multiplies.
func TestPanelsAllocateNothing(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		const m, n, k = 9, 70, 20
		var panels kernel.Panels
		a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
		panels.Pack(b, k, n, n)
		if allocs := testing.AllocsPerRun(10, func() {
			panels.Pack(b, k, n, n)
			panels.AddProduct(c, n, a, k, m, nil)
		}); allocs != 0 {
			t.Errorf("%g allocations", allocs)
		}
	})
}
