package datasets

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/internal/fmath"
)

// Norm is a measure of the length of a row.
type Norm uint8

// The norms.
const (
	// L2 is the square root of the sum of squares.
	L2 Norm = iota
	// L1 is the sum of absolute values.
	L1
	// LMax is the greatest absolute value.
	LMax
)

var normNames = []string{"l2", "l1", "max"}

// String returns "l2", "l1" or "max".
func (n Norm) String() string { return enumString("Norm", n, normNames) }

// MarshalText returns the name of the norm.
func (n Norm) MarshalText() ([]byte, error) { return marshalEnum("norm", n, normNames) }

// UnmarshalText takes the name of a norm; another text is an error.
func (n *Norm) UnmarshalText(text []byte) (err error) {
	*n, err = parseEnum[Norm]("norm", text, normNames)
	return err
}

// Of returns the norm of a row: NaN if one of its values is.
func (n Norm) Of(row []float64) float64 {
	switch n {
	case L1:
		sum := 0.0
		for _, x := range row {
			sum += math.Abs(x)
		}
		return sum
	case LMax:
		top := 0.0
		for _, x := range row {
			top = max(top, math.Abs(x))
		}
		return top
	}
	return fmath.Norm2(row)
}

// Normalize divides each row by its norm, so that rows are compared by direction
// alone: scikit-learn's Normalizer. It learns nothing and has no inverse. A row
// of zeros stays as it is, and one with a NaN becomes NaN.
type Normalize struct {
	// Norm is L2 by default.
	Norm Norm
}

// Apply returns d with the rows of X divided by their norms. Targets and weights
// are shared with d.
func (n Normalize) Apply(d *Dataset) *Dataset {
	out := *d
	out.X = n.ApplyMatrix(d.X)
	return &out
}

// ApplyMatrix returns a copy of m with each row divided by its norm.
func (n Normalize) ApplyMatrix(m *mat.Dense) *mat.Dense {
	if m.IsEmpty() {
		return &mat.Dense{}
	}
	out := mat.DenseCopyOf(m)
	rows, _ := out.Dims()
	for i := range rows {
		row := out.RawRowView(i)
		length := n.Norm.Of(row)
		if length == 0 {
			continue
		}
		for j := range row {
			row[j] /= length
		}
	}
	return out
}
