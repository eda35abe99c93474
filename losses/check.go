package losses

import (
	"fmt"
	"math"
)

// same fails unless there is a target for each output.
func same(output, target int) error {
	if output != target {
		return fmt.Errorf("the model has %d outputs and the data %d targets", output, target)
	}
	return nil
}

// inRange reports the first target outside [lo, hi].
func inRange(target []float32, lo, hi float64) error {
	for i, t := range target {
		if v := float64(t); !(v >= lo && v <= hi) {
			return fmt.Errorf("value %g at place %d, want %s", t, i, rangeText(lo, hi))
		}
	}
	return nil
}

func rangeText(lo, hi float64) string {
	if math.IsInf(hi, 1) {
		return fmt.Sprintf("at least %g", lo)
	}
	return fmt.Sprintf("%g to %g", lo, hi)
}

// classes reports the first row of targets that is neither a class index below
// the number of outputs nor, with a target for each output, a distribution.
func classes(target []float32, outputs, size int) error {
	if size == 1 {
		for i, t := range target {
			if c := int(t); float32(c) != t || c < 0 || c >= outputs {
				return fmt.Errorf("row %d is class %g, want a whole number from 0 to %d", i, t, outputs-1)
			}
		}
		return nil
	}
	for i := 0; i+size <= len(target); i += size {
		var sum float64
		for _, t := range target[i : i+size] {
			if !(t >= 0 && t <= 1) {
				return fmt.Errorf("row %d has %g, want one-hot values from 0 to 1", i/size, t)
			}
			sum += float64(t)
		}
		if math.Abs(sum-1) > 1e-3 {
			return fmt.Errorf("row %d sums to %g, want one-hot values that sum to 1", i/size, sum)
		}
	}
	return nil
}

// signs reports the first target that is not one of two signs: −1 and +1, or 0
// and 1 where 0 stands for −1.
func signs(target []float32) error {
	zero, minus := -1, -1
	for i, t := range target {
		switch t {
		case 1:
		case 0:
			zero = i
		case -1:
			minus = i
		default:
			return fmt.Errorf("value %g at place %d, want −1 or +1", t, i)
		}
	}
	if zero >= 0 && minus >= 0 {
		return fmt.Errorf("both 0 (place %d) and −1 (place %d) stand for the negative class, want one of them", zero, minus)
	}
	return nil
}

// sign returns −1 for a target of 0, else the target.
func sign(t float64) float64 {
	if t == 0 {
		return -1
	}
	return t
}

// smoothing fails unless a share is in [0, 1).
func smoothing(s float64) error {
	if !(s >= 0 && s < 1) {
		return fmt.Errorf("LabelSmoothing is %g, want a share from 0 to below 1", s)
	}
	return nil
}
