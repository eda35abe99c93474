package kernel

import "fmt"

// classOf returns row i's class index.
func (l *lossArgs) classOf(i int) int {
	t := l.target[i]
	if !(t >= 0 && t < float32(l.cols)) {
		panic(fmt.Sprintf("kernel: SoftmaxCE: class %v of row %d is not from 0 to %d", t, i, l.cols-1))
	}
	return int(t)
}

// smooth returns 1−ε and ε/cols: smoothed targets are (1−ε)·t + ε/cols, fused.
func (l *lossArgs) smooth() (keep, rest float32) {
	return 1 - l.smoothing, l.smoothing / float32(l.cols)
}

// sparseCE is SoftmaxCE for class indices. Kernels take the class's logit from
// loss, and leave the gradient at the class to this function.
func (l *lossArgs) sparseCE(p, z []float32) {
	if l.narrowVector(p, z) {
		return
	}
	for i := range l.rows {
		l.loss[i] = z[i*l.cols+l.classOf(i)]
	}
	keep, rest := l.smooth()
	if !l.sparseVector(p, z, rest) {
		for i := range l.rows {
			l.sparseRow(p, z, i)
		}
	}
	if l.grad == nil {
		return
	}
	for i := range l.rows {
		at := i*l.cols + l.classOf(i)
		l.grad[at] = flush(l.scaleOf(i) * (p[at] - (keep + rest)))
	}
}

// narrowVector runs the kernel for two to four classes, if the active level has it.
func (l *lossArgs) narrowVector(p, z []float32) bool {
	if l.smoothing != 0 || l.cols < 2 || l.cols > 4 || active != AVX512 {
		return false
	}
	for i := range l.rows {
		l.classOf(i)
	}
	switch form := l.cols; {
	case l.grad == nil && form == 2:
		return narrowCE2Vector(p, z, l.loss, l.target, l.rows)
	case l.grad == nil && form == 3:
		return narrowCE3Vector(p, z, l.loss, l.target, l.rows)
	case l.grad == nil:
		return narrowCE4Vector(p, z, l.loss, l.target, l.rows)
	case l.scale == nil && form == 2:
		return narrowCE2GradVector(p, z, l.grad, l.loss, l.target, l.rows, l.uniform)
	case l.scale == nil && form == 3:
		return narrowCE3GradVector(p, z, l.grad, l.loss, l.target, l.rows, l.uniform)
	case l.scale == nil:
		return narrowCE4GradVector(p, z, l.grad, l.loss, l.target, l.rows, l.uniform)
	case form == 2:
		return narrowCE2GradScaledVector(p, z, l.grad, l.loss, l.target, l.scale, l.rows)
	case form == 3:
		return narrowCE3GradScaledVector(p, z, l.grad, l.loss, l.target, l.scale, l.rows)
	}
	return narrowCE4GradScaledVector(p, z, l.grad, l.loss, l.target, l.scale, l.rows)
}

// sparseVector runs the active level's kernel.
func (l *lossArgs) sparseVector(p, z []float32, rest float32) bool {
	size := float32(l.cols)
	scale, step := l.scales()
	switch {
	case l.smoothing != 0 && l.grad != nil:
		return smoothCEGradVector(p, z, l.grad, l.loss, scale, rest, l.smoothing, size, step, l.rows, l.cols, 4*l.cols)
	case l.smoothing != 0:
		return smoothCEVector(p, z, l.loss, rest, l.smoothing, size, l.rows, l.cols, 4*l.cols)
	case l.grad != nil:
		return sparseCEGradVector(p, z, l.grad, l.loss, scale, rest, step, l.rows, l.cols, 4*l.cols)
	}
	return sparseCEVector(p, z, l.loss, rest, l.rows, l.cols, 4*l.cols)
}

// sparseRow is one row of the Go twin.
func (l *lossArgs) sparseRow(p, z []float32, i int) {
	lo, hi := i*l.cols, (i+1)*l.cols
	m := largest(z[lo:hi])
	var sums, differences lanes
	for j, v := range z[lo:hi] {
		d := v - m
		differences[j%16] += d
		e := exp1(d)
		p[lo+j] = e
		sums[j%16] += e
	}
	sum := sums.sum()
	d := l.loss[i] - m // of the class
	l.loss[i] = log1(sum) - d
	if l.smoothing != 0 {
		l.loss[i] = FMA(d-differences.sum()/float32(l.cols), l.smoothing, l.loss[i])
	}
	scaleRow(p[lo:hi], 1/sum)
	if l.grad == nil {
		return
	}
	s := l.scaleOf(i)
	_, rest := l.smooth()
	for j, v := range p[lo:hi] {
		l.grad[lo+j] = flush(s * (v - rest))
	}
}

// denseCE is SoftmaxCE for targets that are numbers.
func (l *lossArgs) denseCE(p, z []float32) {
	keep, rest := l.smooth()
	scale, step := l.scales()
	var ok bool
	if l.grad == nil {
		ok = denseCEVector(p, z, l.target, l.loss, keep, rest, l.rows, l.cols, 4*l.cols)
	} else {
		ok = denseCEGradVector(p, z, l.target, l.grad, l.loss, scale, keep, rest, step, l.rows, l.cols, 4*l.cols)
	}
	if !ok {
		for i := range l.rows {
			l.denseRow(p, z, i)
		}
	}
}

// denseRow is one row of the Go twin.
func (l *lossArgs) denseRow(p, z []float32, i int) {
	lo, hi := i*l.cols, (i+1)*l.cols
	target := l.target[lo:hi]
	keep, rest := l.smooth()
	m := largest(z[lo:hi])
	var sums, totals, products lanes
	for j, v := range z[lo:hi] {
		t := FMA(target[j], keep, rest)
		d := v - m
		totals[j%16] += t
		if t != 0 {
			products[j%16] = FMA(t, d, products[j%16])
		}
		e := exp1(d)
		p[lo+j] = e
		sums[j%16] += e
	}
	sum, total := sums.sum(), totals.sum()
	l.loss[i] = FMA(total, log1(sum), -products.sum())
	scaleRow(p[lo:hi], 1/sum)
	if l.grad == nil {
		return
	}
	s := l.scaleOf(i)
	for j, v := range p[lo:hi] {
		l.grad[lo+j] = flush(s * FMA(v, total, -FMA(target[j], keep, rest)))
	}
}
