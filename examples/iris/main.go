// Iris trains a classifier on a table, saves it, and uses the saved file as another
// program would: load, predict the rows of a table, read off classes and
// probabilities.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/goodfit-ml/goodfit/curves"
	"github.com/goodfit-ml/goodfit/datasets"
	"github.com/goodfit-ml/goodfit/pipeline"
)

// flowers are rows to predict: columns in any order, the target absent.
const flowers = `petal_length,petal_width,sepal_length,sepal_width
1.4,0.2,5.1,3.5
4.2,1.3,5.9,2.8
5.9,2.3,6.8,3.1
`

func main() {
	dir, err := os.MkdirTemp("", "iris")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	model := filepath.Join(dir, "iris.goodfit")
	if _, err := train("examples/iris/iris.csv", model); err != nil {
		log.Print(err)
		return
	}
	if _, err := predict(model); err != nil {
		log.Print(err)
	}
}

// train writes a model to a file and returns its accuracy on the test rows.
func train(data, model string) (accuracy float64, err error) {
	table, err := datasets.ReadCSVFile(data, datasets.CSVOptions{})
	if err != nil {
		return 0, err
	}
	result, err := pipeline.Train(context.Background(), table, "species", pipeline.Options{Seed: 1})
	if err != nil {
		return 0, err
	}
	fmt.Println("test:    ", result.Test.Scores)
	fmt.Println("baseline:", result.Baseline)
	fmt.Println(result.Test.Confusion)
	fmt.Println(curves.Diagnose(result.History).Verdict)
	accuracy, _ = result.Test.Scores.Get("accuracy")
	return accuracy, result.Pipeline.Save(model)
}

// predict loads a model from a file and returns the classes of the flowers.
func predict(model string) ([]string, error) {
	p, err := pipeline.Load(model)
	if err != nil {
		return nil, err
	}
	table, err := datasets.ReadCSV(strings.NewReader(flowers), datasets.CSVOptions{Name: "flowers"})
	if err != nil {
		return nil, err
	}
	predictions, err := p.Predict(table)
	if err != nil {
		return nil, err
	}
	for i, class := range predictions.Classes {
		fmt.Printf("%-11s %.3f of %v\n", class, predictions.Probabilities.RawRowView(i), predictions.ClassNames)
	}
	return predictions.Classes, nil
}
