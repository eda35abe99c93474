package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// lossShape is one call of a loss: which of its optional operands it has.
type lossShape struct {
	rows, cols           int
	sparse, grad, scaled bool
	smoothing            float32
}

// operands are p, z, target, loss, gradient and scale.
func (s lossShape) lengths() []int {
	n := s.rows * s.cols
	targets := n
	if s.sparse {
		targets = s.rows
	}
	return []int{n, n, targets, s.rows, n, s.rows}
}

// optional returns gradient and scale, nil where the shape has none.
func (s lossShape) optional(o [][]float32) (grad, scale []float32) {
	if s.grad {
		grad = o[4]
	}
	if s.scaled {
		scale = o[5]
	}
	return grad, scale
}

// fill draws logits, with extremes if wild, and targets.
func (s lossShape) fill(wild bool) func(rng *rand.Rand, i int) func() float32 {
	return func(rng *rand.Rand, i int) func() float32 {
		switch {
		case i == 2 && s.sparse:
			return func() float32 { return float32(rng.IntN(s.cols)) }
		case i == 2:
			return func() float32 { return float32(rng.IntN(3)) / 2 }
		case wild:
			return extremes(rng)
		}
		return func() float32 { return float32(rng.NormFloat64() * 5) }
	}
}

// compare runs the loss at the level in use and as the Go twin; the two operands
// of inPlace may be the same.
func (s lossShape) compare(t *testing.T, name string, inPlace [2]int, call func(o [][]float32)) {
	t.Helper()
	for _, wild := range []bool{false, true} {
		k := twin{name: fmt.Sprintf("%s %+v", name, s), call: call, fill: s.fill(wild), inPlace: [][2]int{inPlace}}
		k.compare(t, s.lengths(), uint64(s.rows*31+s.cols))
	}
}

// lossShapes calls f for many shapes in all forms.
func lossShapes(f func(s lossShape)) {
	for _, form := range []lossShape{{}, {grad: true}, {grad: true, scaled: true}, {grad: true, scaled: true, smoothing: 0.1}} {
		for _, cols := range lengths(false)[1:] {
			form.rows, form.cols = cols%7, cols
			f(form)
		}
		for rows := range 36 {
			form.rows, form.cols = rows, rows%4+1
			f(form)
		}
	}
}

func TestLossTwins(t *testing.T) {
	each(t, func(t *testing.T, level kernel.Level) {
		lossShapes(func(s lossShape) {
			s.compare(t, "SigmoidBCE", [2]int{0, 1}, func(o [][]float32) {
				grad, scale := s.optional(o)
				kernel.SigmoidBCE(o[0], grad, o[3], o[1], o[2], s.rows, s.cols, scale, 0.25, s.smoothing)
			})
			s.compare(t, "MSE", [2]int{4, 1}, func(o [][]float32) {
				grad, scale := s.optional(o)
				kernel.MSE(o[3], grad, o[1], o[2], s.rows, s.cols, scale, 0.25)
			})
			s.compare(t, "SoftmaxCE", [2]int{0, 1}, func(o [][]float32) {
				grad, scale := s.optional(o)
				kernel.SoftmaxCE(o[0], grad, o[3], o[1], o[2], false, s.rows, s.cols, scale, 0.25, s.smoothing)
			})
			s.sparse = true
			s.compare(t, "sparse SoftmaxCE", [2]int{0, 1}, func(o [][]float32) {
				grad, scale := s.optional(o)
				kernel.SoftmaxCE(o[0], grad, o[3], o[1], o[2], true, s.rows, s.cols, scale, 0.25, s.smoothing)
			})
		})
	})
}
