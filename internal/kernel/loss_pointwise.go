package kernel

// sigmoidBCE is the Go twin of [SigmoidBCE].
func (l *lossArgs) sigmoidBCE(p, z []float32) {
	for i := range l.rows {
		lo, hi := i*l.cols, (i+1)*l.cols
		scale := l.scaleOf(i) / float32(l.cols)
		var sum lanes
		for j, v := range z[lo:hi] {
			t := l.target[lo+j]
			if l.smoothing != 0 {
				t = FMA(t, 1-l.smoothing, float32(0.5*l.smoothing))
			}
			y, loss := sigmoidBCE1(v, t)
			sum[j%16] += loss
			p[lo+j] = y
			if l.grad != nil {
				l.grad[lo+j] = flush(scale * (y - t))
			}
		}
		l.loss[i] = sum.sum() / float32(l.cols)
	}
}

// sigmoidBCE1 returns sigmoid(z) and the loss for target t.
func sigmoidBCE1(z, t float32) (p, loss float32) {
	e := exp1(-abs1(z))
	p, top := e, float32(0)
	if z >= 0 {
		p, top = 1, z
	}
	p /= 1 + e
	return p, FMA(-z, t, top) + log1p01(e)
}

// mse is the Go twin of [MSE].
func (l *lossArgs) mse(pred []float32) {
	for i := range l.rows {
		lo, hi := i*l.cols, (i+1)*l.cols
		scale := float32(2*l.scaleOf(i)) / float32(l.cols)
		var sum lanes
		for j, v := range pred[lo:hi] {
			d := v - l.target[lo+j]
			sum[j%16] = FMA(d, d, sum[j%16])
			if l.grad != nil {
				l.grad[lo+j] = flush(scale * d)
			}
		}
		l.loss[i] = sum.sum() / float32(l.cols)
	}
}
