package playbook_test

import (
	"math"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

func TestAPIChapter4(t *testing.T) {
	// tracked trains with one loss and follows the mean squared error beside it.
	tracked := func(loss losses.Loss, want float64) func(t *testing.T) {
		return func(t *testing.T) {
			c := goodfit.Config{Loss: loss, Optimizer: optim.SGD{}, Metrics: []metrics.Metric{metrics.MSE{}}}
			d := table(1, []float64{1}, []float64{2})
			_, h := fit(t, d, c, goodfit.Plan{Validation: d}, nn.Dense{Units: 1, Init: nn.Zeros, BiasInit: nn.Constant(3.5)})
			near(t, "loss", h.Last("loss"), want, rounding)
			near(t, "mse", h.Last("mse"), 2.25, rounding)
			if v, found := h.Get("val_mse"); !found || !(v[0] < 2.25) {
				t.Errorf("mse after the update %v, want it below 2.25", v)
			}
		}
	}
	// recoded compares classes 0 and 1 with the same classes as −1 and +1.
	recoded := func(loss losses.Loss) func(t *testing.T) {
		return func(t *testing.T) {
			var weights [2][]float32
			for i, first := range []float64{0, -1} {
				m, _ := fit(t, table(1, []float64{-2, 3}, []float64{first, 1}), goodfit.Config{Loss: loss, Optimizer: optim.SGD{}},
					goodfit.Plan{BatchSize: -1}, nn.As("node", nn.Dense{Units: 1, Activation: act.Tanh, Init: nn.Constant(0.1)}))
				weights[i] = kernel(t, m, "node")
			}
			if weights[0][0] != weights[1][0] || weights[0][0] <= 0.1 {
				t.Errorf("weights %v and %v, want the same, and more than 0.1", weights[0], weights[1])
			}
		}
	}
	logs := math.Log(4.5) - math.Log(3)
	for _, r := range []struct {
		id    string
		check func(t *testing.T)
	}{
		{"ch04-api-regression-setup", func(t *testing.T) {
			d := datasets.Regression{Samples: 1000, Features: 20, Noise: 0.1, Seed: 1}.Make()
			d = must(datasets.Standardize{}.Fit(d))(t).Apply(d)
			train, test := must(datasets.Standardize{}.FitTarget(d))(t).ApplyTarget(d).Split(500)
			m, h := fit(t, train, goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9}, Seed: 1},
				goodfit.Plan{Epochs: 20, Validation: test}, hidden("hidden", 25), nn.Dense{Units: 1})
			// Standardized targets have the variance 1: the error of knowing nothing.
			if n := m.CountParams().Trainable; n != 20*25+25+25+1 || !(h.Last("val_loss") < 0.1) {
				t.Errorf("%d weights, test error %v", n, h.Last("val_loss"))
			}
		}},
		{"ch04-api-loss-msle", tracked(losses.MSLE{}, logs*logs)},
		{"ch04-api-loss-mae", tracked(losses.MAE{}, 1.5)},
		{"ch04-api-loss-hinge", recoded(losses.Hinge{})},
		{"ch04-api-loss-squared-hinge", recoded(losses.SquaredHinge{})},
	} {
		t.Run(r.id, r.check)
	}
}
