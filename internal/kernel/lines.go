package kernel

// The functions of this file work on lines: rows of cols contiguous elements,
// the rows of each operand a step of its own apart, in elements. Callers check
// the lengths.

// lines are the rows of a kernel call, at most as many as keep it short.
func lines(rows, cols int) int { return min(rows, max(1, longest/max(cols, 1))) }

// maxLines is dst = the larger of dst and x, as [Max].
func maxLines(dst, x []float32, rows, cols, dstStep, xStep int) {
	for rows > 0 {
		n := lines(rows, cols)
		if !maxLinesVector(dst, x, n, cols, 4*dstStep, 4*xStep) {
			for i := range n {
				maxGeneric(dst[i*dstStep:][:cols], dst[i*dstStep:][:cols], x[i*xStep:][:cols])
			}
		}
		if rows -= n; rows > 0 {
			dst, x = dst[n*dstStep:], x[n*xStep:]
		}
	}
}

// takeLines moves gradients d to where x is the maximum y: dx += d and d = 0
// where x = y; elsewhere +0 is added.
func takeLines(dx, d, x, y []float32, rows, cols, largeStep, smallStep int) {
	for rows > 0 {
		n := lines(rows, cols)
		if !takeLinesVector(dx, d, x, y, n, cols, 4*largeStep, 4*smallStep, 4*largeStep, 4*smallStep) {
			for i := range n {
				takeGeneric(dx[i*largeStep:][:cols], d[i*smallStep:][:cols], x[i*largeStep:][:cols], y[i*smallStep:][:cols])
			}
		}
		if rows -= n; rows > 0 {
			dx, x = dx[n*largeStep:], x[n*largeStep:]
			d, y = d[n*smallStep:], y[n*smallStep:]
		}
	}
}

func takeGeneric(dx, d, x, y []float32) {
	for i, v := range x {
		hit := float32(0)
		if v == y[i] {
			hit, d[i] = d[i], 0
		}
		dx[i] += hit
	}
}

// addScaledLines is dst += s·x, fused.
func addScaledLines(dst, x []float32, s float32, rows, cols, dstStep, xStep int) {
	for rows > 0 {
		n := lines(rows, cols)
		if !addScaledLinesVector(dst, x, n, cols, 4*dstStep, 4*xStep, s) {
			for i := range n {
				addScaledGeneric(dst[i*dstStep:][:cols], dst[i*dstStep:][:cols], s, x[i*xStep:][:cols])
			}
		}
		if rows -= n; rows > 0 {
			dst, x = dst[n*dstStep:], x[n*xStep:]
		}
	}
}

// fmaLines is dst[i, j] += x[i, j]·w[j], fused.
func fmaLines(dst, x, w []float32, rows, cols, dstStep, xStep int) {
	for rows > 0 {
		n := lines(rows, cols)
		if !fmaLinesVector(dst, x, w, n, cols, 4*dstStep, 4*xStep) {
			for i := range n {
				to, from := dst[i*dstStep:][:cols], x[i*xStep:][:cols]
				for j, v := range from {
					to[j] = FMA(v, w[j], to[j])
				}
			}
		}
		if rows -= n; rows > 0 {
			dst, x = dst[n*dstStep:], x[n*xStep:]
		}
	}
}

// dotLines is sums[j] += Σ_i x[i, j]·y[i, j], a chain of fused multiply-adds in
// ascending i.
func dotLines(sums, x, y []float32, rows, cols, xStep, yStep int) {
	for rows > 0 {
		n := lines(rows, cols)
		if !dotLinesVector(x, y, sums, n, cols, 4*xStep, 4*yStep, 4*n*xStep, 4*n*yStep) {
			for i := range n {
				from, by := x[i*xStep:][:cols], y[i*yStep:][:cols]
				for j, v := range from {
					sums[j] = FMA(v, by[j], sums[j])
				}
			}
		}
		if rows -= n; rows > 0 {
			x, y = x[n*xStep:], y[n*yStep:]
		}
	}
}
