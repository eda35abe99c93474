package fmath

import "math"

const (
	sumLanes = 8
	sumBlock = 128
)

// Sum returns the sum of x, 0 for none.
//
// Blocks of at most 128 values are summed in eight lanes, which a tree joins
// before the rest is added, and the blocks pairwise, so that the error grows
// with the logarithm of the length. It is the order that numpy uses for a row.
func Sum(x []float64) float64 {
	n := len(x)
	if n > sumBlock {
		half := n / 2
		half -= half % sumLanes
		return Sum(x[:half]) + Sum(x[half:])
	}
	if n < sumLanes {
		return sumOnto(0, x)
	}
	var lane [sumLanes]float64
	copy(lane[:], x)
	i := sumLanes
	for ; i+sumLanes <= n; i += sumLanes {
		y := x[i : i+sumLanes : i+sumLanes]
		for j := range lane {
			lane[j] += y[j]
		}
	}
	return sumOnto(tree(&lane), x[i:])
}

func sumOnto(s float64, x []float64) float64 {
	for _, v := range x {
		s += v
	}
	return s
}

func tree(lane *[sumLanes]float64) float64 {
	return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]))
}

// Dot returns Σ x[i]·y[i], in the order of Sum. It panics if the lengths differ.
func Dot(x, y []float64) float64 {
	checkLengths("Dot", len(x), len(y))
	return dot(x, y)
}

func dot(x, y []float64) float64 {
	n := len(x)
	if n > sumBlock {
		half := n / 2
		half -= half % sumLanes
		return dot(x[:half], y[:half]) + dot(x[half:], y[half:])
	}
	var lane [sumLanes]float64
	i := 0
	for ; i+sumLanes <= n; i += sumLanes {
		a, b := x[i:i+sumLanes:i+sumLanes], y[i:i+sumLanes:i+sumLanes]
		for j := range lane {
			lane[j] += float64(a[j] * b[j])
		}
	}
	s := tree(&lane)
	for ; i < n; i++ {
		s += float64(x[i] * y[i])
	}
	return s
}

// Norm2 returns √Σ x[i]², without overflow or underflow on the way; +Inf if a
// value is infinite and none is NaN.
func Norm2(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v)) // NaN stays
	}
	switch {
	case top == 0 || math.IsInf(top, 0) || top != top:
		return top
	case top > 0x1p-480 && top < 0x1p480:
		return math.Sqrt(dot(x, x))
	}
	_, k := math.Frexp(top)
	s := 0.0
	for _, v := range x {
		v = math.Ldexp(v, -k)
		s += float64(v * v)
	}
	return math.Ldexp(math.Sqrt(s), k)
}

func checkLengths(name string, x, y int) {
	if x != y {
		panic("fmath: " + name + " of slices of different lengths")
	}
}
