package nn

import (
	"github.com/goodfit-ml/goodfit/internal/kernel"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// GRU is the gated recurrent unit (Cho et al. 2014). The sums are those of two
// gates and a candidate, in the order z, r, k (Keras's):
//
//	z, r = recurrentActivation(xₜ·W + b + hₜ₋₁·U + b′)
//	k = activation(xₜ·W + b + r·(hₜ₋₁·U + b′))
//	hₜ = z·hₜ₋₁ + (1−z)·k
//
// With ResetBefore the reset gate works before the product, as in the paper's
// first version, and there is no b′:
//
//	k = activation(xₜ·W + b + (r·hₜ₋₁)·U)
//
// Inputs: (steps, features); then, if given, the initial state h₀ (Units), which
// is 0 otherwise. Output: the last h (Units), or with ReturnSequences each step's
// (steps, Units). ReturnState changes nothing, as the output is the state.
// Parameters: "kernel" W (features×3·Units), "recurrent_kernel" U
// (Units×3·Units), "bias" (2×3·Units): b, then b′; with ResetBefore (3·Units). If
// Stateful, the statistic "hidden_state" (Stateful×Units).
//
// Masks, dropout, GoBackwards and Stateful work as in [SimpleRNN]. All gates have
// the same parts of x and h dropped; z keeps the whole of h.
//
// Compile fails if Units ≤ 0, if the input has not two axes, or if a number of
// another field is out of range.
type GRU struct {
	Units               int
	Activation          act.Func // default Tanh; act.LeakyReLU(1) is linear
	RecurrentActivation act.Func // default Sigmoid
	ResetBefore         bool

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
	Constraint          Constraint      // on the weights from the inputs to each gate of a unit
	RecurrentConstraint Constraint      // on the weights from the state to each gate of a unit
	BiasConstraint      Constraint
}

func init() { Register("GRU", GRU{}) }

// Build implements [Layer].
func (l GRU) Build(in []tensor.Shape) (Op, error) { return asOp(l.recurrentOp(in)) }

func (l GRU) recurrentOp(in []tensor.Shape) (*recurrentOp, error) {
	f := recurrentFields{units: l.Units, activation: orAct(l.Activation, act.Tanh),
		recurrentActivation: orAct(l.RecurrentActivation, act.Sigmoid), noBias: l.NoBias,
		init: l.Init, recurrentInit: l.RecurrentInit, biasInit: l.BiasInit,
		penalty: l.Penalty, recurrentPenalty: l.RecurrentPenalty, biasPenalty: l.BiasPenalty,
		constraint: l.Constraint, recurrentConstraint: l.RecurrentConstraint, biasConstraint: l.BiasConstraint,
		activity: l.Activity, dropout: l.Dropout, recurrentDropout: l.RecurrentDropout,
		returnSequences: l.ReturnSequences, returnState: l.ReturnState, goBackwards: l.GoBackwards, stateful: l.Stateful}
	a := newActivations(f.activation, f.recurrentActivation)
	if l.ResetBefore {
		return f.build(in, gruBeforeCell{a})
	}
	return f.build(in, gruCell{a})
}

func (l GRU) reversed() recurrentLayer {
	l.GoBackwards = !l.GoBackwards
	return l
}

// gruBlocks are the gates z and r, and the candidate k.
var gruBlocks = []gateBlock{{0, 2}, {2, 3}}

// gruCell is the step of a GRU whose reset gate works after the product. Extra
// keeps q, the recurrent part of the candidate's sum, and behind it the sums of
// all gates where they are needed.
type gruCell struct{ activations }

func (gruCell) gates() int          { return 3 }
func (gruCell) states() int         { return 1 }
func (gruCell) biases() int         { return 2 }
func (gruCell) blocks() []gateBlock { return gruBlocks }

func (c gruCell) extra() int {
	if c.sums {
		return 4
	}
	return 1
}

// q returns the recurrent part of row r's candidate at step t, and its sums. They
// lie apart, so that q of all steps is one matrix.
func (c gruCell) q(w *recurrentPart, t, r int) (q, sums []float32) {
	n := w.op.units
	q = row(w.extra, t, r, w.rows, n)
	if c.sums {
		sums = row(w.extra[w.span*w.rows*n:], t, r, w.rows, 3*n)
	}
	return q, sums
}

func (c gruCell) forward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	var gates, candidate []float32
	if bias := w.op.recurrentBias(); bias != nil {
		gates, candidate = bias[:2*n], bias[2*n:]
	}
	w.addRecurrent(0, w.block(w.z, t, width), width, w.fed(t), gates)
	w.weights[1].Product(w.block(w.extra, t, n), n, w.fed(t), n, w.hi-w.lo, candidate)
	for r := w.lo; r < w.hi; r++ {
		if !w.counts(t, r) {
			w.hold(t, r)
			continue
		}
		z := row(w.z, t, r, w.rows, width)
		hPrev, h := row(w.h, t, r, w.rows, n), row(w.h, t+1, r, w.rows, n)
		q, sums := c.q(w, t, r)
		if c.usual {
			kernel.GRUForward(z, q, hPrev, h)
		} else {
			c.forwardRow(z, sums, q, hPrev, h)
		}
	}
}

// recurrentBias returns b′, nil where there is none.
func (op *recurrentOp) recurrentBias() []float32 {
	if op.bias == nil {
		return nil
	}
	return op.biasRow(1)
}

// forwardRow is a step of one row with any activations.
func (c gruCell) forwardRow(sums, keep, q, hPrev, h []float32) {
	n := len(h)
	z, r, k := sums[:n], sums[n:2*n], sums[2*n:]
	copy(keep, sums)
	c.gate.Forward(sums[:2*n], sums[:2*n], n)
	kernel.Mul(h, r, q)
	kernel.AddTo(k, h)
	if keep != nil {
		copy(keep[2*n:], k)
	}
	c.cell.Forward(k, k, n)
	mixStates(h, z, hPrev, k)
}

// mixStates is h = k + z·(hPrev − k).
func mixStates(h, z, hPrev, k []float32) {
	kernel.Sub(h, hPrev, k)
	kernel.Mul(h, h, z)
	kernel.AddTo(h, k)
}

func (c gruCell) backward(w *recurrentPart, t int) {
	n, width := w.op.units, w.op.width()
	for r := w.lo; r < w.hi; r++ {
		z := row(w.z, t, r, w.rows, width)
		q, sums := c.q(w, t, r)
		if !w.counts(t, r) {
			clear(z)
			clear(q)
			continue
		}
		hPrev, dh := row(w.h, t, r, w.rows, n), row(w.dh, 0, r, w.rows, n)
		if c.usual {
			kernel.GRUBackward(z, q, hPrev, dh)
		} else {
			c.backwardRow(z, sums, q, hPrev, dh, w.temp)
		}
	}
	w.addBack(0, w.block(w.z, t, width), width)
	w.addBack(1, w.block(w.extra, t, n), n)
}

// backwardRow goes back through forwardRow; gates become the gradients of the
// sums, q that of q, and dh what goes to hPrev past them.
func (c gruCell) backwardRow(gates, sums, q, hPrev, dh, temp []float32) {
	n := len(dh)
	r, k := gates[n:2*n], gates[2*n:]
	dr := temp[3*n : 4*n]
	c.backMix(gates, sums, hPrev, dh, temp)
	kernel.Mul(dr, k, q)
	kernel.Mul(q, k, r)
	slope(c.gate, r, dr, r, gateSums(sums, 1, n))
}

// backMix goes back through mixStates and the activations of z and k.
func (c activations) backMix(gates, sums, hPrev, dh, temp []float32) {
	n := len(dh)
	z, k := gates[:n], gates[2*n:]
	dz, dk, carry := temp[:n], temp[n:2*n], temp[2*n:3*n]
	kernel.Mul(carry, dh, z)
	kernel.Sub(dk, dh, carry)
	kernel.Sub(dz, hPrev, k)
	kernel.Mul(dz, dz, dh)
	copy(dh, carry)
	slope(c.gate, z, dz, z, gateSums(sums, 0, n))
	slope(c.cell, k, dk, k, gateSums(sums, 2, n))
}

// gateSums returns the sums of gate k, nil if they are not kept.
func gateSums(sums []float32, k, n int) []float32 {
	if sums == nil {
		return nil
	}
	return sums[k*n : (k+1)*n]
}

func (gruCell) recurrentGradient(s *recurrentPass, b int) (a []float32, lda int, d []float32, ldd int) {
	if b == 0 {
		return s.fedAll(), s.op.units, s.z, s.op.width()
	}
	return s.fedAll(), s.op.units, s.extra[:s.span*s.rows*s.op.units], s.op.units
}
