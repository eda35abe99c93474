package kernel

// The Go twins of the functions, over the scalar forms in vec_scalar.go.

func expGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = exp1(v)
	}
}

func expm1Generic(dst, x []float32) {
	for i, v := range x {
		dst[i] = expm1(v)
	}
}

func logGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = log1(v)
	}
}

func tanhGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = tanh1(v)
	}
}

func sigmoidGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = sigmoid1(v)
	}
}

func erfGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = erf1(v)
	}
}

func softplusGeneric(dst, x []float32) {
	for i, v := range x {
		dst[i] = softplus1(v)
	}
}
