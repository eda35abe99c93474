package playbook_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/plots"
)

// deepen puts a new layer of ten nodes below the output, which keeps its weights,
// freezes all that is older, and trains the two.
func deepen(t *testing.T, m *goodfit.Model, name string, output nn.Layer, d *datasets.Dataset, epochs int) {
	t.Helper()
	weights := must(m.Weights("output"))(t)
	ok(t, m.Pop())
	ok(t, m.Freeze())
	ok(t, m.Add(hidden(name, 10)))
	ok(t, m.Add(output))
	ok(t, m.Compile(m.Config()))
	ok(t, m.SetWeights("output", weights))
	must(m.Fit(context.Background(), d, goodfit.Plan{Epochs: epochs}))(t)
}

// asClassifier scores the encoder of m below an output of its own, in a copy.
func asClassifier(t *testing.T, m *goodfit.Model, train, test *datasets.Dataset) float64 {
	t.Helper()
	c := m.Clone(true)
	ok(t, c.Pop())
	ok(t, c.Freeze())
	ok(t, c.Add(nn.As("classes", nn.Dense{Units: 3, Activation: act.Softmax})))
	ok(t, c.Compile(classifier()))
	must(c.Fit(context.Background(), train, goodfit.Plan{Epochs: 20}))(t)
	return accuracy(t, c, test)
}

func TestAPIChapter10(t *testing.T) {
	train, test := blobs(2)
	t.Run("ch10-api-grow-loop-and-plot", func(t *testing.T) {
		m, _ := fit(t, train, classifier(), goodfit.Plan{Epochs: 20}, hidden("hidden0", 10), classes())
		first := kernel(t, m, "hidden0")
		var layers, onTrain, onTest []float64
		for i := range 11 {
			if i > 0 {
				deepen(t, m, fmt.Sprint("hidden", i), classes(), train, 20)
			}
			layers = append(layers, float64(len(m.Layers())))
			onTrain, onTest = append(onTrain, accuracy(t, m, train)), append(onTest, accuracy(t, m, test))
		}
		// Two of three classes are told apart at 2/3.
		if !slices.Equal(first, kernel(t, m, "hidden0")) || layers[10]-layers[0] != 10 || slices.Min(onTest) < 0.6 {
			t.Errorf("layers %v, accuracies %v and %v", layers, onTrain, onTest)
		}
		must(plots.SVG(plots.Lines{X: "layers", Y: "accuracy", Lines: []plots.Line{
			{Name: "train", X: layers, Y: onTrain, Markers: true}, {Name: "test", X: layers, Y: onTest, Markers: true}}}))(t)
	})
	t.Run("ch10-api-add-layer-to-autoencoder", func(t *testing.T) {
		decoder, data := nn.As("output", nn.Dense{Units: 2}), &datasets.Dataset{X: train.X, Y: train.X}
		m, _ := fit(t, data, goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.001}, Seed: 1},
			goodfit.Plan{Epochs: 20}, hidden("hidden0", 10), decoder)
		for i := range 5 {
			deepen(t, m, fmt.Sprint("hidden", i+1), decoder, data, 20)
			before := must(m.Evaluate(data))(t).Loss
			if a := asClassifier(t, m, train, test); a < 0.6 {
				t.Errorf("%d layers added: accuracy %v as a classifier", i+1, a)
			}
			if after := must(m.Evaluate(data))(t).Loss; after != before {
				t.Errorf("the classifier changed the reconstruction error from %v to %v", before, after)
			}
		}
		if l := must(m.Layer("hidden4"))(t); !l.Frozen || must(m.Layer("hidden5"))(t).Frozen {
			t.Error("want all layers frozen but the last and the output")
		}
	})
}
