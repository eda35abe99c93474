package pipeline_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/goodfit-ml/goodfit/datasets"
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
