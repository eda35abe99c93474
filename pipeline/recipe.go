package pipeline

import (
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
)

// Options are what one chooses about a training on a table, with defaults that
// suit most tables of some hundred to some ten thousand rows.
type Options struct {
	// Task is what to predict; default: from the target's cells.
	Task datasets.Task
	// Test and Validation are the shares of all rows that are kept for the final
	// scores and for early stopping; default 0.2 each.
	Test, Validation opt.Float
	// Hidden are the units of the hidden layers; nil means 64, 32.
	Hidden []int
	// Activation is that of the hidden layers; default ReLU, for which zero stands.
	Activation act.Func
	// Epochs is the most epochs; default 500.
	Epochs int
	// BatchSize is the rows per update; default 32, or 128 from 5,000 rows on.
	BatchSize int
	// Optimizer is the update rule; nil means optim.Adam{Rate: 0.001}.
	Optimizer optim.Optimizer
	// Rate replaces the optimizer's learning rate; 0: the optimizer's.
	Rate float64
	// Dropout is the share of units dropped after each hidden layer; default 0.
	Dropout float64
	// Penalty is that on the hidden and output kernels; default L2 of 0.001.
	// L1 and L2 of opt.Zero mean none.
	L1, L2 opt.Float
	// Patience is the number of epochs without improvement before the fit ends;
	// default 30, −1: never.
	Patience int
	Seed     uint64
	// Callbacks watch the fit besides early stopping.
	Callbacks []goodfit.Callback
	// Encode says how columns become numbers.
	Encode datasets.Encode
	// Scaling brings the features to one scale; nil means datasets.Standardize{}.
	Scaling datasets.Scaling
}

// check reports the first option out of range.
func (o Options) check() error {
	test, val := o.Test.Or(0.2), o.Validation.Or(0.2)
	switch {
	case !(test > 0 && test < 1):
		return fmt.Errorf("the test share is %g, want above 0 and below 1", test)
	case !(val > 0 && test+val < 1):
		return fmt.Errorf("the validation share is %g beside a test share of %g, want above 0, and rows left to train", val, test)
	case o.Epochs < 0 || o.BatchSize < 0:
		return fmt.Errorf("there are %d epochs and %d rows in a batch, want at least 1", o.Epochs, o.BatchSize)
	case !(o.Rate >= 0) || math.IsInf(o.Rate, 0):
		return fmt.Errorf("the learning rate is %g, want a number above 0", o.Rate)
	case !(o.Dropout >= 0 && o.Dropout < 1):
		return fmt.Errorf("the dropout is %g, want a share from 0 to below 1", o.Dropout)
	case o.Patience < -1:
		return fmt.Errorf("the patience is %d epochs, want at least 1, or −1 for no early stopping", o.Patience)
	}
	for _, p := range []float64{o.L1.Or(0), o.L2.Or(0)} {
		if !(p >= 0) || math.IsInf(p, 0) {
			return fmt.Errorf("a penalty is %g, want a number of at least 0", p)
		}
	}
	for _, units := range o.Hidden {
		if units < 1 {
			return fmt.Errorf("a hidden layer has %d units, want at least 1", units)
		}
	}
	return nil
}

// Recipe returns the training that the options mean for a table of the given
// number of training rows and, in a classification, classes.
func (o Options) Recipe(task datasets.Task, classes, rows int) (goodfit.Recipe, error) {
	if err := o.check(); err != nil {
		return goodfit.Recipe{}, fmt.Errorf("pipeline: %w", err)
	}
	optimizer, err := o.optimizer()
	if err != nil {
		return goodfit.Recipe{}, err
	}
	r := goodfit.Recipe{Layers: o.layers(task, classes)}
	r.Config = goodfit.Config{Optimizer: optimizer, Seed: o.Seed}
	switch {
	case task != datasets.TaskClassification:
		r.Config.Loss, r.Config.Metrics = losses.MSE{}, []metrics.Metric{metrics.MAE{}}
	case classes == 2:
		r.Config.Loss, r.Config.Metrics = losses.BinaryCrossEntropy{}, []metrics.Metric{metrics.Accuracy{}}
	default:
		r.Config.Loss, r.Config.Metrics = losses.CrossEntropy{}, []metrics.Metric{metrics.Accuracy{}}
	}
	r.Plan = o.plan(rows)
	return r, nil
}

// plan returns how the fit goes through the rows.
func (o Options) plan(rows int) goodfit.Plan {
	p := goodfit.Plan{Epochs: 500, BatchSize: 32, Callbacks: o.Callbacks}
	if rows >= 5000 {
		p.BatchSize = 128
	}
	if o.Epochs > 0 {
		p.Epochs = o.Epochs
	}
	if o.BatchSize > 0 {
		p.BatchSize = o.BatchSize
	}
	stopping := callbacks.EarlyStopping{Patience: 30, RestoreBest: true}
	switch {
	case o.Patience > 0:
		stopping.Patience = o.Patience
	case o.Patience < 0:
		stopping.Patience = p.Epochs
	}
	p.Callbacks = append([]goodfit.Callback{stopping}, p.Callbacks...)
	return p
}

// layers returns the hidden layers and the output layer.
func (o Options) layers(task datasets.Task, classes int) []nn.Layer {
	hidden, f := o.Hidden, o.Activation
	if hidden == nil {
		hidden = []int{64, 32}
	}
	if f == act.Linear {
		f = act.ReLU
	}
	penalty := nn.Penalty{L1: o.L1.Or(0), L2: o.L2.Or(0.001)}
	var layers []nn.Layer
	for _, units := range hidden {
		layers = append(layers, nn.Dense{Units: units, Activation: f, Init: initFor(f), Penalty: penalty})
		if o.Dropout > 0 {
			layers = append(layers, nn.Dropout{Rate: o.Dropout})
		}
	}
	out := nn.Dense{Units: 1, Penalty: penalty}
	if task == datasets.TaskClassification {
		out.Activation = act.Sigmoid
		if classes > 2 {
			out.Units, out.Activation = classes, act.Softmax
		}
	}
	return append(layers, nn.As("output", out))
}

// initFor returns the initializer that suits an activation: He for the ReLU
// family, LeCun for SELU, Glorot for the others.
func initFor(f act.Func) nn.Init {
	switch f {
	case act.Sigmoid, act.Tanh, act.Softsign, act.HardSigmoid:
		return nn.GlorotUniform
	case act.SELU:
		return nn.LeCunNormal
	}
	return nn.HeNormal
}

// optimizer returns the optimizer with the rate that was asked for.
func (o Options) optimizer() (optim.Optimizer, error) {
	if o.Optimizer == nil {
		return optim.Adam{Rate: o.Rate}, nil
	}
	if o.Rate == 0 {
		return o.Optimizer, nil
	}
	return optim.WithRate(o.Optimizer, o.Rate)
}
