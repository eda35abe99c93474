package kernel

import (
	"fmt"
	"unsafe"
)

// SoftmaxCE is the cross-entropy of softmax over each row of logits z:
// p = softmax(z) as [SoftmaxRows], loss[i] = T·log Σ_j e^z − Σ_j t·z with
// T = Σ_j t (1 for probabilities), and dz = scale[i]·(T·p − t), flushed; a nil
// scale stands for s everywhere, a nil dz is not wanted.
//
// target has rows×cols numbers, or, if sparse, rows indices of the one t that is
// 1. A term whose t is 0 adds nothing to the loss, whatever z. Label smoothing
// takes t to (1−ε)·t + ε/cols (Szegedy et al. 2016); ε is smoothing, 0 for none.
//
// p may be z; dz must be neither. It panics if a slice is too short, or if an
// index is not from 0 to cols−1.
func SoftmaxCE(p, dz, loss, z, target []float32, sparse bool, rows, cols int, scale []float32, s, smoothing float32) {
	l := lossArgs{rows, cols, target, loss, dz, scale, s, smoothing}
	if sparse {
		l.check("SoftmaxCE", rows, p, z)
		l.sparseCE(p, z)
		return
	}
	l.check("SoftmaxCE", rows*cols, p, z)
	l.denseCE(p, z)
}

// SigmoidBCE is the binary cross-entropy of sigmoid over logits z:
// p = sigmoid(z), loss[i] = mean_j(max(z,0) − z·t + log(1+e^−|z|)) and
// dz = scale[i]/cols·(p − t), flushed; a nil scale stands for s everywhere, a nil
// dz is not wanted. Label smoothing takes t to (1−ε)·t + ε/2; ε is smoothing.
// p may be z; dz must be neither. It panics if a slice is too short.
func SigmoidBCE(p, dz, loss, z, target []float32, rows, cols int, scale []float32, s, smoothing float32) {
	l := lossArgs{rows, cols, target, loss, dz, scale, s, smoothing}
	l.check("SigmoidBCE", rows*cols, p, z)
	l.sigmoidBCE(p, z)
}

// MSE is the mean squared error: loss[i] = mean_j (pred−t)² and
// grad = 2·scale[i]/cols·(pred−t), flushed; a nil scale stands for s everywhere,
// a nil grad is not wanted. grad may be pred. It panics if a slice is too short.
func MSE(loss, grad, pred, target []float32, rows, cols int, scale []float32, s float32) {
	l := lossArgs{rows, cols, target, loss, grad, scale, s, 0}
	l.check("MSE", rows*cols, pred)
	l.mse(pred)
}

// lossArgs are the arguments that the losses have in common.
type lossArgs struct {
	rows, cols                int
	target, loss, grad, scale []float32
	uniform, smoothing        float32
}

// scaleOf returns the factor of row i's gradient.
func (l *lossArgs) scaleOf(i int) float32 {
	if l.scale == nil {
		return l.uniform
	}
	return l.scale[i]
}

// scales returns the gradients' factors for a kernel: their memory and the bytes
// from one row's to the next's.
func (l *lossArgs) scales() (scale []float32, step int) {
	if l.scale == nil {
		return unsafe.Slice(&l.uniform, 1), 0
	}
	return l.scale, 4
}

// check panics unless the operands fit.
func (l *lossArgs) check(name string, targets int, operands ...[]float32) {
	ok := l.rows >= 0 && (l.cols > 0 || l.rows == 0) && len(l.target) >= targets && len(l.loss) >= l.rows &&
		(l.grad == nil || len(l.grad) >= l.rows*l.cols) && (l.scale == nil || len(l.scale) >= l.rows)
	for _, o := range operands {
		ok = ok && len(o) >= l.rows*l.cols
	}
	if !ok {
		lengths := make([]int, len(operands))
		for i, o := range operands {
			lengths[i] = len(o)
		}
		panic(fmt.Sprintf("kernel: %s of %d×%d: operands %v, target %d, loss %d, gradient %d, scale %d",
			name, l.rows, l.cols, lengths, len(l.target), len(l.loss), len(l.grad), len(l.scale)))
	}
}
