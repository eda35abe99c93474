package pipeline

import (
	"errors"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

// Options are what one chooses about a training on a table, with defaults that
// suit most tables of some hundred to some ten thousand rows.
type Options struct {
	// Task is what to predict; default: from the target's cells, see
	// [datasets.Table.InferTask].
	Task datasets.Task
	// Test and Validation are the shares of all rows that are kept for the final
	// scores and for early stopping; default 0.2 each.
	Test, Validation opt.Float
	// Hidden are the units of the hidden layers; nil means 64, 32. An empty list
	// that is not nil means none: a linear or logistic regression.
	Hidden []int
	// Activation is that of the hidden layers; default ReLU, for which the zero
	// value act.Linear stands: linear layers in a row are one.
	Activation act.Func
	// Epochs is the most epochs; default 500.
	Epochs int
	// BatchSize is the rows per update; default: a sixteenth of the training rows,
	// rounded up to a power of two from 8 to 128.
	BatchSize int
	// Optimizer is the update rule; nil means optim.Adam{Rate: 0.002}.
	Optimizer optim.Optimizer
	// Rate replaces the optimizer's learning rate; 0: the optimizer's.
	Rate float64
	// Clip scales the whole gradient to at most this norm; 0: the optimizer's own
	// clipping, which is none by default.
	Clip float64
	// Dropout is the share of units dropped after each hidden layer, from 0 to
	// below 1.
	Dropout float64
	// L1 and L2 are the penalties on the kernels of hidden and output layers. L1 is 0
	// by default. L2 is 0.003 in a classification, and 6/n for n training rows in a
	// regression, from 0.001 to 0.03: a Gaussian prior on the weights gives the
	// squared error a penalty of σ²/(n·τ²). opt.Zero means none.
	L1, L2 opt.Float
	// Patience is the number of epochs without improvement of the validation loss
	// before the fit ends; default 30, −1: never. The best epoch's weights are kept.
	// Where all members of an ensemble come from one training (ensembles.Snapshot,
	// Horizontal, WeightAverage, SWA, EMA), the default is −1.
	Patience int
	// Seed draws the division of the rows, the weights and their order.
	Seed uint64
	// Ensemble trains several models and combines them; nil: one model. The rows for
	// validation stop the trainings, as they stop that of a single model (unless the
	// method's ValidateLeftOut makes those that a member leaves out do so), and weights
	// and selections are found on them where the method needs rows that members did not
	// learn from. The rows for the test are seen by none.
	Ensemble ensembles.Method
	// Callbacks watch the fit besides early stopping; of an ensemble each training,
	// several at once.
	Callbacks []goodfit.Callback
	// Encode says how columns become numbers. Its Task is replaced.
	Encode datasets.Encode
	// Scaling brings the features to one scale. Nil means datasets.Standardize{}
	// for numbers, while the columns of 0 and 1 that categories become stay so.
	Scaling datasets.Scaling
	// TargetScaling does so for the target of a regression; nil means
	// datasets.Standardize{}. For a target that is strongly skewed, as prices and
	// durations are, datasets.YeoJohnson{} makes a model of its middle that the long
	// tail does not rule; predictions are then closer to medians than to means.
	// Classes have none.
	TargetScaling datasets.Scaling
}

// withDefaults returns the options with every default filled in, for so many
// training rows.
func (o Options) withDefaults(task datasets.Task, rows int) Options {
	o.Test, o.Validation = opt.Of(o.Test.Or(0.2)), opt.Of(o.Validation.Or(0.2))
	o.L1, o.L2 = opt.Of(o.L1.Or(0)), opt.Of(o.L2.Or(defaultL2(task, rows)))
	if o.Hidden == nil {
		o.Hidden = []int{64, 32}
	}
	if o.Activation == act.Linear {
		o.Activation = act.ReLU
	}
	if o.Optimizer == nil {
		o.Optimizer = optim.Adam{Rate: 0.002}
	}
	o.Epochs = orDefault(o.Epochs, 500)
	o.BatchSize = orDefault(o.BatchSize, defaultBatch(rows))
	if oneTraining(o.Ensemble) {
		o.Patience = orDefault(o.Patience, -1)
	}
	o.Patience = orDefault(o.Patience, 30)
	return o
}

// oneTraining reports whether all members of a method come from one training, whose
// epochs are planned: it is not to be stopped early.
func oneTraining(m ensembles.Method) bool {
	switch m.(type) {
	case ensembles.Snapshot, ensembles.Horizontal, ensembles.WeightAverage, ensembles.SWA, ensembles.EMA:
		return true
	}
	return false
}

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

// defaultBatch returns the batch size for so many training rows: small tables get
// enough updates in an epoch, large ones make good use of the processor.
func defaultBatch(rows int) int {
	size := 8
	for size < 128 && size*16 < rows {
		size *= 2
	}
	return size
}

// defaultL2 returns the penalty for so many training rows.
func defaultL2(task datasets.Task, rows int) float64 {
	if task == datasets.TaskClassification {
		return 0.003
	}
	return min(max(6/float64(rows), 0.001), 0.03)
}

// check reports the first option out of range.
func (o Options) check() error {
	test, val := o.Test.Or(0.2), o.Validation.Or(0.2)
	switch {
	case !(test > 0 && test < 1):
		return fmt.Errorf("the test share is %g, want above 0 and below 1", test)
	case !(val > 0 && val < 1):
		return fmt.Errorf("the validation share is %g, want above 0 and below 1", val)
	case !(test+val < 1):
		return fmt.Errorf("the test share %g and the validation share %g leave no rows to train", test, val)
	case o.Epochs < 0:
		return fmt.Errorf("the number of epochs is %d, want at least 1", o.Epochs)
	case o.BatchSize < 0:
		return fmt.Errorf("the batch size is %d, want at least 1", o.BatchSize)
	case !(o.Rate >= 0) || math.IsInf(o.Rate, 0):
		return fmt.Errorf("the learning rate is %g, want a number above 0", o.Rate)
	case !(o.Clip >= 0) || math.IsInf(o.Clip, 0):
		return fmt.Errorf("the largest gradient norm is %g, want a number above 0", o.Clip)
	case !(o.Dropout >= 0 && o.Dropout < 1):
		return fmt.Errorf("the dropout is %g, want a share from 0 to below 1", o.Dropout)
	case o.Patience < -1:
		return fmt.Errorf("the patience is %d epochs, want at least 1, or -1 for no early stopping", o.Patience)
	}
	return errors.Join(o.checkPenalty(), o.checkHidden())
}

func (o Options) checkPenalty() error {
	for k, p := range []opt.Float{o.L1, o.L2} {
		if x := p.Or(0); !(x >= 0) || math.IsInf(x, 0) {
			return fmt.Errorf("the L%d penalty is %g, want a number of at least 0", k+1, x)
		}
	}
	return nil
}

func (o Options) checkHidden() error {
	for k, units := range o.Hidden {
		if units < 1 || units > mostUnits {
			return fmt.Errorf("hidden layer %d has %d units, want 1 to %d", k+1, units, mostUnits)
		}
	}
	if none := o.Hidden != nil && len(o.Hidden) == 0; !none && o.Activation == act.Softmax {
		return errors.New("softmax is an activation for outputs; choose another for the hidden layers")
	}
	return nil
}

// mostUnits keeps a slip of the finger from asking for all memory.
const mostUnits = 1 << 16
