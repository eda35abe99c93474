package kernel

// sigmoidBCEGeneric is the Go twin of [SigmoidBCE].
func (l *lossArgs) sigmoidBCEGeneric(p, z []float32) {
	for i := range l.rows {
		lo, hi := i*l.cols, (i+1)*l.cols
		scale := l.scaleOf(i) / float32(l.cols)
		var sum lanes
		for j, v := range z[lo:hi] {
			t := FMA(l.target[lo+j], 1-l.smoothing, 0.5*l.smoothing)
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

// mseGeneric is the Go twin of [MSE].
func (l *lossArgs) mseGeneric(pred []float32) {
	for i := range l.rows {
		lo, hi := i*l.cols, (i+1)*l.cols
		scale := float32(2*l.scaleOf(i)) / float32(l.cols)
		var sum lanes
		for j, v := range pred[lo:hi] {
			d := v - l.target[lo+j]
			sum[j%16] += float32(d * d)
			if l.grad != nil {
				l.grad[lo+j] = flush(scale * d)
			}
		}
		l.loss[i] = sum.sum() / float32(l.cols)
	}
}

// sigmoidBCE runs the active level's kernel, which is faster for one prediction
// per row, or the Go twin.
func (l *lossArgs) sigmoidBCE(p, z []float32) {
	n, cols := l.rows, l.cols
	keep, half := 1-l.smoothing, 0.5*l.smoothing
	scale, step := l.scales()
	var ok bool
	switch {
	case cols != 1 && l.grad == nil:
		ok = sigmoidBCERowsVector(p, z, l.target, l.loss, float32(cols), keep, half, n, cols, 4*cols)
	case cols != 1:
		ok = sigmoidBCERowsGradVector(p, z, l.target, l.grad, l.loss, float32(cols), keep, half, scale, step, n, cols, 4*cols)
	case l.grad == nil:
		ok = sigmoidBCEVector(p[:n], l.loss, z, l.target, keep, half)
	case l.scale == nil:
		ok = sigmoidBCEGradVector(p[:n], l.loss, z, l.target, l.grad, keep, half, l.uniform)
	default:
		ok = sigmoidBCEGradScaledVector(p[:n], l.loss, z, l.target, l.grad, l.scale, keep, half)
	}
	if !ok {
		l.sigmoidBCEGeneric(p, z)
	}
}

// mse is to [MSE] what sigmoidBCE is to [SigmoidBCE].
func (l *lossArgs) mse(pred []float32) {
	n, cols := l.rows, l.cols
	scale, step := l.scales()
	var ok bool
	switch {
	case cols != 1 && l.grad == nil:
		ok = squaredErrorRowsVector(pred, l.target, l.loss, float32(cols), n, cols, 4*cols)
	case cols != 1:
		ok = squaredErrorRowsGradVector(pred, l.target, l.grad, l.loss, float32(cols), scale, step, n, cols, 4*cols)
	case l.grad == nil:
		ok = squaredErrorVector(l.loss[:n], pred, l.target)
	case l.scale == nil:
		ok = squaredErrorGradVector(l.loss[:n], pred, l.target, l.grad, l.uniform)
	default:
		ok = squaredErrorGradScaledVector(l.loss[:n], pred, l.target, l.grad, l.scale)
	}
	if !ok {
		l.mseGeneric(pred)
	}
}
