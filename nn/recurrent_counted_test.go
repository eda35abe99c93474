package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// padded are masks of rows×steps: padding behind, before, on both sides, holes in
// every row at once, one step, none.
func padded(rows, steps int) map[string][]float32 {
	between := func(from, to int) []float32 {
		mask := make([]float32, rows*steps)
		for r := range rows {
			for t := from; t < to; t++ {
				mask[r*steps+t] = 1
			}
		}
		return mask
	}
	holes := between(3, steps-2)
	for r := range rows {
		clear(holes[r*steps+4 : r*steps+6])
		holes[r*steps+7+r%2] = 0
	}
	random := make([]float32, rows*steps)
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range random {
		if t := i % steps; t > 1 && t < steps-3 && rng.IntN(3) == 0 {
			random[i] = 1
		}
	}
	staircase := between(0, steps)
	for r := range rows {
		clear(staircase[r*steps+2+r%4 : (r+1)*steps])
	}
	return map[string][]float32{"behind": between(0, 5), "before": between(6, steps), "both": between(4, 6), "holes": holes,
		"random": random, "staircase": staircase, "one": between(steps-1, steps), "none": between(0, 0), "all": between(0, steps)}
}

// Steps that no row counts are left out, and everything has the bits that it has
// beside a row that counts all steps, because of which none are: that row's output
// has no gradient, so that it adds nothing to those of the weights.
func TestRecurrentCountedSteps(t *testing.T) {
	const rows, steps, features, units = 5, 20, 3, 18
	state, x := tensor.Shape{units}, tensor.Shape{steps, features}
	for _, c := range []struct {
		layer nn.Layer
		in    []tensor.Shape
	}{
		{nn.SimpleRNN{Units: units, ReturnSequences: true}, []tensor.Shape{x, state}},
		{nn.SimpleRNN{Units: units, GoBackwards: true, Dropout: 0.3, RecurrentDropout: 0.3}, []tensor.Shape{x}},
		{nn.LSTM{Units: units, ReturnSequences: true, ReturnState: true}, []tensor.Shape{x, state, state}},
		{nn.LSTM{Units: units, Activation: act.Swish, GoBackwards: true, ReturnSequences: true}, []tensor.Shape{x}},
		{nn.LSTM{Units: units}, []tensor.Shape{x, state, state}},
		{nn.GRU{Units: units, RecurrentDropout: 0.3, ReturnSequences: true}, []tensor.Shape{x, state}},
		{nn.GRU{Units: units, ResetBefore: true}, []tensor.Shape{x, state}},
		{nn.Bidirectional{Layer: nn.GRU{Units: units, ReturnSequences: true}}, []tensor.Shape{x}},
		{nn.Bidirectional{Layer: nn.LSTM{Units: units}, Merge: nn.MergeMul}, []tensor.Shape{x}},
	} {
		for name, mask := range padded(rows, steps) {
			for _, level := range kernel.Levels() {
				t.Run(fmt.Sprintf("%T/%s/%v", c.layer, name, level), func(t *testing.T) {
					defer kernel.Use(level)()
					got := newSequencePass(t, c.layer, rows, c.in, mask, nil)
					want := beside(t, got, c.layer, c.in)
					soil(got.pass)
					got.run()
					want.run()
					sameAs(t, "output", got.pass.Out, want.pass.Out)
					for k, d := range got.pass.DIn {
						sameAs(t, fmt.Sprint("gradient of input ", k+1), d, want.pass.DIn[k])
					}
					for k, d := range got.pass.Grads {
						sameAs(t, "gradient of "+got.op.Params()[k].Name, d, want.pass.Grads[k])
					}
					again := *got.pass
					inUse(got.op, &again)
					whole := *want.pass
					inUse(want.op, &whole)
					sameAs(t, "output in use", again.Out, whole.Out)
				})
			}
		}
	}
}

// beside returns a pass of the same weights and rows and another row, all of whose
// steps count and whose output has the gradient 0.
func beside(t *testing.T, s *sequencePass, l nn.Layer, in []tensor.Shape) *sequencePass {
	mask := append([]float32(nil), s.pass.Masks[0]...)
	for range in[0][0] {
		mask = append(mask, 1)
	}
	other := newSequencePass(t, l, s.pass.Rows+1, in, mask, nil)
	for k, p := range s.op.Params() {
		copy(other.op.Params()[k].Value, p.Value)
	}
	for k, x := range s.pass.In {
		copy(other.pass.In[k], x)
	}
	clear(other.pass.DOut)
	copy(other.pass.DOut, s.pass.DOut)
	return other
}

// soil fills the memory of a pass as if other batches had used it.
func soil(p *nn.Pass) {
	for _, memory := range append([][]float32{p.Out, p.Keep, p.Work}, p.DIn...) {
		for i := range memory {
			memory[i] = float32(math.NaN())
		}
	}
}

// inUse makes p a pass in use and runs it forward.
func inUse(op nn.Op, p *nn.Pass) {
	_, work := op.Scratch(p.Rows, nn.Infer)
	p.Mode, p.Out, p.Keep, p.Work = nn.Infer, make([]float32, len(p.Out)), nil, make([]float32, work)
	op.(nn.Preparer).Prepare(p)
	op.Forward(p)
}

// sameAs reports the first of x whose bits differ from those of the longer y.
func sameAs(t *testing.T, what string, x, y []float32) {
	t.Helper()
	for i, v := range x {
		if math.Float32bits(v) != math.Float32bits(y[i]) {
			t.Fatalf("%s: %g at %d, want %g", what, v, i, y[i])
		}
	}
}

// A batch of few counted steps makes the same step as one that was cut to them.
func TestRecurrentCutToCounted(t *testing.T) {
	const rows, steps, features, units, long = 4, 5, 3, 6, 23
	for _, l := range []nn.Layer{nn.SimpleRNN{Units: units}, nn.LSTM{Units: units}, nn.GRU{Units: units}, nn.Bidirectional{Layer: nn.LSTM{Units: units}}} {
		mask := make([]float32, rows*long)
		for r := range rows {
			for t := range steps {
				mask[r*long+9+t] = 1
			}
		}
		short := newSequencePass(t, l, rows, []tensor.Shape{{steps, features}}, nil, nil)
		padded := newSequencePass(t, l, rows, []tensor.Shape{{long, features}}, mask, nil)
		for k, p := range short.op.Params() {
			copy(padded.op.Params()[k].Value, p.Value)
		}
		copy(padded.pass.DOut, short.pass.DOut)
		for r := range rows {
			copy(padded.pass.In[0][(r*long+9)*features:], short.pass.In[0][r*steps*features:][:steps*features])
		}
		soil(padded.pass)
		short.run()
		padded.run()
		sameAs(t, "output", short.pass.Out, padded.pass.Out)
		for k, d := range short.pass.Grads {
			sameAs(t, "gradient of "+short.op.Params()[k].Name, d, padded.pass.Grads[k])
		}
		for r := range rows {
			sameAs(t, "gradient of the input", short.pass.DIn[0][r*steps*features:][:steps*features], padded.pass.DIn[0][(r*long+9)*features:])
			sameAs(t, "gradient of the padding", make([]float32, 9*features), padded.pass.DIn[0][r*long*features:])
		}
	}
}

// BenchmarkRecurrentPadded is a step of training on 64 rows of 200 steps, of which
// a mask counts so many in the middle.
func BenchmarkRecurrentPadded(b *testing.B) {
	const rows, steps, features, units = 64, 200, 32, 64
	for _, l := range []nn.Layer{nn.SimpleRNN{Units: units}, nn.LSTM{Units: units}, nn.GRU{Units: units},
		nn.Bidirectional{Layer: nn.LSTM{Units: units, ReturnSequences: true}}} {
		for _, counted := range []int{200, 100, 50, 10} {
			b.Run(fmt.Sprintf("%T/%d", l, counted), func(b *testing.B) {
				mask := make([]float32, rows*steps)
				for i := range mask {
					if first := (steps - counted) / 2; i%steps >= first && i%steps < first+counted {
						mask[i] = 1
					}
				}
				s := newSequencePass(b, l, rows, []tensor.Shape{{steps, features}}, mask, nil)
				for b.Loop() {
					s.run()
				}
			})
		}
	}
}
