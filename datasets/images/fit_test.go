package images_test

import (
	"context"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/datasets/images"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// trained returns the predictions of a small net after three epochs.
func trained(t *testing.T, data datasets.Source, plan goodfit.Plan, on *datasets.Tensors) []float32 {
	t.Helper()
	m := goodfit.Sequential(data.Layout().Inputs[0].Shape, nn.Flatten{}, nn.Dense{Units: 2, Activation: act.Softmax})
	err := m.Compile(goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.SGD{Rate: 0.1}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	plan.Epochs, plan.BatchSize = 3, 3
	if _, err := m.Fit(context.Background(), data, plan); err != nil {
		t.Fatal(err)
	}
	out, err := m.PredictTensors(on.Inputs[0].Tensor)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].Data()
}

// A model trained on files is the model trained on the same images in memory, with
// augmentation or without.
func TestFitOnFilesIsFitInMemory(t *testing.T) {
	folder, err := images.Reader{Gray: true}.Folder(pictures(t, 5, "dark", "light"))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := folder.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	plain := trained(t, memory, goodfit.Plan{}, memory)
	if got := trained(t, folder, goodfit.Plan{}, memory); !slices.Equal(got, plain) {
		t.Errorf("trained on files a model predicts %v, in memory %v", got, plain)
	}
	a := images.Augment{Brightness: 0.2, Noise: 0.1}
	var changed [2][]float32
	for k, s := range []datasets.Source{folder, memory} {
		s, err := a.Of(s)
		if err != nil {
			t.Fatal(err)
		}
		changed[k] = trained(t, s, goodfit.Plan{Validation: memory}, memory)
	}
	if !slices.Equal(changed[0], changed[1]) || slices.Equal(changed[0], plain) {
		t.Errorf("with augmentation %v on files and %v in memory, without %v", changed[0], changed[1], plain)
	}
	s, err := a.Of(memory)
	if err != nil {
		t.Fatal(err)
	}
	trained(t, s, goodfit.Plan{ValidationFraction: 0.3}, memory)
}
