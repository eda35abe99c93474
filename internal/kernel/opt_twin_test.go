package kernel_test

import (
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
)

// optimizers lists every optimizer in every form, on slices w, g and state.
func optimizers(u *kernel.Update) []twin {
	opt := func(name string, states int, f func(s [][]float32)) twin {
		return twin{name: name, slices: 2 + states, call: f, fill: weightsAndState}
	}
	scalars := kernel.NadamScalars{Mean: 0.47, Gradient: 1.02, Square: 1.3}
	return []twin{
		opt("SGD", 0, func(s [][]float32) { kernel.SGD(s[0], s[1], nil, u, 0, false) }),
		opt("SGD momentum", 1, func(s [][]float32) { kernel.SGD(s[0], s[1], s[2], u, 0.9, false) }),
		opt("SGD Nesterov", 1, func(s [][]float32) { kernel.SGD(s[0], s[1], s[2], u, 0.9, true) }),
		opt("Adam", 2, func(s [][]float32) { kernel.Adam(s[0], s[1], s[2], s[3], nil, u, 0.9, 0.999, 1e-7) }),
		opt("AMSGrad", 3, func(s [][]float32) { kernel.Adam(s[0], s[1], s[2], s[3], s[4], u, 0.9, 0.999, 1e-7) }),
		opt("Adamax", 2, func(s [][]float32) { kernel.Adamax(s[0], s[1], s[2], s[3], u, 0.9, 0.999, 1e-7) }),
		opt("Nadam", 2, func(s [][]float32) { kernel.Nadam(s[0], s[1], s[2], s[3], u, 0.9, 0.999, 1e-7, scalars) }),
		opt("RMSprop", 1, func(s [][]float32) { kernel.RMSprop(s[0], s[1], s[2], nil, nil, u, 0.9, 1e-7, 0) }),
		opt("RMSprop momentum", 2, func(s [][]float32) { kernel.RMSprop(s[0], s[1], s[2], s[3], nil, u, 0.9, 1e-7, 0.9) }),
		opt("RMSprop centered", 2, func(s [][]float32) { kernel.RMSprop(s[0], s[1], s[2], nil, s[3], u, 0.9, 1e-7, 0) }),
		opt("RMSprop both", 3, func(s [][]float32) { kernel.RMSprop(s[0], s[1], s[2], s[3], s[4], u, 0.9, 1e-7, 0.9) }),
		opt("Adagrad", 1, func(s [][]float32) { kernel.Adagrad(s[0], s[1], s[2], u, 1e-7) }),
		opt("Adadelta", 2, func(s [][]float32) { kernel.Adadelta(s[0], s[1], s[2], s[3], u, 0.95, 1e-7) }),
	}
}

// weightsAndState draws ordinary numbers, extremes now and then, and squares that
// are not negative for the state. Gradients near 2⁻⁶³ meet states near 2⁻¹²⁶.
func weightsAndState(rng *rand.Rand, slice int) func() float32 {
	draw := extremes(rng)
	return func() float32 {
		x := draw()
		switch {
		case slice == 1 && rng.IntN(4) == 0:
			return (1 + rng.Float32()) * 0x1p-65 * float32(int(1)<<rng.IntN(4))
		case slice >= 2 && rng.IntN(4) == 0:
			return (1 + rng.Float32()) * 0x1p-126
		case slice >= 2 && rng.IntN(4) > 0:
			return x * x
		}
		return x
	}
}

func TestOptimizerTwins(t *testing.T) {
	testElementwise(t, optimizers(&kernel.Update{Rate: 0.01, GradScale: 1}))
}

func TestAdjustedOptimizerTwins(t *testing.T) {
	for _, u := range []kernel.Update{
		{Rate: 0.01, GradScale: 0.5, L1: 0.01, L2: 0.02, ClipValue: 0.3, Decay: 0.1},
		{Rate: 0.01, GradScale: 1, L2: 0.02},
		{Rate: 0.01, GradScale: 1, ClipValue: 0.1},
	} {
		testElementwise(t, optimizers(&u))
	}
}
