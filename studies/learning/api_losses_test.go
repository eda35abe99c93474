package learning_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
)

// onBatchEnd is a callback from a function.
func onBatchEnd(f func(r *goodfit.Run)) goodfit.Callback {
	return callbacks.Hooks{OnBatchEnd: func(r *goodfit.Run) error { f(r); return nil }}
}

// checkPanels wants a figure with the given panels, training and validation in each.
func checkPanels(t *testing.T, h *curves.History, want ...string) {
	t.Helper()
	if got := plots.Quantities(h); !slices.Equal(got, want) {
		t.Errorf("panels %q, want %q", got, want)
	}
	for _, q := range want {
		if _, ok := h.Get("val_" + q); !ok {
			t.Errorf("the history lacks val_%s", q)
		}
	}
	if _, err := plots.SVG(plots.LearningCurve{History: h}); err != nil {
		t.Error(err)
	}
}

func regression(t *testing.T) (train, test *datasets.Dataset) {
	t.Helper()
	d := datasets.Regression{Samples: 1000, Features: 20, Noise: 0.1, Seed: 1}.Make()
	x, err := datasets.Standardize{}.Fit(d)
	must(t, err)
	y, err := datasets.Standardize{}.FitTarget(d)
	must(t, err)
	return y.ApplyTarget(x.Apply(d)).Split(500)
}

// lossOf trains one node without hidden layers for no time at all, and checks its
// loss on rows with known predictions: the bias alone.
func lossOf(t *testing.T, loss losses.Loss, output nn.Dense, bias, target []float64) float64 {
	t.Helper()
	output.Init, output.BiasInit = nn.Zeros, nn.Constant(bias[0])
	m := goodfit.Sequential([]int{1}, output)
	must(t, m.Compile(goodfit.Config{Loss: loss}))
	if len(bias) > 1 {
		w, err := m.Weights(m.OutputNames()[0])
		must(t, err)
		for i, b := range bias {
			w["bias"].Data()[i] = float32(b)
		}
		must(t, m.SetWeights(m.OutputNames()[0], w))
	}
	s, err := m.Evaluate(&datasets.Dataset{X: mat.NewDense(1, 1, []float64{1}), Y: mat.NewDense(1, len(target), target)})
	must(t, err)
	return s.Loss
}

func TestLossRows(t *testing.T) {
	one := nn.Dense{Units: 1}
	sigmoid := nn.Dense{Units: 1, Activation: act.Sigmoid}
	softmax := nn.Dense{Units: 3, Activation: act.Softmax}
	// The probabilities of a softmax over these are 0.2, 0.3 and 0.5.
	logits := []float64{math.Log(2), math.Log(3), math.Log(5)}
	is := func(want float64, loss losses.Loss, output nn.Dense, bias []float64, target ...float64) func(t *testing.T) {
		return func(t *testing.T) { equal(t, "loss", lossOf(t, loss, output, bias, target), want) }
	}
	setup := func(loss losses.Loss, data func() (train, test *datasets.Dataset), output nn.Dense, epochs int, ms ...metrics.Metric) func(t *testing.T) {
		return func(t *testing.T) {
			train, test := data()
			_, h := trained(t, train, test, sgd(loss, ms...), goodfit.Plan{Epochs: epochs},
				nn.Dense{Units: 50, Activation: act.ReLU, Init: nn.HeUniform}, output)
			val, _ := h.Get("val_loss")
			if len(val) != epochs || !(val[epochs-1] < val[0]) {
				t.Errorf("validation loss of %d epochs from %v to %v", len(val), val[0], val[len(val)-1])
			}
		}
	}
	square := func(x float64) float64 { return x * x }
	runRows(t, []row{
		{"ch04-api-make-regression", func(t *testing.T) {
			d, c := datasets.Regression{Samples: 1000, Features: 20, Noise: 0.1, Seed: 1}.MakeWithCoefficients()
			var y mat.Dense
			y.Mul(d.X, c)
			y.Sub(d.Y, &y)
			// What the coefficients leave is the noise, of standard deviation 0.1.
			if sd := mat.Norm(&y, 2) / math.Sqrt(1000); d.Rows() != 1000 || d.Features() != 20 || sd < 0.09 || sd > 0.11 {
				t.Errorf("%d×%d with noise of %v", d.Rows(), d.Features(), sd)
			}
		}},
		{"ch04-api-standardize", func(t *testing.T) {
			train, test := regression(t)
			for _, part := range []func(d *datasets.Dataset) *mat.Dense{func(d *datasets.Dataset) *mat.Dense { return d.X }, func(d *datasets.Dataset) *mat.Dense { return d.Y }} {
				sum, squares := mat.Sum(part(train))+mat.Sum(part(test)), square(mat.Norm(part(train), 2))+square(mat.Norm(part(test), 2))
				_, columns := part(train).Dims()
				if math.Abs(sum) > 1e-9 || math.Abs(squares-float64(1000*columns)) > 1e-6 {
					t.Errorf("sum %v, sum of squares %v of %d columns, want 0 and 1000 for each", sum, squares, columns)
				}
			}
		}},
		{"ch04-api-loss-mse", is(2.25, losses.MSE{}, one, []float64{3.5}, 2)},
		{"ch04-api-circles-setup", setup(losses.BinaryCrossEntropy{}, circles, sigmoid, 200, metrics.Accuracy{})},
		{"ch04-api-loss-binary-crossentropy", is(-math.Log(0.8), losses.BinaryCrossEntropy{}, sigmoid, []float64{math.Log(4)}, 1)},
		{"ch04-api-blobs-setup", setup(losses.CrossEntropy{}, func() (train, test *datasets.Dataset) { return blobs(2) }, softmax, 100, metrics.Accuracy{})},
		{"ch04-api-loss-categorical-crossentropy", is(-math.Log(0.3), losses.CrossEntropy{}, softmax, logits, 0, 1, 0)},
		{"ch04-api-loss-sparse-crossentropy", is(-math.Log(0.3), losses.CrossEntropy{}, softmax, logits, 1)},
		{"ch04-api-loss-kl", is(0.5*math.Log(0.5/0.2)+0.5*math.Log(0.5/0.5), losses.KLDivergence{}, softmax, logits, 0.5, 0, 0.5)},
	})
}

// path trains one weight without inputs' influence: y = w·1 towards 0 from 1, with
// the loss w², so that its gradient is 2w, and returns w after every update.
func path(t *testing.T, o optim.Optimizer, updates int, cs ...goodfit.Callback) (weights []float64, rates []float64) {
	t.Helper()
	m := goodfit.Sequential([]int{1}, nn.As("w", nn.Dense{Units: 1, NoBias: true, Init: nn.Ones}))
	must(t, m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: o}))
	record := callbacks.Hooks{OnBatchEnd: func(r *goodfit.Run) error {
		w, err := r.Model().Weights("w")
		weights = append(weights, float64(w["kernel"].Data()[0]))
		return err
	}, OnEpochEnd: func(r *goodfit.Run) error {
		rates = append(rates, r.Rate())
		return nil
	}}
	d := &datasets.Dataset{X: mat.NewDense(1, 1, []float64{1}), Y: mat.NewDense(1, 1, nil)}
	_, err := m.Fit(ctx, d, goodfit.Plan{Epochs: updates, Validation: d, Callbacks: append(cs, record)})
	must(t, err)
	return weights, rates
}

func TestRateRows(t *testing.T) {
	runRows(t, []row{
		{"ch05-api-sgd-default", func(t *testing.T) {
			w, _ := path(t, optim.SGD{}, 2)
			equal(t, "w after one update", w[0], 1-0.01*2)
			equal(t, "w after two updates, without momentum", w[1], w[0]-0.01*2*w[0])
		}},
		{"ch05-api-sgd-lr-momentum", func(t *testing.T) {
			w, _ := path(t, optim.SGD{Rate: 0.01, Momentum: 0.9}, 2)
			equal(t, "w after two updates", w[1], w[0]+0.9*(w[0]-1)-0.01*2*w[0])
		}},
		{"ch05-api-reduce-lr-on-plateau", func(t *testing.T) {
			// The loss improves by less than 10 in every epoch but the first.
			_, rates := path(t, optim.SGD{Rate: 0.01}, 103, callbacks.ReduceOnPlateau{Patience: 100, MinDelta: 10})
			equal(t, "rate before 100 epochs without improvement", rates[99], 0.01)
			equal(t, "rate after them", rates[102], 0.001)
		}},
		{"ch05-api-learning-rate-scheduler", func(t *testing.T) {
			_, rates := path(t, optim.SGD{Rate: 0.01}, 3, callbacks.RateSchedule(func(epoch int, rate float64) float64 { return rate }))
			equal(t, "rate under a function that changes nothing", rates[2], 0.01)
			_, rates = path(t, optim.SGD{Rate: 0.01}, 3, callbacks.RateSchedule(func(epoch int, rate float64) float64 { return rate / float64(1+epoch) }))
			equal(t, "rate under a function of epoch and rate", rates[2], 0.01/2/3)
		}},
		{"ch05-api-rmsprop", func(t *testing.T) {
			// s = 0.1·g², so the first step is η/√0.1 whatever the gradient.
			w, _ := path(t, optim.RMSprop{}, 1)
			equal(t, "w after one update", w[0], 1-0.001/math.Sqrt(0.1))
		}},
		{"ch05-api-adam", func(t *testing.T) {
			w, _ := path(t, optim.Adam{}, 1)
			equal(t, "w after one update", w[0], 1-0.001)
		}},
		{"ch05-api-custom-callback-lr-monitor", func(t *testing.T) {
			_, rates := path(t, optim.SGD{Rate: 0.5, Schedule: optim.TimeDecay{Decay: 1}}, 3)
			if len(rates) != 3 || !(rates[0] > rates[1] && rates[1] > rates[2]) {
				t.Errorf("rates at the ends of three epochs: %v", rates)
			}
		}},
	})
}
