package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Dropout sets each value to 0 with probability Rate in training and multiplies
// the others by 1/(1−Rate), so that their mean stays; in use it does nothing
// (Srivastava et al. 2014, scaled in training).
//
// Input: any shape. Output: the same. Usual rates are 0.2 for inputs and 0.5 for
// hidden layers.
//
// Compile fails unless 0 ≤ Rate < 1.
type Dropout struct {
	Rate float64 // the part that is dropped, default 0
}

// GaussianDropout multiplies each value by a normal number with mean 1 and
// variance Rate/(1−Rate) in training, the variance that [Dropout] has; in use it
// does nothing (Srivastava et al. 2014, section 10).
//
// Input: any shape. Output: the same.
//
// Compile fails unless 0 ≤ Rate < 1.
type GaussianDropout struct {
	Rate float64 // default 0
}

// GaussianNoise adds a normal number with mean 0 and standard deviation Std to
// each value in training; in use it does nothing.
//
// Input: any shape, best of variance 1. Output: the same. Usual values of Std are
// 0.01 to 0.3.
//
// Compile fails if Std is negative or not a number.
type GaussianNoise struct {
	Std float64 // default 0
}

func init() {
	Register("Dropout", Dropout{})
	Register("GaussianDropout", GaussianDropout{})
	Register("GaussianNoise", GaussianNoise{})
}

// checkRate fails unless a dropout rate is in range.
func checkRate(rate float64) error {
	if !(rate >= 0 && rate < 1) || float32(rate) == 1 {
		return fmt.Errorf("Rate is %g, want at least 0 and below 1", rate)
	}
	return nil
}

// Build implements [Layer].
func (d Dropout) Build(in []tensor.Shape) (Op, error) {
	return buildNoise(in, checkRate(d.Rate), float32(d.Rate), kernel.Dropout, true)
}

// Build implements [Layer].
func (d GaussianDropout) Build(in []tensor.Shape) (Op, error) {
	std := float32(math.Sqrt(d.Rate / (1 - d.Rate)))
	return buildNoise(in, checkRate(d.Rate), std, kernel.MulNormalNoise, true)
}

// Build implements [Layer].
func (g GaussianNoise) Build(in []tensor.Shape) (Op, error) {
	var err error
	if !(g.Std >= 0 && g.Std <= math.MaxFloat32) {
		err = fmt.Errorf("Std is %g, want a number of at least 0", g.Std)
	}
	return buildNoise(in, err, float32(g.Std), kernel.AddNormalNoise, false)
}
