package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Dot is the inner product of two inputs, Σ x₁·x₂ for each row: how alike two
// branches of a twin network are. With Normalize it is their cosine,
// Σ x₁·x₂ / (‖x₁‖·‖x₂‖), with 10⁻⁶ in the place of a smaller norm.
//
// Inputs: two of one shape with one axis. Output: (1).
//
// Compile fails on other inputs.
type Dot struct {
	Normalize bool
}

func init() { Register("Dot", Dot{}) }

// leastNorm is the square root of what Keras adds nothing below, 10⁻¹².
const leastNorm = 1e-6

// Build implements [Layer].
func (d Dot) Build(in []tensor.Shape) (Op, error) {
	if err := wantInputs(in, 2); err != nil {
		return nil, err
	}
	if len(in[0]) != 1 || !in[0].Equal(in[1]) {
		return nil, fmt.Errorf("inputs have shapes %v and %v, want the same with one axis", in[0], in[1])
	}
	return &dotOp{stateless{tensor.Shape{1}}, in[0][0], d.Normalize}, nil
}

type dotOp struct {
	stateless
	features  int
	normalize bool
}

// Scratch keeps both norms of each row for the gradient.
func (d *dotOp) Scratch(rows int, mode Mode) (keep, work int) {
	if d.normalize && mode == Train {
		keep = 2 * rows
	}
	return keep, 0
}

func (d *dotOp) Forward(p *Pass) {
	for r := range p.Rows {
		a, b := d.row(p.In[0], r), d.row(p.In[1], r)
		y := kernel.Dot(a, b)
		if d.normalize {
			na, nb := norm(a), norm(b)
			y = y / na / nb
			if len(p.Keep) > 0 {
				p.Keep[2*r], p.Keep[2*r+1] = na, nb
			}
		}
		p.Out[r] = y
	}
}

func (d *dotOp) row(x []float32, r int) []float32 { return x[r*d.features : (r+1)*d.features] }

func norm(x []float32) float32 {
	return max(float32(math.Sqrt(float64(kernel.SumSquares(x)))), leastNorm)
}

// Backward of the cosine c is dy·(b/‖b‖ − c·a/‖a‖)/‖a‖ for a, and the same for b
// with a and b exchanged. A norm at its floor does not depend on its vector.
func (d *dotOp) Backward(p *Pass) {
	for k, dx := range p.DIn {
		if dx == nil {
			continue
		}
		for r, dy := range p.DOut {
			own, other, to := d.row(p.In[k], r), d.row(p.In[1-k], r), d.row(dx, r)
			if !d.normalize {
				kernel.Scale(to, other, dy)
				continue
			}
			n, m := p.Keep[2*r+k], p.Keep[2*r+1-k]
			kernel.Scale(to, other, dy/m/n)
			if n > leastNorm {
				kernel.AddScaled(to, to, -dy*p.Out[r]/n/n, own)
			}
		}
	}
}
