package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Sequences are examples of different lengths: sentences as indices, or recordings
// of several features.
type Sequences struct {
	// Steps has the values of each example, step after step.
	Steps [][]float32
	// Features is the number of values of a step. 0 means one value that is an
	// index: the padded input then is (steps), as an Embedding takes it, else
	// (steps×Features).
	Features int
	// Targets has a row for each example, or nil.
	Targets *tensor.Tensor
	// StepTargets has for each example a target for each step, TargetFeatures values
	// long (0 means 1), in the place of Targets. They are padded with 0, which does
	// not count.
	StepTargets    [][]float32
	TargetFeatures int
	// Weights has a weight for each example, or nil.
	Weights []float32
}

// Pad brings sequences to one length.
type Pad struct {
	// Length is the number of steps; 0 means that of the longest sequence.
	Length int
	// Before puts the padding before the steps, not behind them.
	Before bool
	// KeepEnd drops the first steps of a longer sequence, not the last ones.
	KeepEnd bool
	// Value is what padding is filled with; a mask tells it from a value.
	Value float32
}

// Apply returns the sequences as arrays of the same length with a mask, rows×Length
// of ones for steps and zeros for padding. It fails if there are no sequences, if
// lengths or numbers of rows do not agree, or if Length is negative.
func (p Pad) Apply(s *Sequences) (*Tensors, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if p.Length < 0 {
		return nil, fmt.Errorf("datasets: padding to %d steps, want at least 1, or 0 for the longest", p.Length)
	}
	length := p.Length
	for i := range s.Steps {
		if p.Length == 0 {
			length = max(length, s.Len(i))
		}
	}
	if length == 0 {
		return nil, fmt.Errorf("datasets: all sequences are empty")
	}
	shape := tensor.Shape{length}
	if s.Features > 0 {
		shape = append(shape, s.Features)
	}
	x, mask := tensor.New(len(s.Steps), shape...), tensor.New(len(s.Steps), length)
	for i, steps := range s.Steps {
		p.fill(x.Row(i), steps, max(s.Features, 1), p.Value)
		p.fill(mask.Row(i), slices.Repeat([]float32{1}, s.Len(i)), 1, 0)
	}
	out := &Tensors{Inputs: []Array{{Tensor: x}}, Masks: []*tensor.Tensor{mask}, Weights: s.Weights}
	if y := p.targets(s, length); y != nil {
		out.Targets = []Array{{Tensor: y}}
	}
	return out, nil
}

// targets returns the targets, padded where they are those of steps.
func (p Pad) targets(s *Sequences, length int) *tensor.Tensor {
	if s.StepTargets == nil {
		return s.Targets
	}
	n := max(s.TargetFeatures, 1)
	y := tensor.New(len(s.Steps), length, n)
	for i, steps := range s.StepTargets {
		p.fill(y.Row(i), steps, n, 0)
	}
	return y
}

// fill writes steps of n values to dst, cut or padded with value.
func (p Pad) fill(dst, steps []float32, n int, value float32) {
	if over := len(steps) - len(dst); over > 0 {
		if p.KeepEnd {
			steps = steps[over:]
		} else {
			steps = steps[:len(dst)]
		}
	}
	at := 0
	if p.Before {
		at = len(dst) - len(steps)
	}
	for i := range dst {
		dst[i] = value
	}
	copy(dst[at:], steps)
}

// Len returns the number of steps of example i.
func (s *Sequences) Len(i int) int { return len(s.Steps[i]) / max(s.Features, 1) }

// Rows returns the number of examples.
func (s *Sequences) Rows() int { return len(s.Steps) }

// Take returns the named examples, in the given order. It panics if an index is out
// of range.
func (s *Sequences) Take(rows []int) *Sequences {
	out := *s
	out.Steps = make([][]float32, len(rows))
	for i, r := range rows {
		out.Steps[i] = s.Steps[r]
	}
	if s.StepTargets != nil {
		out.StepTargets = make([][]float32, len(rows))
		for i, r := range rows {
			out.StepTargets[i] = s.StepTargets[r]
		}
	}
	if s.Targets != nil {
		out.Targets = tensor.New(len(rows), s.Targets.Shape()...)
		tensor.Gather(out.Targets, s.Targets, rows)
	}
	if s.Weights != nil {
		out.Weights = make([]float32, len(rows))
		for i, r := range rows {
			out.Weights[i] = s.Weights[r]
		}
	}
	return &out
}

func (s *Sequences) check() error {
	n := len(s.Steps)
	switch {
	case n == 0:
		return fmt.Errorf("datasets: no sequences")
	case s.Features < 0 || s.TargetFeatures < 0:
		return fmt.Errorf("datasets: sequences of %d features and %d targets a step, want at least 0", s.Features, s.TargetFeatures)
	case s.Targets != nil && s.StepTargets != nil:
		return fmt.Errorf("datasets: sequences with both Targets and StepTargets; give one")
	case s.Targets != nil && s.Targets.Rows() != n:
		return fmt.Errorf("datasets: %d sequences and %d targets", n, s.Targets.Rows())
	case s.StepTargets != nil && len(s.StepTargets) != n:
		return fmt.Errorf("datasets: %d sequences and step targets of %d", n, len(s.StepTargets))
	case s.Weights != nil && len(s.Weights) != n:
		return fmt.Errorf("datasets: %d sequences and %d weights", n, len(s.Weights))
	}
	for i, steps := range s.Steps {
		if err := s.checkRow(i, steps); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sequences) checkRow(i int, steps []float32) error {
	if f := max(s.Features, 1); len(steps)%f != 0 {
		return fmt.Errorf("datasets: sequence %d has %d values, which are no steps of %d features", i, len(steps), f)
	}
	if s.StepTargets != nil {
		if want := s.Len(i) * max(s.TargetFeatures, 1); len(s.StepTargets[i]) != want {
			return fmt.Errorf("datasets: sequence %d has %d target values for its %d steps, want %d", i, len(s.StepTargets[i]), s.Len(i), want)
		}
	}
	for k, v := range steps {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("datasets: sequence %d has %g in step %d, want a finite number", i, v, k/max(s.Features, 1))
		}
	}
	return nil
}
