package pipeline_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/ensembles"
	"github.com/goodfit-ml/goodfit/pipeline"
)

func Example() {
	table, err := datasets.ReadCSVFile("../examples/iris/iris.csv", datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := pipeline.Train(context.Background(), table, "species", pipeline.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	accuracy, _ := result.Test.Scores.Get("accuracy")
	fmt.Println("good:", accuracy >= 0.9)

	flowers := strings.NewReader("petal_length,petal_width,sepal_length,sepal_width\n1.4,0.2,5.1,3.5\n5.9,2.3,6.8,3.1\n")
	rows, err := datasets.ReadCSV(flowers, datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	predictions, err := result.Pipeline.Predict(rows)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(predictions.Classes)
	// Output:
	// good: true
	// [setosa virginica]
}

func ExamplePipeline_PredictIntervals() {
	table, err := datasets.ReadCSVFile("../examples/diabetes/diabetes.csv", datasets.CSVOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := pipeline.Train(context.Background(), table, "progression", pipeline.Options{Seed: 1, Hidden: []int{16}, Ensemble: ensembles.Bagging{Members: 5, Seed: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	rmse := result.Gains()[0]
	fmt.Printf("%s: better than its mean member: %t\n", rmse.Name, rmse.Gain > 0)

	predictions, err := result.Pipeline.PredictIntervals(table, 0.9)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(predictions.Lower[0] < predictions.Values[0], predictions.Values[0] < predictions.Upper[0])
	// Output:
	// rmse: better than its mean member: true
	// true true
}
