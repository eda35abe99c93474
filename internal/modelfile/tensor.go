package modelfile

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// Tensor is a named array of numbers.
type Tensor struct {
	Name string
	// Shape is the number of elements along each axis; empty means one number.
	Shape []int
	// Data holds the elements, the last axis fastest: []float32, []float64,
	// []int64, []uint64 or []uint8.
	Data any
}

// Info describes a tensor of a file.
type Info struct {
	Name  string
	DType DType
	Shape []int
}

// Len returns the number of elements.
func (i Info) Len() int {
	n := 1
	for _, axis := range i.Shape {
		n *= axis
	}
	return n
}

// DType is the number type of a tensor in a file, as safetensors name it.
type DType string

// The number types that can be read. F16 and BF16 are read as float32, BOOL as
// uint8, and shorter integers as the 64-bit ones.
const (
	F64  DType = "F64"
	F32  DType = "F32"
	F16  DType = "F16"
	BF16 DType = "BF16"
	I64  DType = "I64"
	I32  DType = "I32"
	I16  DType = "I16"
	I8   DType = "I8"
	U64  DType = "U64"
	U32  DType = "U32"
	U16  DType = "U16"
	U8   DType = "U8"
	Bool DType = "BOOL"
)

// size returns the bytes of one element, or 0 for a type that is not known.
func (d DType) size() int {
	switch d {
	case F64, I64, U64:
		return 8
	case F32, I32, U32:
		return 4
	case F16, BF16, I16, U16:
		return 2
	case I8, U8, Bool:
		return 1
	}
	return 0
}

// isFloat reports whether float32 can stand for the numbers.
func (d DType) isFloat() bool { return d == F32 || d == F64 || d == F16 || d == BF16 }

// dtypeOf returns the type and length of a Tensor's Data.
func dtypeOf(data any) (DType, int, error) {
	switch s := data.(type) {
	case []float32:
		return F32, len(s), nil
	case []float64:
		return F64, len(s), nil
	case []int64:
		return I64, len(s), nil
	case []uint64:
		return U64, len(s), nil
	case []uint8:
		return U8, len(s), nil
	}
	return "", 0, fmt.Errorf("data of type %T cannot be stored", data)
}

// newData makes the slice that n elements of type d are read into.
func newData(d DType, n int) any {
	switch d {
	case F64:
		return make([]float64, n)
	case I64, I32, I16, I8:
		return make([]int64, n)
	case U64, U32, U16:
		return make([]uint64, n)
	case U8, Bool:
		return make([]uint8, n)
	}
	return make([]float32, n)
}

// maxAxes is far above what any tensor has.
const maxAxes = 32

// elements returns the product of a shape. It fails on a negative axis and
// where the product times size exceeds limit or an int.
func elements(shape []int, size int, limit uint64) (uint64, error) {
	if len(shape) > maxAxes {
		return 0, fmt.Errorf("%d axes, more than the limit of %d", len(shape), maxAxes)
	}
	n := uint64(1)
	if slices.Contains(shape, 0) {
		n = 0
	}
	for _, axis := range shape {
		if axis < 0 {
			return 0, fmt.Errorf("shape %v has a negative axis", shape)
		}
		over, low := bits.Mul64(n, uint64(axis))
		if over != 0 {
			return 0, fmt.Errorf("shape %v is too large", shape)
		}
		n = low
	}
	if over, low := bits.Mul64(n, uint64(size)); over != 0 || low > min(limit, math.MaxInt) {
		return 0, fmt.Errorf("shape %v takes more than the %d bytes there are", shape, limit)
	}
	return n, nil
}

// inFileOrder compares tensors: larger number types come first, so that every
// tensor is aligned to its numbers, then names ascend.
func inFileOrder(a, b Info) int {
	if d := b.DType.size() - a.DType.size(); d != 0 {
		return d
	}
	return strings.Compare(a.Name, b.Name)
}
