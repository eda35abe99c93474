package goodfit_test

import (
	"encoding/json"
	"fmt"
	"log"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/opt"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// grouped is a network of two layers and a normalization, all of whose parameters
// are 1 and get no gradient: what an update changes is decay.
func grouped(t *testing.T, o optim.Optimizer, groups ...goodfit.Group) *goodfit.Model {
	t.Helper()
	ones := nn.Constant(1)
	m := goodfit.Sequential(tensor.Shape{2},
		nn.As("first", nn.Dense{Units: 3, Init: ones, BiasInit: ones}),
		nn.As("norm", nn.LayerNorm{}),
		nn.As("last", nn.Dense{Units: 1, Init: ones, BiasInit: ones}))
	if err := m.Compile(goodfit.Config{Loss: flat{}, Optimizer: o, Groups: groups}); err != nil {
		t.Fatal(err)
	}
	return m
}

// flat is a loss of 0 whatever the prediction.
type flat struct{ losses.MSE }

func (flat) Eval(a *losses.Args) {
	clear(a.Loss)
	clear(a.Grad)
}

// after is the first number of a parameter after one update.
func after(t *testing.T, m *goodfit.Model, layer, param string) float64 {
	t.Helper()
	w, err := m.Weights(layer)
	if err != nil {
		t.Fatal(err)
	}
	return float64(w[param].Data()[0])
}

func TestGroupsDecide(t *testing.T) {
	one := datasets.Batch{Inputs: []*tensor.Tensor{tensor.Of([]float32{1, 2}, 1, 2)}, Targets: []*tensor.Tensor{tensor.Of([]float32{0}, 1, 1)}}
	decaying := optim.SGD{Rate: 0.5, Decay: 0.2}
	for _, c := range []struct {
		name      string
		optimizer optim.Optimizer
		groups    []goodfit.Group
		// want are first/kernel, first/bias, norm/gamma, last/kernel, last/bias.
		want [5]float64
	}{
		{"none: kernels decay", decaying, nil, [5]float64{0.9, 1, 1, 0.9, 1}},
		{"a layer alone, all its parameters", optim.SGD{Rate: 0.5}, []goodfit.Group{{Layers: []string{"last"}, Decay: 0.4}}, [5]float64{1, 1, 1, 0.8, 0.8}},
		{"a layer exempt", decaying, []goodfit.Group{{Layers: []string{"first"}, Decay: opt.Zero}}, [5]float64{1, 1, 1, 0.9, 1}},
		{"biases too", decaying, []goodfit.Group{{Params: []string{"bias"}, Decay: 0.4}}, [5]float64{0.9, 0.8, 1, 0.9, 0.8}},
		{"everything", decaying, []goodfit.Group{{Decay: 0.2}}, [5]float64{0.9, 0.9, 0.9, 0.9, 0.9}},
		{"a rate of its own, the optimizer's decay", decaying, []goodfit.Group{{Layers: []string{"first"}, Rate: 0.5}}, [5]float64{0.95, 1, 1, 0.9, 1}},
		{"rate and decay", decaying, []goodfit.Group{{Layers: []string{"first"}, Params: []string{"kernel"}, Rate: 0.5, Decay: 0.4}}, [5]float64{0.9, 1, 1, 0.9, 1}},
		{"a rate of 0", decaying, []goodfit.Group{{Layers: []string{"first"}, Rate: opt.Zero}}, [5]float64{1, 1, 1, 0.9, 1}},
		{"the first that matches", decaying, []goodfit.Group{{Layers: []string{"first"}, Decay: opt.Zero}, {Decay: 0.4}}, [5]float64{1, 1, 0.8, 0.8, 0.8}},
		{"an optimizer without a Decay", optim.RMSprop{Rate: 0.5}, []goodfit.Group{{Params: []string{"kernel"}, Decay: 0.2}}, [5]float64{0.9, 1, 1, 0.9, 1}},
	} {
		m := grouped(t, c.optimizer, c.groups...)
		if _, err := m.TrainBatch(one); err != nil {
			t.Fatal(err)
		}
		got := [5]float64{after(t, m, "first", "kernel"), after(t, m, "first", "bias"), after(t, m, "norm", "gamma"), after(t, m, "last", "kernel"), after(t, m, "last", "bias")}
		for k := range got {
			if math.Abs(got[k]-c.want[k]) > 1e-7 { // one rounding
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
}

// TestGroupsOfNestedModels: a name stands for the nested model's layers.
func TestGroupsOfNestedModels(t *testing.T) {
	var g goodfit.Graph
	base := grouped(t, nil)
	x := g.Input("x", 2)
	m := g.Model(g.Add(nn.As("head", nn.Dense{Units: 1, Init: nn.Constant(1)}), g.Add(nn.As("base", goodfit.Nested(base)), x)))
	config := goodfit.Config{Loss: flat{}, Optimizer: optim.SGD{Rate: 0.5, Decay: 0.2}, Groups: []goodfit.Group{{Layers: []string{"base"}, Decay: opt.Zero}}}
	if err := m.Compile(config); err != nil {
		t.Fatal(err)
	}
	one := datasets.Batch{Inputs: []*tensor.Tensor{tensor.Of([]float32{1, 2}, 1, 2)}, Targets: []*tensor.Tensor{tensor.Of([]float32{0}, 1, 1)}}
	if _, err := m.TrainBatch(one); err != nil {
		t.Fatal(err)
	}
	if inner, head := after(t, m, "base/first", "kernel"), after(t, m, "head", "kernel"); inner != 1 || math.Abs(head-0.9) > 1e-7 {
		t.Errorf("nested kernel %v, head %v; want 1 and 0.9", inner, head)
	}
}

func TestGroupFaults(t *testing.T) {
	for want, g := range map[string]goodfit.Group{
		`group 1: goodfit: no layer is named "frist"; layers are`:        {Layers: []string{"frist"}},
		`group 1: none of its layers trains a parameter named "gamma"`:   {Layers: []string{"first"}, Params: []string{"gamma"}},
		`group 1: its layers ["flat"] train no parameters`:               {Layers: []string{"flat"}},
		`group 1: Rate is -1, want a number of at least 0`:               {Rate: -1},
		`group 1: Decay is NaN, want a number of at least 0`:             {Decay: opt.Float(math.NaN())},
		`group 1: goodfit: "input" is an input and has nothing to train`: {Layers: []string{"input"}},
		`output "last" has no loss; set Config.Loss`:                     {Rate: -1},
	} {
		m := goodfit.Sequential(tensor.Shape{2}, nn.As("first", nn.Dense{Units: 3}), nn.As("flat", nn.Flatten{}), nn.As("last", nn.Dense{Units: 1}))
		config := goodfit.Config{Loss: losses.MSE{}, Groups: []goodfit.Group{g}}
		if strings.HasPrefix(want, "output") {
			config.Loss = nil
		}
		if err := m.Compile(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", g, err, want)
		}
	}
}

func TestGroupsInFiles(t *testing.T) {
	config := goodfit.Config{Loss: losses.MSE{}, Groups: []goodfit.Group{{Layers: []string{"first"}, Rate: 0.1}, {Params: []string{"bias"}, Decay: opt.Zero}}}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	var back goodfit.Config
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(back.Groups, config.Groups) {
		t.Errorf("%s reads as %+v, %v", text, back.Groups, err)
	}
}

// TestGroupOfEqualRatesChangesNothing: a group that says what holds anyway has the
// same bits.
func TestGroupOfEqualRatesChangesNothing(t *testing.T) {
	data := datasets.Moons{Samples: 60, Noise: 0.2, Seed: 1}.Make()
	var kernels [2][]float32
	for k, groups := range [][]goodfit.Group{nil, {{Params: []string{"bias"}, Rate: 1}, {Rate: 1, Params: []string{"kernel"}, Decay: 0.01}}} {
		m := goodfit.Sequential(tensor.Shape{2}, nn.As("a", nn.Dense{Units: 7}), nn.Dense{Units: 1})
		if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.AdamW{Decay: 0.01}, Groups: groups, Seed: 3}); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Fit(t.Context(), data, goodfit.Plan{Epochs: 3}); err != nil {
			t.Fatal(err)
		}
		w, err := m.Weights("a")
		if err != nil {
			t.Fatal(err)
		}
		kernels[k] = w["kernel"].Data()
	}
	if !slices.Equal(kernels[0], kernels[1]) {
		t.Error("the weights differ")
	}
}

func ExampleGroup() {
	m := goodfit.Sequential(tensor.Shape{2}, nn.As("base", nn.Dense{Units: 8}), nn.As("head", nn.Dense{Units: 1}))
	err := m.Compile(goodfit.Config{
		Loss:      losses.MSE{},
		Optimizer: optim.AdamW{Rate: 0.01, Decay: 0.05},
		// The base learns at a tenth of the rate; biases decay as weights do.
		Groups: []goodfit.Group{{Layers: []string{"base"}, Rate: 0.1}, {Params: []string{"bias"}, Decay: 0.05}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(m.Config().Groups), "groups")
	// Output: 2 groups
}
