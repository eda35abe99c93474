package nn

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit/tensor"
)

// Penalty adds L1·Σ|w| + L2·Σw² to the loss: weight regularization, or weight
// decay. There is no ½ before L2. Usual values are 1e-1 down to 1e-6.
// The zero Penalty adds nothing.
//
// Its gradient goes through the optimizer: an adaptive one as Adam scales it with
// the rest. For decay apart from the gradient see optim.AdamW and goodfit.Group.
type Penalty struct {
	L1, L2 float64
}

func (p Penalty) check() error { return checkPenalty("Penalty", p.L1, p.L2) }

// checkPenalty fails unless both factors are finite and at least 0.
func checkPenalty(name string, l1, l2 float64) error {
	for k, x := range []float64{l1, l2} {
		if !(x >= 0 && x <= math.MaxFloat32) {
			return fmt.Errorf("%s: L%d is %g, want a number of at least 0", name, k+1, x)
		}
	}
	return nil
}

// ActivityPenalty adds L1·Σ|y| + L2·Σy² over a layer's outputs to the loss, as
// the mean over the rows of the batch. It is a layer too, which passes its input
// on and adds the penalty.
//
// Input: any shape. Output: the same.
//
// Compile fails if L1 or L2 is negative.
//
// With BatchSum the sum over all rows is added instead, as Keras before version 3
// did: the penalty then grows with the batch size. In the loss of an evaluation the
// sums are those over the rows computed together, up to 128, averaged.
type ActivityPenalty struct {
	L1, L2   float64
	BatchSum bool
}

// Factor returns what the sums over a batch of the given rows are multiplied by.
func (p ActivityPenalty) Factor(rows int) float64 {
	if p.BatchSum {
		return 1
	}
	return 1 / float64(max(rows, 1))
}

func (p ActivityPenalty) check() error { return checkPenalty("ActivityPenalty", p.L1, p.L2) }

func init() { Register("ActivityPenalty", ActivityPenalty{}) }

// Build implements [Layer].
func (p ActivityPenalty) Build(in []tensor.Shape) (Op, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := wantInputs(in, 1); err != nil {
		return nil, err
	}
	return activityOp{identityOp{stateless{in[0].Clone()}}, p}, nil
}

type activityOp struct {
	identityOp
	penalty ActivityPenalty
}

func (a activityOp) Activity() ActivityPenalty { return a.penalty }
