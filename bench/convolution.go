package main

import (
	"math/rand/v2"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// images are uniform numbers in rows×columns×channels; the target is a class.
func images(n int, shape tensor.Shape, classes int, seed uint64) *datasets.Tensors {
	r := rand.New(rand.NewPCG(seed, 1))
	x, y := tensor.New(n, shape...), tensor.New(n, 1)
	for i := range x.Data() {
		x.Data()[i] = r.Float32()
	}
	for i := range n {
		y.Data()[i] = float32(r.IntN(classes))
	}
	return set(x, y)
}

// w7: 28×28×1 → Conv 32 3×3 relu → Conv 64 3×3 relu → MaxPool 2 → 128 relu → 10,
// Adam, batch 128.
func w7(r *runner) error {
	const rows = 128
	shape := tensor.Shape{28, 28, 1}
	m := goodfit.Sequential(shape,
		nn.Conv2D{Filters: 32, Kernel: 3, Activation: act.ReLU},
		nn.Conv2D{Filters: 64, Kernel: 3, Activation: act.ReLU},
		nn.MaxPool2D{},
		nn.Flatten{},
		nn.Dense{Units: 128, Activation: act.ReLU},
		nn.Dense{Units: 10, Activation: act.Softmax})
	if err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: adam, Seed: 1}); err != nil {
		return err
	}
	first := 26 * 26 * 32 * 9
	forward := 2.0 * rows * float64(first+24*24*64*288+9216*128+1280)
	return steps(r, "W7", m, images(rows, shape, 10, 1), 3*forward-2*rows*float64(first))
}
