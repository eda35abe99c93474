package nntest

import (
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Ref is a layer's formula in float64, for a whole batch: from the parameters by
// name and the inputs, each with the given number of rows one after the other, to
// the output. It must not change what it gets.
type Ref func(params map[string][]float64, rows int, in ...[]float64) []float64

// PerExample returns the formula of a layer that treats every row alone from the
// formula for one row.
func PerExample(f func(params map[string][]float64, in ...[]float64) []float64) Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) (out []float64) {
		row := make([][]float64, len(in))
		for r := range rows {
			for k, x := range in {
				n := len(x) / rows
				row[k] = x[r*n : (r+1)*n]
			}
			out = append(out, f(params, row...)...)
		}
		return out
	}
}

// PerValue returns the formula of a layer with one input that treats every value
// alone.
func PerValue(f func(x float64) float64) Ref {
	return func(_ map[string][]float64, _ int, in ...[]float64) []float64 {
		out := make([]float64, len(in[0]))
		for i, x := range in[0] {
			out[i] = f(x)
		}
		return out
	}
}

// Case is what [Check] checks: a layer and what it promises.
type Case struct {
	Layer nn.Layer
	In    []tensor.Shape // of the inputs, one row each
	Out   tensor.Shape   // of the output

	// Ref is the formula in training.
	Ref Ref
	// Infer is the formula in use; nil: Ref. A frozen layer that gathers statistics
	// computes it in training.
	Infer Ref
	// Stats is the formula of the statistics after one pass in training, by name:
	// for layers that gather any.
	Stats func(params map[string][]float64, rows int, in ...[]float64) map[string][]float64

	// Random is for layers that draw random numbers in training, in the place of
	// Ref: the formula for the numbers of one pass, which p.Uniform and p.Normal
	// draw again.
	Random func(p *nn.Pass) Ref
	// Mean is the formula of the mean of a random layer's output over the keys;
	// nil: Infer.
	Mean Ref

	// Rows is the number of rows of the batch; 0 means 5.
	Rows int
	// Inputs, if set, changes input k's values, drawn from the standard normal
	// distribution, as to move them into a range. Where the formula has a kink, Check
	// itself draws others.
	Inputs func(k int, x []float32)
	// Indices says that the inputs are whole numbers, as those of an embedding,
	// which Inputs makes; their gradients are 0.
	Indices bool
	// NoEffect names parameters that cancel out of the output: their gradients are 0.
	NoEffect []string
	// Masks, if set, gives the mask of input k's row: a one or zero for each step;
	// nil where every step counts, for all rows or none.
	Masks func(k, row int) []float32
	// Params, if set, changes the values of a parameter: weights are drawn from a normal
	// distribution of standard deviation 0.5, statistics from 0.5 up.
	Params func(name string, x []float32)
	// Tolerance is the largest error of a value or gradient, relative to the largest
	// of its array, or to 0.1 where that is more; 0 means 1e-5, some hundred
	// roundings. At most 1e-4.
	Tolerance float64
}

// rows returns the number of rows that takes effect.
func (c *Case) rows() int {
	if c.Rows == 0 {
		return 5
	}
	return c.Rows
}

// tolerance returns the tolerance that takes effect.
func (c *Case) tolerance() float64 {
	if c.Tolerance == 0 {
		return 1e-5
	}
	return min(c.Tolerance, 1e-4)
}

// training returns the formula in training for the numbers of pass p.
func (c *Case) training(p *nn.Pass) Ref {
	if c.Random != nil {
		return c.Random(p)
	}
	return c.Ref
}

// use returns the formula in use.
func (c *Case) use() Ref {
	if c.Infer == nil {
		return c.Ref
	}
	return c.Infer
}
