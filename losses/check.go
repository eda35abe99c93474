package losses

import (
	"fmt"
	"math"
)

// same fails unless there is a target for each output.
func same(output, target int) error {
	if output != target {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want a target for each output", output, target)
	}
	return nil
}

// classSizes fails unless there are several outputs, and one target or as many.
func classSizes(name string, output, target int) error {
	if output < 2 {
		return fmt.Errorf("%s needs an output for each class, and the model has %d; use BinaryCrossEntropy or Hinge", name, output)
	}
	if target != 1 && target != output {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want 1 or %d", output, target, output)
	}
	return nil
}

// inRange reports the first target outside [lo, hi].
func inRange(target []float32, size int, lo, hi float64) error {
	for i, t := range target {
		if v := float64(t); !(v >= lo && v <= hi) {
			return fmt.Errorf("row %d has %g, want %s", i/size, t, rangeText(lo, hi))
		}
	}
	return nil
}

func rangeText(lo, hi float64) string {
	if hi == math.MaxFloat64 {
		return fmt.Sprintf("at least %g", lo)
	}
	return fmt.Sprintf("%g to %g", lo, hi)
}

// classes reports the first row of targets that is neither a class index below
// the number of outputs nor, with a target for each output, a distribution.
func classes(target []float32, outputs, size int) error {
	if size == 1 {
		for i, t := range target {
			if !(t >= 0 && t < float32(outputs)) || float32(int(t)) != t {
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
func signs(target []float32, size int) error {
	zero, minus := -1, -1
	for i, t := range target {
		switch t {
		case 1:
		case 0:
			zero = i / size
		case -1:
			minus = i / size
		default:
			return fmt.Errorf("row %d has %g, want −1 or +1", i/size, t)
		}
	}
	if zero >= 0 && minus >= 0 {
		return fmt.Errorf("both 0 (row %d) and −1 (row %d) stand for the negative class, want one of them", zero, minus)
	}
	return nil
}

// smoothing fails unless a share is in [0, 1).
func smoothing(s float64) error {
	if !(s >= 0 && s < 1) {
		return fmt.Errorf("LabelSmoothing is %g, want a share from 0 to below 1", s)
	}
	return nil
}
