package nn

import (
	"fmt"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// ZeroPad2D adds rows and columns of zeros around an image: Around on each of the
// four sides, and so many more at each side by name.
//
// Input: (rows×columns×channels). Output: the same with more rows and columns.
//
// Compile fails if a number is negative or the input has other axes.
type ZeroPad2D struct {
	Around                   int
	Top, Bottom, Left, Right int
}

// ZeroPad1D adds steps of zeros to a sequence: Around before and after it, and
// Before and After more. A mask of the input is not that of the output.
//
// Input: (steps×channels). Output: the same with more steps.
//
// Compile fails if a number is negative or the input has other axes.
type ZeroPad1D struct {
	Around        int
	Before, After int
}

// Crop2D removes rows and columns around an image: Around on each of the four
// sides, and so many more at each side by name.
//
// Input: (rows×columns×channels). Output: the same with fewer rows and columns.
//
// Compile fails if a number is negative, if nothing would be left, or if the
// input has other axes.
type Crop2D struct {
	Around                   int
	Top, Bottom, Left, Right int
}

// Crop1D removes steps of a sequence: Around before and after, and Before and
// After more. A mask of the input is not that of the output.
//
// Input: (steps×channels). Output: the same with fewer steps.
//
// Compile fails if a number is negative, if nothing would be left, or if the
// input has other axes.
type Crop1D struct {
	Around        int
	Before, After int
}

func init() {
	Register("ZeroPad1D", ZeroPad1D{})
	Register("ZeroPad2D", ZeroPad2D{})
	Register("Crop1D", Crop1D{})
	Register("Crop2D", Crop2D{})
}

// borders are what is added to or removed from an image.
type borders struct{ top, bottom, left, right int }

func (b borders) check(fields ...int) error {
	for _, n := range fields {
		if n < 0 || n > longestWindow {
			return fmt.Errorf("a border of %d, want 0 to %d", n, longestWindow)
		}
	}
	return nil
}

// Build implements [Layer].
func (z ZeroPad2D) Build(in []tensor.Shape) (Op, error) {
	b := borders{z.Around + z.Top, z.Around + z.Bottom, z.Around + z.Left, z.Around + z.Right}
	if err := b.check(z.Around, z.Top, z.Bottom, z.Left, z.Right); err != nil {
		return nil, err
	}
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	return b.pad(in[0]), nil
}

// Build implements [Layer].
func (z ZeroPad1D) Build(in []tensor.Shape) (Op, error) {
	b := borders{left: z.Around + z.Before, right: z.Around + z.After}
	if err := b.check(z.Around, z.Before, z.After); err != nil {
		return nil, err
	}
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return nil, err
	}
	return b.pad(in[0]), nil
}

// Build implements [Layer].
func (c Crop2D) Build(in []tensor.Shape) (Op, error) {
	b := borders{c.Around + c.Top, c.Around + c.Bottom, c.Around + c.Left, c.Around + c.Right}
	if err := b.check(c.Around, c.Top, c.Bottom, c.Left, c.Right); err != nil {
		return nil, err
	}
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	return b.crop(in[0])
}

// Build implements [Layer].
func (c Crop1D) Build(in []tensor.Shape) (Op, error) {
	b := borders{left: c.Around + c.Before, right: c.Around + c.After}
	if err := b.check(c.Around, c.Before, c.After); err != nil {
		return nil, err
	}
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return nil, err
	}
	return b.crop(in[0])
}

// pad makes the op that adds the borders to an input of steps×channels or
// rows×columns×channels.
func (b borders) pad(in tensor.Shape) Op {
	height, width := imageOf(in)
	w := kernel.Window{Channels: in.Last(), Rows: height + b.top + b.bottom, Cols: width + b.left + b.right,
		Top: b.top, Left: b.left, Height: height, Width: width}
	return padOp{stateless{shapeLike(in, w.Rows, w.Cols)}, w}
}

// crop makes the op that removes the borders.
func (b borders) crop(in tensor.Shape) (Op, error) {
	height, width := imageOf(in)
	w := kernel.Window{Channels: in.Last(), Rows: height, Cols: width,
		Top: b.top, Left: b.left, Height: height - b.top - b.bottom, Width: width - b.left - b.right}
	if w.Height <= 0 || w.Width <= 0 {
		return nil, fmt.Errorf("input has shape %v, of which nothing is left", in)
	}
	return cropOp{stateless{shapeLike(in, w.Height, w.Width)}, w}, nil
}

// imageOf returns the rows and columns of an image; a sequence is one of one row.
func imageOf(in tensor.Shape) (rows, cols int) {
	if len(in) == 2 {
		return 1, in[0]
	}
	return in[0], in[1]
}

// shapeLike returns the shape of an image, or of a sequence if in is that of one.
func shapeLike(in tensor.Shape, rows, cols int) tensor.Shape {
	return tensor.Shape{rows, cols, in.Last()}[3-len(in):]
}

type padOp struct {
	stateless
	window kernel.Window // of no images
}

func (o padOp) Forward(p *Pass) {
	o.window.Images = p.Rows
	o.window.Paste(p.Out, p.In[0])
}

func (o padOp) Backward(p *Pass) {
	if o.window.Images = p.Rows; p.DIn[0] != nil {
		o.window.Cut(p.DIn[0], p.DOut)
	}
}

type cropOp struct {
	stateless
	window kernel.Window // of no images
}

func (o cropOp) Forward(p *Pass) {
	o.window.Images = p.Rows
	o.window.Cut(p.Out, p.In[0])
}

func (o cropOp) Backward(p *Pass) {
	if o.window.Images = p.Rows; p.DIn[0] != nil {
		o.window.Paste(p.DIn[0], p.DOut)
	}
}
