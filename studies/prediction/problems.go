package prediction

import (
	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// threeBlobs is the problem of all chapters: three clusters that overlap, in so
// many rows. About 0.83 of the rows can be told apart.
func threeBlobs(rows int) *datasets.Dataset {
	return datasets.Blobs{Samples: rows, Centers: 3, Std: 2, Seed: 2}.Make()
}

// relu is a hidden layer with Keras's default weights.
func relu(units int) nn.Layer { return nn.Dense{Units: units, Activation: act.ReLU} }

// classifier is a network of one hidden layer for the three blobs.
func classifier(units, epochs int, o optim.Optimizer) goodfit.Recipe {
	return goodfit.Recipe{
		Layers: []nn.Layer{relu(units), nn.Dense{Units: 3, Activation: act.Softmax}},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: o, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: epochs},
	}
}

// accuracyOf returns the accuracy among scores.
func accuracyOf(s goodfit.Scores) float64 {
	a, _ := s.Get(metrics.Accuracy{})
	return a
}
