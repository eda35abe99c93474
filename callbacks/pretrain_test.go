package callbacks_test

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// hiddenLayers is a recipe of a net with so many hidden layers of a few units each.
func hiddenLayers(hidden int, f act.Func, c ...goodfit.Callback) goodfit.Recipe {
	var layers []nn.Layer
	for range hidden {
		layers = append(layers, nn.Dense{Units: 5, Activation: f})
	}
	layers = append(layers, nn.Dense{Units: 1, Activation: act.Sigmoid})
	return goodfit.Recipe{Input: tensor.Shape{2}, Layers: layers,
		Config: goodfit.Config{Loss: losses.BinaryCrossEntropy{}, Optimizer: optim.Adam{Rate: 0.01}},
		Plan:   goodfit.Plan{Epochs: 30, BatchSize: 16, Callbacks: c}}
}

// A net of many saturating layers does not begin to learn from Glorot's weights in
// its first epochs; from pretrained ones it does, on average over ten seeds.
func TestPretrainStartsDeepNets(t *testing.T) {
	_, train, _ := moons()
	mean := func(r goodfit.Recipe) float64 {
		sum := 0.0
		for seed := range uint64(10) {
			_, h, err := r.Fit(context.Background(), train, nil, seed)
			if err != nil {
				t.Fatal(err)
			}
			loss, _ := h.Get("loss")
			sum += loss[len(loss)-1]
		}
		return sum / 10
	}
	plain, pretrained := mean(hiddenLayers(7, act.Sigmoid)), mean(hiddenLayers(7, act.Sigmoid, callbacks.Pretrain{Epochs: 60}))
	if !(plain > 0.6 && pretrained < 0.45) { // a guess has 0.69
		t.Errorf("loss %.3f without pretraining and %.3f with it, want above 0.6 and below 0.45", plain, pretrained)
	}
}

// The first fit alone is pretrained, the same way each time, and a net of one hidden
// layer not at all.
func TestPretrainOnceAndTheSame(t *testing.T) {
	_, train, _ := moons()
	weights := func(r goodfit.Recipe, fits int) map[string]*tensor.Tensor {
		r.Plan.Epochs = 1
		m, _, err := r.Fit(context.Background(), train, nil, 3)
		for range fits - 1 {
			r.Plan.Callbacks = nil
			if err == nil {
				_, err = m.Fit(context.Background(), train, r.Plan)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		w, err := m.Weights("dense")
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	p := callbacks.Pretrain{Epochs: 2}
	if !reflect.DeepEqual(weights(hiddenLayers(3, act.ReLU, p), 1), weights(hiddenLayers(3, act.ReLU, p), 1)) {
		t.Error("two pretrained fits differ")
	}
	if reflect.DeepEqual(weights(hiddenLayers(3, act.ReLU, p), 1), weights(hiddenLayers(3, act.ReLU), 1)) {
		t.Error("pretraining changed nothing")
	}
	if !reflect.DeepEqual(weights(hiddenLayers(1, act.ReLU, p), 1), weights(hiddenLayers(1, act.ReLU), 1)) {
		t.Error("a net of one hidden layer was pretrained")
	}
}

func TestPretrainRefuses(t *testing.T) {
	_, train, _ := moons()
	flat := hiddenLayers(2, act.ReLU, callbacks.Pretrain{Epochs: -1})
	noDense := hiddenLayers(0, act.ReLU, callbacks.Pretrain{})
	noDense.Layers = []nn.Layer{nn.Dropout{Rate: 0.1}}
	for want, r := range map[string]goodfit.Recipe{"Epochs is -1": flat} {
		if _, _, err := r.Fit(context.Background(), train, nil, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	var g goodfit.Graph
	in := g.Input("a", 2)
	m := g.Model(g.Add(nn.Dense{Units: 1, Activation: act.Sigmoid}, g.Add(nn.Concat{}, in, in)))
	if err := m.Compile(hiddenLayers(1, act.ReLU).Config); err != nil {
		t.Fatal(err)
	}
	_, err := m.Fit(context.Background(), train, goodfit.Plan{Callbacks: []goodfit.Callback{callbacks.Pretrain{}}})
	if err == nil || !strings.Contains(err.Error(), "needs a sequence of layers") {
		t.Errorf("a graph: error %v", err)
	}
}

// Callbacks that hold nothing but fields go through a file; those that write files,
// hold functions or look at the clock do not.
func TestRegisteredCallbacks(t *testing.T) {
	plan := goodfit.Plan{Epochs: 3, Callbacks: []goodfit.Callback{callbacks.EarlyStopping{Patience: 4, RestoreBest: true},
		callbacks.ReduceOnPlateau{Factor: 0.5}, callbacks.TerminateOnNaN{}, callbacks.Pretrain{Epochs: 7}}}
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var back goodfit.Plan
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(plan, back) {
		t.Errorf("%s became %+v", text, back)
	}
	for _, c := range []goodfit.Callback{callbacks.Checkpoint{Path: "x"}, callbacks.CSVLog{Path: "x"}, callbacks.Hooks{}, callbacks.TimeLimit{Limit: 1}} {
		if text, err := json.Marshal(goodfit.Plan{Callbacks: []goodfit.Callback{c}}); err == nil || !strings.Contains(err.Error(), "has no name for files") {
			t.Errorf("%T was stored as %s (error %v)", c, text, err)
		}
	}
}
