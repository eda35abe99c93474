package kernel

// The Go twins of the element-by-element kernels.

func addGeneric(dst, a, b []float32) {
	for i, x := range a {
		dst[i] = x + b[i]
	}
}

func subGeneric(dst, a, b []float32) {
	for i, x := range a {
		dst[i] = x - b[i]
	}
}

func mulGeneric(dst, a, b []float32) {
	for i, x := range a {
		dst[i] = x * b[i]
	}
}

func addScaledGeneric(dst, a []float32, s float32, b []float32) {
	for i, x := range a {
		dst[i] = FMA(s, b[i], x)
	}
}

func lerpGeneric(dst, a []float32, s float32, b []float32) {
	for i, x := range a {
		dst[i] = FMA(s, b[i]-x, x)
	}
}

func scaleGeneric(dst, a []float32, s float32) {
	for i, x := range a {
		dst[i] = s * x
	}
}

func maxGeneric(dst, a, b []float32) {
	for i, x := range a {
		dst[i] = maxNaN(x, b[i])
	}
}

func clipGeneric(dst, a []float32, lo, hi float32) {
	for i, x := range a {
		dst[i] = clip1(x, lo, hi)
	}
}

func sqrtGeneric(dst, a []float32) {
	for i, x := range a {
		dst[i] = sqrt1(x)
	}
}

func maxNaN(a, b float32) float32 {
	if a > b || a != a {
		return a
	}
	return b
}

func clip1(x, lo, hi float32) float32 {
	if lo > x {
		x = lo
	}
	if hi < x {
		x = hi
	}
	return x
}
