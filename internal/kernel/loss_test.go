package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// A rowLoss is a loss of one row in float64.
type rowLoss func(z, t []float64) float64

func crossEntropy(z, t []float64) (loss float64) {
	m, sum := math.Inf(-1), 0.0
	for _, v := range z {
		m = max(m, v)
	}
	for _, v := range z {
		sum += math.Exp(v - m)
	}
	for j, v := range z {
		loss += t[j] * (m + math.Log(sum) - v)
	}
	return loss
}

func binaryCrossEntropy(z, t []float64) (loss float64) {
	for j, v := range z {
		loss += (math.Max(v, 0) - v*t[j] + math.Log1p(math.Exp(-math.Abs(v)))) / float64(len(z))
	}
	return loss
}

func squaredError(z, t []float64) (loss float64) {
	for j, v := range z {
		loss += (v - t[j]) * (v - t[j]) / float64(len(z))
	}
	return loss
}

// checkLoss compares losses and gradients with a rowLoss, whose gradient is taken
// by central differences.
func checkLoss(t *testing.T, f rowLoss, rows, cols int, z, target []float64, loss, grad, scale []float32) {
	t.Helper()
	for i := range rows {
		row, want := z[i*cols:(i+1)*cols], target[i*cols:(i+1)*cols]
		l := f(row, want)
		if math.Abs(float64(loss[i])-l) > 2e-6*max(1, math.Abs(l)) { // logits of about 5, a few roundings
			t.Errorf("%d×%d: loss of row %d is %v, want %v", rows, cols, i, loss[i], l)
		}
		for j := range row {
			const h = 1e-5
			at := row[j]
			row[j] = at + h
			up := f(row, want)
			row[j] = at - h
			down := f(row, want)
			row[j] = at
			g := float64(scale[i]) * (up - down) / (2 * h)
			if math.Abs(float64(grad[i*cols+j])-g) > 1e-6*max(1, math.Abs(g)) {
				t.Errorf("%d×%d: gradient %d,%d is %v, want %v", rows, cols, i, j, grad[i*cols+j], g)
			}
		}
	}
}

// smooth is label smoothing: the rest is shared by the given number of classes.
func smooth(t, epsilon float64, classes int) float64 { return (1-epsilon)*t + epsilon/float64(classes) }

func TestLossesFollowTheirFormulas(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, smoothing := range []float64{0, 0.1} {
		for cols := 1; cols < 40; cols++ {
			rows := 1 + cols%5
			n := rows * cols
			z, p, grad := make([]float32, n), make([]float32, n), make([]float32, n)
			dense, classes := make([]float32, n), make([]float32, rows)
			loss, scale := make([]float32, rows), make([]float32, rows)
			z64, soft, oneHot, binary, plain := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
			for i := range n {
				z[i], dense[i] = float32(rng.NormFloat64()*3), rng.Float32()
				z64[i], plain[i] = float64(z[i]), float64(dense[i])
				soft[i] = smooth(plain[i], smoothing, cols)
				binary[i] = smooth(plain[i], smoothing, 2)
				oneHot[i] = smooth(0, smoothing, cols)
			}
			for i := range rows {
				scale[i] = rng.Float32() + 0.5
				class := rng.IntN(cols)
				classes[i] = float32(class)
				oneHot[i*cols+class] = smooth(1, smoothing, cols)
			}
			e := float32(smoothing)
			kernel.SoftmaxCE(p, grad, loss, z, dense, false, rows, cols, scale, 0, e)
			checkLoss(t, crossEntropy, rows, cols, z64, soft, loss, grad, scale)
			checkSoftmax(t, p, z64, rows, cols)
			kernel.SoftmaxCE(p, grad, loss, z, classes, true, rows, cols, scale, 0, e)
			checkLoss(t, crossEntropy, rows, cols, z64, oneHot, loss, grad, scale)
			checkSoftmax(t, p, z64, rows, cols)
			kernel.SigmoidBCE(p, grad, loss, z, dense, rows, cols, scale, 0, e)
			checkLoss(t, binaryCrossEntropy, rows, cols, z64, binary, loss, grad, scale)
			kernel.MSE(loss, grad, z, dense, rows, cols, scale, 0)
			checkLoss(t, squaredError, rows, cols, z64, plain, loss, grad, scale)
		}
	}
}

func checkSoftmax(t *testing.T, p []float32, z []float64, rows, cols int) {
	t.Helper()
	for i := range rows {
		sum := 0.0
		for _, v := range z[i*cols : (i+1)*cols] {
			sum += math.Exp(v)
		}
		for j, v := range z[i*cols : (i+1)*cols] {
			if want := math.Exp(v) / sum; math.Abs(float64(p[i*cols+j])/want-1) > 1e-6 {
				t.Errorf("softmax %d,%d of %d is %v, want %v", i, j, cols, p[i*cols+j], want)
			}
		}
	}
}

// TestConfidentLosses has logits so large that probabilities round to 0 and 1.
func TestConfidentLosses(t *testing.T) {
	each(t, func(t *testing.T, _ kernel.Level) {
		p, loss, grad := make([]float32, 6), make([]float32, 2), make([]float32, 6)
		kernel.SoftmaxCE(p, grad, loss, []float32{90, -90, 0, 90, -90, 0}, []float32{0, 1}, true, 2, 3, nil, 1, 0)
		if loss[0] != 0 || loss[1] != 180 || grad[0] != 0 || grad[3] != 1 || grad[4] != -1 {
			t.Errorf("cross-entropy: losses %v, gradients %v", loss, grad)
		}
		kernel.SigmoidBCE(p[:2], grad[:2], loss, []float32{100, 100}, []float32{1, 0}, 2, 1, nil, 1, 0)
		if loss[0] != 0 || loss[1] != 100 || grad[0] != 0 || grad[1] != 1 {
			t.Errorf("binary: losses %v, gradients %v", loss, grad[:2])
		}
		inf := float32(math.Inf(-1))
		kernel.SoftmaxCE(p, grad, loss, []float32{1, inf, 1, 1, inf, 1}, []float32{1, 0, 0, 0, 0, 1}, false, 2, 3, nil, 1, 0)
		if want := float32(math.Ln2); math.Abs(float64(loss[0]-want)) > 1e-7 || p[1] != 0 {
			t.Errorf("a class ruled out by −Inf: loss %v, want %v; probability %v", loss[0], want, p[1])
		}
	})
}

func ExampleSoftmaxCE() {
	logits := []float32{2, 1, 0.5}
	p, grad, loss := make([]float32, 3), make([]float32, 3), make([]float32, 1)
	kernel.SoftmaxCE(p, grad, loss, logits, []float32{0}, true, 1, 3, nil, 1, 0)
	fmt.Printf("p %.3f loss %.3f gradient %.3f\n", p, loss, grad)
	// Output: p [0.629 0.231 0.140] loss [0.464] gradient [-0.371 0.231 0.140]
}
