package optim_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TestTrainingSteps runs whole training steps of a model: what clipping by norms,
// penalties, decay, accumulation and schedules do to the parameters.
func TestTrainingSteps(t *testing.T) {
	f := readFixture(t).Training
	for n, c := range f.Cases {
		t.Run(fmt.Sprintf("%d %s", n, c.Optimizer), func(t *testing.T) {
			var weights, bias nn.Penalty
			if c.Penalties {
				weights, bias = nn.Penalty{L1: f.L1, L2: f.L2}, nn.Penalty{L2: f.L2}
			}
			m := goodfit.Sequential(tensor.Shape{3},
				nn.As("a", nn.Dense{Units: 4, Activation: act.Tanh, Penalty: weights, BiasPenalty: bias}),
				nn.As("b", nn.Dense{Units: 2, Penalty: weights}))
			if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optimizer(t, c.Optimizer), Accumulate: c.Accumulate}); err != nil {
				t.Fatal(err)
			}
			for k, layer := range []string{"a", "b"} {
				kernel, bias := f.Params[2*k], f.Params[2*k+1]
				set := map[string]*tensor.Tensor{
					"kernel": tensor.Of(slices.Clone(kernel), len(kernel)/len(bias), len(bias)),
					"bias":   tensor.Of(slices.Clone(bias), len(bias))}
				if err := m.SetWeights(layer, set); err != nil {
					t.Fatal(err)
				}
			}
			for k := range f.X {
				b := datasets.Batch{Inputs: []*tensor.Tensor{rows(f.X[k])}, Targets: []*tensor.Tensor{rows(f.Y[k])}}
				if _, err := m.TrainBatch(b); err != nil {
					t.Fatal(err)
				}
			}
			for k, layer := range []string{"a", "b"} {
				got, err := m.Weights(layer)
				if err != nil {
					t.Fatal(err)
				}
				near(t, layer+" kernel", got["kernel"].Data(), c.Params[2*k])
				near(t, layer+" bias", got["bias"].Data(), c.Params[2*k+1])
			}
		})
	}
}

// near compares parameters after ten steps. A gradient of this net has some 40
// roundings on its way; the steps are of the parameters' size at most, and each
// hands the error on to the next: 10 × 40 roundings of numbers of size 1.
func near(t *testing.T, name string, got []float32, want []float64) {
	t.Helper()
	for i, w := range want {
		if tol := 400 * ulp * max(1, math.Abs(w)); !(math.Abs(float64(got[i])-w) <= tol) {
			t.Errorf("%s %d: %.8g, want %.8g within %.1g", name, i, got[i], w, tol)
		}
	}
}

func rows(x [][]float32) *tensor.Tensor { return tensor.Of(slices.Concat(x...), len(x), len(x[0])) }

// TestWholeFitSchedule trains a model whose schedule spans the fit, and reads the
// rates of the last update of each epoch from the history.
func TestWholeFitSchedule(t *testing.T) {
	m := goodfit.Sequential(tensor.Shape{1}, nn.Dense{Units: 1})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1,
		Schedule: optim.WarmUp{Over: 2, Then: optim.Linear{}}}}); err != nil {
		t.Fatal(err)
	}
	d, err := datasets.FromSlices([][]float64{{1}, {2}, {3}, {4}, {5}}, []float64{1, 2, 3, 4, 5})
	if err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(t.Context(), d, goodfit.Plan{Epochs: 4, BatchSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	// 12 updates: two of warm-up, then 10 on the line; an epoch's last are 2, 5, 8, 11.
	want := []float64{0.1, 0.07, 0.04, 0.01}
	rates, _ := h.Get("rate")
	for k, r := range rates {
		if math.Abs(r-want[k]) > 1e-15 {
			t.Errorf("epoch %d: rate %g, want %g", k+1, r, want[k])
		}
	}
	if len(rates) != len(want) {
		t.Errorf("%d rates", len(rates))
	}
}
