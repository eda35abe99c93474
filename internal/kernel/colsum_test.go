package kernel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// TestColSum compares with a plain sum in ascending row order.
func TestColSum(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(4, 4))
		for rows := range 20 {
			for cols := range 70 {
				checkColSum(t, rng, rows, cols)
			}
		}
		for _, s := range [][2]int{{1000, 3}, {3, 1000}, {300, 257}, {9000, 300}} {
			checkColSum(t, rng, s[0], s[1])
		}
	})
}

func checkColSum(t *testing.T, rng *rand.Rand, rows, cols int) {
	t.Helper()
	for _, accumulate := range []bool{false, true} {
		x, _ := guarded(rows*cols, 3, extremes(rng))
		dst, all := guarded(cols, 1, normal(rng))
		want := make([]float32, cols)
		if accumulate {
			copy(want, dst)
		}
		for i, v := range x {
			want[i%cols] += v
		}
		kernel.ColSum(dst, x, rows, cols, accumulate)
		for j, w := range want {
			if !same(dst[j], w) {
				t.Fatalf("%d×%d, accumulate %t: column %d is %x, want %x", rows, cols, accumulate, j, dst[j], w)
			}
		}
		if !intact(dst, all, 1) {
			t.Fatalf("%d×%d: wrote outside dst", rows, cols)
		}
	}
}

func TestColSumPanics(t *testing.T) {
	panics(t, "kernel: ColSum of 3×4 elements: dst has 3, x has 12", func() {
		kernel.ColSum(make([]float32, 3), make([]float32, 12), 3, 4, false)
	})
}
