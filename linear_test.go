package goodfit_test

import (
	"context"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/tensor"
)

// A linear model is one layer whose input is wider than all that it computes.
func TestOneLayerWithAWideInput(t *testing.T) {
	d := datasets.Regression{Samples: 30, Features: 40, Informative: 3, Seed: 1}.Make()
	m := goodfit.Sequential(tensor.Shape{40}, nn.Dense{Units: 1})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), d, goodfit.Plan{Epochs: 2, Validation: d})
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.Evaluate(d)
	if err != nil || s.Loss != h.Last("val_loss") {
		t.Errorf("loss %v and error %v, want the last val_loss %v", s.Loss, err, h.Last("val_loss"))
	}
}
