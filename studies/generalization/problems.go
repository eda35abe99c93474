package generalization

import (
	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/studies"
)

// moons is the problem of chapters 13, 15 and 18: two half circles, 30 rows to
// train with and 70 to test with. A test row is 0.0143 of accuracy.
func moons() (train, test *datasets.Dataset) { return allMoons().Split(30) }

func allMoons() *datasets.Dataset { return datasets.Moons{Samples: 100, Noise: 0.2, Seed: 1}.Make() }

// circles is the problem of chapters 14, 16 and 17: two rings, the inner of 0.8 of
// the outer's radius, 30 rows to train with and 70 to test with.
func circles() (train, test *datasets.Dataset) { return allCircles().Split(30) }

func allCircles() *datasets.Dataset {
	return datasets.Circles{Samples: 100, Noise: 0.1, Seed: 1}.Make()
}

// hidden is the hidden layer of chapters 13 to 18, far wider than 30 rows need. Its
// weights are Glorot uniform though it has ReLU: the book names no initializer.
func hidden() nn.Dense { return nn.Dense{Units: 500, Activation: act.ReLU} }

// output is the output layer of two classes.
func output() nn.Dense { return nn.Dense{Units: 1, Activation: act.Sigmoid} }

// epochs is how long the chapters train: far too long without regularization.
const epochs = 4000

// binary is a network of two classes, trained as the chapters do.
func binary(layers ...nn.Layer) goodfit.Recipe {
	return goodfit.Recipe{
		Layers: layers,
		Config: goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Optimizer: optim.Adam{}, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: epochs},
	}
}

// single is a case of the chapters: a network on a problem, with the book's
// accuracies.
func single(problem func() (train, test *datasets.Dataset), bookTrain, bookTest float64, layers ...nn.Layer) studies.Single {
	c := studies.Single{Recipe: binary(layers...), What: "accuracy", Score: metrics.Accuracy{},
		BookTrain: bookTrain, BookTest: bookTest, Repeats: 30}
	c.Train, c.Test = problem()
	return c
}
