package goodfit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// softmax3 is a network of three classes.
func softmax3() []nn.Layer {
	return []nn.Layer{nn.Dense{Units: 5, Activation: act.Tanh}, nn.Dense{Units: 3, Activation: act.Softmax}}
}

// TestFitOnAugmentedData wants training on other rows, and evaluation on the data
// as they are, also of a share that is held out.
func TestFitOnAugmentedData(t *testing.T) {
	plain, err := blobs(100, 1).OneHotTargets()
	if err != nil {
		t.Fatal(err)
	}
	jittered, err := datasets.Jitter{Std: 0.2}.Of(plain)
	if err != nil {
		t.Fatal(err)
	}
	mixed, err := datasets.Mixup{Alpha: 1}.Of(plain)
	if err != nil {
		t.Fatal(err)
	}
	var seen [][]float32
	for _, s := range []datasets.Source{plain, jittered, mixed} {
		m := compiled(t, crossEntropy(optim.SGD{}), 2, softmax3()...)
		before, err := m.Evaluate(s)
		if err != nil {
			t.Fatal(err)
		}
		h, err := m.Fit(ctx, s, goodfit.Plan{Epochs: 3, ValidationFraction: 0.3})
		if err != nil {
			t.Fatal(err)
		}
		_, rest := plain.Slices(70)
		after, err := m.Evaluate(rest)
		if err != nil {
			t.Fatal(err)
		}
		if h.Last("val_loss") != after.Loss {
			t.Errorf("validation loss %v, want %v of the rows as they are", h.Last("val_loss"), after.Loss)
		}
		if clean, _ := compiled(t, crossEntropy(optim.SGD{}), 2, softmax3()...).Evaluate(plain); clean.Loss != before.Loss {
			t.Errorf("evaluation of augmented data gives %v, want %v", before.Loss, clean.Loss)
		}
		seen = append(seen, weightsOf(t, m))
	}
	if slices.Equal(seen[0], seen[1]) || slices.Equal(seen[0], seen[2]) || slices.Equal(seen[1], seen[2]) {
		t.Error("training does not see what was changed")
	}
}

func TestAugmentedDataRefused(t *testing.T) {
	mixed, err := datasets.Mixup{}.Of(blobs(100, 1))
	if err != nil {
		t.Fatal(err)
	}
	jittered, err := datasets.Jitter{Std: 1}.Of(mixed) // and mixed before
	if err != nil {
		t.Fatal(err)
	}
	m := compiled(t, crossEntropy(optim.SGD{}), 2, softmax3()...)
	for _, s := range []datasets.Source{mixed, jittered} {
		if _, err := m.Fit(ctx, s, goodfit.Plan{}); err == nil || !strings.Contains(err.Error(), "class indices, which mixup cannot mix") {
			t.Errorf("error %v, want that class indices cannot be mixed", err)
		}
	}
	wrong := blobs(100, 1)
	wrong.Y.Set(7, 0, 9)
	s, err := datasets.Jitter{Std: 1}.Of(wrong)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fit(ctx, s, goodfit.Plan{}); err == nil || !strings.Contains(err.Error(), "row 7 is class 9") {
		t.Errorf("error %v, want that of class 9", err)
	}
	yes := blobs(100, 1)
	for i := range yes.Rows() {
		yes.Y.Set(i, 0, min(yes.Y.At(i, 0), 1))
	}
	s, err = datasets.Mixup{}.Of(yes)
	if err != nil {
		t.Fatal(err)
	}
	b := compiled(t, goodfit.Config{Loss: losses.BinaryCrossEntropy{}}, 2, nn.Dense{Units: 1, Activation: act.Sigmoid})
	if _, err := b.Fit(ctx, s, goodfit.Plan{}); err != nil {
		t.Errorf("two classes in a column: %v", err)
	}
}
