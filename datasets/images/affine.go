package images

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Fill says what lies beyond the edges of an image, here of a, b, c, d.
type Fill uint8

// The fills.
const (
	FillNearest  Fill = iota // a a a | a b c d | d d d
	FillConstant             // v v v | a b c d | v v v
	FillReflect              // c b a | a b c d | d c b
	FillWrap                 // b c d | a b c d | a b c
)

var fillNames = [...]string{"nearest", "constant", "reflect", "wrap"}

// String returns "nearest", "constant", "reflect" or "wrap".
func (f Fill) String() string {
	if int(f) < len(fillNames) {
		return fillNames[f]
	}
	return fmt.Sprintf("Fill(%d)", uint8(f))
}

// MarshalText returns the name.
func (f Fill) MarshalText() ([]byte, error) { return marshalName("fill", f, fillNames[:]) }

// UnmarshalText takes a name; another text is an error.
func (f *Fill) UnmarshalText(text []byte) error {
	k, err := parseName("fill", string(text), fillNames[:])
	*f = Fill(k)
	return err
}

// place returns the pixel of n that stands at place i, −1 for none.
func (f Fill) place(i, n int) int {
	if i >= 0 && i < n {
		return i
	}
	switch f {
	case FillConstant:
		return -1
	case FillReflect:
		i = mod(i, 2*n)
		return min(i, 2*n-1-i)
	case FillWrap:
		return mod(i, n)
	}
	return min(max(i, 0), n-1)
}

func mod(i, n int) int { return (i%n + n) % n }

// Motion is what is done to an image: it is turned by Turn degrees, clockwise, and
// enlarged by Zoom around its centre, shifted by Down and Right pixels, then
// mirrored: top and bottom, left and right. Negative numbers go the other way.
type Motion struct {
	Turn                             float64
	Zoom                             float64 // 0 means 1
	Down, Right                      float64
	MirrorVertical, MirrorHorizontal bool
}

// Of returns the moved images, rows of (height×width×channels), by one bilinear
// interpolation. It fails on other rows and unless Zoom is above 0 and all numbers
// are finite.
func (m Motion) Of(t *tensor.Tensor, fill Fill, value float64) (*tensor.Tensor, error) {
	if m.Zoom == 0 {
		m.Zoom = 1
	}
	s := t.Shape()
	sum := m.Turn + m.Zoom + m.Down + m.Right + value
	if len(s) != 3 || !(m.Zoom > 0) || sum-sum != 0 || fill > FillWrap {
		return nil, fmt.Errorf("images: motion %+v of rows of shape %v with fill %v, want finite numbers, a Zoom above 0 and height×width×channels", m, s, fill)
	}
	out, a := tensor.New(t.Rows(), s...), m.affine(s[0], s[1])
	for i := range t.Rows() {
		a.apply(out.Row(i), t.Row(i), s, fill, float32(value))
	}
	return out, nil
}

// affine gives the place in the image of a pixel (y, x) of the result:
// (a·y + b·x + e, c·y + d·x + f).
type affine struct{ a, b, c, d, e, f float64 }

// affine returns the inverse of the motion, for images of the given size.
func (m Motion) affine(height, width int) affine {
	sin, cos := fmath.SinCos(float64(m.Turn * (math.Pi / 180)))
	t := affine{a: cos / m.Zoom, b: -sin / m.Zoom, c: sin / m.Zoom, d: cos / m.Zoom}
	midY, midX := float64(height-1)/2, float64(width-1)/2
	// Behind the mirror a pixel at distance v of the centre is at −v before it.
	if m.MirrorVertical {
		t.a, t.c = -t.a, -t.c
	}
	if m.MirrorHorizontal {
		t.b, t.d = -t.b, -t.d
	}
	// The shift is undone after the mirror and before turn and zoom.
	shiftY := (float64(cos*m.Down) - float64(sin*m.Right)) / m.Zoom
	shiftX := (float64(sin*m.Down) + float64(cos*m.Right)) / m.Zoom
	t.e = midY - float64(t.a*midY) - float64(t.b*midX) - shiftY
	t.f = midX - float64(t.c*midY) - float64(t.d*midX) - shiftX
	return t
}

// apply writes the image that t gives, with bilinear interpolation between pixels.
func (t affine) apply(dst, src []float32, s tensor.Shape, fill Fill, value float32) {
	height, width, channels := s[0], s[1], s[2]
	i := 0
	for y := range height {
		for x := range width {
			atY := float64(t.a*float64(y)) + float64(t.b*float64(x)) + t.e
			atX := float64(t.c*float64(y)) + float64(t.d*float64(x)) + t.f
			top, left := math.Floor(atY), math.Floor(atX)
			p := patch{src, channels, value, [2]int{-1, -1}, [2]int{-1, -1}, atY - top, atX - left}
			for k := range 2 {
				p.rows[k] = fill.place(int(top)+k, height) * width
				p.cols[k] = fill.place(int(left)+k, width)
			}
			for c := range channels {
				dst[i] = p.at(c)
				i++
			}
		}
	}
}

// patch is the four pixels around a place.
type patch struct {
	src        []float32
	channels   int
	value      float32 // of pixels that are not there
	rows, cols [2]int  // negative: not there
	dy, dx     float64 // from the first to the second
}

// at interpolates a channel.
func (p *patch) at(channel int) float32 {
	var line [2]float64
	for k, row := range p.rows {
		var v [2]float64
		for j, col := range p.cols {
			v[j] = float64(p.value)
			if row >= 0 && col >= 0 {
				v[j] = float64(p.src[(row+col)*p.channels+channel])
			}
		}
		line[k] = v[0] + float64(p.dx*(v[1]-v[0]))
	}
	return float32(line[0] + float64(p.dy*(line[1]-line[0])))
}
