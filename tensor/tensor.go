// Package tensor has the arrays of model land: float32 values in rows.
//
// A [Tensor] is a block of rows, one per example, each of the same [Shape],
// stored one after the other without gaps. Functions of this package panic on
// sizes that do not fit: such a mismatch is a fault of the program.
package tensor

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Tensor is an array of rows×shape float32 values, the last axis contiguous.
//
// Several goroutines may read a Tensor at once; writing needs the caller's care.
type Tensor struct {
	rows  int
	shape Shape
	data  []float32
}

// New returns a tensor of zeros with the given number of rows, each of the
// given shape. It panics if rows is negative or an axis is.
func New(rows int, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	for _, d := range s {
		if d < 0 {
			panic(fmt.Sprintf("tensor: axis of length %d in shape %v", d, s))
		}
	}
	if rows < 0 {
		panic(fmt.Sprintf("tensor: %d rows", rows))
	}
	return &Tensor{rows: rows, shape: s, data: make([]float32, rows*s.Size())}
}

// Of returns a tensor over data, which it does not copy. It panics if the
// length of data is not rows times the size of the shape.
func Of(data []float32, rows int, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	if len(data) != rows*s.Size() {
		panic(fmt.Sprintf("tensor: %d values for %d rows of shape %v, want %d", len(data), rows, s, rows*s.Size()))
	}
	return &Tensor{rows: rows, shape: s, data: data}
}

// FromMatrix returns the matrix rounded to float32, a row of shape (columns)
// for each of its rows. Data crosses from float64 to float32 here, once.
func FromMatrix(m *mat.Dense) *Tensor {
	r, c := m.Dims()
	t := New(r, c)
	raw := m.RawMatrix()
	for i := range r {
		dst := t.data[i*c : (i+1)*c]
		for j, v := range raw.Data[i*raw.Stride : i*raw.Stride+c] {
			dst[j] = float32(v)
		}
	}
	return t
}

// Matrix returns the values as a new rows×size matrix.
func (t *Tensor) Matrix() *mat.Dense {
	if t.rows == 0 {
		return &mat.Dense{}
	}
	d := make([]float64, len(t.data))
	for i, v := range t.data {
		d[i] = float64(v)
	}
	return mat.NewDense(t.rows, t.shape.Size(), d)
}

// Rows returns the number of rows.
func (t *Tensor) Rows() int { return t.rows }

// Shape returns the shape of one row. The caller must not change it.
func (t *Tensor) Shape() Shape { return t.shape }

// Data returns the values, row after row, without a copy.
func (t *Tensor) Data() []float32 { return t.data }

// Row returns the values of row i, without a copy.
func (t *Tensor) Row(i int) []float32 {
	n := t.shape.Size()
	return t.data[i*n : (i+1)*n]
}

// Slice returns rows lo to hi-1 as a tensor that shares its values with t.
func (t *Tensor) Slice(lo, hi int) *Tensor {
	n := t.shape.Size()
	return &Tensor{rows: hi - lo, shape: t.shape, data: t.data[lo*n : hi*n]}
}

// SetSlice makes t the rows lo to hi-1 of src, sharing their values, as
// src.Slice(lo, hi) without a new tensor.
func (t *Tensor) SetSlice(src *Tensor, lo, hi int) {
	n := src.shape.Size()
	t.rows, t.shape, t.data = hi-lo, src.shape, src.data[lo*n:hi*n]
}

// Reshape returns a tensor that shares its values with t and has rows of
// another shape of the same size. It panics if the sizes differ.
func (t *Tensor) Reshape(shape ...int) *Tensor {
	return Of(t.data, t.rows, shape...)
}

// Clone returns a copy that shares no memory.
func (t *Tensor) Clone() *Tensor {
	return &Tensor{rows: t.rows, shape: t.shape.Clone(), data: append([]float32(nil), t.data...)}
}

// Gather copies the rows of src named by index into dst, in that order. dst and
// src need rows of the same size, and dst as many rows as index has entries.
func Gather(dst, src *Tensor, index []int) {
	n := src.shape.Size()
	if dst.shape.Size() != n || dst.rows != len(index) {
		panic(fmt.Sprintf("tensor: gather %d rows of %v into %d rows of %v", len(index), src.shape, dst.rows, dst.shape))
	}
	for i, r := range index {
		copy(dst.data[i*n:(i+1)*n], src.data[r*n:(r+1)*n])
	}
}

// SetRows makes t hold the given number of rows, using the memory it has when
// that is enough; values are undefined afterwards.
func (t *Tensor) SetRows(rows int) {
	n := rows * t.shape.Size()
	if cap(t.data) < n {
		t.data = make([]float32, n)
	}
	t.rows, t.data = rows, t.data[:n]
}
