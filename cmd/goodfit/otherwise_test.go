package main

import (
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/optim"
)

// TestTrainsOtherwise has a recipe for each way in which the training loss is not that
// of the validation rows, and one for what leaves it alone.
func TestTrainsOtherwise(t *testing.T) {
	layer := func(l nn.Layer) goodfit.Recipe { return goodfit.Recipe{Layers: []nn.Layer{nn.Dense{Units: 2}, l}} }
	noise := func(n optim.Noise) goodfit.Recipe { return goodfit.Recipe{Config: goodfit.Config{Noise: n}} }
	for _, c := range []struct {
		name   string
		recipe goodfit.Recipe
		want   bool
	}{
		{"nothing", layer(nn.Dense{Units: 1}), false},
		{"dropout", layer(nn.Dropout{Rate: 0.5}), true},
		{"a named layer", layer(nn.As("bn", nn.BatchNorm{})), true},
		{"dropout of channels", layer(nn.SpatialDropout2D{Rate: 0.5}), true},
		{"noise in each step", layer(nn.TimeDistributed{Layer: nn.GaussianNoise{Std: 1}}), true},
		{"noisy weights", noise(optim.Noise{Weights: 0.1}), true},
		{"noisy gradients, by which the loss is not measured", noise(optim.Noise{Gradients: 0.1}), false},
		{"weights of classes", goodfit.Recipe{Plan: goodfit.Plan{ClassWeights: []float64{1, 2}}}, true},
	} {
		if got := trainsOtherwise(c.recipe); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
