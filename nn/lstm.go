package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// LSTM is the long short-term memory (Hochreiter and Schmidhuber 1997; with the
// forget gate of Gers et al. 2000). The sums xₜ·W + hₜ₋₁·U + b are those of four
// gates, in this order (Keras's), and
//
//	i, f, o = recurrentActivation(…), g = activation(…)     in the order i, f, g, o
//	cₜ = f·cₜ₋₁ + i·g,  hₜ = o·activation(cₜ)
//
// Inputs: (steps, features); then, if given, the initial states h₀ and c₀ (Units
// each), which are 0 otherwise. Output: the last h (Units), or with
// ReturnSequences each step's (steps, Units). With ReturnState c stands behind h
// in the last axis, which is 2·Units then; [Slice] takes them apart.
// Parameters: "kernel" W (features×4·Units), "recurrent_kernel" U
// (Units×4·Units), "bias" b (4·Units); if Stateful, the statistics "hidden_state"
// and "cell_state" (Stateful×Units).
//
// Masks, dropout, GoBackwards and Stateful work as in [SimpleRNN]. All gates have
// the same parts of x and h dropped (Keras's implementation 2).
//
// Compile fails if Units ≤ 0, if the input has not two axes, or if a number of
// another field is out of range.
type LSTM struct {
	Units               int
	Activation          act.Func // default Tanh; act.LeakyReLU(1) is linear
	RecurrentActivation act.Func // default Sigmoid

	ReturnSequences, ReturnState, GoBackwards bool
	Stateful                                  int // rows of each batch; default 0: none

	Dropout          float64 // the part of the inputs, default 0
	RecurrentDropout float64 // the part of the state, default 0

	NoBias        bool
	Init          Init // of the kernel; default GlorotUniform
	RecurrentInit Init // default Orthogonal(1)
	BiasInit      Init // default ForgetBias

	Penalty             Penalty // on the kernel
	RecurrentPenalty    Penalty
	BiasPenalty         Penalty
	Activity            ActivityPenalty // on the output
	Constraint          Constraint      // on the weights from the inputs to each gate of a unit
	RecurrentConstraint Constraint      // on the weights from the state to each gate of a unit
	BiasConstraint      Constraint
}

func init() { Register("LSTM", LSTM{}) }

// Build implements [Layer].
func (l LSTM) Build(in []tensor.Shape) (Op, error) { return asOp(l.recurrentOp(in)) }

func (l LSTM) recurrentOp(in []tensor.Shape) (*recurrentOp, error) {
	f := recurrentFields{units: l.Units, activation: orAct(l.Activation, act.Tanh),
		recurrentActivation: orAct(l.RecurrentActivation, act.Sigmoid), noBias: l.NoBias,
		init: l.Init, recurrentInit: l.RecurrentInit, biasInit: l.BiasInit.or(ForgetBias),
		penalty: l.Penalty, recurrentPenalty: l.RecurrentPenalty, biasPenalty: l.BiasPenalty,
		constraint: l.Constraint, recurrentConstraint: l.RecurrentConstraint, biasConstraint: l.BiasConstraint,
		activity: l.Activity, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
		returnSequences: l.ReturnSequences, returnState: l.ReturnState, goBackwards: l.GoBackwards, stateful: l.Stateful}
	return f.build(in, lstmCell{newActivations(f.activation, f.recurrentActivation)})
}

func (l LSTM) reversed() recurrentLayer {
	l.GoBackwards = !l.GoBackwards
	return l
}

// activations are those of a cell with gates.
type activations struct {
	cell, gate act.Func
	// usual is set where one kernel has the whole step: tanh and sigmoid.
	usual bool
	// sums is set where derivatives are computed from the sums, which are then kept.
	sums bool
}

func newActivations(cell, gate act.Func) activations {
	return activations{cell: cell, gate: gate, usual: cell == act.Tanh && gate == act.Sigmoid,
		sums: !cell.FromOutput() || !gate.FromOutput()}
}

// slope computes dx = f′·dy where y is the output and x the sum, if kept.
func slope(f act.Func, dx, dy, y, x []float32) {
	if !f.FromOutput() {
		y = x
	}
	f.Backward(dx, dy, y, len(dx))
}

// lstmCell is the step of an LSTM.
type lstmCell struct{ activations }

func (lstmCell) gates() int          { return 4 }
func (lstmCell) states() int         { return 2 }
func (lstmCell) biases() int         { return 1 }
func (lstmCell) blocks() []gateBlock { return fourGates }

var fourGates = []gateBlock{{0, 4}}

// extra keeps the sums where they are needed.
func (c lstmCell) extra() int {
	if c.sums {
		return 4
	}
	return 0
}

func (c lstmCell) forward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	w.addRecurrent(0, w.block(w.z, t, width), width, w.fed(t), nil)
	for r := w.lo; r < w.hi; r++ {
		if !w.counts(t, r) {
			w.hold(t, r)
			continue
		}
		z, cPrev := row(w.z, t, r, w.rows, width), row(w.c, t, r, w.rows, n)
		next, h := row(w.c, t+1, r, w.rows, n), row(w.h, t+1, r, w.rows, n)
		if c.usual {
			kernel.LSTMForward(z, cPrev, next, h)
		} else {
			c.forwardRow(z, w.sums(t, r), cPrev, next, h)
		}
	}
}

// sums returns the place of row r's sums at step t, nil if they are not kept.
func (w *recurrentPart) sums(t, r int) []float32 {
	if w.op.cell.extra() < w.op.cell.gates() {
		return nil
	}
	return row(w.extra, t, r, w.rows, w.op.width())
}

// forwardRow is a step of one row with any activations.
func (c lstmCell) forwardRow(z, sums, cPrev, next, h []float32) {
	n := len(h)
	copy(sums, z)
	i, f, g, o := z[:n], z[n:2*n], z[2*n:3*n], z[3*n:]
	c.gate.Forward(z[:2*n], z[:2*n], n)
	c.cell.Forward(g, g, n)
	c.gate.Forward(o, o, n)
	kernel.Mul(next, f, cPrev)
	kernel.Mul(h, i, g)
	kernel.AddTo(next, h)
	c.cell.Forward(h, next, n)
	kernel.Mul(h, h, o)
}

func (c lstmCell) backward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	for r := w.lo; r < w.hi; r++ {
		z := row(w.z, t, r, w.rows, width)
		if !w.counts(t, r) {
			clear(z)
			continue
		}
		dh, dc := row(w.dh, 0, r, w.rows, n), row(w.dc, 0, r, w.rows, n)
		cPrev, next := row(w.c, t, r, w.rows, n), row(w.c, t+1, r, w.rows, n)
		if c.usual {
			kernel.LSTMBackward(z, cPrev, next, dh, dc)
		} else {
			c.backwardRow(z, w.sums(t, r), cPrev, next, dh, dc, w.temp)
		}
		clear(dh)
	}
	w.addBack(0, w.block(w.z, t, width), width)
}

// backwardRow goes back through forwardRow; z becomes the gradient of the sums.
func (c lstmCell) backwardRow(z, sums, cPrev, next, dh, dc, temp []float32) {
	n := len(dh)
	i, f, g, o := z[:n], z[n:2*n], z[2*n:3*n], z[3*n:]
	of := func(k int) []float32 {
		if sums == nil {
			return nil
		}
		return sums[k*n : (k+1)*n]
	}
	y, d, di, df := temp[:n], temp[n:2*n], temp[2*n:3*n], temp[3*n:4*n]
	c.cell.Forward(y, next, n)
	kernel.Mul(d, dh, o)
	slope(c.cell, d, d, y, next)
	kernel.AddTo(dc, d)
	kernel.Mul(y, y, dh)
	slope(c.gate, o, y, o, of(3))
	kernel.Mul(di, dc, g)
	kernel.Mul(df, dc, cPrev)
	kernel.Mul(d, dc, i)
	kernel.Mul(dc, dc, f)
	slope(c.gate, i, di, i, of(0))
	slope(c.gate, f, df, f, of(1))
	slope(c.cell, g, d, g, of(2))
}

func (lstmCell) recurrentGradient(s *recurrentPass, b int) (a []float32, lda int, d []float32, ldd int) {
	return s.fedAll(), s.op.units, s.z, s.op.width()
}
