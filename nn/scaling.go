package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// scaling is the part γ·x̂ + β of a normalization, by feature, each of γ and β
// there or left out.
type scaling struct {
	params      []*Param
	gamma, beta int       // places in params; −1: left out
	ones, zeros []float32 // in the place of what is left out; never written
}

// scalingFields are the fields of a description that concern γ or β.
type scalingFields struct {
	leftOut    bool
	init       Init
	penalty    Penalty
	constraint Constraint
}

func newScaling(features int, gamma, beta scalingFields) scaling {
	s := scaling{gamma: -1, beta: -1}
	if gamma.leftOut {
		s.ones = make([]float32, features)
		for i := range s.ones {
			s.ones[i] = 1
		}
	} else {
		s.gamma = s.add("gamma", features, gamma, Ones)
	}
	if beta.leftOut {
		s.zeros = make([]float32, features)
	} else {
		s.beta = s.add("beta", features, beta, Zeros)
	}
	return s
}

func (s *scaling) add(name string, features int, f scalingFields, init Init) (place int) {
	s.params = append(s.params, &Param{Name: name, Shape: tensor.Shape{features},
		Init: f.init.or(init), Penalty: f.penalty, Constraint: f.constraint})
	return len(s.params) - 1
}

// values returns γ and β.
func (s *scaling) values() (gamma, beta []float32) {
	gamma, beta = s.ones, s.zeros
	if s.gamma >= 0 {
		gamma = s.params[s.gamma].Value
	}
	if s.beta >= 0 {
		beta = s.params[s.beta].Value
	}
	return gamma, beta
}

// gradients returns where the gradients of γ and β go: into work, two rows of
// features, where they are not wanted.
func (s *scaling) gradients(p *Pass, work []float32) (gamma, beta []float32) {
	n := len(work) / 2
	gamma, beta = work[:n], work[n:]
	if s.gamma >= 0 && p.Grads[s.gamma] != nil {
		gamma = p.Grads[s.gamma]
	}
	if s.beta >= 0 && p.Grads[s.beta] != nil {
		beta = p.Grads[s.beta]
	}
	return gamma, beta
}

// epsilonOf returns the small number that is added to a variance.
func epsilonOf(epsilon float64) (float32, error) {
	if epsilon == 0 {
		epsilon = 1e-3
	}
	if !(epsilon >= 0x1p-126 && epsilon <= math.MaxFloat32) {
		return 0, fmt.Errorf("Epsilon is %g, want a number above 0", epsilon)
	}
	return float32(epsilon), nil
}
