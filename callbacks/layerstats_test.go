package callbacks_test

import (
	"context"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/tensor"
)

// TestLayerStatsShowDeadUnits trains a net whose first layer is dead, and finds
// it in the history and in the diagnosis.
func TestLayerStatsShowDeadUnits(t *testing.T) {
	d := datasets.Moons{Samples: 60, Noise: 0.1, Seed: 1}.Make()
	m := goodfit.Sequential(tensor.Shape{2},
		nn.As("dead", nn.Dense{Units: 10, Activation: act.ReLU, BiasInit: nn.Constant(-50)}),
		nn.As("out", nn.Dense{Units: 1, Activation: act.Sigmoid}))
	if err := m.Compile(goodfit.Config{Loss: losses.BinaryCrossEntropy{}}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), d, goodfit.Plan{Epochs: 12, Callbacks: []goodfit.Callback{callbacks.LayerStats{Data: d, Every: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Layers) != 2 || h.Layers[0].Layer != "dead" || h.Layers[0].DeadFraction[11] != 1 || h.Layers[1].DeadFraction[11] != 0 {
		t.Fatalf("layers %+v, want the first all dead and the second not", h.Layers)
	}
	if curves.Diagnose(h).Finding("dead-units") == nil {
		t.Error("the diagnosis does not find the dead units")
	}
}

// TestLayerStatsFail has data that do not fit the model.
func TestLayerStatsFail(t *testing.T) {
	two, _ := blobs(t)
	h, err := small(t, nil).Fit(context.Background(), line(t), plan(3, callbacks.LayerStats{Data: two}))
	if err == nil || h.Epochs() != 1 {
		t.Errorf("%v after %d epochs", err, h.Epochs())
	}
}
