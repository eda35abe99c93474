package kernel

import "math"

// lanes are the 16 partial sums along the contiguous axis: element i is added to
// lane i mod 16, from +0.
type lanes [16]float32

// sum adds the lanes as a tree: 8+8, 4+4, 2+2, 1+1.
func (l *lanes) sum() float32 {
	for half := 8; half > 0; half /= 2 {
		for i := range half {
			l[i] += l[i+half]
		}
	}
	return l[0]
}

// Sum is Σ x[i] over 16 lanes, 0 for no elements.
func Sum(x []float32) float32 {
	var sum float32
	if sumVector(x, len(x), &sum) {
		return sum
	}
	var l lanes
	for i, v := range x {
		l[i%16] += v
	}
	return l.sum()
}

// SumAbs is Σ |x[i]| over 16 lanes.
func SumAbs(x []float32) float32 {
	var sum float32
	if sumAbsVector(x, len(x), &sum) {
		return sum
	}
	var l lanes
	for i, v := range x {
		l[i%16] += abs1(v)
	}
	return l.sum()
}

// SumSquares is Σ x[i]² over 16 lanes, each step fused.
func SumSquares(x []float32) float32 { return dot(x, x) }

// Dot is Σ a[i]·b[i] over 16 lanes, each step fused. It panics unless the
// lengths are equal.
func Dot(a, b []float32) float32 {
	mustMatch("Dot", len(a), len(b))
	return dot(a, b)
}

func dot(a, b []float32) float32 {
	var sum float32
	if dotVector(a, b, len(a), &sum) {
		return sum
	}
	return dotGeneric(a, b)
}

func dotGeneric(a, b []float32) float32 {
	var l lanes
	for j, v := range a {
		l[j%16] = FMA(v, b[j], l[j%16])
	}
	return l.sum()
}

// Sum64 is Σ x[i] in float64, added in ascending order: the loss of a batch.
func Sum64(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v)
	}
	return sum
}

// DotSum64 is Σ a[i]·b[i] in float64 (the products are exact), in ascending
// order. It panics unless the lengths are equal.
func DotSum64(a, b []float32) float64 {
	mustMatch("DotSum64", len(a), len(b))
	sum := 0.0
	for i, v := range a {
		sum += float64(float64(v) * float64(b[i]))
	}
	return sum
}

// MaxAbs is the largest |x[i]|: NaN if an element is NaN, 0 for no elements.
func MaxAbs(x []float32) float32 {
	var result float32
	if maxAbsVector(x, len(x), &result) {
		return result
	}
	most := uint32(0)
	for _, v := range x {
		most = max(most, math.Float32bits(v)&^(1<<31))
	}
	return math.Float32frombits(most)
}

// AllFinite reports whether no element is NaN or infinite.
func AllFinite(x []float32) bool { return MaxAbs(x) <= math.MaxFloat32 }

// FirstNonFinite returns the index of the first element that is NaN or infinite,
// −1 if there is none.
func FirstNonFinite(x []float32) int {
	const chunk = 1024
	for lo := 0; lo < len(x); lo += chunk {
		part := x[lo:min(lo+chunk, len(x))]
		if AllFinite(part) {
			continue
		}
		for i, v := range part {
			if v-v != 0 {
				return lo + i
			}
		}
	}
	return -1
}

// CountZero is the number of elements that are 0, of either sign: the silent
// units of a layer. x has fewer than 2³¹ elements.
func CountZero(x []float32) int {
	var bits float32 // of an int32
	if countZeroVector(x, len(x), &bits) {
		return int(math.Float32bits(bits))
	}
	n := 0
	for _, v := range x {
		if v == 0 {
			n++
		}
	}
	return n
}
