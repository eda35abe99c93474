package nn

import (
	"fmt"
	"math"
)

// Constraint is a condition that holds for a parameter after every update: the
// values are moved to the nearest point, or along their norm, where it does. Its
// zero value is none. Constraints are comparable, and print, parse and are stored
// as text: "max_norm(3)".
//
// The norm is that of the incoming weights of each unit: over all axes but the
// last, so that a filter of a convolution counts as a whole. A parameter with one
// axis, as a bias, is one vector. See [Constraint.Rowwise] for the other way.
//
// Norms hold to float32 accuracy. What meets the condition keeps its bits: unlike
// Keras no small number is added to the norm, which would shrink all weights by
// 1e-7 of the norm at each update. A vector of zeros has no direction and stays.
type Constraint struct {
	kind         constraintKind
	rowwise      bool
	lo, hi, rate float64 // see MinMaxNorm, of which MaxNorm and UnitNorm are cases
}

type constraintKind uint8

const (
	unconstrained constraintKind = iota
	maxNorm
	unitNorm
	minMaxNorm
	nonNegative
)

var (
	// UnitNorm gives each unit's weights a Euclidean norm of 1.
	UnitNorm = Constraint{kind: unitNorm, lo: 1, hi: 1, rate: 1}
	// NonNegative sets weights below zero to zero.
	NonNegative = Constraint{kind: nonNegative}
)

// MaxNorm shrinks each unit's weights to a Euclidean norm of at most limit, which
// must be above 0 (Srebro and Shraibman 2005; Hinton et al. 2012). Usual limits
// are 1 to 4.
func MaxNorm(limit float64) Constraint { return Constraint{kind: maxNorm, hi: limit, rate: 1} }

// MinMaxNorm moves the Euclidean norm n of each unit's weights into [lo, hi]:
// by the part rate, above 0 and at most 1, of the way at each update,
//
//	rate·clip(n, lo, hi) + (1−rate)·n.
//
// 0 ≤ lo ≤ hi, and hi is above 0.
func MinMaxNorm(lo, hi, rate float64) Constraint {
	return Constraint{kind: minMaxNorm, lo: lo, hi: hi, rate: rate}
}

// Rowwise returns the constraint with norms over the last axis: of each row of a
// matrix, as the vectors of an embedding.
func (c Constraint) Rowwise() Constraint {
	if c.kind != unconstrained && c.kind != nonNegative {
		c.rowwise = true
	}
	return c
}

// IsZero reports whether c is none (encoding/json's omitzero asks).
func (c Constraint) IsZero() bool { return c == Constraint{} }

// check fails on numbers out of range.
func (c Constraint) check() error {
	switch {
	case c.kind == maxNorm && !inRange(c.hi):
		return fmt.Errorf("constraint %v: the limit is %g, want a number above 0", c, c.hi)
	case c.kind != minMaxNorm:
		return nil
	case !(c.lo >= 0 && c.lo <= c.hi) || !inRange(c.hi):
		return fmt.Errorf("constraint %v: the range is %g to %g, want 0 ≤ lo ≤ hi and hi above 0", c, c.lo, c.hi)
	case !(c.rate > 0 && c.rate <= 1):
		return fmt.Errorf("constraint %v: the rate is %g, want above 0 and at most 1", c, c.rate)
	}
	return nil
}

// inRange reports whether x is positive and finite as a float32.
func inRange(x float64) bool { return x > 0 && x <= math.MaxFloat32 }
