package kernel

// Exp is dst[i] = e^x[i], with an error below 1.1 ulp. It is 0 for x < −87.33654
// (where e^x would be subnormal), +Inf for x > 88.722832, NaN for NaN. dst may be
// x, as in all functions of this file; they panic unless the lengths are equal.
func Exp(dst, x []float32) {
	mustMatch("Exp", len(dst), len(x))
	if !expVector(dst, x) {
		expGeneric(dst, x)
	}
}

// Expm1 is dst[i] = e^x[i] − 1 for x ≤ 0 (above, it is wrong from x = 20 on),
// with an error below 2 ulp; −1 for −Inf, +0 for ±0, NaN for NaN.
func Expm1(dst, x []float32) {
	mustMatch("Expm1", len(dst), len(x))
	if !expm1Vector(dst, x) {
		expm1Generic(dst, x)
	}
}

// Log is the natural logarithm, with an error below 1 ulp, subnormal numbers
// included; −Inf for ±0, NaN below, +Inf for +Inf, NaN for NaN.
func Log(dst, x []float32) {
	mustMatch("Log", len(dst), len(x))
	if !logVector(dst, x) {
		logGeneric(dst, x)
	}
}

// Tanh is the hyperbolic tangent, with an error below 2.5 ulp; ±1 for ±Inf, ±0 for
// ±0, NaN for NaN.
func Tanh(dst, x []float32) {
	mustMatch("Tanh", len(dst), len(x))
	if !tanhVector(dst, x) {
		tanhGeneric(dst, x)
	}
}

// Sigmoid is 1/(1+e^−x), with an error below 2.5 ulp; 0 for x < −87.33654, 1 for
// +Inf, NaN for NaN.
func Sigmoid(dst, x []float32) {
	mustMatch("Sigmoid", len(dst), len(x))
	if !sigmoidVector(dst, x) {
		sigmoidGeneric(dst, x)
	}
}

// Erf is the error function 2/√π·∫₀ˣ e^−t² dt, with an error below 2 ulp; ±1 for
// ±Inf, ±0 for ±0, NaN for NaN.
func Erf(dst, x []float32) {
	mustMatch("Erf", len(dst), len(x))
	if !erfVector(dst, x) {
		erfGeneric(dst, x)
	}
}

// Softplus is log(1+e^x), with an error below 2 ulp; 0 for x < −87.33654, +Inf
// for +Inf, NaN for NaN.
func Softplus(dst, x []float32) {
	mustMatch("Softplus", len(dst), len(x))
	if !softplusVector(dst, x) {
		softplusGeneric(dst, x)
	}
}
