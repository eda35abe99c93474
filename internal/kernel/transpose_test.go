package kernel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

func TestTranspose(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(3, 3))
		for rows := range 36 {
			for cols := range 36 {
				checkTranspose(t, rng, rows, cols)
			}
		}
		for _, s := range [][2]int{{1, 300}, {300, 1}, {129, 67}, {5, 70000}, {70000, 3}} {
			checkTranspose(t, rng, s[0], s[1])
		}
	})
}

func checkTranspose(t *testing.T, rng *rand.Rand, rows, cols int) {
	t.Helper()
	src, _ := guarded(rows*cols, 1, extremes(rng))
	dst, all := guarded(rows*cols, 2, normal(rng))
	kernel.Transpose(dst, src, rows, cols)
	for i := range rows {
		for j := range cols {
			if !same(dst[j*rows+i], src[i*cols+j]) {
				t.Fatalf("%d×%d: element %d,%d is %v, want %v", rows, cols, i, j, dst[j*rows+i], src[i*cols+j])
			}
		}
	}
	if !intact(dst, all, 2) {
		t.Fatalf("%d×%d: wrote outside dst", rows, cols)
	}
}

func TestTransposePanics(t *testing.T) {
	panics(t, "kernel: Transpose of 3×4 elements: dst has 12, src has 11", func() {
		kernel.Transpose(make([]float32, 12), make([]float32, 11), 3, 4)
	})
}
