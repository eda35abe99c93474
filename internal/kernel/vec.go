package kernel

import (
	"fmt"
	"slices"
)

// mustMatch panics unless the operands of a kernel have n elements each.
func mustMatch(name string, n int, lengths ...int) {
	for _, l := range lengths {
		if l != n {
			// A copy, so that lengths need not be on the heap.
			panic(fmt.Sprintf("kernel: %s of %d elements: the other operands have %v", name, n, slices.Clone(lengths)))
		}
	}
}

// Add is dst[i] = a[i] + b[i]. dst may be a or b, as in all functions of this
// file; they panic unless all slices have the same length.
func Add(dst, a, b []float32) {
	mustMatch("Add", len(dst), len(a), len(b))
	if !addVector(dst, a, b) {
		addGeneric(dst, a, b)
	}
}

// AddTo is dst[i] += a[i].
func AddTo(dst, a []float32) { Add(dst, dst, a) }

// Sub is dst[i] = a[i] − b[i].
func Sub(dst, a, b []float32) {
	mustMatch("Sub", len(dst), len(a), len(b))
	if !subVector(dst, a, b) {
		subGeneric(dst, a, b)
	}
}

// Mul is dst[i] = a[i]·b[i].
func Mul(dst, a, b []float32) {
	mustMatch("Mul", len(dst), len(a), len(b))
	if !mulVector(dst, a, b) {
		mulGeneric(dst, a, b)
	}
}

// AddScaled is dst[i] = a[i] + s·b[i], fused.
func AddScaled(dst, a []float32, s float32, b []float32) {
	mustMatch("AddScaled", len(dst), len(a), len(b))
	if !addScaledVector(dst, a, b, s) {
		addScaledGeneric(dst, a, s, b)
	}
}

// Lerp is dst[i] = a[i] + s·(b[i]−a[i]), the product fused: a running average
// with weight s for the new value.
func Lerp(dst, a []float32, s float32, b []float32) {
	mustMatch("Lerp", len(dst), len(a), len(b))
	if !lerpVector(dst, a, b, s) {
		lerpGeneric(dst, a, s, b)
	}
}

// Scale is dst[i] = s·a[i].
func Scale(dst, a []float32, s float32) {
	mustMatch("Scale", len(dst), len(a))
	if !scaleVector(dst, a, s) {
		scaleGeneric(dst, a, s)
	}
}

// Max is the larger of a[i] and b[i]: b[i] if they are equal, NaN if one is NaN.
func Max(dst, a, b []float32) {
	mustMatch("Max", len(dst), len(a), len(b))
	if !maxVector(dst, a, b) {
		maxGeneric(dst, a, b)
	}
}

// Clip is dst[i] = min(max(a[i], lo), hi), with a[i] itself inside the limits;
// NaN stays. lo must not be above hi.
func Clip(dst, a []float32, lo, hi float32) {
	mustMatch("Clip", len(dst), len(a))
	if !clipVector(dst, a, lo, hi) {
		clipGeneric(dst, a, lo, hi)
	}
}

// Sqrt is dst[i] = √a[i]; NaN below −0.
func Sqrt(dst, a []float32) {
	mustMatch("Sqrt", len(dst), len(a))
	if !sqrtVector(dst, a) {
		sqrtGeneric(dst, a)
	}
}

// Fill sets every element to s.
func Fill(dst []float32, s float32) {
	for i := range dst {
		dst[i] = s
	}
}

// longest is the number of elements of one assembly call, which the scheduler
// cannot interrupt: some tens of microseconds.
const longest = 1 << 16
