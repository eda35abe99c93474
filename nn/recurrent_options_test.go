package nn_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/nn/nntest"
	"github.com/goodfit-ml/goodfit/tensor"
)

// factors draws the dropout of a stream again: rows of n factors.
func factors(p *nn.Pass, n int, rate float64, stream uint64) [][]float64 {
	u := make([]float32, p.Rows*n)
	p.Uniform(u, stream)
	list := make([][]float64, p.Rows)
	for r := range list {
		for _, v := range u[r*n : (r+1)*n] {
			f := 1 / (1 - rate)
			if float64(v) < rate {
				f = 0
			}
			list[r] = append(list[r], f)
		}
	}
	return list
}

// The same parts are dropped at every step, of the inputs and of the state, and
// nothing in use.
func TestRecurrentDropout(t *testing.T) {
	const in, state = 0.4, 0.3
	for _, c := range []struct {
		layer     nn.Layer
		ref       recurrence
		in, state float64
	}{
		{nn.SimpleRNN{Units: recUnits, Dropout: in, RecurrentDropout: state, ReturnSequences: true}, plain(1), in, state},
		{nn.LSTM{Units: recUnits, Dropout: in, RecurrentDropout: state, ReturnSequences: true}, plain(4), in, state},
		{nn.GRU{Units: recUnits, Dropout: in, RecurrentDropout: state, ReturnSequences: true}, plain(3), in, state},
		{nn.GRU{Units: recUnits, Dropout: in, RecurrentDropout: state, ReturnSequences: true, ResetBefore: true},
			with(plain(3), func(c *recurrence) { c.before = true }), in, state},
		{nn.LSTM{Units: recUnits, Dropout: in, ReturnSequences: true}, plain(4), in, 0},
		{nn.GRU{Units: recUnits, RecurrentDropout: state, ReturnSequences: true}, plain(3), 0, state},
	} {
		c.ref.sequences = true
		random := func(p *nn.Pass) nntest.Ref {
			ref := c.ref
			if c.in > 0 {
				ref.in = factors(p, recFeatures, c.in, 0)
			}
			if c.state > 0 {
				ref.fed = factors(p, recUnits, c.state, 1)
			}
			return ref.ref()
		}
		nntest.Check(t, nntest.Case{Layer: c.layer, In: []tensor.Shape{{recSteps, recFeatures}}, Out: c.ref.shape(), Infer: c.ref.ref(),
			Random: random, Mean: c.ref.mean(c.in, c.state)})
	}
}

// mean is the formula of the mean over all that dropout may leave: as many parts
// as there are, each left out or not.
func (c recurrence) mean(in, state float64) nntest.Ref {
	return func(params map[string][]float64, rows int, inputs ...[]float64) []float64 {
		sum := make([]float64, rows*c.shape().Size())
		for choice := range 1 << (c.features + c.units) {
			probability := 1.0
			part := func(n, shift int, rate float64) [][]float64 {
				row := make([]float64, n)
				for j := range row {
					if choice>>(shift+j)&1 == 0 {
						probability *= rate
					} else {
						probability *= 1 - rate
						row[j] = 1 / (1 - rate)
					}
				}
				list := make([][]float64, rows)
				for r := range list {
					list[r] = row
				}
				return list
			}
			drawn := c
			drawn.in, drawn.fed = part(c.features, 0, in), part(c.units, c.features, state)
			if probability == 0 {
				continue
			}
			for i, v := range drawn.ref()(params, rows, inputs...) {
				sum[i] += probability * v
			}
		}
		return sum
	}
}

// sequencePass is a batch through an op, and the formula's values beside it.
type sequencePass struct {
	op     nn.Op
	pass   *nn.Pass
	params map[string][]float64
	in     [][]float64
	dout   []float64
}

// newSequencePass builds a layer for shapes and fills parameters and inputs with
// numbers of either sign.
func newSequencePass(t testing.TB, l nn.Layer, rows int, in []tensor.Shape, mask []float32, runner kernel.Runner) *sequencePass {
	t.Helper()
	op, err := l.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 8))
	draw := func(n int, scale float64) ([]float32, []float64) {
		x, y := make([]float32, n), make([]float64, n)
		for i := range x {
			x[i] = float32(scale * rng.NormFloat64())
			y[i] = float64(x[i])
		}
		return x, y
	}
	keep, work := op.Scratch(rows, nn.Train)
	s := &sequencePass{op: op, params: map[string][]float64{}}
	s.pass = &nn.Pass{Rows: rows, Mode: nn.Train, Out: make([]float32, rows*op.Out().Size()), Keep: make([]float32, keep),
		Work: make([]float32, work), Masks: make([][]float32, len(in)), Runner: runner}
	s.pass.Masks[0] = mask
	for _, p := range op.Params() {
		if p.Statistic {
			p.Value = make([]float32, p.Shape.Size())
			s.pass.Grads = append(s.pass.Grads, nil)
			continue
		}
		p.Value, s.params[p.Name] = draw(p.Shape.Size(), 0.5)
		s.pass.Grads = append(s.pass.Grads, make([]float32, p.Shape.Size()))
	}
	for _, shape := range in {
		x, y := draw(rows*shape.Size(), 1)
		s.pass.In, s.in = append(s.pass.In, x), append(s.in, y)
		s.pass.DIn = append(s.pass.DIn, make([]float32, len(x)))
	}
	s.pass.DOut, s.dout = draw(len(s.pass.Out), 1)
	if op, ok := op.(nn.Preparer); ok {
		op.Prepare(s.pass)
	}
	return s
}

func (s *sequencePass) run() {
	s.op.Forward(s.pass)
	s.op.Backward(s.pass)
}

// compare compares outputs with a formula and gradients with its differences at a
// step of 1e-5, whose error is some 1e-9.
func (s *sequencePass) compare(t *testing.T, ref nntest.Ref) {
	t.Helper()
	const tolerance = 1e-5 // some hundred roundings of float32
	s.run()
	near(t, "output", s.pass.Out, ref(s.params, s.pass.Rows, s.in...), tolerance)
	loss := func() (sum float64) {
		for i, v := range ref(s.params, s.pass.Rows, s.in...) {
			sum += v * s.dout[i]
		}
		return sum
	}
	gradient := func(x []float64) []float64 {
		const h = 1e-5
		d := make([]float64, len(x))
		for i, v := range x {
			x[i] = v + h
			up := loss()
			x[i] = v - h
			d[i] = (up - loss()) / (2 * h)
			x[i] = v
		}
		return d
	}
	for k, x := range s.in {
		near(t, fmt.Sprintf("gradient of input %d", k+1), s.pass.DIn[k], gradient(x), tolerance)
	}
	for k, p := range s.op.Params() {
		if !p.Statistic {
			near(t, "gradient of "+p.Name, s.pass.Grads[k], gradient(s.params[p.Name]), tolerance)
		}
	}
}

// A step that the mask leaves out keeps the states and repeats the output,
// wherever it stands.
func TestRecurrentMasks(t *testing.T) {
	mask := []float32{1, 1, 1, 1 /**/, 1, 1, 0, 0 /**/, 0, 1, 0, 1 /**/, 0, 0, 0, 0}
	byRow := make([][]float64, 4)
	for i, v := range mask {
		byRow[i/recSteps] = append(byRow[i/recSteps], float64(v))
	}
	x, state := tensor.Shape{recSteps, recFeatures}, tensor.Shape{recUnits}
	usual := func(c recurrence, states bool) recurrence {
		c.mask, c.sequences, c.state = byRow, true, states
		return c
	}
	for _, c := range []struct {
		layer nn.Layer
		in    []tensor.Shape
		ref   recurrence
	}{
		{nn.SimpleRNN{Units: recUnits, ReturnSequences: true}, []tensor.Shape{x, state}, usual(plain(1), false)},
		{nn.LSTM{Units: recUnits, ReturnSequences: true, ReturnState: true}, []tensor.Shape{x, state, state}, usual(plain(4), true)},
		{nn.LSTM{Units: recUnits}, []tensor.Shape{x}, with(plain(4), func(c *recurrence) { c.mask = byRow })},
		{nn.LSTM{Units: recUnits, Activation: act.Swish, GoBackwards: true}, []tensor.Shape{x},
			with(plain(4), func(c *recurrence) { c.mask, c.cell, c.back = byRow, swish, true })},
		{nn.GRU{Units: recUnits, ReturnSequences: true}, []tensor.Shape{x, state}, usual(plain(3), false)},
		{nn.GRU{Units: recUnits, Activation: act.Swish}, []tensor.Shape{x}, with(plain(3), func(c *recurrence) { c.mask, c.cell = byRow, swish })},
		{nn.GRU{Units: recUnits, ReturnSequences: true, ResetBefore: true}, []tensor.Shape{x, state},
			with(usual(plain(3), false), func(c *recurrence) { c.before = true })},
	} {
		t.Run(fmt.Sprintf("%+v", c.layer), func(t *testing.T) {
			newSequencePass(t, c.layer, 4, c.in, mask, nil).compare(t, c.ref.ref())
		})
	}
}

// pair runs parts on two goroutines.
type pair struct{}

func (pair) Width() int { return 2 }

func (pair) Run(n int, task kernel.Task) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { task.Part(i, n) })
	}
	group.Wait()
}

// The bits are the same at every level and on any number of threads, for sizes
// that are shared out.
func TestRecurrentBits(t *testing.T) {
	const rows, steps, features, units = 21, 9, 7, 70
	for _, l := range []nn.Layer{nn.SimpleRNN{Units: units, ReturnSequences: true}, nn.LSTM{Units: units, RecurrentDropout: 0.2},
		nn.GRU{Units: units, ReturnSequences: true}, nn.GRU{Units: units, ResetBefore: true},
		nn.Bidirectional{Layer: nn.LSTM{Units: units, ReturnSequences: true}, Merge: nn.MergeMul}} {
		var want *sequencePass
		for _, level := range kernel.Levels() {
			for _, runner := range []kernel.Runner{nil, pair{}} {
				restore := kernel.Use(level)
				got := newSequencePass(t, l, rows, []tensor.Shape{{steps, features}}, nil, runner)
				got.run()
				restore()
				if want == nil {
					want = got
				}
				for k, x := range append([][]float32{got.pass.Out, got.pass.DIn[0]}, got.pass.Grads...) {
					y := append([][]float32{want.pass.Out, want.pass.DIn[0]}, want.pass.Grads...)[k]
					for i := range x {
						if math.Float32bits(x[i]) != math.Float32bits(y[i]) {
							t.Fatalf("%T at level %v with runner %v: array %d has %g at %d, want %g", l, level, runner, k, x[i], i, y[i])
						}
					}
				}
			}
		}
	}
}

// Long sequences go through the buffers in use as they do in training.
func TestRecurrentUseInPieces(t *testing.T) {
	const rows, steps = 3, 50
	for _, l := range []nn.Layer{nn.SimpleRNN{Units: recUnits, ReturnSequences: true}, nn.LSTM{Units: recUnits, ReturnSequences: true, ReturnState: true},
		nn.GRU{Units: recUnits, GoBackwards: true}, nn.Bidirectional{Layer: nn.GRU{Units: recUnits, ReturnSequences: true}}} {
		s := newSequencePass(t, l, rows, []tensor.Shape{{steps, recFeatures}}, nil, nil)
		s.run()
		_, work := s.op.Scratch(rows, nn.Infer)
		use := *s.pass
		use.Mode, use.Out, use.Keep, use.Work = nn.Infer, make([]float32, len(s.pass.Out)), nil, make([]float32, work)
		s.op.(nn.Preparer).Prepare(&use)
		s.op.Forward(&use)
		for i, v := range use.Out {
			if v != s.pass.Out[i] {
				t.Fatalf("%T in use has %g at %d, in training %g", l, v, i, s.pass.Out[i])
			}
		}
	}
}

// A state that is kept makes several short batches the same as one long one.
func TestRecurrentStateful(t *testing.T) {
	const rows, steps, batches = 3, 4, 3
	for _, c := range []struct{ long, short nn.Layer }{
		{nn.SimpleRNN{Units: recUnits, ReturnSequences: true}, nn.SimpleRNN{Units: recUnits, ReturnSequences: true, Stateful: rows}},
		{nn.LSTM{Units: recUnits, ReturnSequences: true}, nn.LSTM{Units: recUnits, ReturnSequences: true, Stateful: rows}},
		{nn.GRU{Units: recUnits, ReturnSequences: true}, nn.GRU{Units: recUnits, ReturnSequences: true, Stateful: rows}},
	} {
		long := newSequencePass(t, c.long, rows, []tensor.Shape{{steps * batches, recFeatures}}, nil, nil)
		long.op.Forward(long.pass)
		short := newSequencePass(t, c.short, rows, []tensor.Shape{{steps, recFeatures}}, nil, nil)
		stateful := short.op.(nn.Stateful)
		if stateful.BatchRows() != rows || len(stateful.States()) == 0 {
			t.Fatalf("%T has batches of %d rows and %d states", c.short, stateful.BatchRows(), len(stateful.States()))
		}
		for b := range batches {
			for r := range rows {
				copy(short.pass.In[0][r*steps*recFeatures:][:steps*recFeatures], long.pass.In[0][(r*steps*batches+b*steps)*recFeatures:])
			}
			short.op.Forward(short.pass)
			for r := range rows {
				got := short.pass.Out[r*steps*recUnits:][:steps*recUnits]
				want := long.pass.Out[(r*steps*batches+b*steps)*recUnits:]
				for i, v := range got {
					if v != want[i] {
						t.Fatalf("%T: batch %d, row %d has %g at %d, want %g", c.short, b, r, v, i, want[i])
					}
				}
			}
		}
	}
}

// The mask of an output in reversed order is reversed too.
func TestBackwardsMask(t *testing.T) {
	mask, want := []float32{1, 1, 1, 0 /**/, 0, 1, 0, 1}, []float32{0, 1, 1, 1 /**/, 1, 0, 1, 0}
	l := nn.GRU{Units: 2, GoBackwards: true, ReturnSequences: true}
	s := newSequencePass(t, l, 2, []tensor.Shape{{recSteps, recFeatures}}, mask, nil)
	own := make([]float32, len(mask))
	s.pass.OutMask = s.op.(nn.MaskMaker).MakeMask(s.pass, own)
	s.op.Forward(s.pass)
	if !slices.Equal(s.pass.OutMask, want) {
		t.Errorf("the mask is %v, want %v", s.pass.OutMask, want)
	}
	s.pass.Masks[0], s.pass.OutMask = nil, nil
	if m := s.op.(nn.MaskMaker).MakeMask(s.pass, own); m != nil {
		t.Errorf("without a mask there is one of %v", m)
	}
	s.op.Forward(s.pass)
}

func TestRecurrentFails(t *testing.T) {
	x := []tensor.Shape{{recSteps, recFeatures}}
	nntest.CheckFails(t, nn.LSTM{}, x, "Units is 0, want at least 1")
	nntest.CheckFails(t, nn.GRU{Units: 2}, []tensor.Shape{{3}}, "input has shape (3), want two axes")
	nntest.CheckFails(t, nn.LSTM{Units: 2}, []tensor.Shape{x[0], {2}}, "it has 2 inputs, want 1, or 3 with the initial state")
	nntest.CheckFails(t, nn.GRU{Units: 2}, []tensor.Shape{x[0], {3}}, "initial state, input 2, has shape (3), want (2)")
	nntest.CheckFails(t, nn.SimpleRNN{Units: 2, Dropout: 1}, x, "Dropout is 1, want at least 0 and below 1")
	nntest.CheckFails(t, nn.LSTM{Units: 2, RecurrentDropout: -1}, x, "RecurrentDropout is -1")
	nntest.CheckFails(t, nn.GRU{Units: 2, Stateful: -1}, x, "Stateful is -1")
	nntest.CheckFails(t, nn.GRU{Units: 2, Stateful: 4}, []tensor.Shape{x[0], {2}}, "Stateful and has its initial state as inputs")
	nntest.CheckFails(t, nn.LSTM{Units: 2, RecurrentConstraint: nn.MaxNorm(-1)}, x, `parameter "recurrent_kernel": constraint`)
	nntest.CheckFails(t, nn.LSTM{Units: 2, Activity: nn.ActivityPenalty{L1: -1}}, x, "ActivityPenalty: L1 is -1")
}

// What belongs to which parameter, and the defaults of Keras.
func TestRecurrentParameters(t *testing.T) {
	l := nn.LSTM{Units: 2, Penalty: nn.Penalty{L1: 1}, RecurrentPenalty: nn.Penalty{L1: 2}, BiasPenalty: nn.Penalty{L1: 3},
		Constraint: nn.MaxNorm(1), RecurrentConstraint: nn.MaxNorm(2), BiasConstraint: nn.MaxNorm(3), Activity: nn.ActivityPenalty{L2: 4}}
	op, err := l.Build([]tensor.Shape{{recSteps, recFeatures}})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		name  string
		shape tensor.Shape
		init  nn.Init
	}{{"kernel", tensor.Shape{recFeatures, 8}, nn.GlorotUniform}, {"recurrent_kernel", tensor.Shape{2, 8}, nn.Orthogonal(1)},
		{"bias", tensor.Shape{8}, nn.ForgetBias}}
	for k, p := range op.Params() {
		w := want[k]
		if p.Name != w.name || !p.Shape.Equal(w.shape) || p.Init != w.init || p.Penalty.L1 != float64(k+1) || p.Constraint != nn.MaxNorm(float64(k+1)) {
			t.Errorf("parameter %d is %+v, want %+v", k, p, w)
		}
	}
	if got := op.(nn.Active).Activity(); got != l.Activity {
		t.Errorf("the penalty on the output is %+v", got)
	}
	if got := draw(t, nn.ForgetBias, tensor.Shape{8}, 1); !slices.Equal(got, []float32{0, 0, 1, 1, 0, 0, 0, 0}) {
		t.Errorf("ForgetBias fills in %v", got)
	}
}
