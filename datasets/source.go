package datasets

import (
	"context"
	"iter"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Batch is some examples as a model takes them.
//
// The memory belongs to the [Source]; it is valid until the next batch.
type Batch struct {
	// Inputs and Targets have one tensor for each input and output of the model,
	// in the order of the source's [Layout]. Classes are indices or one-hot.
	Inputs, Targets []*tensor.Tensor
	// Weights has one weight for each row. Nil: all 1.
	Weights []float32
	// Masks has, for each input, a tensor rows×steps of ones where a step of a
	// sequence counts and zeros where it is padding, or nil where all count.
	// Masks itself may be nil.
	Masks []*tensor.Tensor
}

// Rows returns the number of examples.
func (b Batch) Rows() int {
	if len(b.Inputs) == 0 {
		return 0
	}
	return b.Inputs[0].Rows()
}

// BatchPlan says how a [Source] is cut into batches.
type BatchPlan struct {
	// Size is the number of rows in a batch; the last may have fewer. 0 means 32,
	// negative means all rows in one batch.
	Size int
	// Seed and Epoch decide the order: the same pair gives the same order.
	Seed  uint64
	Epoch int
	// InOrder keeps the order of the rows.
	InOrder bool
	// Skip leaves out that many batches at the start: the position to resume from.
	Skip int
	// Training says that a model is trained on the batches: sources that change
	// rows to train with, as [Jitter] and [Mixup] do, leave them alone without it.
	Training bool
}

// DefaultBatchSize is the number of rows in a batch where none is given.
const DefaultBatchSize = 32

// SizeFor returns the batch size that takes effect for the given number of rows.
func (p BatchPlan) SizeFor(rows int) int {
	switch {
	case p.Size == 0:
		return DefaultBatchSize
	case p.Size < 0:
		return max(rows, 1)
	}
	return p.Size
}

// Field is the name and the shape of one input or target.
type Field struct {
	Name  string // "" where inputs and targets are told apart by order
	Shape tensor.Shape
}

// Layout is what the batches of a [Source] hold.
type Layout struct {
	Rows            int // −1 if not known
	Inputs, Targets []Field
}

// Source yields batches, again and again: what Fit, Evaluate and one's own
// training loop read. [Dataset] and [Tensors] are Sources.
//
// Batches must give the same batches for the same plan. It stops after an error,
// and when ctx ends it yields the error of ctx.
type Source interface {
	Layout() Layout
	Batches(ctx context.Context, plan BatchPlan) iter.Seq2[Batch, error]
}
