package nntest_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Quadratic is a layer of one's own: x + a·x², with a learned number a for each
// feature.
type Quadratic struct {
	Init nn.Init // of a; default Zeros
}

func init() { nn.Register("Quadratic", Quadratic{}) }

// Build implements nn.Layer.
func (q Quadratic) Build(in []tensor.Shape) (nn.Op, error) {
	if q.Init.IsZero() {
		q.Init = nn.Zeros
	}
	a := &nn.Param{Name: "a", Shape: tensor.Shape{in[0].Last()}, Init: q.Init}
	return &quadraticOp{in[0], []*nn.Param{a}}, a.Check()
}

type quadraticOp struct {
	shape  tensor.Shape
	params []*nn.Param
}

func (q *quadraticOp) Out() tensor.Shape                               { return q.shape }
func (q *quadraticOp) Params() []*nn.Param                             { return q.params }
func (q *quadraticOp) Scratch(rows int, mode nn.Mode) (keep, work int) { return 0, 0 }

func (q *quadraticOp) Forward(p *nn.Pass) {
	a := q.params[0].Value
	for i, x := range p.In[0] {
		p.Out[i] = x + float32(a[i%len(a)]*float32(x*x))
	}
}

func (q *quadraticOp) Backward(p *nn.Pass) {
	a := q.params[0].Value
	if p.Grads[0] != nil {
		clear(p.Grads[0])
	}
	for i, dy := range p.DOut {
		x := p.In[0][i]
		if dx := p.DIn[0]; dx != nil {
			dx[i] = dy * (1 + float32(2*a[i%len(a)]*x))
		}
		if g := p.Grads[0]; g != nil {
			g[i%len(a)] += float32(dy * float32(x*x))
		}
	}
}

// TestOwnLayer is all that the layer's test needs.
func TestOwnLayer(t *testing.T) {
	nntest.Check(t, nntest.Case{
		Layer: Quadratic{Init: nn.Constant(0.1)}, In: []tensor.Shape{{2, 3}}, Out: tensor.Shape{2, 3},
		Ref: nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
			y := make([]float64, len(in[0]))
			for i, x := range in[0] {
				y[i] = x + params["a"][i%3]*x*x
			}
			return y
		}),
	})
}
