package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// MaxPool2D is the largest value of each window of an image, channel by channel;
// NaN if one is NaN. Where several are largest, the gradient goes to the first,
// rows before columns.
//
// Input: (rows×columns×channels). Output: (rows'×columns'×channels); see
// [Padding] for how many. What Same adds around the image never counts.
//
// Compile fails if Size or Stride is not positive, if Padding is Causal, if the
// input has other axes, or if with Valid it is smaller than a window.
type MaxPool2D struct {
	Size    Pair // rows and columns of a window, default 2
	Stride  Pair // default Size
	Padding Padding
}

// AveragePool2D is the mean of each window of an image, channel by channel. It is
// otherwise as [MaxPool2D].
type AveragePool2D struct {
	Size    Pair // rows and columns of a window, default 2
	Stride  Pair // default Size
	Padding Padding
}

// MaxPool1D is the largest value of each window of a sequence, channel by channel;
// NaN if one is NaN. Where several are largest, the gradient goes to the first.
//
// Input: (steps×channels). Output: (steps'×channels); see [Padding] for how many.
// What Same adds never counts. Steps that are masked out take part like others,
// as in Keras.
//
// Compile fails if Size or Stride is not positive, if Padding is Causal, if the
// input has other axes, or if with Valid it is shorter than a window.
type MaxPool1D struct {
	Size    int // steps of a window, default 2
	Stride  int // default Size
	Padding Padding
}

// AveragePool1D is the mean of each window of a sequence, channel by channel. It
// is otherwise as [MaxPool1D].
type AveragePool1D struct {
	Size    int // steps of a window, default 2
	Stride  int // default Size
	Padding Padding
}

func init() {
	Register("MaxPool1D", MaxPool1D{})
	Register("MaxPool2D", MaxPool2D{})
	Register("AveragePool1D", AveragePool1D{})
	Register("AveragePool2D", AveragePool2D{})
}

// Build implements [Layer].
func (m MaxPool2D) Build(in []tensor.Shape) (Op, error) {
	p, err := pool2D(in, m.Size, m.Stride, m.Padding)
	return maxPoolOp{p}, err
}

// Build implements [Layer].
func (a AveragePool2D) Build(in []tensor.Shape) (Op, error) {
	p, err := pool2D(in, a.Size, a.Stride, a.Padding)
	return averagePoolOp{p}, err
}

// Build implements [Layer].
func (m MaxPool1D) Build(in []tensor.Shape) (Op, error) {
	p, err := pool1D(in, m.Size, m.Stride, m.Padding)
	return maxPoolOp{p}, err
}

// Build implements [Layer].
func (a AveragePool1D) Build(in []tensor.Shape) (Op, error) {
	p, err := pool1D(in, a.Size, a.Stride, a.Padding)
	return averagePoolOp{p}, err
}

// pool2D lays windows over images.
func pool2D(in []tensor.Shape, size, stride Pair, padding Padding) (poolOp, error) {
	size = size.or(2)
	stride = stride.or(size)
	if err := wantAxes(in, 3, imageAxes); err != nil {
		return poolOp{}, err
	}
	return pooled(in[0], window{size.Rows(), stride.Rows(), 1}, window{size.Cols(), stride.Cols(), 1}, padding)
}

// pool1D lays windows over sequences, which are images of one row.
func pool1D(in []tensor.Shape, size, stride int, padding Padding) (poolOp, error) {
	if size == 0 {
		size = 2
	}
	if stride == 0 {
		stride = size
	}
	if err := wantAxes(in, 2, sequenceAxes); err != nil {
		return poolOp{}, err
	}
	return pooled(in[0], window{1, 1, 1}, window{size, stride, 1}, padding)
}

// pooled lays windows over an input of steps×channels or rows×columns×channels.
func pooled(in tensor.Shape, rows, cols window, padding Padding) (poolOp, error) {
	if err := wantLengths("Size", rows.size, cols.size); err != nil {
		return poolOp{}, err
	}
	if err := wantLengths("Stride", rows.stride, cols.stride); err != nil {
		return poolOp{}, err
	}
	if err := padding.check(false); err != nil {
		return poolOp{}, err
	}
	height, width, name := 1, in[len(in)-2], "steps"
	if len(in) == 3 {
		height, name = in[0], "columns"
	}
	y, err := padding.axis(height, rows, "rows")
	if err != nil {
		return poolOp{}, err
	}
	x, err := padding.axis(width, cols, name)
	out := tensor.Shape{y.Small, x.Small, in.Last()}[3-len(in):]
	return poolOp{stateless{out}, kernel.Pool{Y: y, X: x, Channels: in.Last()}}, err
}

// poolOp has the geometry of a pooling.
type poolOp struct {
	stateless
	geometry kernel.Pool // with no images
}

func (m poolOp) MasksInput() {}

// Prepare makes the pooling for a batch size.
func (m poolOp) Prepare(p *Pass) {
	g := m.geometry
	g.Images = p.Rows
	p.State = &g
}

// forward sets the sides to the values.
func (poolOp) forward(p *Pass) *kernel.Pool {
	g := p.State.(*kernel.Pool)
	g.Large, g.Small = p.In[0], p.Out
	return g
}

// backward sets the sides to the gradients.
func (poolOp) backward(p *Pass) *kernel.Pool {
	g := p.State.(*kernel.Pool)
	g.Large, g.Small, g.Rectified = p.DIn[0], p.DOut, p.InMask != nil
	g.Values, g.Largest = p.In[0], p.Out
	return g
}

type maxPoolOp struct{ poolOp }

func (m maxPoolOp) Forward(p *Pass) { m.forward(p).Max(p.Runner) }

func (m maxPoolOp) Backward(p *Pass) {
	if p.DIn[0] != nil {
		m.backward(p).MaxBackward(p.Runner)
	}
}

type averagePoolOp struct{ poolOp }

func (m averagePoolOp) Forward(p *Pass) { m.forward(p).Average(p.Runner) }

func (m averagePoolOp) Backward(p *Pass) {
	if p.DIn[0] != nil {
		m.backward(p).AverageBackward(p.Runner)
	}
}
