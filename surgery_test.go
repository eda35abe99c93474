package goodfit_test

import (
	"math"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

func trained(t *testing.T) *goodfit.Model {
	t.Helper()
	m := compiled(t, crossEntropy(optim.Adam{}), 2, classifier()...)
	if _, err := m.Fit(ctx, blobs(60, 1), goodfit.Plan{Epochs: 5}); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFreezeAndThawAtOnce(t *testing.T) {
	m := trained(t)
	kernelOf := func(layer, param string) []float32 {
		w, err := m.Weights(layer)
		if err != nil {
			t.Fatal(err)
		}
		return w[param].Data()
	}
	fit := func() {
		if _, err := m.Fit(ctx, blobs(60, 1), goodfit.Plan{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Freeze("hidden", "batch_norm"); err != nil {
		t.Fatal(err)
	}
	hidden, mean, out := kernelOf("hidden", "kernel"), kernelOf("batch_norm", "moving_mean"), kernelOf("out", "kernel")
	fit()
	sameBits(t, "frozen kernel", kernelOf("hidden", "kernel"), hidden)
	sameBits(t, "frozen statistics", kernelOf("batch_norm", "moving_mean"), mean)
	if hashOf(kernelOf("out", "kernel")) == hashOf(out) {
		t.Error("the layer that is not frozen did not learn")
	}
	if err := m.Thaw(); err != nil {
		t.Fatal(err)
	}
	fit()
	if hashOf(kernelOf("hidden", "kernel")) == hashOf(hidden) || hashOf(kernelOf("batch_norm", "moving_mean")) == hashOf(mean) {
		t.Error("the thawed layers did not learn")
	}
	if err := m.Freeze("hidden", "hiden"); err == nil || !strings.Contains(err.Error(), `no layer is named "hiden"; layers are`) {
		t.Errorf("error %v, want the name and the layers", err)
	}
	if l, _ := m.Layer("hidden"); l.Frozen {
		t.Error("a call that failed froze a layer")
	}
}

func TestPopAddAndTrainOn(t *testing.T) {
	m := trained(t)
	hidden, _ := m.Weights("hidden")
	if err := m.Pop(); err != nil {
		t.Fatal(err)
	}
	for _, l := range []nn.Layer{nn.As("new", nn.Dense{Units: 4, Activation: act.ReLU}), nn.As("out", nn.Dense{Units: 3, Activation: act.Softmax})} {
		if err := m.Add(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Compile(crossEntropy(optim.SGD{Rate: 0.1})); err != nil {
		t.Fatal(err)
	}
	kept, _ := m.Weights("hidden")
	sameBits(t, "kept kernel", kept["kernel"].Data(), hidden["kernel"].Data())
	h, err := m.Fit(ctx, blobs(60, 1), goodfit.Plan{Epochs: 40})
	if err != nil || h.Last("accuracy") < 0.6 {
		t.Errorf("accuracy %g, error %v", h.Last("accuracy"), err)
	}
	one := compiled(t, crossEntropy(nil), 2, nn.Dense{Units: 3, Activation: act.Softmax})
	if err := one.Pop(); err == nil {
		t.Error("the only layer was taken away")
	}
}

func TestCloneWithAndWithoutWeights(t *testing.T) {
	m := trained(t)
	for _, with := range []bool{true, false} {
		c := m.Clone(with)
		config := crossEntropy(optim.SGD{})
		config.Seed = 99
		if err := c.Compile(config); err != nil {
			t.Fatal(err)
		}
		if same := hashOf(weightsOf(t, c)) == hashOf(weightsOf(t, m)); same != with {
			t.Errorf("clone with weights %v: the same weights: %v", with, same)
		}
		before := hashOf(weightsOf(t, m))
		if _, err := c.Fit(ctx, blobs(60, 1), goodfit.Plan{}); err != nil {
			t.Fatal(err)
		}
		if hashOf(weightsOf(t, m)) != before {
			t.Error("training the clone changed the model")
		}
	}
}

func TestPartIsAFeatureExtractor(t *testing.T) {
	m := trained(t)
	part, err := m.Part("hidden")
	if err != nil {
		t.Fatal(err)
	}
	x := blobs(9, 5).X
	got, err := part.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.Activations([]*tensor.Tensor{tensor.FromMatrix(x)}, "hidden")
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "outputs of the inner layer", tensor.FromMatrix(got).Data(), want[0].Data())
	if _, c := got.Dims(); c != 11 {
		t.Errorf("%d features, want 11", c)
	}
	if _, err := m.Part("nowhere"); err == nil {
		t.Error("an unknown layer was taken")
	}
}

func TestSetWeights(t *testing.T) {
	m := trained(t)
	k := tensor.New(2, 11)
	if err := m.SetWeights("hidden", map[string]*tensor.Tensor{"kernel": k}); err != nil {
		t.Fatal(err)
	}
	got, _ := m.Weights("hidden")
	sameBits(t, "kernel", got["kernel"].Data(), k.Data())
	for _, bad := range []map[string]*tensor.Tensor{{"kern": k}, {"kernel": tensor.New(2, 3)}} {
		if m.SetWeights("hidden", bad) == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}

func TestLayerStats(t *testing.T) {
	d := blobs(60, 1).Tensors()
	b := datasets.Batch{Inputs: []*tensor.Tensor{d.Inputs[0].Tensor}, Targets: []*tensor.Tensor{d.Targets[0].Tensor}}
	m := compiled(t, crossEntropy(optim.SGD{}), 2, nn.As("dead", nn.Dense{Units: 8, Activation: act.ReLU, BiasInit: nn.Constant(-100)}),
		nn.BatchNorm{}, nn.As("out", nn.Dense{Units: 3, Activation: act.Softmax}))
	before := weightsOf(t, m)
	stats, err := m.LayerStats(b)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "weights and statistics", weightsOf(t, m), before)
	if s := stats[0]; s.Layer != "dead" || s.DeadFraction != 1 || s.GradNorm != 0 || s.ActMean != 0 {
		t.Errorf("dead layer: %+v", s)
	}
	if s := stats[2]; s.DeadFraction != 0 || !(s.GradNorm > 0) || math.Abs(s.ActMean-1.0/3) > 1e-6 {
		t.Errorf("output layer: %+v; want probabilities with mean 1/3 and a gradient", s)
	}
}

func TestSummary(t *testing.T) {
	m := trained(t)
	if err := m.Freeze("hidden"); err != nil {
		t.Fatal(err)
	}
	text := m.Summary()
	for _, want := range []string{"Layer (type)", "hidden (Dense, frozen)", "(11)", "batch_norm (BatchNorm)",
		"Total params: 113 (trainable 58, frozen 33, statistics 22); optimizer: 116"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
