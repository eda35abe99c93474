package learning

import (
	"context"
	"fmt"
	"math"

	"github.com/goodfit-ml/goodfit"
	"github.com/goodfit-ml/goodfit/metrics"
	"github.com/goodfit-ml/goodfit/nn"
	"github.com/goodfit-ml/goodfit/plots"
	"github.com/goodfit-ml/goodfit/studies"
)

// capacity are the studies of chapter 2.
func capacity() []studies.Study {
	return []studies.Study{
		{
			Name:     "ch02-scatter-blobs",
			Title:    "The three-class problem of chapters 2 to 5 and 10",
			Chapter:  2,
			Question: "How hard is the blobs problem that five chapters train on?",
			Cases: []string{"ch02-scatter-blobs", "ch03-scatter-blobs", "ch04-scatter-blobs", "ch05-blobs-scatter",
				"ch10-blobs-scatter"},
			Run: lookAtBlobs,
		},
		{
			Name:     "ch02-vary-nodes",
			Title:    "Hidden nodes from 1 to 7",
			Chapter:  2,
			Question: "How does the number of nodes limit what a network can learn?",
			Cases:    []string{"ch02-vary-nodes"},
			Run:      varyNodes,
		},
		{
			Name:     "ch02-vary-layers",
			Title:    "Hidden layers from 1 to 5",
			Chapter:  2,
			Question: "Does a network learn better with more layers of the same width?",
			Cases:    []string{"ch02-vary-layers"},
			Run:      varyLayers,
		},
	}
}

func lookAtBlobs(ctx context.Context, env *studies.Env) error {
	all := threeBlobs()
	train, test := halves(all)
	linear := classifier(momentum, 100, classes(3))
	runs, err := env.Evaluate(ctx, "", 10, linear, train, test)
	if err != nil {
		return err
	}
	accuracy := runs.TrainScore(metrics.Accuracy{})
	env.Record(studies.Measured("training accuracy of straight borders", accuracy),
		studies.Measured("test accuracy of straight borders", runs.TestScore(metrics.Accuracy{})))
	env.Claim("Straight borders cannot separate the classes: training accuracy stays below 0.9", studies.Share(accuracy, 0.9) == 0,
		"%.3f ± %.3f in %d runs of softmax regression", studies.Mean(accuracy), studies.SD(accuracy), len(accuracy))
	return env.Figure("", "All 1000 rows, by class.", plots.Scatter{X: "feature 0", Y: "feature 1", Points: studies.Points(all)})
}

func varyNodes(ctx context.Context, env *studies.Env) error {
	book := []float64{0.138, 0.380, 0.582, 0.890, 0.844, 1.000, 1.000}
	var recipes []goodfit.Recipe
	for n := 1; n <= len(book); n++ {
		recipes = append(recipes, classifier(momentum, 100, relu(n), classes(20)))
	}
	why := "One run each: 4 to 6 nodes spread by about 0.1 between runs, so that 5 nodes can land below 4."
	accuracy, err := varied(ctx, env, "nodes", recipes, book, why)
	if err != nil {
		return err
	}
	rises := true
	for i := 1; i < 4; i++ {
		rises = rises && accuracy[i] > accuracy[i-1]+0.1
	}
	env.Claim("Each of the first four nodes adds more than 0.1 test accuracy", rises, "1 to 7 nodes: %s", studies.Listed("%.3f", accuracy))
	env.Claim("Five nodes are better than four on average, unlike in the book's single runs", accuracy[4] > accuracy[3],
		"%.3f against %.3f", accuracy[4], accuracy[3])
	env.Claim("Seven nodes solve the problem: mean test accuracy above 0.97", accuracy[6] > 0.97, "%.3f", accuracy[6])
	return manyNodes(ctx, env)
}

// manyNodes tries the book's guess that a much wider layer could not be trained.
func manyNodes(ctx context.Context, env *studies.Env) error {
	train, test := halves(twentyBlobs())
	runs, err := env.Evaluate(ctx, "1000", 3, classifier(momentum, 100, relu(1000), classes(20)), train, test)
	if err != nil {
		return err
	}
	accuracy := runs.TestScore(metrics.Accuracy{})
	env.Record(studies.Measured("test accuracy, nodes=1000", accuracy).
		Because("The book expects so many nodes to fail, without a run; they do not on this problem."))
	env.Claim("1000 nodes still learn this problem: every run tests above 0.99", studies.Share(accuracy, 0.99) == 1, "%.3f", studies.Mean(accuracy))
	return nil
}

func varyLayers(ctx context.Context, env *studies.Env) error {
	book := []float64{1.000, 1.000, 1.000, 0.948, 0.794}
	var recipes []goodfit.Recipe
	for n := 1; n <= len(book); n++ {
		var layers []nn.Layer
		for range n {
			layers = append(layers, relu(10))
		}
		recipes = append(recipes, classifier(momentum, 100, append(layers, classes(20))...))
	}
	why := "One run each: five layers spread from 0.1 to 1.0 between runs."
	accuracy, err := varied(ctx, env, "layers", recipes, book, why)
	if err != nil {
		return err
	}
	env.Claim("One to three layers learn the problem: mean test accuracy above 0.95", min(accuracy[0], accuracy[1], accuracy[2]) > 0.95,
		"1 to 5 layers: %s", studies.Listed("%.3f", accuracy))
	env.Claim("Five layers of ten nodes fail by at least 0.15 against three", accuracy[4] < accuracy[2]-0.15,
		"%.3f against %.3f", accuracy[4], accuracy[2])
	return nil
}

// varied evaluates one recipe per step of a count, 1, 2, …, and draws the training
// losses of the first run of each. It returns the mean test accuracies.
func varied(ctx context.Context, env *studies.Env, what string, recipes []goodfit.Recipe, book []float64, why string) ([]float64, error) {
	train, test := halves(twentyBlobs())
	var accuracy []float64
	lines := plots.Lines{X: "epoch", Y: "training cross-entropy"}
	for i, r := range recipes {
		runs, err := env.Evaluate(ctx, "", 30, r, train, test)
		if err != nil {
			return nil, err
		}
		values := runs.TestScore(metrics.Accuracy{})
		accuracy = append(accuracy, studies.Mean(values))
		result := studies.Measured(fmt.Sprintf("test accuracy, %s=%d", what, i+1), values).Beside(book[i])
		if math.Abs(result.Mean-book[i]) > 0.02 {
			result = result.Because(why)
		}
		env.Record(result)
		loss, _ := runs[0].History.Get("loss")
		lines.Lines = append(lines.Lines, plots.Line{Name: fmt.Sprint(i + 1), Y: loss})
	}
	lines.Title = "Training loss by number of " + what
	return accuracy, env.Figure("", "Training cross-entropy over the epochs, one run for each number of "+what+".", lines)
}
