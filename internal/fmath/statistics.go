package fmath

import "math"

// Mean returns the arithmetic mean of x, NaN for none.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return Sum(x) / float64(len(x))
}

// Variance returns the mean of x and its variance Σ(x[i] − mean)²/(n − free),
// where free is 0 for the whole population and 1 for a sample. The variance is
// NaN if n ≤ free.
//
// The mean's rounding error is taken out of the sum of squares (the corrected
// two-pass algorithm of Chan, Golub and LeVeque, 1983).
func Variance(x []float64, free int) (mean, variance float64) {
	n := len(x)
	mean = Mean(x)
	if n <= free {
		return mean, math.NaN()
	}
	square, d1 := make([]float64, n), make([]float64, n)
	for i, v := range x {
		d := v - mean
		d1[i], square[i] = d, float64(d*d)
	}
	shift := Sum(d1)
	rest := Sum(square) - float64(shift*shift)/float64(n)
	return mean, max(rest, 0) / float64(n-free)
}

// Skewness returns the third standardized moment of x, mean of ((x − mean)/σ)³ with
// σ² = Σ(x − mean)²/n; 0 where σ is 0 or there are no values.
func Skewness(x []float64) float64 {
	mean, variance := Variance(x, 0)
	if !(variance > 0) {
		return 0
	}
	sd := math.Sqrt(variance)
	cubes := make([]float64, len(x))
	for i, v := range x {
		z := (v - mean) / sd
		cubes[i] = float64(z*z) * z
	}
	return Mean(cubes)
}

// Quantile returns the q-quantile of the ascending values, with linear
// interpolation between the two next to position q·(n−1): numpy's default. It
// is NaN for no values, and for q outside [0, 1].
func Quantile(ascending []float64, q float64) float64 {
	n := len(ascending)
	if n == 0 || !(q >= 0 && q <= 1) {
		return math.NaN()
	}
	at := float64(q * float64(n-1))
	i := min(int(at), n-1)
	t := at - float64(i)
	a, b := ascending[i], ascending[min(i+1, n-1)]
	if t >= 0.5 {
		return b - float64((b-a)*(1-t))
	}
	return a + float64((b-a)*t)
}

// Median returns the middle of the ascending values, or the mean of the two in
// the middle; NaN for none.
func Median(ascending []float64) float64 {
	n := len(ascending)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 1:
		return ascending[n/2]
	}
	return ascending[n/2-1]/2 + ascending[n/2]/2
}

// NormalQuantile returns the z below which a standard Gaussian is with
// probability p; ∓Inf for 0 and 1, NaN for p outside [0, 1]. The relative error
// is about 1e-16 (Wichura, Algorithm AS 241, PPND16, Applied Statistics 37,
// 1988).
func NormalQuantile(p float64) float64 {
	q := p - 0.5
	if math.Abs(q) <= 0.425 {
		r := 0.180625 - float64(q*q)
		return q * ratio(r, &normalCenter)
	}
	tail := min(p, 1-p)
	switch {
	case !(tail >= 0):
		return math.NaN()
	case tail == 0:
		return math.Copysign(math.Inf(1), q)
	}
	r := math.Sqrt(-Log(tail))
	var z float64
	if r <= 5 {
		z = ratio(r-1.6, &normalMiddle)
	} else {
		z = ratio(r-5, &normalFar)
	}
	return math.Copysign(z, q)
}

// ratio returns the quotient of the polynomials c[0] and c[1] at r.
func ratio(r float64, c *[2][8]float64) float64 {
	above, below := c[0][7], c[1][7]
	for i := 6; i >= 0; i-- {
		above = math.FMA(above, r, c[0][i])
		below = math.FMA(below, r, c[1][i])
	}
	return above / below
}

// The coefficients of AS 241.
var (
	normalCenter = [2][8]float64{
		{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
			4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
		{1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
			2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3},
	}
	normalMiddle = [2][8]float64{
		{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
			1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
		{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
			1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9},
	}
	normalFar = [2][8]float64{
		{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
			2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
		{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
			7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15},
	}
)
