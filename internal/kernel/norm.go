package kernel

// The functions of batch normalization work on rows×cols matrices whose columns
// are the features. Sums over rows are in ascending row order. They panic if a
// slice is too short.

// BatchNormStats is mean[j] = Σ_i x[i,j]/rows and
// variance[j] = Σ_i (x[i,j]−mean[j])²/rows, in two passes. rows must be positive.
func BatchNormStats(mean, variance, x []float32, rows, cols int) {
	mustHold("BatchNormStats", rows, cols, len(x))
	mustHold("BatchNormStats", 1, cols, len(mean), len(variance))
	if batchNormStatsVector(x, mean, variance, rows, cols, 4*cols, 4*rows*cols, float32(rows)) {
		return
	}
	mean, variance = mean[:cols], variance[:cols]
	clear(mean)
	clear(variance)
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float32(rows)
	}
	for i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			d := v - mean[j]
			variance[j] = FMA(d, d, variance[j])
		}
	}
	for j := range variance {
		variance[j] /= float32(rows)
	}
}

// InvStd is dst[i] = 1/√(variance[i]+eps). dst may be variance. It panics unless
// the lengths are equal.
func InvStd(dst, variance []float32, eps float32) {
	mustMatch("InvStd", len(dst), len(variance))
	if !invStdVector(dst, variance, eps) {
		invStdGeneric(dst, variance, eps)
	}
}

// BatchNormForward is xhat = (x−mean)·invStd and y = gamma·xhat + beta, fused.
// y may be x; xhat may be x or y, whose content is lost then.
func BatchNormForward(y, xhat, x, mean, invStd, gamma, beta []float32, rows, cols int) {
	mustHold("BatchNormForward", rows, cols, len(y), len(xhat), len(x))
	mustHold("BatchNormForward", 1, cols, len(mean), len(invStd), len(gamma), len(beta))
	if batchNormForwardVector(y, xhat, x, mean, invStd, gamma, beta, rows, cols, 4*cols) {
		return
	}
	for i := range rows {
		for j := range cols {
			h := (x[i*cols+j] - mean[j]) * invStd[j]
			xhat[i*cols+j] = h
			y[i*cols+j] = FMA(gamma[j], h, beta[j])
		}
	}
}

// BatchNormBackward is dbeta = Σ_i dy, dgamma = Σ_i dy·xhat (fused) and
// dx = gamma·invStd·(dy − dbeta·r − xhat·(dgamma·r)) with r = 1/rows, flushed. dx
// may be dy, or nil if not wanted.
func BatchNormBackward(dx, dgamma, dbeta, dy, xhat, gamma, invStd []float32, rows, cols int) {
	mustHold("BatchNormBackward", rows, cols, len(dy), len(xhat))
	mustHold("BatchNormBackward", 1, cols, len(dgamma), len(dbeta), len(gamma), len(invStd))
	batchNormSums(dgamma, dbeta, dy, xhat, rows, cols)
	if dx == nil {
		return
	}
	mustHold("BatchNormBackward", rows, cols, len(dx))
	inverse := 1 / float32(rows)
	if !batchNormBackwardVector(dx, dy, xhat, dgamma, dbeta, gamma, invStd, inverse, rows, cols, 4*cols) {
		batchNormBackwardGeneric(dx, dgamma, dbeta, dy, xhat, gamma, invStd, inverse, rows, cols)
	}
}

// batchNormSums is dbeta = Σ_i dy and dgamma = Σ_i dy·xhat.
func batchNormSums(dgamma, dbeta, dy, xhat []float32, rows, cols int) {
	if !batchNormSumsVector(dy, xhat, dgamma, dbeta, rows, cols, 4*cols, 4*rows*cols) {
		batchNormSumsGeneric(dgamma, dbeta, dy, xhat, rows, cols)
	}
}

func batchNormSumsGeneric(dgamma, dbeta, dy, xhat []float32, rows, cols int) {
	clear(dgamma[:cols])
	clear(dbeta[:cols])
	for i := range rows {
		for j := range cols {
			d := dy[i*cols+j]
			dbeta[j] += d
			dgamma[j] = FMA(d, xhat[i*cols+j], dgamma[j])
		}
	}
}

func batchNormBackwardGeneric(dx, dgamma, dbeta, dy, xhat, gamma, invStd []float32, inverse float32, rows, cols int) {
	for i := range rows {
		for j := range cols {
			k := float32(gamma[j] * invStd[j])
			d := dy[i*cols+j] - float32(dbeta[j]*inverse)
			d = FMA(-xhat[i*cols+j], float32(dgamma[j]*inverse), d)
			dx[i*cols+j] = flush(float32(k * d))
		}
	}
}

// BatchNormInfer is y = (x−mean)·(gamma·invStd) + beta, fused. y may be x.
func BatchNormInfer(y, x, mean, invStd, gamma, beta []float32, rows, cols int) {
	mustHold("BatchNormInfer", rows, cols, len(y), len(x))
	mustHold("BatchNormInfer", 1, cols, len(mean), len(invStd), len(gamma), len(beta))
	if batchNormInferVector(y, x, mean, invStd, gamma, beta, rows, cols, 4*cols) {
		return
	}
	for i := range rows {
		for j := range cols {
			k := float32(gamma[j] * invStd[j])
			y[i*cols+j] = FMA(x[i*cols+j]-mean[j], k, beta[j])
		}
	}
}

func invStdGeneric(dst, variance []float32, eps float32) {
	for i, v := range variance {
		dst[i] = 1 / sqrt1(v+eps)
	}
}
