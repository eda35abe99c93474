package nn_test

import (
	"fmt"
	"testing"

	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// torchSequence is one pass of a recurrent layer of PyTorch; see
// testdata/make_recurrent.py. Lists of directions have one or two entries.
type torchSequence struct {
	Kind                         string
	Both                         bool
	Lengths                      []int
	Steps, Features, Units, Rows int
	X, Out, Dout, Dx             []float64
	Start, Last, Dlast, Dstart   [][][]float64 // by direction and state
	Weights, Dweights            []map[string][]float64
}

// layer is the goodfit layer that returns all that PyTorch does.
func (c *torchSequence) layer() nn.Layer {
	var l nn.Layer
	switch c.Kind {
	case "rnn":
		l = nn.SimpleRNN{Units: c.Units, ReturnSequences: true}
	case "gru":
		l = nn.GRU{Units: c.Units, ReturnSequences: true}
	default:
		l = nn.LSTM{Units: c.Units, ReturnSequences: true, ReturnState: true}
	}
	if c.Both {
		return nn.Bidirectional{Layer: l}
	}
	return l
}

// mask is nil where all rows have all steps.
func (c *torchSequence) mask() []float32 {
	if len(c.Lengths) == 0 {
		return nil
	}
	mask := make([]float32, c.Rows*c.Steps)
	for r, n := range c.Lengths {
		for t := range n {
			mask[r*c.Steps+t] = 1
		}
	}
	return mask
}

// counts reports whether a step is not padding.
func (c *torchSequence) counts(r, t int) bool { return len(c.Lengths) == 0 || t < c.Lengths[r] }

// at returns the place of unit j of a state of a direction in the layer's output,
// and final reports whether step t is the last of the direction.
func (c *torchSequence) at(r, t, way, state, j int) int {
	states, ways := len(c.Start[0]), len(c.Start)
	return (((r*c.Steps+t)*ways+way)*states+state)*c.Units + j
}

// final is the last step of a direction.
func (c *torchSequence) final(way int) int {
	if way == 1 {
		return 0
	}
	return c.Steps - 1
}

// gradient lays out the gradients of outputs and last states as that of the
// layer's output.
func (c *torchSequence) gradient() []float32 {
	ways, states := len(c.Start), len(c.Start[0])
	d := make([]float32, c.Rows*c.Steps*ways*states*c.Units)
	for r := range c.Rows {
		for way := range ways {
			for j := range c.Units {
				for t := range c.Steps {
					if c.counts(r, t) {
						d[c.at(r, t, way, 0, j)] = float32(c.Dout[((r*c.Steps+t)*ways+way)*c.Units+j])
					}
				}
				for k := range states {
					d[c.at(r, c.final(way), way, k, j)] += float32(c.Dlast[way][k][r*c.Units+j])
				}
			}
		}
	}
	return d
}

// outputs picks PyTorch's outputs and last states from the layer's output.
func (c *torchSequence) outputs(out []float32) (sequence []float32, last [][][]float32) {
	ways, states := len(c.Start), len(c.Start[0])
	sequence, last = make([]float32, len(c.Out)), make([][][]float32, ways)
	for way := range ways {
		last[way] = make([][]float32, states)
		for k := range states {
			last[way][k] = make([]float32, c.Rows*c.Units)
		}
		for r := range c.Rows {
			for j := range c.Units {
				for t := range c.Steps {
					if c.counts(r, t) {
						sequence[((r*c.Steps+t)*ways+way)*c.Units+j] = out[c.at(r, t, way, 0, j)]
					}
				}
				for k := range states {
					last[way][k][r*c.Units+j] = out[c.at(r, c.final(way), way, k, j)]
				}
			}
		}
	}
	return sequence, last
}

// pass makes a pass of the case.
func (c *torchSequence) pass(t *testing.T) *sequencePass {
	in := []tensor.Shape{{c.Steps, c.Features}}
	for _, way := range c.Start {
		for range way {
			in = append(in, tensor.Shape{c.Units})
		}
	}
	s := newSequencePass(t, c.layer(), c.Rows, in, c.mask(), nil)
	copy(s.pass.In[0], float32s(c.X))
	k := 1
	for _, way := range c.Start {
		for _, x := range way {
			copy(s.pass.In[k], float32s(x))
			k++
		}
	}
	for k, p := range s.op.Params() {
		copy(p.Value, float32s(c.Weights[k/3][[]string{"kernel", "recurrent_kernel", "bias"}[k%3]]))
	}
	copy(s.pass.DOut, c.gradient())
	return s
}

// The tolerance is that of float32 sums of some ten numbers through up to twelve
// steps, relative to the largest.
func TestRecurrentAgainstTorch(t *testing.T) {
	const tolerance = 3e-6
	var all struct{ Cases []torchSequence }
	readFixture(t, "recurrent.json", &all)
	for i := range all.Cases {
		c := &all.Cases[i]
		t.Run(fmt.Sprintf("%s,both=%t,lengths=%v,steps=%d", c.Kind, c.Both, c.Lengths, c.Steps), func(t *testing.T) {
			s := c.pass(t)
			s.run()
			sequence, last := c.outputs(s.pass.Out)
			near(t, "outputs", sequence, c.Out, tolerance)
			near(t, "gradient of the inputs", s.pass.DIn[0], c.Dx, tolerance)
			for way := range c.Start {
				for k := range c.Start[way] {
					near(t, "last state", last[way][k], c.Last[way][k], tolerance)
					near(t, "gradient of the first state", s.pass.DIn[1+way*len(c.Start[0])+k], c.Dstart[way][k], tolerance)
				}
				for k, name := range []string{"kernel", "recurrent_kernel", "bias"} {
					near(t, "gradient of "+name, s.pass.Grads[3*way+k], c.Dweights[way][name], tolerance)
				}
			}
		})
	}
}
