package pipeline

import (
	"fmt"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// Recipe returns the training that the options mean for a task with so many
// classes (0 in a regression) and training rows: the mean squared error of a
// linear output, the cross-entropy of one sigmoid for two classes, or of a softmax
// for more. It fails if an option is out of range.
func (o Options) Recipe(task datasets.Task, classes, rows int) (goodfit.Recipe, error) {
	if err := o.check(); err != nil {
		return goodfit.Recipe{}, fmt.Errorf("pipeline: %w", err)
	}
	o = o.withDefaults(task, rows)
	optimizer, err := o.optimizer()
	if err != nil {
		return goodfit.Recipe{}, fmt.Errorf("pipeline: %w", err)
	}
	r := goodfit.Recipe{Plan: o.plan()}
	r.Config = goodfit.Config{Optimizer: optimizer, Seed: o.Seed, Metrics: []metrics.Metric{metrics.Accuracy{}}}
	out := nn.Dense{Units: max(classes, 1), Penalty: o.penalty()}
	switch {
	case task != datasets.TaskClassification:
		r.Config.Loss, r.Config.Metrics = losses.MSE{}, []metrics.Metric{metrics.MAE{}}
	case classes == 2:
		r.Config.Loss, out.Units, out.Activation = losses.BinaryCrossEntropy{}, 1, act.Sigmoid
	default:
		r.Config.Loss, out.Activation = losses.CrossEntropy{}, act.Softmax
	}
	r.Layers = append(o.hiddenLayers(), nn.As("output", out))
	return r, nil
}

// optimizer returns the optimizer with the rate and the clipping that were asked
// for, defaults filled in.
func (o Options) optimizer() (optimizer optim.Optimizer, err error) {
	optimizer = o.Optimizer
	if o.Rate > 0 {
		if optimizer, err = optim.WithRate(optimizer, o.Rate); err != nil {
			return nil, err
		}
	}
	if o.Clip > 0 {
		return optim.WithClip(optimizer, optim.Clip{GlobalNorm: o.Clip})
	}
	return optimizer, nil
}

func (o Options) penalty() nn.Penalty { return nn.Penalty{L1: o.L1.Or(0), L2: o.L2.Or(0)} }

// plan returns how the fit goes through the rows, defaults filled in.
func (o Options) plan() goodfit.Plan {
	stopping := callbacks.EarlyStopping{Patience: o.Patience, RestoreBest: true}
	if o.Patience < 0 {
		stopping.Patience = o.Epochs
	}
	return goodfit.Plan{Epochs: o.Epochs, BatchSize: o.BatchSize,
		Callbacks: append([]goodfit.Callback{stopping}, o.Callbacks...)}
}

// hiddenLayers returns the layers before the output, defaults filled in.
func (o Options) hiddenLayers() []nn.Layer {
	var layers []nn.Layer
	for _, units := range o.Hidden {
		layers = append(layers, nn.Dense{Units: units, Activation: o.Activation, Init: initFor(o.Activation), Penalty: o.penalty()})
		if o.Dropout > 0 {
			layers = append(layers, nn.Dropout{Rate: o.Dropout})
		}
	}
	return layers
}

// initFor returns the initializer that suits an activation: Glorot for the
// saturating ones (Glorot and Bengio 2010), LeCun for SELU (Klambauer et al. 2017),
// He for the ReLU family (He et al. 2015).
func initFor(f act.Func) nn.Init {
	switch f {
	case act.Sigmoid, act.Tanh, act.Softsign, act.HardSigmoid:
		return nn.GlorotUniform
	case act.SELU:
		return nn.LeCunNormal
	}
	return nn.HeNormal
}
