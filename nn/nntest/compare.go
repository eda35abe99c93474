package nntest

import (
	"fmt"
	"math"
)

// floor is what errors are relative to where all values are smaller: an output or
// gradient near zero is a difference of numbers near 1.
const floor = 0.1

// differ says how got differs from want, or "" if no value differs by more than
// tolerance times the largest of want.
func differ(got []float32, want []float64, tolerance float64) string {
	if len(got) != len(want) {
		return fmt.Sprintf("there are %d values, want %d", len(got), len(want))
	}
	limit := tolerance * max(largest(want), floor)
	worst, at := 0.0, -1
	for i, w := range want {
		e := math.Abs(float64(got[i]) - w)
		if e > max(worst, limit) || math.IsNaN(e) {
			worst, at = e, i
		}
		if math.IsNaN(e) {
			break
		}
	}
	if at < 0 {
		return ""
	}
	return fmt.Sprintf("value %d is %.9g, want %.9g±%.1e", at, got[at], want[at], limit)
}

func largest(x []float64) (most float64) {
	for _, v := range x {
		most = max(most, math.Abs(v))
	}
	return most
}

// differBits says how got differs from want in a bit, or "". NaN equals NaN.
func differBits(got, want []float32) string {
	if len(got) != len(want) {
		return fmt.Sprintf("there are %d values, want %d", len(got), len(want))
	}
	for i, w := range want {
		if math.Float32bits(got[i]) != math.Float32bits(w) && (got[i] == got[i] || w == w) {
			return fmt.Sprintf("value %d is %.9g, want %.9g to the bit", i, got[i], w)
		}
	}
	return ""
}

// differResult says how two results differ in a bit, or "".
func differResult(got, want *result) string {
	if d := differBits(got.out, want.out); d != "" {
		return "output: " + d
	}
	for k := range want.din {
		if d := differBits(got.din[k], want.din[k]); d != "" {
			return fmt.Sprintf("gradient of input %d: %s", k+1, d)
		}
	}
	for k := range want.grads {
		if d := differBits(got.grads[k], want.grads[k]); d != "" {
			return fmt.Sprintf("gradient of parameter %d: %s", k+1, d)
		}
	}
	return ""
}
