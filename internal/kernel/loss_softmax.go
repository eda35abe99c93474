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

// sparseRow is one row of SoftmaxCE whose target is an index.
func (l *lossArgs) sparseRow(p, z []float32, i int) {
	lo, hi := i*l.cols, (i+1)*l.cols
	class := l.classOf(i)
	ofClass := z[lo+class]
	rest, hit := float32(0), float32(1) // t_j elsewhere and at the class
	var zs lanes
	if l.smoothing != 0 {
		rest, hit = l.smooth(0), l.smooth(1)
		for j, v := range z[lo:hi] {
			zs[j%16] += v
		}
	}
	m, sum := expRow(p[lo:hi], z[lo:hi])
	loss := log1(sum) - (ofClass - m)
	if l.smoothing != 0 {
		mean := float32(zs.sum() / float32(l.cols))
		loss = FMA(l.smoothing, ofClass-mean, loss)
	}
	l.loss[i] = loss
	scaleRow(p[lo:hi], 1/sum)
	if l.grad == nil {
		return
	}
	s := l.scaleOf(i)
	for j, v := range p[lo:hi] {
		t := rest
		if j == class {
			t = hit
		}
		l.grad[lo+j] = flush(s * (v - t))
	}
}

// smooth is (1−ε)·t + ε/Cols.
func (l *lossArgs) smooth(t float32) float32 {
	return FMA(t, 1-l.smoothing, l.smoothing/float32(l.cols))
}

// denseRow is one row of SoftmaxCE whose targets are numbers.
func (l *lossArgs) denseRow(p, z []float32, i int) {
	lo, hi := i*l.cols, (i+1)*l.cols
	target := l.target[lo:hi]
	m := float32(-infinity)
	for _, v := range z[lo:hi] {
		if v > m {
			m = v
		}
	}
	var sums, totals, products lanes
	for j, v := range z[lo:hi] {
		t := target[j]
		if l.smoothing != 0 {
			t = l.smooth(t)
		}
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
		t := target[j]
		if l.smoothing != 0 {
			t = l.smooth(t)
		}
		l.grad[lo+j] = flush(s * FMA(v, total, -t))
	}
}
