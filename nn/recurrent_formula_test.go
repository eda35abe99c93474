package nn_test

import (
	"math"

	"github.com/goodfit-ml/goodfit/nn/nntest"
)

// recurrence is a recurrent layer in float64: one step after the other, one unit
// after the other.
type recurrence struct {
	steps, features, units int
	gates                  int
	cell, gate             func(float64) float64
	before                 bool // a GRU with the reset gate before the product
	sequences, state, back bool
	prefix                 string      // of the parameters' names
	mask                   [][]float64 // by row and step; nil: all count
	in, fed                [][]float64 // factors of inputs and state by row; nil: none
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// ref is the formula for a batch.
func (c recurrence) ref() nntest.Ref {
	return func(params map[string][]float64, rows int, in ...[]float64) (out []float64) {
		for r := range rows {
			h, s := make([]float64, c.units), make([]float64, c.units)
			if len(in) > 1 {
				copy(h, in[1][r*c.units:(r+1)*c.units])
			}
			if len(in) > 2 {
				copy(s, in[2][r*c.units:(r+1)*c.units])
			}
			for t := range c.steps {
				at := t
				if c.back {
					at = c.steps - 1 - t
				}
				x := in[0][(r*c.steps+at)*c.features:][:c.features]
				if c.mask == nil || c.mask[r][at] != 0 {
					h, s = c.step(params, r, x, h, s)
				}
				if c.sequences || t == c.steps-1 {
					out = append(out, h...)
					if c.state && c.gates == 4 {
						out = append(out, s...)
					}
				}
			}
		}
		return out
	}
}

// step returns the states after one step of one row.
func (c recurrence) step(params map[string][]float64, r int, x, h, s []float64) (h2, s2 []float64) {
	fed := make([]float64, c.units)
	for j, v := range h {
		fed[j] = v
		if c.fed != nil {
			fed[j] *= c.fed[r][j]
		}
	}
	dropped := make([]float64, len(x))
	for j, v := range x {
		dropped[j] = v
		if c.in != nil {
			dropped[j] *= c.in[r][j]
		}
	}
	w, u, b := params[c.prefix+"kernel"], params[c.prefix+"recurrent_kernel"], params[c.prefix+"bias"]
	width := c.gates * c.units
	product := func(from, weights []float64, k int) (sum float64) {
		for i, v := range from {
			sum += v * weights[i*width+k]
		}
		return sum
	}
	bias := func(k int) float64 {
		if k < len(b) {
			return b[k]
		}
		return 0
	}
	inSum := func(k int) float64 { return product(dropped, w, k) + bias(k) }
	stateSum := func(from []float64, k int) float64 {
		if c.gates == 3 {
			return product(from, u, k) + bias(width+k)
		}
		return product(from, u, k)
	}
	n := c.units
	h2, s2 = make([]float64, n), make([]float64, n)
	reset := make([]float64, n)
	if c.gates == 3 {
		for j := range n {
			reset[j] = c.gate(inSum(n+j) + stateSum(fed, n+j))
		}
	}
	for j := range n {
		switch c.gates {
		case 1:
			h2[j] = c.cell(inSum(j) + stateSum(fed, j))
		case 3:
			z := c.gate(inSum(j) + stateSum(fed, j))
			candidate := reset[j] * stateSum(fed, 2*n+j)
			if c.before {
				through := make([]float64, n)
				for i := range n {
					through[i] = reset[i] * fed[i]
				}
				candidate = product(through, u, 2*n+j)
			}
			h2[j] = z*h[j] + (1-z)*c.cell(inSum(2*n+j)+candidate)
		case 4:
			i, f := c.gate(inSum(j)+stateSum(fed, j)), c.gate(inSum(n+j)+stateSum(fed, n+j))
			g, o := c.cell(inSum(2*n+j)+stateSum(fed, 2*n+j)), c.gate(inSum(3*n+j)+stateSum(fed, 3*n+j))
			s2[j] = f*s[j] + i*g
			h2[j] = o * c.cell(s2[j])
		}
	}
	return h2, s2
}
