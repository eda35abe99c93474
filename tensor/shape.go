package tensor

import (
	"slices"
	"strconv"
	"strings"
)

// Shape is the length of each axis of one example; the axis of the rows (the
// batch) is not part of it. A table with 13 columns has Shape{13}, an image
// Shape{28, 28, 1}.
type Shape []int

// Size returns the number of values, the product of the axes; 1 for no axes.
func (s Shape) Size() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Last returns the length of the last axis, 1 for no axes.
func (s Shape) Last() int {
	if len(s) == 0 {
		return 1
	}
	return s[len(s)-1]
}

// Equal reports whether both shapes have the same axes.
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

// Clone returns a copy that shares no memory.
func (s Shape) Clone() Shape { return slices.Clone(s) }

// Valid reports whether there is at least one axis and every axis is positive.
func (s Shape) Valid() bool {
	for _, d := range s {
		if d <= 0 {
			return false
		}
	}
	return len(s) > 0
}

// String returns the axes as (28×28×1).
func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = strconv.Itoa(d)
	}
	return "(" + strings.Join(parts, "×") + ")"
}
