package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// benchmark measures a kernel over n elements per slice, as time per call and
// bytes of all slices per second, at every level but the Go twin.
func benchmark(b *testing.B, name string, slices int, f func(s [][]float32)) {
	for _, n := range []int{50, 2048, 1 << 18} {
		rng := rand.New(rand.NewPCG(1, 1))
		s := make([][]float32, slices)
		for i := range s {
			s[i], _ = guarded(n, 8, func() float32 { return rng.Float32() })
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
	benchmark(b, "Sum", 1, func(s [][]float32) { kernel.Sum(s[0]) })
	benchmark(b, "Dot", 2, func(s [][]float32) { kernel.Dot(s[0], s[1]) })
	benchmark(b, "AllFinite", 1, func(s [][]float32) { kernel.AllFinite(s[0]) })
}

func BenchmarkActivation(b *testing.B) {
	for _, a := range activations {
		name := fmt.Sprintf("%d(%v,%v)", a.act, a.p, a.q)
		benchmark(b, "forward"+name, 2, func(s [][]float32) { kernel.ActForward(a.act, a.p, a.q, s[0], s[1]) })
		benchmark(b, "backward"+name, 3, func(s [][]float32) { kernel.ActBackward(a.act, a.p, a.q, s[0], s[1], s[2]) })
	}
}

func BenchmarkOptimizer(b *testing.B) {
	for _, o := range optimizers(&kernel.Update{Rate: 1e-6, GradScale: 1}) {
		benchmark(b, o.name, o.slices, o.call)
	}
	for _, o := range optimizers(&kernel.Update{Rate: 1e-6, GradScale: 1, L2: 1e-4}) {
		benchmark(b, o.name+" L2", o.slices, o.call)
	}
}

func BenchmarkRandom(b *testing.B) {
	for _, r := range randomTwins(0) {
		benchmark(b, r.name, 2, r.call)
	}
}

// BenchmarkLoss has the shapes of small nets and of a classifier's batch.
func BenchmarkLoss(b *testing.B) {
	for _, shape := range []lossShape{{rows: 32, cols: 1, grad: true}, {rows: 16, cols: 3, grad: true}, {rows: 1, cols: 3, grad: true},
		{rows: 128, cols: 10, grad: true}, {rows: 256, cols: 1000, grad: true}} {
		shape.sparse = true
		rng := rand.New(rand.NewPCG(1, 1))
		o := make([][]float32, 6)
		for i, n := range shape.lengths() {
			o[i], _ = guarded(n, 8, shape.fill(false)(rng, i))
		}
		size := int64(12 * shape.rows * shape.cols)
		for _, level := range kernel.Levels()[1:] {
			run := func(name string, f func()) {
				b.Run(fmt.Sprintf("%s/%d×%d/%v", name, shape.rows, shape.cols, level), func(b *testing.B) {
					defer kernel.Use(level)()
					b.SetBytes(size)
					for b.Loop() {
						f()
					}
				})
			}
			if shape.cols == 1 {
				run("SigmoidBCE", func() {
					kernel.SigmoidBCE(o[0], o[4], o[3], o[1], o[2], shape.rows, 1, nil, 0.1, 0)
				})
				run("MSE", func() { kernel.MSE(o[3], o[4], o[1], o[2], shape.rows, 1, nil, 0.1) })
				continue
			}
			run("SoftmaxCE", func() {
				kernel.SoftmaxCE(o[0], o[4], o[3], o[1], o[2], true, shape.rows, shape.cols, nil, 0.1, 0)
			})
		}
	}
}

func BenchmarkMatrix(b *testing.B) {
	for _, m := range matrixTwins {
		for _, size := range [][2]int{{32, 50}, {128, 512}} {
			rows, cols := size[0], size[1]
			rng := rand.New(rand.NewPCG(1, 1))
			var s [][]float32
			for i := range m.matrices + m.vectors + m.tall {
				n := rows * cols
				if i >= m.matrices {
					n = max(rows, cols)
				}
				x, _ := guarded(n, 8, rng.Float32)
				s = append(s, x)
			}
			for i := m.matrices; i < m.matrices+m.vectors; i++ {
				s[i] = s[i][:cols]
			}
			for _, level := range kernel.Levels()[1:] {
				b.Run(fmt.Sprintf("%s/%d×%d/%v", m.name, rows, cols, level), func(b *testing.B) {
					defer kernel.Use(level)()
					b.SetBytes(int64(4 * m.matrices * rows * cols))
					for b.Loop() {
						m.call(s, rows, cols)
					}
				})
			}
		}
	}
}

// BenchmarkDeadUnits makes 5000 updates of 2048 weights a time, whose gradients
// are ordinary or, as behind dead units, 0: the moments then decay through the
// whole range. Both must take the same time.
func BenchmarkDeadUnits(b *testing.B) {
	const n, updates = 2048, 5000
	u := &kernel.Update{Rate: 1e-3, GradScale: 1}
	w, g, m, v := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for _, gradient := range []float32{0.01, 0} {
		kernel.Fill(g, gradient)
		for name, update := range map[string]func(){
			"SGD":  func() { kernel.SGD(w, g, m, u, 0.9, false) },
			"Adam": func() { kernel.Adam(w, g, m, v, nil, u, 0.9, 0.99, 1e-7) },
		} {
			b.Run(fmt.Sprintf("%s/gradient %v", name, gradient), func(b *testing.B) {
				for b.Loop() {
					kernel.Fill(m, 1e-3)
					kernel.Fill(v, 1e-6)
					for range updates {
						update()
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*updates), "ns/update")
			})
		}
	}
}
