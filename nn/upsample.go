package nn

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// UpSample2D makes images larger by whole factors: it repeats rows and columns,
// or with Bilinear draws straight lines between the centres of the values, which
// at the borders stay constant.
//
// Input: (rows×columns×channels). Output: (rows·Size×columns·Size×channels).
//
// Compile fails if Size is not positive or the input has other axes.
type UpSample2D struct {
	Size     Pair // the factors, default 2
	Bilinear bool
}

// UpSample1D repeats each step of a sequence Size times. A mask of the input is
// not that of the output.
//
// Input: (steps×channels). Output: (steps·Size×channels).
//
// Compile fails if Size is not positive or the input has other axes.
type UpSample1D struct {
	Size int // the factor, default 2
}

func init() {
	Register("UpSample1D", UpSample1D{})
	Register("UpSample2D", UpSample2D{})
}

// Build implements [Layer].
func (u UpSample2D) Build(in []tensor.Shape) (Op, error) {
	size := u.Size.or(2)
	if err := errors.Join(wantLengths("Size", size.Rows(), size.Cols()), wantAxes(in, 3, imageAxes)); err != nil {
		return nil, err
	}
	return upSample(in[0], size.Rows(), size.Cols(), u.Bilinear)
}

// Build implements [Layer].
func (u UpSample1D) Build(in []tensor.Shape) (Op, error) {
	size := u.Size
	if size == 0 {
		size = 2
	}
	if err := errors.Join(wantLengths("Size", size), wantAxes(in, 2, sequenceAxes)); err != nil {
		return nil, err
	}
	return upSample(in[0], 1, size, false)
}

func upSample(in tensor.Shape, rows, cols int, bilinear bool) (Op, error) {
	height, width := imageOf(in)
	if err := wantPlaces(height*rows, width*cols); err != nil {
		return nil, err
	}
	op := upSampleOp{stateless: stateless{shapeLike(in, height*rows, width*cols)}, in: in.Size(), row: width * in.Last(),
		y: mixes(height, rows, bilinear), x: mixes(width, cols, bilinear)}
	return op, nil
}

// mix is what a position of the output takes of an axis: (1−weight) of position
// at and weight of the next.
type mix struct {
	at     int
	weight float32
}

// mixes lists the positions along an axis of n, factor times as many.
func mixes(n, factor int, bilinear bool) []mix {
	list := make([]mix, n*factor)
	for i := range list {
		list[i].at = i / factor
		if !bilinear {
			continue
		}
		// In units of 1/(2·factor), so that whole numbers are exact.
		place := max(2*i+1-factor, 0)
		at := min(place/(2*factor), n-1)
		list[i] = mix{at, float32(place-2*factor*at) / float32(2*factor)}
		if at == n-1 {
			list[i].weight = 0
		}
	}
	return list
}

// upSampleOp adds up to four weighted values of the input for each of the output.
type upSampleOp struct {
	stateless
	in, row int // values of an example and of a row of its input
	y, x    []mix
}

// parts returns the places in the input, with their weights, that place (i, j) of
// the output takes: rows before columns.
func (u upSampleOp) parts(i, j int) (places [4]int, weights [4]float32) {
	channels := u.out.Last()
	y, x := u.y[i], u.x[j]
	at := y.at*u.row + x.at*channels
	return [4]int{at, at + channels, at + u.row, at + u.row + channels},
		[4]float32{(1 - y.weight) * (1 - x.weight), (1 - y.weight) * x.weight, y.weight * (1 - x.weight), y.weight * x.weight}
}

func (u upSampleOp) Forward(p *Pass) {
	channels := u.out.Last()
	out := p.Out
	for row := range p.Rows {
		x := p.In[0][row*u.in : (row+1)*u.in]
		for i := range u.y {
			for j := range u.x {
				y := out[:channels]
				out = out[channels:]
				places, weights := u.parts(i, j)
				kernel.Scale(y, x[places[0]:][:channels], weights[0])
				for k := 1; k < 4; k++ {
					if weights[k] != 0 {
						kernel.AddScaled(y, y, weights[k], x[places[k]:][:channels])
					}
				}
			}
		}
	}
}

func (u upSampleOp) Backward(p *Pass) {
	if p.DIn[0] == nil {
		return
	}
	clear(p.DIn[0])
	channels := u.out.Last()
	from := p.DOut
	for row := range p.Rows {
		dx := p.DIn[0][row*u.in : (row+1)*u.in]
		for i := range u.y {
			for j := range u.x {
				dy := from[:channels]
				from = from[channels:]
				places, weights := u.parts(i, j)
				for k, w := range weights {
					if w != 0 {
						to := dx[places[k]:][:channels]
						kernel.AddScaled(to, to, w, dy)
					}
				}
			}
		}
	}
}
