package images

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Pixels describes rows of a table that are images: pixel after pixel from the top
// left, the channels of a pixel together.
type Pixels struct {
	Height, Width int
	Channels      int     // 0 means 1
	Max           float64 // the largest value, which becomes 1; 0 means 255
}

// Of returns the dataset with images of values from 0 to 1. It fails if the columns
// are not as many as an image has values, or if a value is not from 0 to Max.
func (p Pixels) Of(d *datasets.Dataset) (*datasets.Dataset, error) {
	shape, most := tensor.Shape{p.Height, p.Width, max(p.Channels, 1)}, p.Max
	if most == 0 {
		most = 255
	}
	switch {
	case !shape.Valid() || p.Channels < 0:
		return nil, fmt.Errorf("images: pixels of %d×%d×%d, want each at least 1", p.Height, p.Width, p.Channels)
	case !(most > 0) || math.IsInf(most, 0):
		return nil, fmt.Errorf("images: Max is %g, want a number above 0", most)
	case d.Rows() == 0:
		return nil, fmt.Errorf("images: no rows")
	case d.Features() != shape.Size():
		return nil, fmt.Errorf("images: rows of %d columns, but images of %v have %d values", d.Features(), shape, shape.Size())
	}
	out := *d
	out.Shape = shape
	out.X = mat.NewDense(d.Rows(), d.Features(), nil)
	for i := range d.Rows() {
		to := out.X.RawRowView(i)
		for j, v := range d.X.RawRowView(i) {
			if !(v >= 0 && v <= most) {
				return nil, fmt.Errorf("images: row %d has %g in column %d, want 0 to %g", i, v, j, most)
			}
			to[j] = v / most
		}
	}
	return &out, nil
}
