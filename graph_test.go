package goodfit_test

import (
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// pairs are two inputs and two targets that depend on both.
func pairs(rows int) *datasets.Tensors {
	d := datasets.Regression{Samples: rows, Features: 5, Informative: 5, Targets: 2, Noise: 1, Seed: 1}.Make()
	a, b := tensor.New(rows, 2), tensor.New(rows, 3)
	y, z := tensor.New(rows, 1), tensor.New(rows, 1)
	for i := range rows {
		for j := range 5 {
			if v := float32(d.X.At(i, j)); j < 2 {
				a.Row(i)[j] = v
			} else {
				b.Row(i)[j-2] = v
			}
		}
		y.Data()[i] = float32(d.Y.At(i, 0) / 100)
		z.Data()[i] = float32(d.Y.At(i, 1) / 100)
	}
	return &datasets.Tensors{Inputs: []datasets.Array{{Name: "a", Tensor: a}, {Name: "b", Tensor: b}},
		Targets: []datasets.Array{{Name: "y", Tensor: y}, {Name: "z", Tensor: z}}}
}

// twoByTwo has two inputs, a shared layer, a branch and two outputs.
func twoByTwo() *goodfit.Model {
	var g goodfit.Graph
	a, b := g.Input("a", 2), g.Input("b", 3)
	ha := g.Add(nn.As("left", nn.Dense{Units: 4, Activation: act.Tanh}), a)
	hb := g.Add(nn.As("right", nn.Dense{Units: 4, Activation: act.Tanh}), b)
	s := g.Add(nn.As("twin", nn.Dense{Units: 4, Activation: act.Tanh}), ha)
	both := g.Add(nn.Concat{}, s, g.Share(s, hb), ha)
	return g.Model(g.Add(nn.As("y", nn.Dense{Units: 1}), both), g.Add(nn.As("z", nn.Dense{Units: 1}), both))
}

func twoLosses() goodfit.Config {
	return goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.Adam{Rate: 0.01}, Metrics: []metrics.Metric{metrics.MAE{}}, Seed: 3,
		Outputs: []goodfit.Output{{Name: "z", Loss: losses.Huber{}, Weight: 0.5, Metrics: []metrics.Metric{metrics.RMSE{}}}}}
}

func TestGraphLearns(t *testing.T) {
	m := twoByTwo()
	if err := m.Compile(twoLosses()); err != nil {
		t.Fatal(err)
	}
	data := pairs(200)
	h, err := m.Fit(ctx, data, goodfit.Plan{Epochs: 150, Validation: data})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"loss", "y_loss", "y_mae", "z_loss", "z_rmse", "val_loss", "val_y_loss", "val_y_mae", "val_z_loss", "val_z_rmse", "rate"}
	if got := h.Names(); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("series %v, want %v", got, want)
	}
	first, _ := h.Get("val_loss")
	if h.Last("val_loss") > first[0]/20 {
		t.Errorf("loss went from %g to %g, want a twentieth", first[0], h.Last("val_loss"))
	}
	if sum := h.Last("val_y_loss") + 0.5*h.Last("val_z_loss"); math.Abs(sum-h.Last("val_loss")) > 1e-9 {
		t.Errorf("val_loss is %g, the weighted sum of the outputs' %g", h.Last("val_loss"), sum)
	}
}

// TestSharedGradient compares the gradient that a layer gets from two branches
// with the difference quotient of the loss: steps of 1e-2 in float32 leave an
// error of about 1e-3 relative.
func TestSharedGradient(t *testing.T) {
	data := pairs(20)
	config := goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 1}, Seed: 3}
	loss := func(m *goodfit.Model) float64 {
		s, err := m.Evaluate(data)
		if err != nil {
			t.Fatal(err)
		}
		return s.Loss
	}
	m := twoByTwo()
	if err := m.Compile(config); err != nil {
		t.Fatal(err)
	}
	for _, layer := range []string{"left", "twin", "right"} {
		before, _ := m.Weights(layer)
		k := before["kernel"]
		const step = 1e-2
		moved := func(by float32) float64 {
			c := k.Clone()
			c.Data()[1] += by
			if err := m.SetWeights(layer, map[string]*tensor.Tensor{"kernel": c}); err != nil {
				t.Fatal(err)
			}
			return loss(m)
		}
		slope := (moved(step) - moved(-step)) / (2 * step)
		moved(0)
		trained := m.Clone(true)
		if err := trained.Compile(config); err != nil {
			t.Fatal(err)
		}
		if _, err := trained.Fit(ctx, data, goodfit.Plan{BatchSize: -1}); err != nil {
			t.Fatal(err)
		}
		after, _ := trained.Weights(layer)
		if got := float64(k.Data()[1] - after["kernel"].Data()[1]); math.Abs(got-slope) > 2e-3*math.Max(math.Abs(slope), 0.1) {
			t.Errorf("%s: gradient %g, want %g", layer, got, slope)
		}
	}
}

func TestArraysAreFoundByName(t *testing.T) {
	m := twoByTwo()
	if err := m.Compile(twoLosses()); err != nil {
		t.Fatal(err)
	}
	data := pairs(30)
	want, err := m.Evaluate(data)
	if err != nil {
		t.Fatal(err)
	}
	swapped := &datasets.Tensors{Inputs: []datasets.Array{data.Inputs[1], data.Inputs[0]}, Targets: []datasets.Array{data.Targets[1], data.Targets[0]}}
	got, err := m.Evaluate(swapped)
	if err != nil || got.Loss != want.Loss {
		t.Errorf("in another order: %v, %v; want %v", got, err, want)
	}
	swapped.Inputs[0].Name = "c"
	if _, err := m.Evaluate(swapped); err == nil || !strings.Contains(err.Error(), `no input is named "b"`) {
		t.Errorf("error %v, want the missing name", err)
	}
}

func TestNestedModels(t *testing.T) {
	inner := compiled(t, crossEntropy(optim.SGD{}), 2, classifier()...)
	innerWeights := weightsOf(t, inner)
	outer := func(l nn.Layer) *goodfit.Model {
		m := compiled(t, crossEntropy(optim.SGD{Rate: 0.1}), 2, nn.As("m", l), nn.Dense{Units: 3, Activation: act.Softmax})
		if _, err := m.Fit(ctx, blobs(40, 1), goodfit.Plan{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	kernel := func(m *goodfit.Model, layer string) []float32 {
		w, err := m.Weights(layer)
		if err != nil {
			t.Fatal(err)
		}
		return w["kernel"].Data()
	}
	frozen, free := outer(goodfit.Frozen(inner)), outer(goodfit.Nested(inner))
	sameBits(t, "a frozen model's kernel", kernel(frozen, "m/hidden"), kernel(inner, "hidden"))
	stats, _ := frozen.Weights("m/batch_norm")
	own, _ := inner.Weights("batch_norm")
	sameBits(t, "a frozen model's statistics", stats["moving_mean"].Data(), own["moving_mean"].Data())
	if hashOf(kernel(free, "m/hidden")) == hashOf(kernel(inner, "hidden")) {
		t.Error("a nested model that is not frozen did not learn")
	}
	sameBits(t, "the model itself", weightsOf(t, inner), innerWeights)
}

func TestGraphFaults(t *testing.T) {
	var g, other goodfit.Graph
	a := g.Input("a", 2)
	x := g.Add(nn.Dense{Units: 2}, other.Input("x", 2))
	g.Add(nn.As("same", nn.Dense{Units: 2}), a)
	y := g.Add(nn.As("same", nn.Dense{Units: 2}), a, g.Input("bad", 0))
	err := g.Model(x, y).Compile(crossEntropy(nil))
	for _, want := range []string{"of another graph", `input "bad"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	var h goodfit.Graph
	i := h.Input("i", 2)
	m := h.Model(h.Add(nn.As("d", nn.Dense{Units: 2}), h.Add(nn.As("d", nn.Dense{Units: 2}), i)))
	if err := m.Compile(crossEntropy(nil)); err == nil || !strings.Contains(err.Error(), `two layers are named "d"`) {
		t.Errorf("error %v, want the doubled name", err)
	}
	if err := twoByTwo().Compile(goodfit.Config{Loss: losses.MSE{}, Outputs: []goodfit.Output{{Name: "w", Weight: opt.Zero}}}); err == nil {
		t.Error("an output that is not there was taken")
	}
}

// TestMasksLeaveOutSteps trains on padded sequences: what stands in the padding
// has no influence.
func TestMasksLeaveOutSteps(t *testing.T) {
	fit := func(padding float32) (float64, []float32) {
		x, y, mask := tensor.New(6, 4, 2), tensor.New(6, 4), tensor.New(6, 4)
		for i := range 6 {
			for s := range 4 {
				on := s <= i%4
				v := float32(i) + 0.3*float32(s)
				if !on {
					v = padding
				}
				x.Row(i)[2*s], x.Row(i)[2*s+1] = v/10, -v/7
				if on {
					mask.Row(i)[s] = 1
					y.Row(i)[s] = float32((i + s) % 3)
				}
			}
		}
		m := goodfit.Sequential(tensor.Shape{4, 2}, nn.PReLU{}, nn.LayerNorm{}, nn.Activation{Func: act.Tanh}, nn.LayerNorm{}, nn.Activation{Func: act.Tanh})
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}}); err != nil {
			t.Fatal(err)
		}
		target := tensor.New(6, 4, 2)
		for i, v := range y.Data() {
			target.Data()[2*i] = v
		}
		data := &datasets.Tensors{Inputs: []datasets.Array{{Tensor: x}}, Targets: []datasets.Array{{Tensor: target}}, Masks: []*tensor.Tensor{mask}}
		h, err := m.Fit(ctx, data, goodfit.Plan{Epochs: 3, BatchSize: 4})
		if err != nil {
			t.Fatal(err)
		}
		return h.Last("loss"), weightsOf(t, m)
	}
	a, wa := fit(0)
	b, wb := fit(50)
	if a != b {
		t.Errorf("loss is %g, and %g with other padding", a, b)
	}
	for i := range wa {
		if math.Abs(float64(wa[i]-wb[i])) > 1e-6 {
			t.Errorf("weight %d is %g, and %g with other padding", i, wa[i], wb[i])
		}
	}
}
