package nn_test

import (
	"math"
	"testing"
)

// near compares values with a formula's, to tolerance times the largest of them.
func near(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= tolerance*largest) {
			t.Errorf("%s: value %d is %.9g, want %.9g±%.1g", what, i, got[i], w, tolerance*largest)
			return
		}
	}
}

// differences returns the derivatives of loss by each element of x, which it reads.
func differences(loss func() float64, x []float64) []float64 {
	const step = 1e-5
	g := make([]float64, len(x))
	for i, v := range x {
		x[i] = v + step
		above := loss()
		x[i] = v - step
		g[i] = (above - loss()) / (2 * step)
		x[i] = v
	}
	return g
}

func float64s(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
