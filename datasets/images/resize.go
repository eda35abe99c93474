package images

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Resize is a way to change an image's size.
type Resize uint8

// The ways.
const (
	// Bilinear weighs the four pixels around a place by their distance; the centres
	// of the corner pixels' squares keep their place in the image. It is right for
	// enlarging, and leaves out pixels where it shrinks by more than half.
	Bilinear Resize = iota
	// Area is the mean over the area that a pixel covers in the image: right for
	// shrinking.
	Area
)

var resizeNames = [...]string{"bilinear", "area"}

// String returns "bilinear" or "area".
func (r Resize) String() string {
	if int(r) < len(resizeNames) {
		return resizeNames[r]
	}
	return fmt.Sprintf("Resize(%d)", uint8(r))
}

// MarshalText returns the name.
func (r Resize) MarshalText() ([]byte, error) { return marshalName("resize", r, resizeNames[:]) }

// UnmarshalText takes a name; another text is an error.
func (r *Resize) UnmarshalText(text []byte) error {
	k, err := parseName("resize", string(text), resizeNames[:])
	*r = Resize(k)
	return err
}

// To returns the images, rows of (height×width×channels), in another size. It
// panics if a row has not three axes or a size is below 1.
func (r Resize) To(t *tensor.Tensor, height, width int) *tensor.Tensor {
	s := t.Shape()
	if len(s) != 3 || height < 1 || width < 1 {
		panic(fmt.Sprintf("images: resize %v to %d×%d", s, height, width))
	}
	if s[0] == height && s[1] == width {
		return t.Clone()
	}
	rows, cols := r.taps(s[0], height), r.taps(s[1], width)
	out := tensor.New(t.Rows(), height, width, s[2])
	half := make([]float64, height*s[1]*s[2])
	for i := range t.Rows() {
		resizeRow(out.Row(i), half, t.Row(i), rows, cols, s)
	}
	return out
}

// resizeRow weighs rows first, then columns.
func resizeRow(dst []float32, half []float64, src []float32, rows, cols []taps, s tensor.Shape) {
	line := s[1] * s[2]
	clear(half)
	for y, t := range rows {
		to := half[y*line : (y+1)*line]
		for k, w := range t.weights {
			from := src[(t.first+k)*line:]
			for i := range to {
				to[i] += float64(w * float64(from[i]))
			}
		}
	}
	i := 0
	for y := range rows {
		from := half[y*line : (y+1)*line]
		for _, t := range cols {
			for c := range s[2] {
				sum := 0.0
				for k, w := range t.weights {
					sum += float64(w * from[(t.first+k)*s[2]+c])
				}
				dst[i] = float32(sum)
				i++
			}
		}
	}
}

// taps are the weights of a run of pixels for one pixel of the result.
type taps struct {
	first   int
	weights []float64
}

// taps returns those for each pixel along an axis of n that gets m.
func (r Resize) taps(n, m int) []taps {
	out := make([]taps, m)
	scale := float64(n) / float64(m)
	for i := range out {
		if r == Area {
			out[i] = areaTaps(float64(i*n)/float64(m), float64((i+1)*n)/float64(m), n)
			continue
		}
		at := float64((float64(i)+0.5)*scale) - 0.5
		at = min(max(at, 0), float64(n-1))
		first := min(int(at), max(n-2, 0))
		w := at - float64(first)
		out[i] = taps{first, []float64{1 - w, w}}
		if n == 1 {
			out[i] = taps{0, []float64{1}}
		}
	}
	return out
}

// areaTaps weighs the pixels between lo and hi by what of them lies there.
func areaTaps(lo, hi float64, n int) taps {
	first, last := int(lo), min(int(math.Ceil(hi)), n)
	t := taps{first: first}
	for k := first; k < last; k++ {
		t.weights = append(t.weights, (min(hi, float64(k+1))-max(lo, float64(k)))/(hi-lo))
	}
	return t
}
