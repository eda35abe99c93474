package nn_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// dense is the formula activation(x·W + b).
func dense(units int, activation func(x []float64) []float64) nntest.Ref {
	return nntest.PerExample(func(params map[string][]float64, in ...[]float64) []float64 {
		z := make([]float64, units)
		for j := range z {
			for i, x := range in[0] {
				z[j] += x * params["kernel"][i*units+j]
			}
			if b := params["bias"]; b != nil {
				z[j] += b[j]
			}
		}
		return activation(z)
	})
}

func TestDenseActivations(t *testing.T) {
	formulas := activations()
	for _, f := range act.All() {
		for _, bias := range []bool{true, false} {
			nntest.Check(t, nntest.Case{Layer: nn.Dense{Units: 4, Activation: f, NoBias: !bias},
				In: []tensor.Shape{{3}}, Out: tensor.Shape{4}, Ref: dense(4, formulas[f.String()])})
		}
	}
}

func TestDenseSizes(t *testing.T) {
	formulas := activations()
	for _, c := range []struct{ rows, in, units int }{{1, 1, 1}, {7, 1, 3}, {7, 5, 1}, {3, 20, 17}, {40, 3, 2}} {
		for _, f := range []act.Func{act.Linear, act.ReLU, act.Tanh} {
			nntest.Check(t, nntest.Case{Layer: nn.Dense{Units: c.units, Activation: f}, Rows: c.rows,
				In: []tensor.Shape{{c.in}}, Out: tensor.Shape{c.units}, Ref: dense(c.units, formulas[f.String()])})
		}
	}
}

// Every option is stored, changes what it should, and leaves the arithmetic.
func TestDenseOptions(t *testing.T) {
	layer := nn.Dense{Units: 2, Activation: act.Sigmoid, Init: nn.HeNormal, BiasInit: nn.Ones,
		Penalty: nn.Penalty{L1: 0.1, L2: 0.2}, BiasPenalty: nn.Penalty{L2: 0.3}, Activity: nn.ActivityPenalty{L1: 0.4, BatchSum: true},
		Constraint: nn.MaxNorm(3), BiasConstraint: nn.NonNegative}
	nntest.Check(t, nntest.Case{Layer: layer, In: []tensor.Shape{{3}}, Out: tensor.Shape{2}, Ref: dense(2, activations()["sigmoid"])})
	op, err := layer.Build([]tensor.Shape{{3}})
	if err != nil {
		t.Fatal(err)
	}
	kernel, bias := op.Params()[0], op.Params()[1]
	if kernel.Init != nn.HeNormal || kernel.Penalty != layer.Penalty || kernel.Constraint != layer.Constraint || !kernel.Shape.Equal(tensor.Shape{3, 2}) {
		t.Errorf("kernel %+v", kernel)
	}
	if bias.Init != nn.Ones || bias.Penalty != layer.BiasPenalty || bias.Constraint != layer.BiasConstraint || !bias.Shape.Equal(tensor.Shape{2}) {
		t.Errorf("bias %+v", bias)
	}
	if got := op.(nn.Active).Activity(); got != layer.Activity {
		t.Errorf("activity penalty %v, want %v", got, layer.Activity)
	}
	plain, err := nn.Dense{Units: 2}.Build([]tensor.Shape{{3}})
	if err != nil {
		t.Fatal(err)
	}
	if k, b := plain.Params()[0], plain.Params()[1]; k.Init != nn.GlorotUniform || b.Init != nn.Zeros {
		t.Errorf("defaults are %v and %v, want glorot_uniform and zeros", k.Init, b.Init)
	}
}

func TestDenseFails(t *testing.T) {
	in := []tensor.Shape{{3}}
	nntest.CheckFails(t, nn.Dense{}, in, "Units is 0, want at least 1")
	nntest.CheckFails(t, nn.Dense{Units: -1}, in, "Units is -1, want at least 1")
	nntest.CheckFails(t, nn.Dense{Units: 1}, []tensor.Shape{{2, 3}}, "input has shape (2×3), want one axis; put a Flatten before it")
	nntest.CheckFails(t, nn.Dense{Units: 1}, []tensor.Shape{{2}, {3}}, "it has 2 inputs, want 1")
	nntest.CheckFails(t, nn.Dense{Units: 1, Activation: act.ELU(-1)}, in, "activation elu(-1): -1 is out of range")
	nntest.CheckFails(t, nn.Dense{Units: 1, Init: nn.Constant(math.NaN())}, in, `parameter "kernel": initializer constant(NaN)`)
	nntest.CheckFails(t, nn.Dense{Units: 1, BiasPenalty: nn.Penalty{L1: -1}}, in, `parameter "bias": Penalty: L1 is -1`)
	nntest.CheckFails(t, nn.Dense{Units: 1, Constraint: nn.MinMaxNorm(2, 1, 1)}, in, `parameter "kernel": constraint min_max_norm(2, 1, 1)`)
	nntest.CheckFails(t, nn.Dense{Units: 1, Activity: nn.ActivityPenalty{L2: math.Inf(1)}}, in, "ActivityPenalty: L2 is +Inf, want a number of at least 0")
}
