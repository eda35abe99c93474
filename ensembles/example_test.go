package ensembles_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/losses"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/nn/act"
	"github.com/goodfit-ml/goodfit/optim"
)

// problem returns three overlapping classes and a network for them.
func problem() (recipe goodfit.Recipe, train, test *datasets.Dataset) {
	train, test = datasets.Blobs{Samples: 400, Centers: 3, Std: 2, Seed: 2}.Make().Split(200)
	return goodfit.Recipe{
		Layers: []nn.Layer{nn.Dense{Units: 15, Activation: act.ReLU}, nn.Dense{Units: 3, Activation: act.Softmax}},
		Config: goodfit.Config{Loss: losses.CrossEntropy{}, Optimizer: optim.Adam{Rate: 0.02}, Metrics: []metrics.Metric{metrics.Accuracy{}}},
		Plan:   goodfit.Plan{Epochs: 30},
	}, train, test
}

// show trains by a method and prints the ensemble's accuracy beside its members'.
func show(m ensembles.Method) {
	recipe, train, test := problem()
	e, err := m.Fit(context.Background(), recipe, train)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := e.Evaluate(test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d members", len(e.Members))
	for _, s := range scores.Members {
		fmt.Printf(" %.3f", s.Metrics[0].Value)
	}
	fmt.Printf(", together %.3f\n", scores.Ensemble.Metrics[0].Value)
}

// Several trainings with the same rows and other seeds.
func ExampleAverage() {
	show(ensembles.Average{Members: 3})
	// Output: 3 members 0.845 0.830 0.805, together 0.835
}

// Hard voting in place of the mean of probabilities.
func ExampleVote() {
	show(ensembles.Average{Members: 3, Combiner: ensembles.Vote{}})
	// Output: 3 members 0.845 0.830 0.805, together 0.835
}

func ExampleSplits() {
	show(ensembles.Splits{Members: 3, Fraction: 0.2, Stratify: true})
	// Output: 3 members 0.805 0.835 0.840, together 0.835
}

func ExampleKFold() {
	show(ensembles.KFold{Members: 3, Stratify: true})
	// Output: 3 members 0.815 0.770 0.835, together 0.810
}

// The rows that a member has not seen tell how good the ensemble is, without a test
// set.
func ExampleBagging() {
	recipe, train, test := problem()
	e, err := ensembles.Bagging{Members: 10}.Fit(context.Background(), recipe, train)
	if err != nil {
		log.Fatal(err)
	}
	estimate, err := e.OutOfBag(train)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := e.Evaluate(test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("out of bag:", estimate.Scores)
	fmt.Println("test:      ", scores.Ensemble)
	// Output:
	// out of bag: loss: 0.4512 - accuracy: 0.8141
	// test:       loss: 0.4714 - accuracy: 0.8500
}

// Weights that are found on rows held out.
func ExampleWeightedAverage() {
	show(ensembles.WeightedAverage{Members: 4, Share: 0.3, Search: ensembles.DifferentialEvolution{Polish: true}})
	// Output: 1 members 0.810, together 0.810
}

func ExampleGreedySelection() {
	show(ensembles.GreedySelection{Members: 8, Greedy: ensembles.Greedy{Bags: 5}})
	// Output: 3 members 0.855 0.815 0.830, together 0.830
}

// A logistic regression on predictions out of fold.
func ExampleStacking() {
	show(ensembles.Stacking{Members: 3, Folds: 3, Learner: ensembles.LogisticRegression{}})
	// Output: 3 members 0.845 0.830 0.805, together 0.815
}

// One graph of frozen members and a network that combines them.
func ExampleIntegrated() {
	show(ensembles.Integrated{Members: 3, Share: 0.3})
	// Output: 1 members 0.795, together 0.795
}

func ExampleHorizontal() {
	show(ensembles.Horizontal{Members: 5, Combiner: ensembles.Vote{}})
	// Output: 5 members 0.845 0.845 0.840 0.815 0.835, together 0.845
}

func ExampleSnapshot() {
	show(ensembles.Snapshot{Members: 3, Rate: 0.05})
	// Output: 3 members 0.820 0.855 0.825, together 0.840
}

func ExampleWeightAverage() {
	show(ensembles.WeightAverage{Members: 10, Decay: ensembles.LinearDecay})
	// Output: 1 members 0.835, together 0.835
}

// SWA is a method, and a callback too.
func ExampleSWA() {
	recipe, train, test := problem()
	recipe.Plan.Callbacks = []goodfit.Callback{ensembles.SWA{From: 0.5, Rate: 0.02}}
	model, _, err := recipe.Fit(context.Background(), train, nil, 1)
	if err != nil {
		log.Fatal(err)
	}
	scores, err := model.Evaluate(test)
	fmt.Println(scores, err)
	// Output: loss: 0.4426 - accuracy: 0.8400 <nil>
}

func ExampleEMA() {
	show(ensembles.EMA{Decay: 0.98})
	// Output: 1 members 0.835, together 0.835
}

// How many members are worth having, as means over random subsets.
func ExampleEnsemble_BySize() {
	recipe, train, test := problem()
	e, err := ensembles.Bagging{Members: 8}.Fit(context.Background(), recipe, train)
	if err != nil {
		log.Fatal(err)
	}
	sizes, err := e.BySize(test, metrics.LogLoss{}, ensembles.Sizes{Draws: 20})
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range sizes {
		fmt.Printf("%d: %.4f ± %.4f\n", s.Members, s.Mean, s.Std)
	}
	// Output:
	// 1: 0.5190 ± 0.0602
	// 2: 0.4794 ± 0.0218
	// 3: 0.4785 ± 0.0197
	// 4: 0.4749 ± 0.0117
	// 5: 0.4740 ± 0.0107
	// 6: 0.4698 ± 0.0061
	// 7: 0.4670 ± 0.0042
	// 8: 0.4662 ± NaN
}

func ExampleEnsemble_Diversity() {
	recipe, train, test := problem()
	e, err := ensembles.Bagging{Members: 5}.Fit(context.Background(), recipe, train)
	if err != nil {
		log.Fatal(err)
	}
	d, err := e.Diversity(test)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("disagreement %.3f, Q %.3f, kappa %.3f, correlation of errors %.3f\n", ensembles.MeanOf(d.Disagreement),
		ensembles.MeanOf(d.Q), ensembles.MeanOf(d.Kappa), ensembles.MeanOf(d.ErrorCorrelation))
	// Output: disagreement 0.133, Q 0.903, kappa 0.798, correlation of errors 0.578
}

// One file holds the members and what combines them.
func ExampleLoad() {
	recipe, train, test := problem()
	e, err := ensembles.Stacking{Members: 2, Blend: true}.Fit(context.Background(), recipe, train)
	if err != nil {
		log.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "ensembles")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "stack.goodfit")
	if err := e.Save(path); err != nil {
		log.Fatal(err)
	}
	loaded, err := ensembles.Load(path)
	if err != nil {
		log.Fatal(err)
	}
	a, _ := e.Evaluate(test)
	b, _ := loaded.Evaluate(test)
	fmt.Println(a.Ensemble.Loss == b.Ensemble.Loss)
	// Output: true
}
