package kernel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// TestGemmFusions compares the fused activation, its gradient and the sums with
// the kernels that do the same in passes of their own.
func TestGemmFusions(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(7, 7))
		for range 300 {
			p := random(rng, 24)
			p.padC, p.padB, p.padM, p.accumulate, p.parts = 0, 0, 0, false, false
			p.relu, p.mask, p.sums = true, true, !p.transB
			fused := p.build(extremes(rng)).gemm
			plain := fused
			plain.Act, plain.Mask, plain.Sums = kernel.EpNone, nil, nil
			plain.C = make([]float32, len(fused.C))
			sums := make([]float32, p.n)
			fused.Run(nil)
			plain.Run(nil)
			kernel.ReLU(plain.C, plain.C)
			kernel.ActBackward(kernel.ActReLU, 0, 0, plain.C, plain.C, fused.Mask)
			for i, want := range plain.C {
				if !same(fused.C[i], want) {
					t.Fatalf("%+v: element %d is %x, in three passes %x", p, i, fused.C[i], want)
				}
			}
			if p.sums && p.m > 0 {
				kernel.ColSum(sums, fused.B, p.k, p.n, false)
			}
			for j := range fused.Sums {
				if p.m > 0 && !same(fused.Sums[j], sums[j]) {
					t.Fatalf("%+v: sum of column %d is %x, from ColSum %x", p, j, fused.Sums[j], sums[j])
				}
			}
		}
	})
}
