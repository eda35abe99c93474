package nn_test

import (
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// both is the formula of a layer in both directions, of c with inputs as given.
func both(c recurrence, states int, merge func(a, b float64) float64) nntest.Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) (out []float64) {
		forward, backward := c, c
		forward.prefix, backward.prefix, backward.back = "forward_", "backward_", true
		inputs := [2][][]float64{{in[0]}, {in[0]}}
		if len(in) > 1 {
			inputs[0] = append(inputs[0], in[1:1+states]...)
			inputs[1] = append(inputs[1], in[1+states:]...)
		}
		x := forward.ref()(params, rows, inputs[0]...)
		y := backward.ref()(params, rows, inputs[1]...)
		n := c.shape().Last()
		times := c.shape().Size() / n
		for i := range rows * times {
			j := i/times*times + times - 1 - i%times
			a, b := x[i*n:(i+1)*n], y[j*n:(j+1)*n]
			if merge == nil {
				out = append(append(out, a...), b...)
				continue
			}
			for k := range a {
				out = append(out, merge(a[k], b[k]))
			}
		}
		return out
	}
}

func TestBidirectional(t *testing.T) {
	x, state := tensor.Shape{recSteps, recFeatures}, tensor.Shape{recUnits}
	sequences := func(c *recurrence) { c.sequences = true }
	states := func(c *recurrence) { c.sequences, c.state = true, true }
	sum := func(a, b float64) float64 { return a + b }
	product := func(a, b float64) float64 { return a * b }
	mean := func(a, b float64) float64 { return (a + b) / 2 }
	for _, c := range []struct {
		layer  nn.Bidirectional
		in     []tensor.Shape
		ref    recurrence
		states int
		merge  func(a, b float64) float64
		out    tensor.Shape
	}{
		{nn.Bidirectional{Layer: nn.SimpleRNN{Units: recUnits}}, []tensor.Shape{x}, plain(1), 1, nil, tensor.Shape{10}},
		{nn.Bidirectional{Layer: nn.LSTM{Units: recUnits, ReturnSequences: true}}, []tensor.Shape{x}, with(plain(4), sequences), 2, nil, tensor.Shape{recSteps, 10}},
		{nn.Bidirectional{Layer: nn.As("inner", nn.LSTM{Units: recUnits, ReturnSequences: true, ReturnState: true}), Merge: nn.MergeSum},
			[]tensor.Shape{x, state, state, state, state}, with(plain(4), states), 2, sum, tensor.Shape{recSteps, 10}},
		{nn.Bidirectional{Layer: nn.GRU{Units: recUnits, ReturnSequences: true}, Merge: nn.MergeMul}, []tensor.Shape{x, state, state},
			with(plain(3), sequences), 1, product, tensor.Shape{recSteps, recUnits}},
		{nn.Bidirectional{Layer: nn.GRU{Units: recUnits, ResetBefore: true}, Merge: nn.MergeAverage}, []tensor.Shape{x},
			with(plain(3), func(c *recurrence) { c.before = true }), 1, mean, tensor.Shape{recUnits}},
		{nn.Bidirectional{Layer: nn.SimpleRNN{Units: recUnits}, Merge: nn.MergeMul}, []tensor.Shape{x}, plain(1), 1, product, tensor.Shape{recUnits}},
	} {
		t.Run(fmt.Sprintf("%+v", c.layer), func(t *testing.T) {
			nntest.Check(t, nntest.Case{Layer: c.layer, In: c.in, Out: c.out, Ref: both(c.ref, c.states, c.merge)})
		})
	}
}

// Both directions see the mask of the step that they are at.
func TestBidirectionalMask(t *testing.T) {
	mask := []float32{1, 1, 0, 0 /**/, 0, 1, 1, 1}
	c := with(plain(4), func(c *recurrence) { c.sequences, c.mask = true, [][]float64{{1, 1, 0, 0}, {0, 1, 1, 1}} })
	l := nn.Bidirectional{Layer: nn.LSTM{Units: recUnits, ReturnSequences: true}}
	newSequencePass(t, l, 2, []tensor.Shape{{recSteps, recFeatures}}, mask, nil).compare(t, both(c, 2, nil))
}

// The directions drop different parts.
func TestBidirectionalDropout(t *testing.T) {
	const rate = 0.4
	c := with(plain(3), func(c *recurrence) { c.sequences = true })
	random := func(p *nn.Pass) nntest.Ref {
		first, second := c, c
		first.prefix, second.prefix, second.back = "forward_", "backward_", true
		first.in, second.in = factors(p, recFeatures, rate, 0), factors(p, recFeatures, rate, 2)
		first.fed, second.fed = factors(p, recUnits, rate, 1), factors(p, recUnits, rate, 3)
		return sumOfBoth(first.ref(), second.ref(), c)
	}
	mean := func(params map[string][]float64, rows int, in ...[]float64) []float64 {
		first, second := c, c
		first.prefix, second.prefix, second.back = "forward_", "backward_", true
		return sumOfBoth(first.mean(rate, rate), second.mean(rate, rate), c)(params, rows, in...)
	}
	l := nn.Bidirectional{Layer: nn.GRU{Units: recUnits, ReturnSequences: true, Dropout: rate, RecurrentDropout: rate}, Merge: nn.MergeSum}
	nntest.Check(t, nntest.Case{Layer: l, In: []tensor.Shape{{recSteps, recFeatures}}, Out: c.shape(), Random: random, Mean: mean,
		Infer: both(c, 1, func(a, b float64) float64 { return a + b })})
}

// sumOfBoth adds the outputs of two formulas, the second in reversed order.
func sumOfBoth(first, second nntest.Ref, c recurrence) nntest.Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) []float64 {
		x, y := first(params, rows, in...), second(params, rows, in...)
		for i := range rows * c.steps {
			j := i/c.steps*c.steps + c.steps - 1 - i%c.steps
			for k := range c.units {
				x[i*c.units+k] += y[j*c.units+k]
			}
		}
		return x
	}
}

func TestBidirectionalFails(t *testing.T) {
	x := []tensor.Shape{{recSteps, recFeatures}}
	nntest.CheckFails(t, nn.Bidirectional{}, x, "want a SimpleRNN, LSTM or GRU")
	nntest.CheckFails(t, nn.Bidirectional{Layer: nn.Dense{Units: 2}}, x, "Layer is a nn.Dense")
	nntest.CheckFails(t, nn.Bidirectional{Layer: nn.LSTM{Units: 2, GoBackwards: true}}, x, "goes both ways by itself")
	nntest.CheckFails(t, nn.Bidirectional{Layer: nn.LSTM{}}, x, "Units is 0")
	nntest.CheckFails(t, nn.Bidirectional{Layer: nn.LSTM{Units: 2}, Merge: 9}, x, "Merge is 9")
	nntest.CheckFails(t, nn.Bidirectional{Layer: nn.GRU{Units: 2}}, []tensor.Shape{x[0], {2}}, "it has 2 inputs, want 1")
}
