package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// SpatialDropout2D sets each channel of an image as a whole to 0 with probability
// Rate in training and multiplies the others by 1/(1−Rate); in use it does
// nothing (Tompson et al. 2015). Neighbours in an image are much alike, so that
// [Dropout] of single values hides little.
//
// Input: (rows×columns×channels). Output: the same.
//
// Compile fails unless 0 ≤ Rate < 1, or if the input has other axes.
type SpatialDropout2D struct {
	Rate float64 // the part of the channels that is dropped, default 0
}

// SpatialDropout1D does what [SpatialDropout2D] does to the channels of a
// sequence.
//
// Input: (steps×channels). Output: the same.
//
// Compile fails unless 0 ≤ Rate < 1, or if the input has other axes.
type SpatialDropout1D struct {
	Rate float64 // the part of the channels that is dropped, default 0
}

func init() {
	Register("SpatialDropout1D", SpatialDropout1D{})
	Register("SpatialDropout2D", SpatialDropout2D{})
}

// Build implements [Layer].
func (s SpatialDropout2D) Build(in []tensor.Shape) (Op, error) {
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return nil, err
	}
	return buildSpatialDropout(in[0], s.Rate)
}

// Build implements [Layer].
func (s SpatialDropout1D) Build(in []tensor.Shape) (Op, error) {
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return nil, err
	}
	return buildSpatialDropout(in[0], s.Rate)
}

func buildSpatialDropout(in tensor.Shape, rate float64) (Op, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	return spatialDropoutOp{identityOp{stateless{in.Clone()}}, float32(rate)}, nil
}

// spatialDropoutOp multiplies each channel by a factor that is drawn again in
// Backward.
type spatialDropoutOp struct {
	identityOp
	rate float32
}

// Scratch has a factor for each row and channel.
func (s spatialDropoutOp) Scratch(rows int, mode Mode) (keep, work int) {
	if mode == Infer || s.rate == 0 {
		return 0, 0
	}
	return 0, rows * s.out.Last()
}

func (s spatialDropoutOp) Forward(p *Pass) {
	if p.Mode == Infer || s.rate == 0 {
		s.identityOp.Forward(p)
		return
	}
	s.multiply(p.Out, p.In[0], p)
}

func (s spatialDropoutOp) Backward(p *Pass) {
	switch {
	case p.DIn[0] == nil:
	case s.rate == 0:
		s.identityOp.Backward(p)
	default:
		s.multiply(p.DIn[0], p.DOut, p)
	}
}

// multiply is y = x times the factor of its row and channel, 0 or 1/(1−rate).
func (s spatialDropoutOp) multiply(y, x []float32, p *Pass) {
	kernel.Fill(p.Work, 1)
	kernel.Dropout(p.Work, p.Work, p.Key, 0, s.rate)
	channels, size := s.out.Last(), s.out.Size()
	for row := range p.Rows {
		kernel.MulRow(y[row*size:(row+1)*size], x[row*size:(row+1)*size], p.Work[row*channels:(row+1)*channels])
	}
}
