package kernel

import "fmt"

// mustMatch panics unless the operands of a kernel have n elements each.
func mustMatch(name string, n int, lengths ...int) {
	for _, l := range lengths {
		if l != n {
			panic(fmt.Sprintf("kernel: %s of %d elements: the other operands have %v", name, n, lengths))
		}
	}
}

// Add is dst[i] = a[i] + b[i]. dst may be a or b, as in all functions of this
// file; they panic unless all slices have the same length.
func Add(dst, a, b []float32) {
	mustMatch("Add", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = x + b[i]
	}
}

// AddTo is dst[i] += a[i].
func AddTo(dst, a []float32) { Add(dst, dst, a) }

// Sub is dst[i] = a[i] − b[i].
func Sub(dst, a, b []float32) {
	mustMatch("Sub", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = x - b[i]
	}
}

// Mul is dst[i] = a[i]·b[i].
func Mul(dst, a, b []float32) {
	mustMatch("Mul", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = x * b[i]
	}
}

// AddScaled is dst[i] = a[i] + s·b[i], fused.
func AddScaled(dst, a []float32, s float32, b []float32) {
	mustMatch("AddScaled", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = FMA(s, b[i], x)
	}
}

// Lerp is dst[i] = a[i] + s·(b[i]−a[i]), the product fused: a running average
// with weight s for the new value.
func Lerp(dst, a []float32, s float32, b []float32) {
	mustMatch("Lerp", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = FMA(s, b[i]-x, x)
	}
}

// Scale is dst[i] = s·a[i].
func Scale(dst, a []float32, s float32) {
	mustMatch("Scale", len(dst), len(a))
	for i, x := range a {
		dst[i] = s * x
	}
}

// Max is the larger of a[i] and b[i]: b[i] if they are equal, NaN if one is NaN.
func Max(dst, a, b []float32) {
	mustMatch("Max", len(dst), len(a), len(b))
	for i, x := range a {
		dst[i] = maxNaN(x, b[i])
	}
}

func maxNaN(a, b float32) float32 {
	if a > b || a != a {
		return a
	}
	return b
}

// Clip is dst[i] = min(max(a[i], lo), hi), with a[i] itself inside the limits;
// NaN stays. lo must not be above hi.
func Clip(dst, a []float32, lo, hi float32) {
	mustMatch("Clip", len(dst), len(a))
	for i, x := range a {
		dst[i] = clip1(x, lo, hi)
	}
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

// Sqrt is dst[i] = √a[i]; NaN below −0.
func Sqrt(dst, a []float32) {
	mustMatch("Sqrt", len(dst), len(a))
	for i, x := range a {
		dst[i] = sqrt1(x)
	}
}

// Fill sets every element to s.
func Fill(dst []float32, s float32) {
	for i := range dst {
		dst[i] = s
	}
}
