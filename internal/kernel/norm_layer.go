package kernel

// LayerNormForward is, for each row, mean = Σ_j x/cols,
// invStd[i] = 1/√(Σ_j (x−mean)²/cols + eps), xhat = (x−mean)·invStd and
// y = gamma·xhat + beta, fused; the sums have 16 lanes. y may be x. It panics if a
// slice is too short.
func LayerNormForward(y, xhat, invStd, x, gamma, beta []float32, eps float32, rows, cols int) {
	mustHold("LayerNormForward", rows, cols, len(y), len(xhat), len(x))
	mustHold("LayerNormForward", rows, 1, len(invStd))
	mustHold("LayerNormForward", 1, cols, len(gamma), len(beta))
	if layerNormForwardVector(y, xhat, x, gamma, beta, invStd, float32(cols), eps, rows, cols, 4*cols) {
		return
	}
	n := float32(cols)
	for i := range rows {
		row, h := x[i*cols:(i+1)*cols], xhat[i*cols:(i+1)*cols]
		mean := Sum(row) / n
		for j, v := range row {
			h[j] = v - mean
		}
		s := 1 / sqrt1(SumSquares(h)/n+eps)
		invStd[i] = s
		for j, v := range h {
			h[j] = float32(v * s)
			y[i*cols+j] = FMA(gamma[j], h[j], beta[j])
		}
	}
}

// LayerNormBackward is dbeta = Σ_i dy and dgamma = Σ_i dy·xhat (fused) in
// ascending row order, and for each row with g = dy·gamma
// dx = invStd·(g − Σ_j g/cols − xhat·(Σ_j g·xhat/cols)), flushed; the sums along a
// row have 16 lanes. dx may be dy, or nil if not wanted. It panics if a slice is
// too short.
func LayerNormBackward(dx, dgamma, dbeta, dy, xhat, gamma, invStd []float32, rows, cols int) {
	mustHold("LayerNormBackward", rows, cols, len(dy), len(xhat))
	mustHold("LayerNormBackward", 1, cols, len(dgamma), len(dbeta), len(gamma))
	batchNormSums(dgamma, dbeta, dy, xhat, rows, cols)
	if dx == nil {
		return
	}
	mustHold("LayerNormBackward", rows, cols, len(dx))
	mustHold("LayerNormBackward", rows, 1, len(invStd))
	if layerNormBackwardVector(dx, dy, xhat, gamma, invStd, float32(cols), rows, cols, 4*cols) {
		return
	}
	n := float32(cols)
	for i := range rows {
		g, h := dx[i*cols:(i+1)*cols], xhat[i*cols:(i+1)*cols]
		for j, d := range dy[i*cols : (i+1)*cols] {
			g[j] = float32(d * gamma[j])
		}
		a, b := Sum(g)/n, Dot(g, h)/n
		for j, v := range g {
			g[j] = flush(invStd[i] * FMA(-h[j], b, v-a))
		}
	}
}
