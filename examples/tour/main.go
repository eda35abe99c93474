// Tour shows goodfit's verbs in one short program: data, a sequence of layers,
// training with early stopping, diagnosis, saving, a graph of two frozen models,
// an ensemble, and a training loop of one's own.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

func main() {
	dir, err := os.MkdirTemp("", "tour")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if _, err := tour(context.Background(), dir); err != nil {
		log.Print(err)
	}
}

// tour returns the test accuracy of the first model; it writes to dir.
func tour(ctx context.Context, dir string) (float64, error) {
	train, test, err := data()
	if err != nil {
		return 0, err
	}
	model, accuracy, err := fit(ctx, train, test)
	if err != nil {
		return 0, err
	}
	if err := transfer(ctx, model, train, filepath.Join(dir, "base.goodfit")); err != nil {
		return 0, err
	}
	if err := join(ctx, model, train, test); err != nil {
		return 0, err
	}
	return accuracy, bag(ctx, train, test)
}

// data makes a problem of three classes and scales it by the training part alone.
func data() (train, test *datasets.Dataset, err error) {
	blobs := datasets.Blobs{Samples: 1200, Centers: 3, Std: 2, Seed: 1}.Make()
	train, test = blobs.Split(400)
	scale, err := datasets.Standardize{}.Fit(train)
	if err != nil {
		return nil, nil, err
	}
	return scale.Apply(train), scale.Apply(test), nil
}

// layers is a network with the playbook's common parts.
func layers() []nn.Layer {
	return []nn.Layer{
		nn.As("hidden", nn.Dense{Units: 25, Activation: act.ReLU, Init: nn.HeNormal}),
		nn.BatchNorm{},
		nn.Dropout{Rate: 0.2},
		nn.Dense{Units: 3, Activation: act.Softmax, Penalty: nn.Penalty{L2: 1e-4}, Constraint: nn.MaxNorm(3)},
	}
}

func config() goodfit.Config {
	return goodfit.Config{
		Loss:      losses.CrossEntropy{},
		Optimizer: optim.SGD{Rate: 0.01, Momentum: 0.9, Clip: optim.Clip{GlobalNorm: 1}},
		Metrics:   []metrics.Metric{metrics.Accuracy{}},
		Seed:      1,
	}
}

// fit trains until the validation loss stops improving, and says how it went.
func fit(ctx context.Context, train, test *datasets.Dataset) (*goodfit.Model, float64, error) {
	model := goodfit.Sequential(tensor.Shape{2}, layers()...)
	if err := model.Compile(config()); err != nil {
		return nil, 0, err
	}
	history, err := model.Fit(ctx, train, goodfit.Plan{Epochs: 200, BatchSize: 32, Validation: test,
		Callbacks: []goodfit.Callback{callbacks.EarlyStopping{Patience: 20, RestoreBest: true}}})
	if err != nil {
		return nil, 0, err
	}
	scores, err := model.Evaluate(test)
	if err != nil {
		return nil, 0, err
	}
	fmt.Println(scores)
	fmt.Println(curves.Diagnose(history))
	accuracy, _ := scores.Get(metrics.Accuracy{})
	return model, accuracy, nil
}

// transfer saves the model, loads it, and trains only what follows its first layer.
func transfer(ctx context.Context, model *goodfit.Model, train *datasets.Dataset, path string) error {
	if err := model.Save(path); err != nil {
		return err
	}
	base, err := goodfit.Load(path)
	if err != nil {
		return err
	}
	if err := base.Freeze("hidden"); err != nil {
		return err
	}
	if err := base.Compile(config()); err != nil {
		return err
	}
	_, err = base.Fit(ctx, train, goodfit.Plan{Epochs: 5})
	return err
}

// join puts two frozen models side by side in one graph with two inputs, and
// trains a head on both.
func join(ctx context.Context, model *goodfit.Model, train, test *datasets.Dataset) error {
	var g goodfit.Graph
	a, b := g.Input("a", 2), g.Input("b", 2)
	h := g.Add(nn.Concat{}, g.Add(nn.As("first", goodfit.Frozen(model)), a), g.Add(nn.As("second", goodfit.Frozen(model)), b))
	stack := g.Model(g.Add(nn.Dense{Units: 3, Activation: act.Softmax}, h))
	if err := stack.Compile(config()); err != nil {
		return err
	}
	if _, err := stack.Fit(ctx, twice(train), goodfit.Plan{Epochs: 20}); err != nil {
		return err
	}
	scores, err := stack.Evaluate(twice(test))
	fmt.Println("two inputs:", scores)
	return err
}

// twice gives the same rows to both inputs.
func twice(d *datasets.Dataset) *datasets.Tensors {
	t := d.Tensors()
	x := t.Inputs[0].Tensor
	t.Inputs = []datasets.Array{{Name: "a", Tensor: x}, {Name: "b", Tensor: x}}
	return t
}

// bag averages ten models trained on bootstrap samples, and trains one more batch
// by batch.
func bag(ctx context.Context, train, test *datasets.Dataset) error {
	recipe := goodfit.Recipe{Layers: layers(), Config: config(), Plan: goodfit.Plan{Epochs: 20}}
	mean, err := ensembles.Bagging{Members: 10}.Fit(ctx, recipe, train)
	if err != nil {
		return err
	}
	pred, err := mean.Predict(test.X)
	if err != nil {
		return err
	}
	table, err := metrics.NewConfusion(pred, test.Y, 0.5, nil)
	if err != nil {
		return err
	}
	fmt.Printf("ten models: accuracy: %.4f\n%v\n", table.Accuracy(), table)
	return loop(ctx, train)
}

// loop is a training loop of one's own.
func loop(ctx context.Context, train *datasets.Dataset) error {
	model := goodfit.Sequential(tensor.Shape{2}, layers()...)
	if err := model.Compile(config()); err != nil {
		return err
	}
	for batch, err := range train.Batches(ctx, datasets.BatchPlan{Size: 32, Seed: 1}) {
		if err != nil {
			return err
		}
		if _, err := model.TrainBatch(batch); err != nil {
			return err
		}
	}
	return nil
}
