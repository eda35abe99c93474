package kernel_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// closeTo fails unless every element is within tolerance of want.
func closeTo(t *testing.T, what string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	for i, w := range want {
		if !(math.Abs(float64(got[i])-w) <= tolerance*max(1, math.Abs(w))) {
			t.Fatalf("%s %d is %v, want %v", what, i, got[i], w)
		}
	}
}

// matrix is rows×cols numbers in both precisions.
func matrix(rng *rand.Rand, rows, cols int) ([]float32, []float64) {
	x, y := make([]float32, rows*cols), make([]float64, rows*cols)
	for i := range x {
		x[i] = float32(rng.NormFloat64() + 0.5)
		y[i] = float64(x[i])
	}
	return x, y
}

// normalized is (x−mean)/√(variance+eps) of numbers at start, start+step, …
func normalized(x []float64, start, step, n int, eps float64) (h []float64, mean, variance float64) {
	for i := range n {
		mean += x[start+i*step] / float64(n)
	}
	for i := range n {
		d := x[start+i*step] - mean
		variance += d * d / float64(n)
	}
	for i := range n {
		h = append(h, (x[start+i*step]-mean)/math.Sqrt(variance+eps))
	}
	return h, mean, variance
}

const normEps = 1e-3

func TestBatchNormFollowsItsFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for _, size := range [][2]int{{1, 3}, {7, 1}, {32, 50}, {128, 100}} {
		rows, cols := size[0], size[1]
		x, x64 := matrix(rng, rows, cols)
		gamma, gamma64 := matrix(rng, 1, cols)
		beta, beta64 := matrix(rng, 1, cols)
		dy, dy64 := matrix(rng, rows, cols)
		mean, variance, invStd := make([]float32, cols), make([]float32, cols), make([]float32, cols)
		y, xhat, dx := make([]float32, rows*cols), make([]float32, rows*cols), make([]float32, rows*cols)
		dgamma, dbeta := make([]float32, cols), make([]float32, cols)
		kernel.BatchNormStats(mean, variance, x, rows, cols)
		kernel.InvStd(invStd, variance, normEps)
		kernel.BatchNormForward(y, xhat, x, mean, invStd, gamma, beta, rows, cols)
		kernel.BatchNormBackward(dx, dgamma, dbeta, dy, xhat, gamma, invStd, rows, cols)
		inferred := make([]float32, rows*cols)
		kernel.BatchNormInfer(inferred, x, mean, invStd, gamma, beta, rows, cols)

		wantY, wantDX := make([]float64, rows*cols), make([]float64, rows*cols)
		wantMean, wantVariance := make([]float64, cols), make([]float64, cols)
		wantGamma, wantBeta := make([]float64, cols), make([]float64, cols)
		for j := range cols {
			h, m, v := normalized(x64, j, cols, rows, normEps)
			wantMean[j], wantVariance[j] = m, v
			for i := range rows {
				wantY[i*cols+j] = gamma64[j]*h[i] + beta64[j]
				wantGamma[j] += dy64[i*cols+j] * h[i]
				wantBeta[j] += dy64[i*cols+j]
			}
			for i := range rows {
				wantDX[i*cols+j] = columnGradient(x64, dy64, gamma64[j], i, j, rows, cols)
			}
		}
		// Sums over up to 128 rows, each rounded.
		closeTo(t, "mean", mean, wantMean, 1e-5)
		closeTo(t, "variance", variance, wantVariance, 1e-5)
		closeTo(t, "output", y, wantY, 3e-5)
		closeTo(t, "inferred output", inferred, wantY, 3e-5)
		closeTo(t, "gamma gradient", dgamma, wantGamma, 1e-4)
		closeTo(t, "beta gradient", dbeta, wantBeta, 1e-4)
		closeTo(t, "input gradient", dx, wantDX, 1e-4)
	}
}

// columnGradient is ∂Σ(dy·y)/∂x[i,j] of batch normalization by central differences.
func columnGradient(x, dy []float64, gamma float64, i, j, rows, cols int) float64 {
	const h = 1e-5
	at := i*cols + j
	value := func(d float64) (sum float64) {
		old := x[at]
		x[at] += d
		y, _, _ := normalized(x, j, cols, rows, normEps)
		x[at] = old
		for k, v := range y {
			sum += dy[k*cols+j] * gamma * v
		}
		return sum
	}
	return (value(h) - value(-h)) / (2 * h)
}

func TestLayerNormFollowsItsFormula(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, size := range [][2]int{{3, 2}, {1, 16}, {5, 37}, {4, 100}} {
		rows, cols := size[0], size[1]
		x, x64 := matrix(rng, rows, cols)
		gamma, gamma64 := matrix(rng, 1, cols)
		beta, beta64 := matrix(rng, 1, cols)
		dy, dy64 := matrix(rng, rows, cols)
		y, xhat, dx := make([]float32, rows*cols), make([]float32, rows*cols), make([]float32, rows*cols)
		invStd, dgamma, dbeta := make([]float32, rows), make([]float32, cols), make([]float32, cols)
		kernel.LayerNormForward(y, xhat, invStd, x, gamma, beta, normEps, rows, cols)
		kernel.LayerNormBackward(dx, dgamma, dbeta, dy, xhat, gamma, invStd, rows, cols)

		wantY, wantDX := make([]float64, rows*cols), make([]float64, rows*cols)
		wantGamma, wantBeta := make([]float64, cols), make([]float64, cols)
		for i := range rows {
			h, _, _ := normalized(x64, i*cols, 1, cols, normEps)
			for j := range cols {
				at := i*cols + j
				wantY[at] = gamma64[j]*h[j] + beta64[j]
				wantGamma[j] += dy64[at] * h[j]
				wantBeta[j] += dy64[at]
				wantDX[at] = rowGradient(x64[i*cols:(i+1)*cols], dy64[i*cols:(i+1)*cols], gamma64, j)
			}
		}
		closeTo(t, "output", y, wantY, 3e-5)
		closeTo(t, "gamma gradient", dgamma, wantGamma, 3e-5)
		closeTo(t, "beta gradient", dbeta, wantBeta, 3e-5)
		closeTo(t, "input gradient", dx, wantDX, 1e-4)
	}
}

// rowGradient is ∂Σ(dy·y)/∂x[j] of layer normalization by central differences.
func rowGradient(x, dy, gamma []float64, j int) float64 {
	const h = 1e-5
	value := func(d float64) (sum float64) {
		old := x[j]
		x[j] += d
		y, _, _ := normalized(x, 0, 1, len(x), normEps)
		x[j] = old
		for k, v := range y {
			sum += dy[k] * gamma[k] * v
		}
		return sum
	}
	return (value(h) - value(-h)) / (2 * h)
}

// TestNoVariance has a constant column: its normalized values are 0.
func TestNoVariance(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		x := []float32{3, 1, 3, 2, 3, 6}
		mean, variance, invStd := make([]float32, 2), make([]float32, 2), make([]float32, 2)
		y, xhat := make([]float32, 6), make([]float32, 6)
		ones, zeros := []float32{1, 1}, []float32{0, 0}
		kernel.BatchNormStats(mean, variance, x, 3, 2)
		kernel.InvStd(invStd, variance, normEps)
		kernel.BatchNormForward(y, xhat, x, mean, invStd, ones, zeros, 3, 2)
		if mean[0] != 3 || variance[0] != 0 || y[0] != 0 || y[2] != 0 || y[4] != 0 {
			t.Errorf("mean %v, variance %v, output %v", mean, variance, y)
		}
	})
}
