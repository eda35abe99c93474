package goodfit_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/callbacks"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
	"github.com/goodfit-ml/goodfit/tensor"
)

// Two moons are told apart by a net with one hidden layer.
func ExampleModel_Fit() {
	train := datasets.Moons{Samples: 200, Noise: 0.1, Seed: 1}.Make()
	test := datasets.Moons{Samples: 200, Noise: 0.1, Seed: 2}.Make()
	model := goodfit.Sequential(tensor.Shape{2},
		nn.Dense{Units: 16, Activation: act.ReLU, Init: nn.HeNormal},
		nn.Dense{Units: 1, Activation: act.Sigmoid})
	err := model.Compile(goodfit.Config{
		Loss:      losses.BinaryCrossEntropy{},
		Optimizer: optim.Adam{Rate: 0.02},
		Metrics:   []metrics.Metric{metrics.Accuracy{}},
		Seed:      1,
	})
	if err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(context.Background(), train, goodfit.Plan{
		Epochs: 100, Validation: test,
		Callbacks: []goodfit.Callback{callbacks.EarlyStopping{Patience: 10, RestoreBest: true}},
	})
	if err != nil {
		log.Fatal(err)
	}
	scores, err := model.Evaluate(test)
	if err != nil {
		log.Fatal(err)
	}
	accuracy, _ := scores.Get(metrics.Accuracy{})
	fmt.Println("series:", history.Names())
	fmt.Println("more than 95 of 100 right:", accuracy > 0.95)
	// Output:
	// series: [loss accuracy val_loss val_accuracy rate]
	// more than 95 of 100 right: true
}

// identity is a model whose weights are set by hand.
func identity() *goodfit.Model {
	m := goodfit.Sequential(tensor.Shape{2}, nn.As("sum", nn.Dense{Units: 1, Init: nn.Ones}))
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}}); err != nil {
		log.Fatal(err)
	}
	return m
}

func ExampleModel_Predict() {
	y, err := identity().Predict(mat.NewDense(2, 2, []float64{1, 2, 3, 4}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mat.Formatted(y))
	// Output:
	// ⎡3⎤
	// ⎣7⎦
}

func ExampleModel_Save() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "sum.goodfit")
	if err := identity().Save(path); err != nil {
		log.Fatal(err)
	}
	model, err := goodfit.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(model.Summary())
	// Output:
	// Layer (type)    Output shape   Params   Connected to
	// input (Input)   (2)            0
	// sum (Dense)     (1)            3        input
	// Total params: 3 (trainable 3, frozen 0, statistics 0); optimizer: 6
}

// A layer is kept as it is while the others train: transfer learning.
func ExampleModel_Freeze() {
	base := goodfit.Sequential(tensor.Shape{4}, nn.As("features", nn.Dense{Units: 8, Activation: act.ReLU}), nn.As("head", nn.Dense{Units: 1}))
	if err := base.Compile(goodfit.Config{Loss: losses.MSE{}}); err != nil {
		log.Fatal(err)
	}
	if err := base.Freeze("features"); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n", base.CountParams())
	fmt.Println(base.Freeze("feature"))
	// Output:
	// {Trainable:9 Frozen:40 Statistics:0 Optimizer:18}
	// goodfit: no layer is named "feature"; layers are ["input" "features" "head"]
}

// Two branches share a layer, and meet in one output.
func ExampleGraph() {
	var g goodfit.Graph
	left, right := g.Input("left", 3), g.Input("right", 3)
	a := g.Add(nn.As("twin", nn.Dense{Units: 4, Activation: act.Tanh}), left)
	b := g.Share(a, right)
	model := g.Model(g.Add(nn.As("out", nn.Dense{Units: 1, Activation: act.Sigmoid}), g.Add(nn.Concat{}, a, b)))
	if err := model.Compile(goodfit.Config{Loss: losses.BinaryCrossEntropy{}}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(model.InputNames(), model.OutputNames(), model.CountParams().Total())
	// Output: [left right] [out] 25
}

// Every fault is reported at once, by layer.
func ExampleModel_Compile() {
	m := goodfit.Sequential(tensor.Shape{2}, nn.As("hidden", nn.Dense{}), nn.As("noise", nn.Dropout{Rate: 1.5}))
	fmt.Println(m.Compile(goodfit.Config{Loss: losses.MSE{}}) != nil)
	// Output: true
}

// A training loop of one's own.
func ExampleModel_TrainBatch() {
	data := datasets.Regression{Samples: 100, Features: 2, Informative: 2, Seed: 1}.Make()
	m := goodfit.Sequential(tensor.Shape{2}, nn.Dense{Units: 1})
	if err := m.Compile(goodfit.Config{Loss: losses.MSE{}, Optimizer: optim.SGD{Rate: 0.1}}); err != nil {
		log.Fatal(err)
	}
	var last float64
	for epoch := range 30 {
		for batch, err := range data.Batches(context.Background(), datasets.BatchPlan{Size: 20, Seed: 1, Epoch: epoch}) {
			if err != nil {
				log.Fatal(err)
			}
			if last, err = m.TrainBatch(batch); err != nil {
				log.Fatal(err)
			}
		}
	}
	fmt.Println("fits:", last < 1e-6)
	// Output: fits: true
}
