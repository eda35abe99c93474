package optim

import (
	"errors"

	"github.com/goodfit-ml/goodfit/internal/fmath"
	"github.com/goodfit-ml/goodfit/opt"
)

// Noise is Gaussian noise of mean 0 that training adds to weights and gradients,
// fresh in each step; use adds none. The zero Noise adds nothing, and costs
// nothing. For noise on inputs and activations there are nn.GaussianNoise and
// datasets.Jitter.
//
// The noise is a function of the model's seed, the parameter and the step: the
// same for any number of threads, and in a training that is interrupted and
// resumed.
type Noise struct {
	// Weights is the standard deviation of noise on kernels: each batch goes
	// forward and backward with w + Weights·n, and the update changes w itself
	// (Graves 2011; Jim, Giles and Horne 1996). Penalties are of w. Kernels are
	// trained parameters of two and more axes; biases, the numbers of
	// normalization layers and frozen layers get none. Usual values are 0.01 to
	// 0.1.
	Weights float64
	// Gradients is η: update t, counted from 0, adds noise of variance
	// η/(1+t)^Annealing to each number of the gradient (Neelakantan et al. 2015,
	// with η of 0.01, 0.3 and 1). It comes behind Clip.Norm and Clip.GlobalNorm,
	// which would shrink it, and before Clip.Value.
	Gradients float64
	// Annealing is γ; default 0.55, opt.Zero for a variance that stays.
	Annealing opt.Float
}

// defaultAnnealing is the γ of Neelakantan et al. (2015).
const defaultAnnealing = 0.55

// Check reports every field out of range: each must be a number of at least 0.
func (n Noise) Check() error {
	return errors.Join(atLeast("Noise.Weights", n.Weights, 0), atLeast("Noise.Gradients", n.Gradients, 0),
		atLeast("Noise.Annealing", n.Annealing.Or(defaultAnnealing), 0))
}

// GradientVariance returns the variance of the noise on gradients at update t,
// counted from 0.
func (n Noise) GradientVariance(t int) float64 {
	if n.Gradients == 0 {
		return 0
	}
	return n.Gradients / fmath.Pow(1+float64(t), n.Annealing.Or(defaultAnnealing))
}
