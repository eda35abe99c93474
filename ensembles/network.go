package ensembles

import (
	"context"
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/internal/modelfile"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// NetworkLearner trains a network that combines the members, by the members' own
// loss. It is the head of [Integrated] too.
type NetworkLearner struct {
	// Layers are the network, its output included. Default: a Dense of 10 with ReLU,
	// and an output as the loss wants it.
	Layers []nn.Layer
	// Epochs of the training; default 100.
	Epochs int
	// BatchSize of the training; default 32.
	BatchSize int
	// Optimizer of the training; default that of the members.
	Optimizer optim.Optimizer
	// Seed draws the weights and the order of the rows.
	Seed uint64
	// PassThrough gives the features of the row to the network too.
	PassThrough bool
}

// Network predicts by a model of the members' predictions side by side, member
// after member, and of the features behind them if PassThrough: what
// [NetworkLearner] learns. It is kept in a file with the ensemble.
type Network struct {
	Model       *goodfit.Model `json:"-"`
	PassThrough bool
}

// Learn implements [Learner].
func (l NetworkLearner) Learn(ctx context.Context, p *Predictions) (Combiner, error) {
	m, _, err := l.train(ctx, p)
	if err != nil {
		return nil, err
	}
	return Network{Model: m, PassThrough: l.PassThrough}, nil
}

// train fits the network to cached predictions.
func (l NetworkLearner) train(ctx context.Context, p *Predictions) (*goodfit.Model, *curves.History, error) {
	recipe, err := l.recipe(p.config, p.scorer.spec.Outputs)
	if err != nil {
		return nil, nil, err
	}
	d := &datasets.Dataset{X: sideBySide(p.x, p.Members, l.PassThrough),
		Y: mat.NewDense(p.Rows(), p.scorer.spec.Targets, widened(nil, p.scorer.target)), Weights: widened(nil, p.scorer.weights)}
	m, h, err := recipe.Fit(ctx, d, nil, l.Seed)
	if err != nil {
		return nil, nil, fmt.Errorf("ensembles: NetworkLearner: %w", err)
	}
	return m, h, nil
}

// recipe returns the training of the network for members of a Config.
func (l NetworkLearner) recipe(c goodfit.Config, outputs int) (goodfit.Recipe, error) {
	if l.Epochs < 0 {
		return goodfit.Recipe{}, fmt.Errorf("ensembles: NetworkLearner.Epochs is %d, want at least 1", l.Epochs)
	}
	r := goodfit.Recipe{Layers: l.Layers, Plan: goodfit.Plan{Epochs: l.Epochs, BatchSize: l.BatchSize}}
	r.Config = goodfit.Config{Loss: lossOf(c), Metrics: metricsOf(c), Optimizer: l.Optimizer}
	if r.Config.Loss == nil {
		return r, errors.New("ensembles: NetworkLearner trains by the members' loss, and they have none")
	}
	if l.Epochs == 0 {
		r.Plan.Epochs = 100
	}
	if l.Optimizer == nil {
		r.Config.Optimizer = c.Optimizer
	}
	if len(l.Layers) == 0 {
		f, ok := outputActivation(r.Config.Loss)
		if !ok {
			return r, fmt.Errorf("ensembles: NetworkLearner has no Layers, and for the loss %s there is no default", r.Config.Loss.Name())
		}
		r.Layers = []nn.Layer{nn.Dense{Units: 10, Activation: act.ReLU, Init: nn.HeNormal}, nn.Dense{Units: outputs, Activation: f}}
	}
	return r, nil
}

// outputActivation returns the activation that goes with a loss.
func outputActivation(l losses.Loss) (act.Func, bool) {
	switch l.(type) {
	case losses.CrossEntropy, losses.KLDivergence:
		return act.Softmax, true
	case losses.BinaryCrossEntropy:
		return act.Sigmoid, true
	case losses.Hinge, losses.SquaredHinge:
		return act.Tanh, true
	case losses.MSE, losses.MAE, losses.MAPE, losses.Huber, losses.LogCosh, losses.MSLE:
		return act.Linear, true
	}
	return act.Linear, false
}

// isProbability reports whether the activation gives probabilities.
func isProbability(f act.Func) bool { return f == act.Softmax || f == act.Sigmoid }

// Check implements [Combiner].
func (n Network) Check(members int) error {
	if n.Model == nil {
		return errors.New("Network has no Model")
	}
	if _, _, err := sizes(n.Model); err != nil {
		return err
	}
	return checkMembers(members)
}

// Combine implements [Combiner].
func (n Network) Combine(x *mat.Dense, members []*mat.Dense) (*mat.Dense, error) {
	if n.PassThrough && x == nil {
		return nil, errors.New("Network with PassThrough needs the rows, and not the predictions alone")
	}
	return n.Model.Predict(sideBySide(x, members, n.PassThrough))
}

func (n Network) writeParts(w modelfile.PartWriter) error {
	return n.Model.WriteParts(w, goodfit.SaveOptions{})
}

func (n Network) readParts(r modelfile.PartReader) (Combiner, error) {
	m, err := goodfit.ReadParts(r)
	if err != nil {
		return nil, fmt.Errorf("combiner: %w", err)
	}
	n.Model = m
	return n, nil
}

func init() { RegisterCombiner("Network", Network{}) }
