package kernel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

func TestGatherRows(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for width := range 40 {
		for count := range 9 {
			src, _ := guarded(10*width, 3, extremes(rng))
			dst, all := guarded(count*width, 1, normal(rng))
			rows := make([]int, count)
			for i := range rows {
				rows[i] = rng.IntN(10)
			}
			kernel.GatherRows(dst, src, rows, width)
			for i := range dst {
				if want := src[rows[i/width]*width+i%width]; !same(dst[i], want) {
					t.Fatalf("width %d: element %d is %v, want %v", width, i, dst[i], want)
				}
			}
			if !intact(dst, all, 1) {
				t.Fatalf("width %d, %d rows: wrote outside dst", width, count)
			}
		}
	}
}

func TestGatherRowsPanics(t *testing.T) {
	panics(t, "kernel: GatherRows of 2 rows of 3 elements: dst has 5", func() {
		kernel.GatherRows(make([]float32, 5), make([]float32, 6), []int{0, 1}, 3)
	})
	for _, row := range []int{-1, 2} {
		panics(t, "", func() { kernel.GatherRows(make([]float32, 6), make([]float32, 4), []int{row}, 2) })
		panics(t, "", func() { kernel.GatherRows(make([]float32, 6), make([]float32, 6), []int{row}, 3) })
	}
}
