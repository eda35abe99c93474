package metrics

import "fmt"

// classOf returns the class of a target: its index, or the place of the largest.
func classOf(t []float32) int {
	if len(t) == 1 {
		return int(t[0])
	}
	return largest(t)
}

// largest returns the place of the largest value, the first of equal ones, and −1
// if one is NaN.
func largest(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		} else if v != v {
			return -1
		}
	}
	return best
}

// weightOf returns item i's weight, 1 without weights.
func weightOf(weights []float32, i int) float64 {
	if weights == nil {
		return 1
	}
	return float64(weights[i])
}

// sameSizes fails unless there is a target for each output.
func (s Spec) sameSizes() error {
	if s.Outputs != s.Targets {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want a target for each output", s.Outputs, s.Targets)
	}
	return nil
}

// classSizes fails unless targets are a class index or a number for each output.
func (s Spec) classSizes() error {
	if s.Targets != 1 && s.Targets != s.Outputs {
		return fmt.Errorf("the model has %d outputs and the data %d targets, want 1 or %d", s.Outputs, s.Targets, s.Outputs)
	}
	return nil
}
