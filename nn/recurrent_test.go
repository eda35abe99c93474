package nn_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

const (
	recSteps, recFeatures, recUnits = 4, 3, 5
)

// shape is that of one row of the output.
func (c recurrence) shape() tensor.Shape {
	n := c.units
	if c.state && c.gates == 4 {
		n *= 2
	}
	if c.sequences {
		return tensor.Shape{c.steps, n}
	}
	return tensor.Shape{n}
}

// plain is a layer of the usual activations.
func plain(gates int) recurrence {
	return recurrence{steps: recSteps, features: recFeatures, units: recUnits, gates: gates, cell: math.Tanh, gate: sigmoid}
}

func with(c recurrence, f func(*recurrence)) recurrence {
	f(&c)
	return c
}

func swish(x float64) float64 { return x * sigmoid(x) }

func TestRecurrentLayers(t *testing.T) {
	x, state := tensor.Shape{recSteps, recFeatures}, tensor.Shape{recUnits}
	sequences := func(c *recurrence) { c.sequences = true }
	for _, c := range []struct {
		layer nn.Layer
		in    []tensor.Shape
		ref   recurrence
	}{
		{nn.SimpleRNN{Units: recUnits}, nil, plain(1)},
		{nn.SimpleRNN{Units: recUnits, ReturnSequences: true, NoBias: true}, nil, with(plain(1), sequences)},
		{nn.SimpleRNN{Units: recUnits, GoBackwards: true, ReturnSequences: true, ReturnState: true}, []tensor.Shape{x, state},
			with(plain(1), func(c *recurrence) { c.sequences, c.back, c.state = true, true, true })},
		{nn.SimpleRNN{Units: recUnits, Activation: act.Swish}, nil, with(plain(1), func(c *recurrence) { c.cell = swish })},
		{nn.SimpleRNN{Units: recUnits, Activation: act.LeakyReLU(1)}, nil,
			with(plain(1), func(c *recurrence) { c.cell = func(x float64) float64 { return x } })},
		{nn.LSTM{Units: recUnits}, nil, plain(4)},
		{nn.LSTM{Units: recUnits, ReturnSequences: true, NoBias: true}, nil, with(plain(4), sequences)},
		{nn.LSTM{Units: recUnits, ReturnState: true}, []tensor.Shape{x, state, state}, with(plain(4), func(c *recurrence) { c.state = true })},
		{nn.LSTM{Units: recUnits, ReturnState: true, ReturnSequences: true, GoBackwards: true}, []tensor.Shape{x, state, state},
			with(plain(4), func(c *recurrence) { c.sequences, c.back, c.state = true, true, true })},
		{nn.LSTM{Units: recUnits, Activation: act.Sigmoid, RecurrentActivation: act.Tanh}, nil,
			with(plain(4), func(c *recurrence) { c.cell, c.gate = sigmoid, math.Tanh })},
		{nn.LSTM{Units: recUnits, Activation: act.Swish, ReturnSequences: true}, nil,
			with(plain(4), func(c *recurrence) { c.cell, c.sequences = swish, true })},
		{nn.LSTM{Units: recUnits, RecurrentActivation: act.Swish}, nil, with(plain(4), func(c *recurrence) { c.gate = swish })},
		{nn.GRU{Units: recUnits}, nil, plain(3)},
		{nn.GRU{Units: recUnits, ReturnSequences: true, NoBias: true}, []tensor.Shape{x, state}, with(plain(3), sequences)},
		{nn.GRU{Units: recUnits, GoBackwards: true, ReturnSequences: true, ReturnState: true}, nil,
			with(plain(3), func(c *recurrence) { c.sequences, c.back = true, true })},
		{nn.GRU{Units: recUnits, Activation: act.Sigmoid, RecurrentActivation: act.Tanh}, nil,
			with(plain(3), func(c *recurrence) { c.cell, c.gate = sigmoid, math.Tanh })},
		{nn.GRU{Units: recUnits, Activation: act.Swish, RecurrentActivation: act.Swish, ReturnSequences: true}, nil,
			with(plain(3), func(c *recurrence) { c.cell, c.gate, c.sequences = swish, swish, true })},
		{nn.GRU{Units: recUnits, ResetBefore: true}, nil, with(plain(3), func(c *recurrence) { c.before = true })},
		{nn.GRU{Units: recUnits, ResetBefore: true, ReturnSequences: true, NoBias: true, GoBackwards: true}, []tensor.Shape{x, state},
			with(plain(3), func(c *recurrence) { c.before, c.sequences, c.back = true, true, true })},
		{nn.GRU{Units: recUnits, ResetBefore: true, RecurrentActivation: act.Swish, Activation: act.Swish}, nil,
			with(plain(3), func(c *recurrence) { c.before, c.cell, c.gate = true, swish, swish })},
	} {
		if c.in == nil {
			c.in = []tensor.Shape{x}
		}
		t.Run(fmt.Sprintf("%+v", c.layer), func(t *testing.T) {
			nntest.Check(t, nntest.Case{Layer: c.layer, In: c.in, Out: c.ref.shape(), Ref: c.ref.ref()})
		})
	}
}
