package kernel_test

import (
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// activations lists every activation with every kind of parameters.
var activations = []struct {
	act  kernel.Act
	p, q float32
}{
	{kernel.ActLinear, 0, 0}, {kernel.ActReLU, 0, 0}, {kernel.ActReLU, 0.1, 0}, {kernel.ActReLU, 0, 1},
	{kernel.ActReLU, 0.1, 0.5}, {kernel.ActLeakyReLU, 0.3, 0}, {kernel.ActSigmoid, 0, 0},
	{kernel.ActHardSigmoid, 0, 0}, {kernel.ActTanh, 0, 0}, {kernel.ActSoftplus, 0, 0}, {kernel.ActSoftsign, 0, 0},
	{kernel.ActELU, 1, 0}, {kernel.ActELU, 0.5, 0}, {kernel.ActSELU, 0, 0}, {kernel.ActGELU, 0, 0},
	{kernel.ActGELUTanh, 0, 0}, {kernel.ActSwish, 0, 0}, {kernel.ActExponential, 0, 0},
}

func TestActivationTwins(t *testing.T) {
	var kernels []twin
	for _, a := range activations {
		kernels = append(kernels, twin{
			name: fmt.Sprintf("forward %d(%v,%v)", a.act, a.p, a.q), slices: 2, inPlace: [][2]int{{0, 1}},
			call: func(s [][]float32) { kernel.ActForward(a.act, a.p, a.q, s[0], s[1]) },
		}, twin{
			name: fmt.Sprintf("backward %d(%v,%v)", a.act, a.p, a.q), slices: 3, inPlace: [][2]int{{0, 1}, {0, 2}},
			call: func(s [][]float32) { kernel.ActBackward(a.act, a.p, a.q, s[0], s[1], s[2]) },
		})
	}
	testElementwise(t, kernels)
}
