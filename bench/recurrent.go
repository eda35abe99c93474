package main

import (
	"math/rand/v2"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// sequences are rows of steps×features uniform numbers with a uniform target.
func sequences(rows, steps, features int, seed uint64) *datasets.Tensors {
	r := rand.New(rand.NewPCG(seed, 1))
	x, y := tensor.New(rows, steps, features), tensor.New(rows, 1)
	for _, t := range []*tensor.Tensor{x, y} {
		for i := range t.Data() {
			t.Data()[i] = r.Float32()
		}
	}
	return set(x, y)
}

// w8: 50 steps × 32 features → LSTM 128, its last state → 1, Adam, batch 64.
func w8(r *runner) error {
	const rows, steps8, features, units = 64, 50, 32, 128
	m := goodfit.Sequential(tensor.Shape{steps8, features}, nn.LSTM{Units: units}, nn.Dense{Units: 1})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: adam, Seed: 1}); err != nil {
		return err
	}
	return steps(r, "W8", m, sequences(rows, steps8, features, 1), 3.0*rows*steps8*(features+units)*4*units*2)
}
