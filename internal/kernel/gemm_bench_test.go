package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// shape is one product to time; form is NN, NT or TN.
type shape struct {
	form    string
	m, n, k int
}

// shapes are the products of the nets that the benchmarks of the project train.
var shapes = []shape{
	// 2→50→1, batch 32: forward, input gradient, weight gradients.
	{"NN", 32, 50, 2}, {"NN", 32, 1, 50}, {"NT", 32, 50, 1}, {"TN", 50, 1, 32}, {"TN", 2, 50, 32},
	// 2→50→3, batch 16 and 1.
	{"NN", 16, 3, 50}, {"NT", 16, 50, 3}, {"TN", 50, 3, 16},
	{"NN", 1, 50, 2}, {"NN", 1, 3, 50}, {"NT", 1, 50, 3}, {"TN", 50, 3, 1}, {"TN", 2, 50, 1},
	// 20→25→1, batch 32.
	{"NN", 32, 25, 20}, {"NN", 32, 1, 25}, {"TN", 20, 25, 32}, {"TN", 25, 1, 32},
	// 2→500→1, batch 30.
	{"NN", 30, 500, 2}, {"NN", 30, 1, 500}, {"NT", 30, 500, 1}, {"TN", 500, 1, 30}, {"TN", 2, 500, 30},
	// Validation of 500 rows.
	{"NN", 500, 50, 2}, {"NN", 500, 1, 50}, {"NN", 500, 3, 50},
	// 784→512→512→10, batch 128.
	{"NN", 128, 512, 784}, {"NN", 128, 512, 512}, {"NN", 128, 10, 512},
	{"NT", 128, 512, 10}, {"NT", 128, 512, 512}, {"NT", 128, 784, 512},
	{"TN", 512, 10, 128}, {"TN", 512, 512, 128}, {"TN", 784, 512, 128},
	// One row.
	{"NN", 1, 512, 784}, {"NN", 1, 512, 512}, {"NN", 1, 10, 512},
	// Square, and the layers of 1024→4096→4096→1000 at batch 256.
	{"NN", 256, 256, 256}, {"NN", 512, 512, 512}, {"NN", 1024, 1024, 1024}, {"NT", 1024, 1024, 1024}, {"TN", 1024, 1024, 1024},
	{"NN", 2048, 2048, 2048},
	{"NN", 256, 4096, 1024}, {"NN", 256, 4096, 4096}, {"NT", 256, 1024, 4096}, {"TN", 1024, 4096, 256},
}

func BenchmarkGemm(b *testing.B) {
	for _, level := range kernel.Levels()[1:] {
		for _, width := range []int{1, 2} {
			for _, s := range shapes {
				if width > 1 && s.m*s.n*s.k < 200_000 {
					continue
				}
				b.Run(fmt.Sprintf("%v/%d/%s/%dx%dx%d", level, width, s.form, s.m, s.n, s.k), func(b *testing.B) {
					defer kernel.Use(level)()
					s.run(b, width)
				})
			}
		}
	}
}

func (s shape) run(b *testing.B, width int) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := problem{m: s.m, n: s.n, k: s.k, transA: s.form[0] == 'T', transB: s.form[1] == 'T', bias: s.form == "NN", relu: s.form == "NN", work: 1, width: width}
	g := &p.build(normal(rng)).gemm
	var r kernel.Runner
	if width > 1 {
		r = threads(width)
	}
	for b.Loop() {
		g.Run(r)
	}
	flop := 2 * float64(s.m) * float64(s.n) * float64(s.k)
	b.ReportMetric(flop*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
