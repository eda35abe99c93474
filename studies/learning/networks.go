package learning

import (
	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// momentum is the book's usual optimizer.
var momentum = optim.SGD{Rate: 0.01, Momentum: 0.9}

// relu is a hidden layer as the book has it.
func relu(units int) nn.Layer {
	return nn.Dense{Units: units, Activation: act.ReLU, Init: nn.HeUniform}
}

// classes is the output layer of a classifier.
func classes(n int) nn.Layer { return nn.Dense{Units: n, Activation: act.Softmax} }

// linear is the output layer of a regression.
func linear(n int) nn.Layer { return nn.Dense{Units: n} }

// classifier is a network under cross-entropy that reports accuracy.
func classifier(o optim.Optimizer, epochs int, layers ...nn.Layer) goodfit.Recipe {
	return goodfit.Recipe{
		Layers: layers,
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: o, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: epochs},
	}
}

// blobsNet is the network of chapters 3 to 5: 50 hidden nodes for three classes.
func blobsNet(o optim.Optimizer, epochs int) goodfit.Recipe {
	return classifier(o, epochs, relu(50), classes(3))
}

// history is a short name of what studies look into.
type history = curves.History
