package playbook_test

import (
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

func TestAPIChapter9(t *testing.T) {
	// One batch of −6 and 2 through nodes of weight 1. Standardized, −6 and 2 are −1
	// and 1; so are 0 and 2, what ReLU leaves of them. The loss is the mean square of
	// the outputs in training, without any normalization 2.
	linear, norm := nn.Dense{Units: 1, Init: nn.Ones}, nn.BatchNorm{}
	rectified := nn.Dense{Units: 1, Init: nn.Ones, Activation: act.ReLU}
	twice := nn.Dense{Units: 1, Init: nn.Constant(2)}
	for _, c := range []struct {
		id     string
		layers []nn.Layer
		want   float64
	}{
		{"ch09-api-batchnorm-on-input", []nn.Layer{norm, rectified}, 0.5},
		{"ch09-api-batchnorm-between-layers", []nn.Layer{rectified, norm, rectified}, 0.5},
		{"ch09-api-batchnorm-before-activation", []nn.Layer{linear, norm, nn.Activation{Func: act.ReLU}}, 0.5},
		{"ch09-api-batchnorm-after-activation", []nn.Layer{rectified, norm}, 1},
		{"ch09-api-batchnorm-mlp", []nn.Layer{rectified, norm, twice}, 4},
	} {
		t.Run(c.id, func(t *testing.T) {
			_, h := fit(t, table(1, []float64{-6, 2}, []float64{0, 0}), goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{}},
				goodfit.Plan{BatchSize: -1}, c.layers...)
			// ε = 0.001 beside a variance of at least 1 takes at most a thousandth.
			near(t, "loss", h.Last("loss"), c.want, 1.1e-3*c.want)
		})
	}
}
