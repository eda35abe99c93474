package nn

import (
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// SimpleRNN is the plain recurrent layer (Elman 1990), whose state is its output:
//
//	hₜ = activation(xₜ·W + hₜ₋₁·U + b)
//
// Inputs: (steps, features); then, if given, the initial state h₀ (Units), which
// is 0 otherwise. Output: the last h (Units), or with ReturnSequences each step's
// (steps, Units). ReturnState changes nothing, as the output is the state.
// Parameters: "kernel" W (features×Units), "recurrent_kernel" U (Units×Units),
// "bias" b (Units); if Stateful, the statistic "hidden_state" (Stateful×Units).
//
// A step that the input's mask leaves out keeps the state and repeats it as its
// output; before the first that counts this is the initial state (Keras has 0
// there, which differs where the initial state is given). Steps at the
// beginning and the end of a batch that no row counts are not computed, so that a
// batch of short sequences in long padding costs what its longest costs.
//
// Dropout and RecurrentDropout drop parts of x and of what U multiplies, in
// training, the same parts of a row at all steps (Gal and Ghahramani 2016).
//
// With GoBackwards the steps are taken from the last to the first, and the output
// of ReturnSequences and its mask are in the order in which they were taken.
//
// Stateful is the number of rows of each batch: row r then begins where row r of
// the batch before ended, though no gradient flows back there. Such a model is
// fitted in order and reset between sequences; see goodfit.Model.ResetState.
//
// Compile fails if Units ≤ 0, if the input has not two axes, or if a number of
// another field is out of range.
type SimpleRNN struct {
	Units      int
	Activation act.Func // default Tanh; act.LeakyReLU(1) is linear

	ReturnSequences, ReturnState, GoBackwards bool
	Stateful                                  int // rows of each batch; default 0: none

	Dropout          float64 // the part of the inputs, default 0
	RecurrentDropout float64 // the part of the state, default 0

	NoBias        bool
	Init          Init // of the kernel; default GlorotUniform
	RecurrentInit Init // default Orthogonal(1)
	BiasInit      Init // default Zeros

	Penalty             Penalty // on the kernel
	RecurrentPenalty    Penalty
	BiasPenalty         Penalty
	Activity            ActivityPenalty // on the output
	Constraint          Constraint      // on the weights from the inputs to each unit
	RecurrentConstraint Constraint      // on the weights from the state to each unit
	BiasConstraint      Constraint
}

func init() { Register("SimpleRNN", SimpleRNN{}) }

// Build implements [Layer].
func (l SimpleRNN) Build(in []tensor.Shape) (Op, error) { return asOp(l.recurrentOp(in)) }

func (l SimpleRNN) recurrentOp(in []tensor.Shape) (*recurrentOp, error) {
	f := recurrentFields{units: l.Units, activation: orAct(l.Activation, act.Tanh), noBias: l.NoBias,
		init: l.Init, recurrentInit: l.RecurrentInit, biasInit: l.BiasInit,
		penalty: l.Penalty, recurrentPenalty: l.RecurrentPenalty, biasPenalty: l.BiasPenalty,
		constraint: l.Constraint, recurrentConstraint: l.RecurrentConstraint, biasConstraint: l.BiasConstraint,
		activity: l.Activity, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
		returnSequences: l.ReturnSequences, returnState: l.ReturnState, goBackwards: l.GoBackwards, stateful: l.Stateful}
	return f.build(in, rnnCell{f.activation})
}

func (l SimpleRNN) reversed() recurrentLayer {
	l.GoBackwards = !l.GoBackwards
	return l
}

// orAct returns f, or def where f is the default.
func orAct(f, def act.Func) act.Func {
	if f.IsZero() {
		return def
	}
	return f
}

// rnnCell is the step of a SimpleRNN. z keeps the sums for the derivative.
type rnnCell struct{ activation act.Func }

func (rnnCell) gates() int          { return 1 }
func (rnnCell) states() int         { return 1 }
func (rnnCell) biases() int         { return 1 }
func (rnnCell) extra() int          { return 0 }
func (rnnCell) blocks() []gateBlock { return oneBlock }

var oneBlock = []gateBlock{{0, 1}}

func (c rnnCell) forward(w *recurrentPart, t int) {
	n := w.op.units
	z, h := w.block(w.z, t, n), w.block(w.h, t+1, n)
	w.addRecurrent(0, z, n, w.fed(t), nil)
	c.activation.Forward(h, z, n)
	for r := w.lo; r < w.hi; r++ {
		if !w.counts(t, r) {
			w.hold(t, r)
		}
	}
}

func (c rnnCell) backward(w *recurrentPart, t int) {
	n := w.op.units
	z, dh, v := w.block(w.z, t, n), w.block(w.dh, 0, n), w.block(w.z, t, n)
	if c.activation.FromOutput() {
		v = w.block(w.h, t+1, n)
	}
	c.activation.Backward(z, dh, v, n)
	for r := w.lo; r < w.hi; r++ {
		if w.counts(t, r) {
			clear(row(w.dh, 0, r, w.rows, n))
		} else {
			clear(row(w.z, t, r, w.rows, n))
		}
	}
	w.addBack(0, z, n)
}

func (rnnCell) recurrentGradient(s *recurrentPass, b int) (a []float32, lda int, d []float32, ldd int) {
	return s.fedAll(), s.op.units, s.z, s.op.width()
}

// fedAll returns what the recurrent products took at all steps.
func (s *recurrentPass) fedAll() []float32 {
	if s.hIn != nil {
		return s.hIn
	}
	return s.h[:len(s.h)-s.rows*s.op.units]
}
