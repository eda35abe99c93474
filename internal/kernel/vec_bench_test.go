package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// benchmark measures a kernel over n elements per slice, as time per call and
// bytes of all slices per second, at every level.
func benchmark(b *testing.B, name string, slices int, f func(s [][]float32)) {
	for _, n := range []int{50, 2048, 1 << 18} {
		rng := rand.New(rand.NewPCG(1, 1))
		s := make([][]float32, slices)
		for i := range s {
			s[i], _ = guarded(n, 8, func() float32 { return rng.Float32()*2 - 1 })
		}
		for _, level := range kernel.Levels()[1:] {
			b.Run(fmt.Sprintf("%s/%d/%v", name, n, level), func(b *testing.B) {
				defer kernel.Use(level)()
				b.SetBytes(int64(4 * n * slices))
				for b.Loop() {
					f(s)
				}
			})
		}
	}
}

func BenchmarkVector(b *testing.B) {
	benchmark(b, "Add", 3, func(s [][]float32) { kernel.Add(s[0], s[1], s[2]) })
	benchmark(b, "Exp", 2, func(s [][]float32) { kernel.Exp(s[0], s[1]) })
	benchmark(b, "Log", 2, func(s [][]float32) { kernel.Log(s[0], s[1]) })
	benchmark(b, "Tanh", 2, func(s [][]float32) { kernel.Tanh(s[0], s[1]) })
	benchmark(b, "Sigmoid", 2, func(s [][]float32) { kernel.Sigmoid(s[0], s[1]) })
	benchmark(b, "Erf", 2, func(s [][]float32) { kernel.Erf(s[0], s[1]) })
}
