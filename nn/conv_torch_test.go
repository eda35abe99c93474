package nn_test

import (
	"encoding/json"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// torchLayer is one layer at work in PyTorch; see testdata/make_conv.py.
type torchLayer struct {
	Layer    json.RawMessage
	Shape    tensor.Shape
	OutShape tensor.Shape `json:"out_shape"`

	In, Dout, Out, Din []float64
	Params, Grads      [][]float64
}

// Every layer for images and sequences with every option of its arithmetic agrees
// with PyTorch, forward and backward.
func TestConvolutionsAgainstTorch(t *testing.T) {
	var all struct{ Cases []torchLayer }
	readFixture(t, "conv.json", &all)
	for _, c := range all.Cases {
		t.Run(string(c.Layer), c.run)
	}
}

// The tolerance is that of float32 sums of some tens of numbers, relative to the
// largest.
func (c *torchLayer) run(t *testing.T) {
	const tolerance = 2e-6
	layer, err := nn.UnmarshalLayer(c.Layer)
	if err != nil {
		t.Fatal(err)
	}
	op, err := layer.Build([]tensor.Shape{c.Shape})
	if err != nil {
		t.Fatal(err)
	}
	if !op.Out().Equal(c.OutShape) {
		t.Fatalf("the output has shape %v, PyTorch's %v", op.Out(), c.OutShape)
	}
	for k, p := range op.Params() {
		if p.Value = float32s(c.Params[k]); len(p.Value) != p.Shape.Size() {
			t.Fatalf("%s has shape %v, and the fixture %d values", p.Name, p.Shape, len(p.Value))
		}
	}
	for _, mode := range []nn.Mode{nn.Infer, nn.Train} {
		p := c.pass(op, mode)
		op.Forward(p)
		near(t, "output", p.Out, c.Out, tolerance)
		if mode == nn.Infer {
			continue
		}
		op.Backward(p)
		near(t, "gradient of the input", p.DIn[0], c.Din, tolerance)
		for k, g := range p.Grads {
			near(t, "gradient of "+op.Params()[k].Name, g, c.Grads[k], tolerance)
		}
	}
}

// pass makes a pass over the fixture's rows.
func (c *torchLayer) pass(op nn.Op, mode nn.Mode) *nn.Pass {
	rows := len(c.In) / c.Shape.Size()
	keep, work := op.Scratch(rows, mode)
	p := &nn.Pass{Rows: rows, Mode: mode, In: [][]float32{float32s(c.In)}, Out: make([]float32, len(c.Out)), DOut: float32s(c.Dout),
		DIn: [][]float32{make([]float32, len(c.In))}, Keep: make([]float32, keep), Work: make([]float32, work)}
	for _, param := range op.Params() {
		p.Grads = append(p.Grads, make([]float32, param.Shape.Size()))
	}
	if op, ok := op.(nn.Preparer); ok {
		op.Prepare(p)
	}
	return p
}
