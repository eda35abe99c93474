package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// GlobalMaxPool2D is the largest value of an image, channel by channel; otherwise
// as [MaxPool2D].
//
// Input: (rows×columns×channels). Output: (channels), or with KeepAxes
// (1×1×channels). Compile fails if the input has other axes.
type GlobalMaxPool2D struct {
	KeepAxes bool
}

// GlobalAveragePool2D is the mean of an image, channel by channel.
//
// Input: (rows×columns×channels). Output: (channels), or with KeepAxes
// (1×1×channels). Compile fails if the input has other axes.
type GlobalAveragePool2D struct {
	KeepAxes bool
}

// GlobalMaxPool1D is the largest value of a sequence, channel by channel.
//
// Steps that are masked out do not count, unlike in Keras; where all are, the
// output is 0.
//
// Input: (steps×channels). Output: (channels), or with KeepAxes (1×channels).
// Compile fails if the input has other axes.
type GlobalMaxPool1D struct {
	KeepAxes bool
}

// GlobalAveragePool1D is the mean of a sequence, channel by channel.
//
// Steps that are masked out do not count, as in Keras; where all are, the output
// is 0.
//
// Input: (steps×channels). Output: (channels), or with KeepAxes (1×channels).
// Compile fails if the input has other axes.
type GlobalAveragePool1D struct {
	KeepAxes bool
}

func init() {
	Register("GlobalMaxPool1D", GlobalMaxPool1D{})
	Register("GlobalMaxPool2D", GlobalMaxPool2D{})
	Register("GlobalAveragePool1D", GlobalAveragePool1D{})
	Register("GlobalAveragePool2D", GlobalAveragePool2D{})
}

// Build implements [Layer].
func (g GlobalMaxPool2D) Build(in []tensor.Shape) (Op, error) {
	p, err := globalPool(in, 3, imageAxes, g.KeepAxes)
	return maxPoolOp{p}, err
}

// Build implements [Layer].
func (g GlobalAveragePool2D) Build(in []tensor.Shape) (Op, error) {
	p, err := globalPool(in, 3, imageAxes, g.KeepAxes)
	return averagePoolOp{p}, err
}

// Build implements [Layer].
func (g GlobalMaxPool1D) Build(in []tensor.Shape) (Op, error) {
	p, err := globalPool(in, 2, sequenceAxes, g.KeepAxes)
	return maskedMaxOp{maxPoolOp{p}}, err
}

// Build implements [Layer].
func (g GlobalAveragePool1D) Build(in []tensor.Shape) (Op, error) {
	p, err := globalPool(in, 2, sequenceAxes, g.KeepAxes)
	return maskedAverageOp{averagePoolOp{p}}, err
}

// globalPool is one window over everything.
func globalPool(in []tensor.Shape, axes int, names string, keep bool) (poolOp, error) {
	if err := wantAxes(in, axes, names); err != nil {
		return poolOp{}, err
	}
	shape := in[0]
	channels := shape.Last()
	whole := func(n int) kernel.ConvAxis {
		return kernel.ConvAxis{Large: n, Small: 1, Kernel: n, Stride: 1, Dilation: 1}
	}
	p := poolOp{stateless{tensor.Shape{channels}}, kernel.Pool{Y: whole(1), X: whole(shape[axes-2]), Channels: channels}}
	if axes == 3 {
		p.geometry.Y = whole(shape[0])
	}
	if keep {
		p.out = append(tensor.Shape{1, 1, 1}[:axes-1], channels)
	}
	return p, nil
}

// maskedMaxOp and maskedAverageOp pool the steps of a sequence that count.
type (
	maskedMaxOp     struct{ maxPoolOp }
	maskedAverageOp struct{ averagePoolOp }
)

// stepMask returns the mask of the first input's steps, or nil.
func stepMask(p *Pass) []float32 {
	if len(p.Masks) == 0 {
		return nil
	}
	return p.Masks[0]
}

// steps calls f for every step of a row that counts, in order, with the place of
// its channels; it returns how many there are.
func (m poolOp) steps(row int, mask []float32, f func(at int)) (count int) {
	n, size := m.geometry.X.Large, m.geometry.Channels
	for t := row * n; t < (row+1)*n; t++ {
		if mask[t] != 0 {
			if f != nil {
				f(t * size)
			}
			count++
		}
	}
	return count
}

func (m maskedMaxOp) Forward(p *Pass) {
	mask := stepMask(p)
	if mask == nil {
		m.maxPoolOp.Forward(p)
		return
	}
	size := m.geometry.Channels
	for row := range p.Rows {
		out, first := p.Out[row*size:(row+1)*size], true
		clear(out)
		m.steps(row, mask, func(at int) {
			x := p.In[0][at : at+size]
			if first {
				copy(out, x)
			}
			first = false
			kernel.Max(out, out, x)
		})
	}
}

func (m maskedMaxOp) Backward(p *Pass) {
	mask := stepMask(p)
	if mask == nil || p.DIn[0] == nil {
		m.maxPoolOp.Backward(p)
		return
	}
	clear(p.DIn[0])
	size := m.geometry.Channels
	for i, d := range p.DOut {
		c, found := i%size, false
		m.steps(i/size, mask, func(at int) {
			if !found && p.In[0][at+c] == p.Out[i] {
				p.DIn[0][at+c], found = d, true
			}
		})
	}
	maskInput(p)
}

func (m maskedAverageOp) Forward(p *Pass) {
	mask := stepMask(p)
	if mask == nil {
		m.averagePoolOp.Forward(p)
		return
	}
	size := m.geometry.Channels
	for row := range p.Rows {
		out := p.Out[row*size : (row+1)*size]
		clear(out)
		n := m.steps(row, mask, func(at int) { kernel.AddTo(out, p.In[0][at:at+size]) })
		kernel.Scale(out, out, 1/float32(max(n, 1)))
	}
}

func (m maskedAverageOp) Backward(p *Pass) {
	mask := stepMask(p)
	if mask == nil || p.DIn[0] == nil {
		m.averagePoolOp.Backward(p)
		return
	}
	clear(p.DIn[0])
	size := m.geometry.Channels
	for row := range p.Rows {
		d, n := p.DOut[row*size:(row+1)*size], m.steps(row, mask, nil)
		m.steps(row, mask, func(at int) { kernel.Scale(p.DIn[0][at:at+size], d, 1/float32(max(n, 1))) })
	}
	maskInput(p)
}

// maskInput applies the derivative of a ReLU in front of the layer.
func maskInput(p *Pass) {
	for i, m := range p.InMask {
		if !(m > 0) {
			p.DIn[0][i] = 0
		}
	}
}
