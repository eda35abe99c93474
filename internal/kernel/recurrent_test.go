package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// joined calls a kernel whose first slice holds several gates with slices of the
// same length in the places 0 to gates−1, and hands back what it wrote there.
func joined(s [][]float32, gates int, call func(sums []float32, rest [][]float32)) {
	var sums []float32
	for _, x := range s[:gates] {
		sums = append(sums, x...)
	}
	call(sums, s[gates:])
	n := len(s[0])
	for k, x := range s[:gates] {
		copy(x, sums[k*n:])
	}
}

func TestRecurrentTwins(t *testing.T) {
	testElementwise(t, []twin{
		{name: "LSTMForward", slices: 7, call: func(s [][]float32) {
			joined(s, 4, func(sums []float32, r [][]float32) { kernel.LSTMForward(sums, r[0], r[1], r[2]) })
		}},
		{name: "LSTMBackward", slices: 8, call: func(s [][]float32) {
			joined(s, 4, func(gates []float32, r [][]float32) { kernel.LSTMBackward(gates, r[0], r[1], r[2], r[3]) })
		}},
		{name: "GRUForward", slices: 6, call: func(s [][]float32) {
			joined(s, 3, func(sums []float32, r [][]float32) { kernel.GRUForward(sums, r[0], r[1], r[2]) })
		}},
		{name: "GRUBackward", slices: 6, call: func(s [][]float32) {
			joined(s, 3, func(gates []float32, r [][]float32) { kernel.GRUBackward(gates, r[0], r[1], r[2]) })
		}},
	})
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// normals draws n numbers.
func normals(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(2 * rng.NormFloat64())
	}
	return x
}

// TestLSTMFollowsItsFormula compares values and gradients with float64; errors
// are some roundings of numbers up to about 5.
func TestLSTMFollowsItsFormula(t *testing.T) {
	const n = 50
	step := func(x [5]float64) (c, h float64) {
		c = logistic(x[1])*x[4] + logistic(x[0])*math.Tanh(x[2])
		return c, logistic(x[3]) * math.Tanh(c)
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(1, 1))
		sums, cPrev, dh, dc := normals(rng, 4*n), normals(rng, n), normals(rng, n), normals(rng, n)
		gates, c, h := append([]float32(nil), sums...), make([]float32, n), make([]float32, n)
		kernel.LSTMForward(gates, cPrev, c, h)
		d := append([]float32(nil), dc...)
		kernel.LSTMBackward(gates, cPrev, c, dh, d)
		for j := range n {
			at := [5]float64{float64(sums[j]), float64(sums[n+j]), float64(sums[2*n+j]), float64(sums[3*n+j]), float64(cPrev[j])}
			wantC, wantH := step(at)
			agree(t, "c", c[j], wantC)
			agree(t, "h", h[j], wantH)
			got := []float32{gates[j], gates[n+j], gates[2*n+j], gates[3*n+j], d[j]}
			for k, g := range got {
				agree(t, "gradient", g, slopeOf(func(e float64) float64 {
					x := at
					x[k] += e
					c, h := step(x)
					return float64(dc[j])*c + float64(dh[j])*h
				}))
			}
		}
	})
}

// TestGRUFollowsItsFormula is the same for the other cell.
func TestGRUFollowsItsFormula(t *testing.T) {
	const n = 50
	step := func(x [5]float64) float64 {
		z, k := logistic(x[0]), math.Tanh(x[2]+logistic(x[1])*x[3])
		return z*x[4] + (1-z)*k
	}
	each(t, func(t *testing.T, _ kernel.Level) {
		rng := rand.New(rand.NewPCG(1, 2))
		sums, q, hPrev, dh := normals(rng, 3*n), normals(rng, n), normals(rng, n), normals(rng, n)
		gates, dq, d, h := append([]float32(nil), sums...), append([]float32(nil), q...), append([]float32(nil), dh...), make([]float32, n)
		kernel.GRUForward(gates, dq, hPrev, h)
		kernel.GRUBackward(gates, dq, hPrev, d)
		for j := range n {
			at := [5]float64{float64(sums[j]), float64(sums[n+j]), float64(sums[2*n+j]), float64(q[j]), float64(hPrev[j])}
			agree(t, "h", h[j], step(at))
			agree(t, "z·dh", d[j], logistic(at[0])*float64(dh[j]))
			for k, g := range []float32{gates[j], gates[n+j], gates[2*n+j], dq[j]} {
				agree(t, "gradient", g, slopeOf(func(e float64) float64 {
					x := at
					x[k] += e
					return float64(dh[j]) * step(x)
				}))
			}
		}
	})
}

// slopeOf is the derivative at 0 by central differences.
func slopeOf(f func(e float64) float64) float64 {
	const h = 1e-5
	return (f(h) - f(-h)) / (2 * h)
}

func agree(t *testing.T, what string, got float32, want float64) {
	t.Helper()
	if math.Abs(float64(got)-want) > 3e-6*max(1, math.Abs(want)) {
		t.Fatalf("%s is %.9g, want %.9g", what, got, want)
	}
}

// TestRecurrentKernelsPanic has slices of wrong lengths.
func TestRecurrentKernelsPanic(t *testing.T) {
	x := func(n int) []float32 { return make([]float32, n) }
	for name, call := range map[string]func(){
		"LSTMForward":  func() { kernel.LSTMForward(x(7), x(2), x(2), x(2)) },
		"LSTMBackward": func() { kernel.LSTMBackward(x(8), x(2), x(2), x(2), x(3)) },
		"GRUForward":   func() { kernel.GRUForward(x(7), x(2), x(2), x(2)) },
		"GRUBackward":  func() { kernel.GRUBackward(x(6), x(1), x(2), x(2)) },
		"Panels":       func() { new(kernel.Panels).Pack(x(5), 2, 3, 3) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			call()
		}()
	}
}
