package nn

import (
	"errors"
	"fmt"

	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// recurrentFields are what the descriptions of all recurrent layers have.
type recurrentFields struct {
	units                           int
	activation, recurrentActivation act.Func
	noBias                          bool

	init, recurrentInit, biasInit                   Init
	penalty, recurrentPenalty, biasPenalty          Penalty
	constraint, recurrentConstraint, biasConstraint Constraint
	activity                                        ActivityPenalty

	dropout, recurrentDropout                 float64
	returnSequences, returnState, goBackwards bool
	stateful                                  int
}

// recurrentOp is a recurrent layer at work: what all of them share; the cell has
// the arithmetic of a step.
type recurrentOp struct {
	recurrentFields
	cell     cell
	steps    int
	features int
	params   []*Param
	// kernel and recurrent are the weights, bias may be nil; states hold the state
	// between batches where it is kept.
	kernel, recurrent, bias *Param
	states                  []*Param
	out                     tensor.Shape
	stream                  uint64 // the first stream of random numbers
	given                   bool   // the initial state is given as inputs
}

// cell is the arithmetic of a recurrent layer. Weights and sums have as many
// blocks of units as gates.
type cell interface {
	gates() int
	// states is 1, the hidden state, or 2, with a cell state beside it.
	states() int
	// biases is the number of rows of the bias.
	biases() int
	// blocks are the gates that share a product with the state, as [lo, hi).
	blocks() []gateBlock
	// extra is how many values each unit keeps of a step besides its gates.
	extra() int
	// forward makes a step for the rows of a part: from sums of the inputs to gates
	// and states.
	forward(w *recurrentPart, t int)
	// backward goes back through the step: from gates to gradients of the sums, from
	// the gradients of the states to those of the states before.
	backward(w *recurrentPart, t int)
	// recurrentGradient returns the operands of block b's weight gradient over all
	// steps: the left one with its width, the gradient at the sums with its width.
	recurrentGradient(s *recurrentPass, b int) (a []float32, lda int, d []float32, ldd int)
}

// gateBlock is a range of gates.
type gateBlock struct{ lo, hi int }

// build checks the fields against the inputs' shapes and makes the op.
func (f recurrentFields) build(in []tensor.Shape, c cell) (*recurrentOp, error) {
	if f.units <= 0 {
		return nil, fmt.Errorf("Units is %d, want at least 1", f.units)
	}
	if err := f.checkShapes(in, c); err != nil {
		return nil, err
	}
	op := &recurrentOp{recurrentFields: f, cell: c, steps: in[0][0], features: in[0][1], given: len(in) > 1}
	op.addParams()
	op.addStates()
	op.out = tensor.Shape{op.outWidth()}
	if f.returnSequences {
		op.out = tensor.Shape{op.steps, op.outWidth()}
	}
	if f.stateful < 0 {
		return nil, fmt.Errorf("Stateful is %d, want the rows of a batch, or 0", f.stateful)
	}
	if f.stateful > 0 && op.given {
		return nil, errors.New("it is Stateful and has its initial state as inputs; choose one")
	}
	return op, errors.Join(f.activation.Check(), f.recurrentActivation.Check(), checkParams(op.params), f.activity.check(),
		checkField("Dropout", f.dropout), checkField("RecurrentDropout", f.recurrentDropout))
}

// checkField is [checkRate] for a field of another name.
func checkField(name string, rate float64) error {
	if checkRate(rate) != nil {
		return fmt.Errorf("%s is %g, want at least 0 and below 1", name, rate)
	}
	return nil
}

// checkShapes checks the input, and the initial state where it is given.
func (f recurrentFields) checkShapes(in []tensor.Shape, c cell) error {
	if len(in) != 1 && len(in) != 1+c.states() {
		return fmt.Errorf("it has %d inputs, want 1, or %d with the initial state", len(in), 1+c.states())
	}
	if len(in[0]) != 2 {
		return fmt.Errorf("input has shape %v, want two axes: steps and features", in[0])
	}
	for k, s := range in[1:] {
		if want := (tensor.Shape{f.units}); !s.Equal(want) {
			return fmt.Errorf("initial state, input %d, has shape %v, want %v", k+2, s, want)
		}
	}
	return nil
}

// addParams makes the weights.
func (op *recurrentOp) addParams() {
	width := op.width()
	op.kernel = &Param{Name: "kernel", Shape: tensor.Shape{op.features, width},
		Init: op.init.or(GlorotUniform), Penalty: op.penalty, Constraint: op.constraint}
	op.recurrent = &Param{Name: "recurrent_kernel", Shape: tensor.Shape{op.units, width},
		Init: op.recurrentInit.or(Orthogonal(1)), Penalty: op.recurrentPenalty, Constraint: op.recurrentConstraint}
	op.params = []*Param{op.kernel, op.recurrent}
	if op.noBias {
		return
	}
	shape := tensor.Shape{width}
	if n := op.cell.biases(); n > 1 {
		shape = tensor.Shape{n, width}
	}
	op.bias = &Param{Name: "bias", Shape: shape, Init: op.biasInit.or(Zeros), Penalty: op.biasPenalty, Constraint: op.biasConstraint}
	op.params = append(op.params, op.bias)
}

// stateNames are the parameters in which a stateful layer keeps its states.
var stateNames = []string{"hidden_state", "cell_state"}

// addStates makes the memory of a stateful layer.
func (op *recurrentOp) addStates() {
	if op.stateful <= 0 {
		return
	}
	for _, name := range stateNames[:op.cell.states()] {
		op.states = append(op.states, &Param{Name: name, Shape: tensor.Shape{op.stateful, op.units}, Init: Zeros, Statistic: true})
	}
	op.params = append(op.params, op.states...)
}

// width is the number of sums of a step.
func (op *recurrentOp) width() int { return op.cell.gates() * op.units }

// outWidth is the last axis of the output: h, or h and c.
func (op *recurrentOp) outWidth() int {
	if op.returnState {
		return op.cell.states() * op.units
	}
	return op.units
}

func (op *recurrentOp) Out() tensor.Shape         { return op.out }
func (op *recurrentOp) Params() []*Param          { return op.params }
func (op *recurrentOp) Activity() ActivityPenalty { return op.activity }

// BatchRows implements [Stateful].
func (op *recurrentOp) BatchRows() int { return op.stateful }

// States implements [Stateful].
func (op *recurrentOp) States() []*Param { return op.states }

// biasRow returns row k of the bias, nil where there is none.
func (op *recurrentOp) biasRow(k int) []float32 {
	if op.bias == nil {
		return nil
	}
	return op.bias.Value[k*op.width():][:op.width()]
}

// Stateful is an [Op] that may keep a state from one batch to the next, row by
// row. Where BatchRows is above 0, every batch must have that many rows, passes
// must not run beside each other, in use either, and Forward changes the States.
type Stateful interface {
	Op
	// BatchRows returns the rows of a batch, 0 where no state is kept.
	BatchRows() int
	// States returns the parameters, all of them statistics, that hold the state;
	// zeros are the state at the beginning of a sequence.
	States() []*Param
}

// recurrentLayer is a layer that [Bidirectional] runs both ways.
type recurrentLayer interface {
	Layer
	recurrentOp(in []tensor.Shape) (*recurrentOp, error)
	reversed() recurrentLayer
}
